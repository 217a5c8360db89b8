"""What somebody has been told and has not seen yet."""

from dataclasses import dataclass
from datetime import datetime

from accord.server.accounts.models import User
from accord.server.notifications.models import Notification

MOST_COUNTED = 99
"""Beyond so many, one more makes no difference to anybody."""


@dataclass(frozen=True, slots=True)
class Bell:
    """How many notices somebody has not seen, and the newest of them.

    Attributes:
        count: At most ``MOST_COUNTED + 1``.
        link: The address that opens it and counts it as seen; empty if there is none.
    """

    count: int
    text: str
    link: str


def unseen(user: User | int) -> int:
    """Return how many notices a user has not seen, at most one more than ``MOST_COUNTED``."""
    return Notification.objects.filter(user=user, seen_at=None)[: MOST_COUNTED + 1].count()


def bell_of(user: int) -> Bell:
    """Return what the bell of a user says."""
    count = unseen(user)
    newest = Notification.objects.filter(user=user, seen_at=None).first()
    return Bell(count, newest.text if newest else "", newest.get_absolute_url() if newest else "")


def see(user: int, at: datetime, notice: int | None = None) -> None:
    """Count one notice of a user as seen, or all of them."""
    which = Notification.objects.filter(user=user, seen_at=None)
    (which.filter(pk=notice) if notice is not None else which).update(seen_at=at)
