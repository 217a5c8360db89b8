"""What ``accord doctor`` looks at in the outbox: whether what people must know leaves the house."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accord.server.health import Finding
from accord.server.notifications.models import Delivery, Notification

PATIENCE = timedelta(minutes=10)
"""How long something may be due before it counts as left behind; the jobs look every minute."""
REMEMBERED = timedelta(days=7)
"""How long what was given up is spoken of."""
Channel = Delivery.Channel


def mails_leave() -> Finding:
    """Check that mails are sent when they are due, and that none is refused or was given up lately."""
    remedy = "see that accord worker runs, and ACCORD_SMTP_HOST, ACCORD_SMTP_PORT and what goes with them"
    unplanned = Notification.objects.filter(planned=False, created_at__lt=timezone.now() - PATIENCE).count()
    mails = Delivery.objects.filter(channel__in=[Channel.MAIL, Channel.DIGEST])
    return _finding("mail", mails, remedy, "every mail has left", unplanned)


def pushes_leave() -> Finding:
    """Check that messages to browsers leave; one that has let go of its subscription is no fault."""
    remedy = "see that this machine may open connections to the push services of the browsers (HTTPS, outward)"
    return _finding("push", Delivery.objects.filter(channel=Channel.PUSH), remedy, "every message has left")


def chats_take_messages() -> Finding:
    """Check that Slack and Teams take what is written to them; what was refused before it was mended is over."""
    remedy = "renew the address of the webhook on the page Notifications of whoever it belongs to"
    mended = Q(outcome=Delivery.Outcome.GIVEN_UP, chat__failed_at=None)
    rows = Delivery.objects.filter(channel=Channel.CHAT).exclude(mended)
    return _finding("chat", rows, remedy, "every message has left")


def _finding(name: str, rows: "QuerySet[Delivery]", remedy: str, well: str, unplanned: int = 0) -> Finding:
    now = timezone.now()
    refused = rows.filter(next_try_at__isnull=False).exclude(last_error="").order_by("-next_try_at")
    given_up = rows.filter(outcome=Delivery.Outcome.GIVEN_UP, ended_at__gte=now - REMEMBERED).order_by("-ended_at")
    found = {
        "waiting": unplanned + rows.filter(next_try_at__lt=now - PATIENCE).count(),
        "refused": refused.count(),
        "given up": given_up.count(),
    }
    said = ", ".join(f"{number} {what}" for what, number in found.items() if number)
    last = refused.first() or given_up.first()
    because = f"; the last: {last.last_error}" if last else ""
    return Finding(name, not said, f"{said}{because}" if said else well, remedy)
