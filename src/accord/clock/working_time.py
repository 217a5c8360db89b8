"""Deadlines in working time, and the working time between two instants.

Both read the same tables (``openings.py``) by bisection, so that they agree to the microsecond: what ``deadline``
promises, ``elapsed`` measures.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from accord.clock.calendar import Calendar
from accord.clock.errors import CalendarError
from accord.clock.openings import LAST_YEAR, MICROSECOND, Openings, instant, moment, openings

TEN_YEARS = timedelta(days=3652)


def deadline(start: datetime, budget: timedelta, calendar: Calendar) -> datetime:
    """Return the instant at which ``budget`` of working time has passed since ``start``, in the zone of ``start``.

    Time outside the calendar's hours does not count; a start outside them counts from the next opening. A budget that
    ends when the calendar closes ends at the closing, not at the next opening; but a budget of zero at a closed time
    (the closing instant is one) ends at the next opening. What a change of the clocks does to the hours is said at
    ``Calendar``.

    Raises:
        CalendarError: The calendar never offers ``budget`` of working time within ten years (3,652 days); the budget
            is negative; ``start`` has no zone or lies outside the years 1900 to 2199.

    Examples:
        >>> from datetime import time
        >>> from zoneinfo import ZoneInfo
        >>> from accord.clock.calendar import Hours
        >>> BERLIN = ZoneInfo("Europe/Berlin")
        >>> NINE_TO_FIVE = Calendar("office", BERLIN, {day: (Hours(time(9), time(17)),) for day in range(5)})
        >>> deadline(datetime(2026, 1, 2, 16, 30, tzinfo=BERLIN), timedelta(hours=1), NINE_TO_FIVE)
        datetime.datetime(2026, 1, 5, 9, 30, tzinfo=zoneinfo.ZoneInfo(key='Europe/Berlin'))
    """
    if budget < timedelta(0):
        raise CalendarError("calendar.bad_budget", f"the budget {budget} is negative", hint="promise zero or more")
    wanted = f"{_words(budget)} of working time" if budget else "an opening"
    end = _reached(instant(start), budget // MICROSECOND, calendar)
    if end is None:
        raise never(start, calendar, wanted)
    return in_reach(end, start, calendar, wanted)


def elapsed(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return the working time between two instants: ``elapsed(start, deadline(start, b, c), c) == b``.

    Raises:
        CalendarError: ``end`` is before ``start`` (as instants: the zones may differ). Zero would hide that two times
            were exchanged, and a negative span would be added up somewhere. Also if a time has no zone or lies outside
            the years 1900 to 2199.

    Examples:
        >>> from datetime import time
        >>> from zoneinfo import ZoneInfo
        >>> from accord.clock.calendar import Hours
        >>> BERLIN = ZoneInfo("Europe/Berlin")
        >>> NINE_TO_FIVE = Calendar("office", BERLIN, {day: (Hours(time(9), time(17)),) for day in range(5)})
        >>> elapsed(datetime(2026, 1, 2, 16, 30, tzinfo=BERLIN), datetime(2026, 1, 5, 9, 30, tzinfo=BERLIN),
        ...         NINE_TO_FIVE)
        datetime.timedelta(seconds=3600)
    """
    begin, finish = instant(start), instant(end)
    if finish < begin:
        raise CalendarError(
            "calendar.backwards", f"the time from {start} to {end} runs backwards", hint="exchange the two"
        )
    years = range(moment(begin).year, moment(finish).year + 1)
    tables = (openings(calendar, year) for year in years)
    return sum(table.worked(finish) - table.worked(begin) for table in tables) * MICROSECOND


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Return whether ``at`` is working time. The opening instant is, the closing instant is not.

    Raises:
        CalendarError: ``at`` has no zone or lies outside the years 1900 to 2199.
    """
    now = instant(at)
    return openings(calendar, moment(now).year).opening(now) == now


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """Return ``at`` if it is working time, else the next instant that is, in the zone of ``at``.

    Raises:
        CalendarError: There is none within ten years; ``at`` has no zone or lies outside the years 1900 to 2199.
    """
    return deadline(at, timedelta(0), calendar)


def tables(begin: int, calendar: Calendar) -> Iterator[Openings]:
    """Yield the openings of the year of ``begin`` and of the ten years after it."""
    year = moment(begin).year
    return (openings(calendar, y) for y in range(year, min(year + 10, LAST_YEAR) + 1))


def in_reach(end: int, start: datetime, calendar: Calendar, wanted: str) -> datetime:
    """Return the instant ``end`` in the zone of ``start``, if it lies within ten years of it.

    Raises:
        CalendarError: It does not, so that nobody should promise ``wanted``.
    """
    found = moment(end)
    if found - start.astimezone(UTC) > TEN_YEARS:
        raise never(start, calendar, wanted)
    return found.astimezone(start.tzinfo)


def never(start: datetime, calendar: Calendar, wanted: str) -> CalendarError:
    """Return the error that says that the calendar does not offer ``wanted`` in time."""
    return CalendarError(
        "calendar.never",
        f"the calendar {calendar.name!r} does not offer {wanted} within ten years of {start:%Y-%m-%d}",
        hint="promise less, or give the calendar more hours, or less leave",
    )


def _reached(begin: int, budget: int, calendar: Calendar) -> int | None:
    """Return the first instant at which ``budget`` has passed since ``begin``; None beyond the tables."""
    for table in tables(begin, calendar):
        if budget == 0:
            opening = table.opening(begin)
            if opening is not None:
                return opening
            continue
        done = table.worked(begin)
        if budget <= table.total - done:
            return table.reached(done + budget)
        budget -= table.total - done
    return None


def _words(span: timedelta) -> str:
    hours, rest = divmod(span, timedelta(hours=1))
    return f"{hours:,} hours" if hours and not rest else f"{span}"
