"""Getting mails into the log, whichever way they come; one that cannot be read is set aside whole."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accord.server.inbox.mail import Mail, MailError, read_mail
from accord.server.inbox.models import UnreadMail
from accord.server.tracking.log import TrackingError, append
from accord.server.tracking.models import Source
from accord.server.tracking.tally import count_refused

EVENT = "Mail"
"""The event of a mail in the log."""
LARGEST = 25 * 1024 * 1024
"""Bytes of a mail; large providers take no more."""
KEPT_UNREAD = timedelta(days=30)


def source_of(address: str, at: datetime) -> Source | None:
    """Return the source whose address it is; upper and lower case are the same, as mail programs have it."""
    local = address.rpartition("@")[0].strip().strip("<\"' ")
    if not local or "\x00" in local:
        return None
    works = Q(write_key__iexact=local) | Q(old_key__iexact=local, old_key_until__gt=at)
    return Source.objects.filter(works, kind=Source.Kind.MAIL, disabled_at=None).first()


@transaction.atomic
def receive(source: Source, raw: bytes, at: datetime) -> bool:
    """Put a mail into the log; return whether it could be read. What could not be is set aside, whole.

    The same mail again changes nothing.
    """
    try:
        mail = read_mail(raw)
        with transaction.atomic():
            append(source, [message(mail, at)], received_at=at)
    except (MailError, TrackingError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        set_aside(source, f"{type(error).__name__}: {error}", at, raw=raw)
        return False
    return True


def set_aside(source: Source, reason: str, at: datetime, *, raw: bytes = b"", place: str = "") -> None:
    """Keep a mail that could not be read until somebody has looked at it; ``place`` says where one too large lies."""
    digest = hashlib.sha256(raw or place.encode()).hexdigest()
    reason = reason.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:500]
    _, fresh = UnreadMail.objects.get_or_create(
        source=source, digest=digest, defaults={"received_at": at, "reason": reason, "raw": raw}
    )
    if fresh:
        count_refused(source.pk, "unreadable_mail", at)


def message(mail: Mail, at: datetime) -> Mapping[str, Any]:
    """Return a mail as the log has it."""
    people = [{"name": each.name, "address": each.address} for each in mail.recipients]
    told = {
        "from": {"name": mail.sender.name, "address": mail.sender.address},
        "to": people,
        "subject": mail.subject,
        "excerpt": mail.excerpt,
        "nature": mail.nature.value,
        "failed": list(mail.failed),
    }
    return {
        "type": "track",
        "event": EVENT,
        "userId": f"mail {mail.sender.address}"[:320],
        "messageId": mail.id,
        "timestamp": (mail.at or at).isoformat(),
        "properties": told,
    }


def try_again(key: int, at: datetime) -> bool:
    """Read a mail again that was set aside; return whether it could be read now, by which it is set aside no more."""
    with transaction.atomic():
        found = UnreadMail.objects.select_for_update().select_related("source").filter(pk=key).first()
        if found is None or not found.raw:
            return False
        done = receive(found.source, bytes(found.raw), at)
        if done:
            found.delete()
        return done


def forget_old() -> int:
    """Delete unread mails that nobody has looked at in time; return how many."""
    return UnreadMail.objects.filter(received_at__lt=timezone.now() - KEPT_UNREAD).delete()[0]
