"""Spans of time between two midnights of a zone, as the questions take them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accord.rules import microseconds

_FAR = 2**61  # seventy thousand years either way; differences between two of these still fit a BIGINT


@dataclass(frozen=True, slots=True)
class Period:
    """The whole days ``[first, end)`` in a zone; all time if there are none.

    Attributes:
        first: The first day; None: from the beginning.
        end: The day after the last; None: for ever.
        zone: Where the days begin and end.
    """

    first: date | None
    end: date | None
    zone: ZoneInfo

    @property
    def from_us(self) -> int:
        """The first instant, in microseconds since 1970."""
        return -_FAR if self.first is None else microseconds(_midnight(self.first, self.zone))

    @property
    def to_us(self) -> int:
        """The first instant after it, in microseconds since 1970."""
        return _FAR if self.end is None else microseconds(_midnight(self.end, self.zone))

    @property
    def days(self) -> int:
        """How many days it has; 0 if it has no ends."""
        return (self.end - self.first).days if self.first is not None and self.end is not None else 0

    def day_of(self, at: datetime) -> int:
        """Return which day of the period an instant falls on, counted from 1; 0 before it, ``days`` after it."""
        if self.first is None:
            return 0
        return min(max((at.astimezone(self.zone).date() - self.first).days + 1, 0), self.days)


ALL_TIME = Period(None, None, ZoneInfo("UTC"))
"""Everything there is."""


def month_of(day: date, zone: ZoneInfo) -> Period:
    """Return the month of a day.

    Examples:
        >>> month_of(date(2026, 12, 5), ZoneInfo("Europe/Berlin")).end
        datetime.date(2027, 1, 1)
    """
    return _months(day.year, day.month, 1, zone)


def quarter_of(day: date, zone: ZoneInfo) -> Period:
    """Return the quarter of a day."""
    return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3, zone)


def year_of(day: date, zone: ZoneInfo) -> Period:
    """Return the calendar year of a day."""
    return _months(day.year, 1, 12, zone)


def week_of(day: date, zone: ZoneInfo) -> Period:
    """Return the week of a day, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=7), zone)


def _months(year: int, month: int, number: int, zone: ZoneInfo) -> Period:
    after = month + number
    end = date(year + 1, after - 12, 1) if after > 12 else date(year, after, 1)
    return Period(date(year, month, 1), end, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins; where clocks skip midnight, the first instant after it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
