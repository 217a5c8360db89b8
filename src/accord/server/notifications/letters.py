"""What mails say: one notice, or a digest of several."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from accord.server.notifications.models import Delivery, Notification


def mail(deliveries: Sequence[Delivery]) -> None:
    """Mail one notice."""
    [delivery] = deliveries
    notice = delivery.notification
    _send(notice, _line(notice), [_line(notice), notice.body, settings.SITE_URL + notice.link], _id_of(notice))


def mail_digest(deliveries: Sequence[Delivery]) -> None:
    """Mail several notices of one user, what is due first in front; one alone is mailed as it would be by itself."""
    notices = sorted((delivery.notification for delivery in deliveries), key=_urgency)
    first, slot = notices[0], deliveries[0].slot
    message_id = f"<digest-{first.user_id}.{slot.astimezone(UTC):%Y%m%d%H%M%S%f}@{_host()}>"
    if len(notices) == 1:
        _send(first, _line(first), [_line(first), first.body, settings.SITE_URL + first.link], message_id)
        return
    items = [f"{_line(notice)}\n{settings.SITE_URL}{notice.link}" for notice in notices]
    choose = f"When and how you are told: {settings.SITE_URL}{reverse('notifications')}"
    _send(first, f"{len(notices)} notices. First: {_line(first)}", [*items, choose], message_id)


def _urgency(notice: Notification) -> tuple[bool, datetime, int]:
    return (notice.due_at is None, notice.due_at or notice.created_at, notice.pk)


def _send(to: Notification, subject: str, paragraphs: Sequence[str], message_id: str) -> None:
    body = "\n\n".join(filter(None, paragraphs)) + "\n"
    EmailMessage(subject=subject, body=body, to=[to.user.email], headers={"Message-ID": message_id}).send()


def _line(notice: Notification) -> str:
    return " ".join(notice.text.split())  # names in it come from files and forms, with whatever line breaks


def _id_of(notice: Notification) -> str:
    """Return an id that stays the same when a mail is sent again, and that no other Accord gives to another mail."""
    return f"<notification-{notice.pk}.{notice.created_at:%Y%m%d%H%M%S%f}@{_host()}>"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "accord"
