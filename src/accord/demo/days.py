"""The days of the demo's year: which are worked, when something happens on them, and how busy they are."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from accord.clock.public_holidays import public_holidays
from accord.demo.dice import dice

ZONE = ZoneInfo("Europe/Berlin")
REGION = "DE-BY"
MOMENTS = (time(10, 20), time(15, 10))
EVENING = time(20, 40)
IDLE_MOMENTS = (time(18, 30),)
JITTER_MINUTES = 55
LAST_MOMENTS = (139, 94, 47, 26, 15, 8, 3, 0)
"""Minutes before the present at which something is noticed, working hours or not."""
BUSIER_LATELY = 78
"""The days in which marketing, with a new budget, brings far more than before."""
BOOM = 5.6
FIRST_RUSH = 60
"""The days in which those come who had been waiting."""
QUIET = {12: 0.7, 8: 0.75, 1: 0.9}
"""Months in which less happens than in others."""


@dataclass(frozen=True, slots=True)
class Year:
    """A stretch of days that ends with the present.

    Attributes:
        seed: Of the hours at which things happen.
        start: The first instant.
        end: The present; nothing happens after it.
        moments: The instants at which what has happened is noticed, in order; the last one is ``end``.
    """

    seed: int
    start: datetime
    end: datetime
    moments: tuple[datetime, ...]

    def moment_from(self, instant: datetime) -> datetime | None:
        """Return the first moment at or after an instant; None if that is in the future."""
        place = bisect_left(self.moments, instant)
        return self.moments[place] if place < len(self.moments) else None

    def moments_of(self, day: date) -> tuple[datetime, ...]:
        """Return the moments of one day."""
        first = datetime.combine(day, time(0), ZONE).astimezone(UTC)
        last = datetime.combine(day + timedelta(days=1), time(0), ZONE).astimezone(UTC)
        return self.moments[bisect_left(self.moments, first) : bisect_left(self.moments, last)]

    @property
    def days(self) -> tuple[date, ...]:
        """Every day from the first to the present."""
        first, last = self.start.astimezone(ZONE).date(), self.end.astimezone(ZONE).date()
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def year(seed: int, end: datetime, days: int) -> Year:
    """Return the ``days`` days up to ``end``, with their moments."""
    end = end.astimezone(UTC).replace(microsecond=0)
    start = datetime.combine(end.astimezone(ZONE).date() - timedelta(days=days - 1), time(6), ZONE).astimezone(UTC)
    rng = dice(seed, "moments")
    found = {end - timedelta(minutes=ago) for ago in LAST_MOMENTS}
    for n in range(days + 1):
        day = start.astimezone(ZONE).date() + timedelta(days=n)
        for hour in (*MOMENTS, EVENING) if is_worked(day) else IDLE_MOMENTS:
            shift = timedelta(minutes=rng.randint(-JITTER_MINUTES, JITTER_MINUTES), seconds=rng.randrange(60))
            found.add((datetime.combine(day, hour, ZONE) + shift).astimezone(UTC))
    return Year(seed, start, end, tuple(sorted(instant for instant in found if start <= instant <= end)))


def is_worked(day: date) -> bool:
    """Return whether Northwind works on a day."""
    return day.weekday() < 5 and day not in public_holidays(REGION, day.year)


def last_working_day(end: datetime) -> datetime:
    """Return when the last working day began of which at least some hours are over."""
    day = (end - timedelta(hours=5)).astimezone(ZONE).date()
    while not is_worked(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(6), ZONE).astimezone(UTC)


def busyness(day: date, last: date) -> float:
    """Return how much marketing brings on a day, relative to others."""
    base = 1.0 if is_worked(day) else 0.12
    lately = (last - day).days
    growth = BOOM if lately < BUSIER_LATELY else 1.5 if lately > 365 - FIRST_RUSH else 1 + 0.25 * (1 - lately / 365)
    return base * growth * QUIET.get(day.month, 1.0)


def spread(count: int, span: Year, rng: Random) -> list[date]:
    """Return ``count`` days of the year, in order, more of them where it is busier."""
    days = span.days
    weights = [busyness(day, days[-1]) for day in days]
    return sorted(rng.choices(days, weights, k=count))
