"""Notices are written with the decision that causes them, and leave the house after its commit.

What a notice is about is known to the room that wrote it. So before one leaves, that room is asked whether it still
concerns its reader: the function for it stands in the setting ``NOTIFICATIONS_WANTED``, by the first word of the kind.
"""

from collections.abc import Iterable
from datetime import datetime

from accord.server.notifications.models import Notification
from accord.server.queue import wake

TASK = "notifications.mail_due"


def notify(
    users: Iterable[int],
    kind: str,
    text: str,
    *,
    about: str,
    link: str,
    at: datetime,
    body: str = "",
    due: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Write a notice for each of some users in the caller's transaction; after the commit they are told as they chose.

    Nobody is told the same of the same row twice, however often this is called.

    Args:
        users: Whom it is for, by their ids.
        kind: What it says, such as ``lead.offered``; its first word names the room that knows whether it still holds.
        text: One sentence in plain words.
        about: Kind and id of the row that caused it, such as ``offer:12``.
        link: The path of the page to open.
        at: When it was caused.
        body: What there is to say besides, in paragraphs.
        due: By when they are to act.
        urgent: It cools, and may break the quiet hours of whoever says so.
    """
    said = {"kind": kind, "about": about, "text": text[:500], "body": body, "link": link}
    when = {"created_at": at, "due_at": due, "urgent": urgent}
    rows = [Notification(user_id=user, **said, **when) for user in users]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    wake(TASK)


def ring(users: Iterable[int], kind: str, text: str, *, about: str, link: str, at: datetime) -> None:
    """Write a notice that nothing but the bell of the page shows, otherwise as ``notify``."""
    said = {"kind": kind, "about": about, "text": text[:500], "link": link, "created_at": at}
    rows = [Notification(user_id=user, **said, planned=True) for user in users]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
