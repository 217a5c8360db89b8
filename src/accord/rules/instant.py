"""Instants as whole microseconds and calendar days as whole days since 1970: the forms that every engine compares."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from accord.rules.errors import RulesError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

DAY = 86_400_000_000
"""Microseconds in the 24 hours that every day of age or window counts."""

_MICROSECOND = timedelta(microseconds=1)
_EPOCH_DAY = EPOCH.toordinal()
_FARTHEST = 16 * 60 * 60 * 1_000_000
"""No zone has ever been as far from UTC as 16 hours."""


def microseconds(at: datetime) -> int:
    """Return ``at`` as microseconds since 1970-01-01 in UTC, exactly.

    Comparing these is safe where comparing two datetimes is not: Python ignores the offsets, and so a change to summer
    time, when both carry the same zone.

    Raises:
        RulesError: ``at`` has no zone.

    Examples:
        >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
        1000000
    """
    if at.tzinfo is None:
        raise RulesError("rules.naive_instant", f"the instant {at.isoformat()} has no time zone", hint="give it one")
    return (at - EPOCH) // _MICROSECOND


def instant(micros: int) -> datetime:
    """Return the UTC instant that lies ``micros`` after 1970, the inverse of ``microseconds``."""
    return EPOCH + timedelta(microseconds=micros)


def span(length: timedelta) -> int:
    """Return ``length`` in whole microseconds."""
    return length // _MICROSECOND


def day_number(day: date) -> int:
    """Return a calendar day as days since 1970-01-01.

    Examples:
        >>> day_number(date(1970, 1, 1)), day_number(date(2026, 3, 29)), day_number(date(1969, 12, 31))
        (0, 20541, -1)
    """
    return day.toordinal() - _EPOCH_DAY


def local_day(at: datetime, zone: tzinfo) -> int:
    """Return the calendar day that it is in ``zone`` at the instant ``at``, as days since 1970-01-01.

    In the first and last hours of the calendar, where some zones have no day, it is the day in UTC.

    Examples:
        >>> from zoneinfo import ZoneInfo
        >>> evening = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
        >>> local_day(evening, UTC), local_day(evening, ZoneInfo("Europe/Berlin"))
        (20540, 20541)
    """
    try:
        return at.astimezone(zone).toordinal() - _EPOCH_DAY
    except OverflowError:
        return microseconds(at) // DAY


def day_turns(day: int, zone: tzinfo) -> Iterator[int]:
    """Yield, in microseconds, every instant at which it may begin or cease to be ``day`` or later in ``zone``.

    That is midnight; where clocks are set near midnight, an hour may come twice, so that the day begins, ceases and
    begins again (in St. John's, before 2011, at one minute past), or there may be no midnight at all (in Beirut).
    """
    midnight = day * DAY
    early, late = midnight - _FARTHEST, midnight + _FARTHEST
    try:
        before, after = _offset(early, zone), _offset(late, zone)
        yield midnight - before
        if before != after:
            yield midnight - after
            yield _clock_change(early, late, zone)
    except OverflowError:
        return


def _offset(micros: int, zone: tzinfo) -> int:
    offset = instant(micros).astimezone(zone).utcoffset()
    return span(offset) if offset is not None else 0


def _clock_change(early: int, late: int, zone: tzinfo) -> int:
    """Return the instant between two others with different offsets at which the clocks are set."""
    before = _offset(early, zone)
    while late - early > 1:
        middle = (early + late) // 2
        if _offset(middle, zone) == before:
            early = middle
        else:
            late = middle
    return late
