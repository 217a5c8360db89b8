"""When somebody may be told: their working hours, and the times of their digest. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accord.clock import Calendar, CalendarError, next_opening

HOUR = timedelta(hours=1)


def first_open(at: datetime, hours: Sequence[Calendar]) -> datetime:
    """Return ``at`` if somebody works then, else when they begin again.

    Whoever has no hours, or none within ten years, is never quiet: ``at`` then. With several calendars, such as those
    of two teams, they work whenever one of them is open.
    """
    found = [opening for calendar in hours if (opening := _opening(at, calendar)) is not None]
    return min(found, default=at)


def _opening(at: datetime, calendar: Calendar) -> datetime | None:
    try:
        return next_opening(at, calendar)
    except CalendarError:
        return None


def next_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the next full hour after ``at`` on the clock of a zone, in UTC.

    Examples:
        >>> next_hour(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), ZoneInfo("Asia/Kolkata")).isoformat()
        '2026-03-02T09:30:00+00:00'
    """
    local = at.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at.astimezone(UTC) - into + HOUR


def next_time(at: datetime, daily: time, zone: ZoneInfo) -> datetime:
    """Return the next instant after ``at`` at which the clock of a zone shows ``daily``, in UTC.

    A time that a change of the clocks leaves out is the same instant by the hour before the change.

    Examples:
        >>> next_time(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), time(9), ZoneInfo("Europe/Berlin")).isoformat()
        '2026-03-03T08:00:00+00:00'
    """
    day = at.astimezone(zone).date()
    while (found := datetime.combine(day, daily, zone).astimezone(UTC)) <= at:
        day += timedelta(days=1)
    return found
