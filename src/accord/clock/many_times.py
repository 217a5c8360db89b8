"""The working time of many spans at once, for reports."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from accord.clock.calendar import Calendar
from accord.clock.errors import CalendarError
from accord.clock.openings import moment, openings


def elapsed_times(starts: Sequence[int], ends: Sequence[int], calendar: Calendar) -> list[int]:
    """Return the working time between each start and the end beside it, as ``elapsed``; a million take a few seconds.

    The tables of all years are read as one, and instants are whole microseconds since 1970, as reports have them.

    Raises:
        CalendarError: An end lies before its start.
    """
    if not starts:
        return []
    if any(end < start for start, end in zip(starts, ends, strict=True)):
        raise CalendarError("calendar.backwards", "a span ends before it starts", hint="exchange its two instants")
    tables = [openings(calendar, year) for year in range(moment(min(starts)).year, moment(max(ends)).year + 1)]
    opens = [at for table in tables for at in table.starts]
    closes = [at for table in tables for at in table.ends]
    before = list(accumulate((until - since for since, until in zip(opens, closes, strict=True)), initial=0))

    def worked(until: int) -> int:
        """Return the working time from the first of these years until an instant."""
        place = bisect_right(opens, until) - 1
        return 0 if place < 0 else before[place] + min(until, closes[place]) - opens[place]

    return [worked(end) - worked(start) for start, end in zip(starts, ends, strict=True)]
