"""When a promise is due, and when part of its time has passed."""

from datetime import datetime, timedelta

from accord.clock.budget import Budget, WorkingDays, WorkingTime
from accord.clock.calendar import Absence, Calendar
from accord.clock.errors import CalendarError
from accord.clock.openings import EPOCH, instant
from accord.clock.working_time import deadline, elapsed, in_reach, never, next_opening, tables


def due(start: datetime, budget: Budget, calendar: Calendar, pauses: tuple[Absence, ...] = ()) -> datetime:
    """Return the instant at which a promise made at ``start`` is due, in the zone of ``start``.

    Working time is counted by ``deadline``. Working days end when the calendar closes on the n-th working day after
    the day of the start, in the calendar's zone; a start outside the hours counts from the next opening. A working day
    is a day on which the calendar is open at all, so that a day of leave is none, and half a day of leave ends the day
    at noon.

    While it is on hold, the time of a promise stands still, and afterwards as much working time is left as before. So a
    pause is no leave: one that covers the afternoon of the last working day gives that afternoon back.

    Args:
        start: When the promise was made.
        budget: How much working time it allows.
        calendar: On which calendar.
        pauses: When it was on hold, in any order.

    Raises:
        CalendarError: As ``deadline``.

    Examples:
        >>> from datetime import time
        >>> from zoneinfo import ZoneInfo
        >>> from accord.clock.calendar import Hours
        >>> BERLIN = ZoneInfo("Europe/Berlin")
        >>> NINE_TO_FIVE = Calendar("office", BERLIN, {day: (Hours(time(9), time(17)),) for day in range(5)})
        >>> str(due(datetime(2026, 1, 2, 16, 30, tzinfo=BERLIN), WorkingDays(2), NINE_TO_FIVE))
        '2026-01-06 17:00:00+01:00'
    """
    if pauses:
        return deadline(start, _promised(start, budget, calendar), calendar.without(pauses))
    match budget:
        case WorkingTime(span):
            return deadline(start, span, calendar)
        case WorkingDays(days):
            return _closing(start, days, calendar)


def part_due(
    start: datetime, budget: Budget, calendar: Calendar, percent: int, pauses: tuple[Absence, ...] = ()
) -> datetime:
    """Return the instant at which ``percent`` of the promised working time has passed, in the zone of ``start``.

    Counted is the working time between the start and the time due, in whole microseconds, rounded down. At 100 it is
    the time due; at 150, half as much again after it. Pauses count as for ``due``.

    Raises:
        CalendarError: ``percent`` is negative; or as ``deadline``.
    """
    if percent < 0:
        raise CalendarError(
            "calendar.bad_percent", f"{percent} % of a promise lies before its start", hint="say 0 % or more"
        )
    return deadline(start, _promised(start, budget, calendar) * percent // 100, calendar.without(pauses))


def _promised(start: datetime, budget: Budget, calendar: Calendar) -> timedelta:
    """Return how much working time a promise allows if nothing holds it up."""
    return elapsed(start, due(start, budget, calendar), calendar)


def _closing(start: datetime, days: int, calendar: Calendar) -> datetime:
    wanted = f"{days:,} working day" + ("s" if days > 1 else "")
    opening = next_opening(start, calendar)
    today = opening.astimezone(calendar.zone).toordinal() - EPOCH.toordinal()
    closings: dict[int, int] = {}
    for table in tables(instant(opening), calendar):
        closings.update(zip(table.days, table.closings, strict=True))
        ahead = sorted(day for day in closings if day > today)
        if len(ahead) > days:  # one more than wanted: a day that New Year of UTC cuts in two is then complete
            return in_reach(closings[ahead[days - 1]], start, calendar, wanted)
    raise never(start, calendar, wanted)
