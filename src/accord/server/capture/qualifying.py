"""Carrying the agreement out at once on what was imported, instead of leaving it to the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accord.server.agreements.services import in_force
from accord.server.handoffs.offers import offer_ready
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

Progress = Callable[[str, int, float], None]
"""Told of each phase in words, how many leads it has gone through, and which share of them that is."""


@dataclass(frozen=True, slots=True)
class Qualified:
    """How many leads were judged, how many changed stage, became ready for sales, and were offered."""

    judged: int
    moved: int
    ready: int
    offered: int

    def in_words(self) -> str:
        """Return the counts as a sentence.

        Examples:
            >>> Qualified(1200, 300, 1, 1).in_words()
            'Judged 1,200 leads: 300 changed stage, 1 became ready for sales, 1 was offered.'
        """
        return (
            f"Judged {self.judged:,} lead{'s' if self.judged != 1 else ''}: {self.moved:,} changed stage, "
            f"{self.ready:,} became ready for sales, {self.offered:,} {'was' if self.offered == 1 else 'were'} offered."
        )


def qualify_due(at: datetime, progress: Progress = lambda *_: None, *, everything: bool = False) -> Qualified:
    """Judge every lead that is due and offer every lead that is ready.

    Args:
        at: Now.
        progress: Told how far it is.
        everything: Judge all open leads, due or not.

    Raises:
        RevisionError: ``revision.none_in_force``; the leads stay due.
    """
    in_force()
    if everything:
        Lead.objects.filter(ended_at=None).update(review_at=at)
    judged = judge_due(at, _counter("Judging", Lead.objects.filter(review_at__lte=at).count(), progress))
    ready = Lead.objects.filter(ready_at__lte=at, ended_at=None).count()
    offered = offer_ready(at, _counter("Offering", ready, progress))
    return Qualified(judged.leads, judged.moved, judged.ready, offered)


def _counter(phase: str, total: int, progress: Progress) -> Callable[[int], None]:
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(phase, done, done / max(total, done, 1))

    return count
