"""Whether somebody kept their word: pace and verdicts, in whole numbers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accord.insight.answer import PromiseKept
from accord.insight.period import Period


class Verdict(StrEnum):
    """How a promise stands."""

    KEPT = "kept"
    ON_PACE = "on pace"
    AT_RISK = "at risk"
    BROKEN = "broken"
    NO_DATA = "no data yet"


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a number has come towards what was promised for a period.

    Attributes:
        done: How many there are.
        target: How many were promised.
        day: Which day of the period it is; ``days`` when it is over.
        days: How many days the period has.
        expected: How many there would be by the end of this day at an even pace, rounded down.
        over: Whether the period is over.
    """

    done: int
    target: int
    day: int
    days: int
    expected: int
    over: bool

    @property
    def behind(self) -> int:
        """How many are missing for the pace; below zero when it is ahead."""
        return self.expected - self.done

    @property
    def verdict(self) -> Verdict:
        """Kept once the target is reached; until the end at risk if it is behind, then broken."""
        if self.done >= self.target:
            return Verdict.KEPT
        if self.over:
            return Verdict.BROKEN
        return Verdict.AT_RISK if self.behind > 0 else Verdict.ON_PACE


def pace(done: int, target: int, period: Period, now: datetime) -> Pace:
    """Return how a number stands against its target on the day of ``now``, which counts as passed.

    Examples:
        >>> from datetime import UTC, date
        >>> from zoneinfo import ZoneInfo
        >>> from accord.insight.period import month_of
        >>> april = month_of(date(2026, 4, 1), ZoneInfo("UTC"))
        >>> pace(84, 120, april, datetime(2026, 4, 22, tzinfo=UTC)).behind
        4
    """
    day = period.day_of(now)
    over = period.end is not None and now.astimezone(period.zone).date() >= period.end
    return Pace(done, target, day, period.days, target * day // (period.days or 1), over)


def accepted_verdict(accepted: int, decided: int, percent: int, over: bool) -> Verdict:
    """Return whether at least ``percent`` of the decided leads were accepted; exact, without rounding."""
    if not decided:
        return Verdict.NO_DATA
    if accepted * 100 >= percent * decided:
        return Verdict.KEPT
    return Verdict.BROKEN if over else Verdict.AT_RISK


def promise_verdict(counts: PromiseKept | None) -> Verdict:
    """Return whether one side kept a promise every time: one failure breaks it, one that gets tight puts it at risk."""
    if counts is None or not counts.due:
        return Verdict.NO_DATA
    if counts.broken:
        return Verdict.BROKEN
    if counts.tight:
        return Verdict.AT_RISK
    return Verdict.KEPT if counts.settled else Verdict.NO_DATA
