"""The openings of a calendar in one year: the table from which deadlines and elapsed working time are read.

Instants are whole microseconds since 1970 in UTC, so that sums and differences are exact. The year is that of UTC, not
of the calendar's zone: years then follow each other without gap or overlap, whatever the zone does at New Year.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from accord.clock.calendar import MIDNIGHT, Absence, Calendar
from accord.clock.errors import CalendarError
from accord.clock.public_holidays import public_holidays

FIRST_YEAR, LAST_YEAR = 1900, 2199
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400 * SECOND
THURSDAY = 3  # the weekday of day 0, 1 January 1970

Piece = tuple[int, int, int]
"""A local day (days since 1970) and an interval of it, ``[start, end)``, in which the calendar is open."""


@dataclass(frozen=True, slots=True)
class Openings:
    """When a calendar is open in one year of UTC.

    Attributes:
        starts: Of the open intervals, ascending. Intervals do not overlap, and none crosses a local midnight.
        ends: Exclusive.
        before: The working time before each interval, and that of the whole year at the end.
        days: The local days (since 1970) on which the calendar is open at all, ascending.
        closings: The last instant of work on each of these days, as far as it lies in this year of UTC.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    days: Sequence[int]
    closings: Sequence[int]

    @property
    def total(self) -> int:
        """The working time of the year, in microseconds."""
        return self.before[-1]

    def worked(self, until: int) -> int:
        """Return the working time of this year that lies before the instant ``until``, in microseconds."""
        place = bisect_right(self.starts, until) - 1
        if place < 0:
            return 0
        return self.before[place] + min(until, self.ends[place]) - self.starts[place]

    def reached(self, working_time: int) -> int:
        """Return the first instant before which ``working_time`` lies; it is above zero and at most ``total``."""
        place = bisect_left(self.before, working_time) - 1
        return self.starts[place] + working_time - self.before[place]

    def opening(self, at: int) -> int | None:
        """Return ``at`` if the calendar is open then, else its next opening in this year, or None."""
        place = bisect_right(self.starts, at) - 1
        if place >= 0 and at < self.ends[place]:
            return at
        return self.starts[place + 1] if place + 1 < len(self.starts) else None


@lru_cache(maxsize=1024)
def openings(calendar: Calendar, year: int) -> Openings:
    """Return when ``calendar`` is open in ``year`` of UTC. Kept: it takes about a millisecond and 20 kB to make."""
    start, end = (_microseconds(datetime(y, 1, 1, tzinfo=UTC)) for y in (year, year + 1))
    pieces = list(_without(_pieces(calendar, year, start, end), calendar.absences, start, end))
    closings = {day: close for day, _, close in pieces}
    days = sorted(closings)
    return Openings(
        starts=array("q", (opens for _, opens, _ in pieces)),
        ends=array("q", (closes for _, _, closes in pieces)),
        before=array("q", accumulate((closes - opens for _, opens, closes in pieces), initial=0)),
        days=array("q", days),
        closings=array("q", (closings[day] for day in days)),
    )


def instant(at: datetime) -> int:
    """Return ``at`` in microseconds since 1970.

    Raises:
        CalendarError: ``at`` has no zone, or lies outside the years 1900 to 2199.
    """
    if at.utcoffset() is None:
        raise CalendarError(
            "calendar.naive_time", f"the time {at} has no zone", hint="give it the zone in which it was read"
        )
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise CalendarError(
            "calendar.out_of_range",
            f"the time {at} lies outside every calendar",
            hint=f"calendars reach from {FIRST_YEAR} to {LAST_YEAR}",
        )
    return _microseconds(at)


def moment(at: int) -> datetime:
    """Return the instant ``at`` as a time in UTC."""
    return EPOCH + at * MICROSECOND


def _microseconds(at: datetime) -> int:
    return (at.astimezone(UTC) - EPOCH) // MICROSECOND


def _pieces(calendar: Calendar, year: int, start: int, end: int) -> Iterator[Piece]:
    """Yield the open intervals in ``[start, end)``, without regard to leave."""
    week = [[(_of_day(h.opens), _of_day(h.closes) or DAY) for h in calendar.week.get(d, ())] for d in range(7)]
    free = _free_days(calendar, year)
    for since, until, offset in _offsets(calendar.zone, start, end):
        first, last = since + offset, until + offset  # what the wall clock shows, as if it were UTC
        for day in range(first // DAY, (last - 1) // DAY + 1):
            if day in free:
                continue
            for opens, closes in week[(day + THURSDAY) % 7]:
                begin, finish = max(first, day * DAY + opens), min(last, day * DAY + closes)
                if begin < finish:
                    yield day, begin - offset, finish - offset


def _without(pieces: Iterable[Piece], absences: Iterable[Absence], start: int, end: int) -> Iterator[Piece]:
    """Yield the pieces with the leave cut out."""
    spans = [(_microseconds(absence.start), _microseconds(absence.end)) for absence in absences]
    leave = sorted(span for span in spans if span[0] < end and start < span[1])
    for day, opens, closes in pieces:
        begin = opens
        for away, back in leave:
            if away >= closes:
                break
            if back <= begin:
                continue
            if begin < away:
                yield day, begin, away
            begin = back
        if begin < closes:
            yield day, begin, closes


def _offsets(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the intervals of ``[start, end)`` in which the zone keeps one distance from UTC, with that distance.

    ``zoneinfo`` does not tell when a zone changes, so it is asked once a day, and the instant of a change is then
    searched by halves, down to the second. Two changes within one day could be missed; since 1900 no zone of the time
    zone database (2026) has had two within two days.
    """
    since, offset = start, _offset(zone, start)
    for day in range(start, end, DAY):
        until = min(day + DAY, end)
        if _offset(zone, until) == offset:
            continue
        low, high = day, until
        while high - low > SECOND:
            middle = (low + high) // 2 // SECOND * SECOND
            low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
        if since < high:
            yield since, high, offset
        since, offset = high, _offset(zone, high)
    if since < end:
        yield since, end, offset


def _offset(zone: ZoneInfo, at: int) -> int:
    distance = moment(at).astimezone(zone).utcoffset()
    assert distance is not None, "a ZoneInfo always has one"  # noqa: S101  # for the type checker
    return distance // MICROSECOND


def _of_day(at: time) -> int:
    return (datetime.combine(date.min, at) - datetime.combine(date.min, MIDNIGHT)) // MICROSECOND


def _free_days(calendar: Calendar, year: int) -> frozenset[int]:
    """Return the free days, since 1970, of the year and of the local days at its edges."""
    free = set(calendar.days_off)
    if calendar.holidays is not None:
        free.update(*(public_holidays(calendar.holidays, y) for y in (year - 1, year, year + 1)))
    return frozenset(day.toordinal() - EPOCH.toordinal() for day in free)
