"""What was said about the clauses of a revision."""

from dataclasses import dataclass
from datetime import datetime

from accord.server.agreements.models import Comment


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that somebody said."""

    by: str
    role: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """What was said first and what was answered; ``settled`` is by whom and when, if it is."""

    key: int
    path: str
    remarks: tuple[Remark, ...]
    settled: tuple[str, datetime] | None


def threads_of(number: int) -> dict[str, tuple[Thread, ...]]:
    """Return the threads of a revision in the order in which they began, by the path of their clause."""
    found = Comment.objects.filter(revision__number=number).select_related("by", "settled_by").order_by("at", "pk")
    remarks: dict[int, list[Remark]] = {}
    first: dict[int, Comment] = {}
    for one in found:
        key = one.thread_id or one.pk
        if one.thread_id is None:
            first[key] = one
        remarks.setdefault(key, []).append(Remark(one.by.name, one.by.get_role_display(), one.at, one.text))
    threads: dict[str, tuple[Thread, ...]] = {}
    for key, one in first.items():
        settled = (one.settled_by.name, one.settled_at) if one.settled_by and one.settled_at else None
        threads[one.path] = (*threads.get(one.path, ()), Thread(key, one.path, tuple(remarks[key]), settled))
    return threads
