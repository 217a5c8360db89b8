"""Working calendars: on which hours of which days somebody can be expected to work."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from accord.clock.errors import CalendarError
from accord.clock.public_holidays import check_region

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Hours:
    """One interval of a working day, in local wall-clock time. It does not cross midnight: two intervals do that.

    Attributes:
        opens: Inclusive.
        closes: Exclusive; ``time(0)`` means midnight at the end of the day.

    Raises:
        CalendarError: It closes before or when it opens, or a time carries a zone of its own.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens.tzinfo is not None or self.closes.tzinfo is not None:
            raise CalendarError(
                "calendar.bad_hours",
                f"the hours {self} carry a zone of their own",
                hint="the zone is that of the calendar: leave it out",
            )
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise CalendarError(
                "calendar.bad_hours",
                f"the hours {self} end before they begin",
                hint=f"work past midnight is written as two: {self.opens:%H:%M}-24:00 and, on the next day, "
                f"00:00-{self.closes:%H:%M}",
            )

    def __str__(self) -> str:
        closes = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"


@dataclass(frozen=True, slots=True)
class Absence:
    """A time of leave, ``[start, end)`` in aware instants, which are kept in UTC.

    Two times in one zone are compared by Python as wall-clock times, so that the two passes of the repeated hour would
    count as equal; in UTC they do not.

    Raises:
        CalendarError: It ends before or when it starts, or a time has no zone.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for at in (self.start, self.end):
            if at.utcoffset() is None:
                raise CalendarError(
                    "calendar.naive_time", f"the leave time {at} has no zone", hint="give it the zone it is meant in"
                )
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise CalendarError(
                "calendar.bad_absence",
                f"the leave from {self.start} ends before it starts, at {self.end}",
                hint="exchange the two, or set the end to the first instant back at work",
            )


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working hours of a week in a zone, without public holidays, days off and leave.

    The wall clock decides: the calendar is open at an instant if the clock on the wall of its zone then shows a time
    within its hours. So hours that fall into the gap of a spring change are shorter by the gap, and those that fall
    into the repeated hour of an autumn change count in both of its passes.

    Attributes:
        name: By which the agreement refers to it.
        zone: The zone of the hours and of the days.
        week: Hours by weekday, Monday is 0; an absent day is free. Several intervals a day, in order, not overlapping;
            they may touch.
        holidays: A region that the ``holidays`` package knows, such as ``DE-BY`` or ``AT``; None: no public holidays.
        days_off: Further free days.
        absences: Leave of the person whose calendar this is, in any order.

    Raises:
        CalendarError: Hours overlap or are out of order, there are none, or the region of the holidays is unknown.
    """

    name: str
    zone: ZoneInfo
    week: Mapping[int, tuple[Hours, ...]]
    holidays: str | None = None
    days_off: frozenset[date] = frozenset()
    absences: tuple[Absence, ...] = field(default=())

    def __post_init__(self) -> None:
        unknown = [day for day in self.week if day not in range(7)]
        if unknown:
            raise CalendarError(
                "calendar.bad_hours",
                f"the calendar {self.name!r} has hours on weekday {unknown[0]!r}",
                hint="weekdays are 0 (Monday) to 6 (Sunday)",
            )
        for day, hours in self.week.items():
            self._check_order(day, hours)
        week = {day: tuple(self.week[day]) for day in sorted(self.week) if self.week[day]}
        if not week:
            raise CalendarError(
                "calendar.no_hours",
                f"the calendar {self.name!r} has no working hours",
                hint="give it hours on one day of the week at least",
            )
        if self.holidays is not None:
            check_region(self.holidays)
        object.__setattr__(self, "week", week)  # a copy in the order of the week: equal calendars hash equal

    def __hash__(self) -> int:
        return hash((self.name, self.zone, tuple(self.week.items()), self.holidays, self.days_off, self.absences))

    def without(self, absences: tuple[Absence, ...]) -> "Calendar":
        """Return this calendar with further leave taken out."""
        return replace(self, absences=self.absences + absences)

    def _check_order(self, day: int, hours: tuple[Hours, ...]) -> None:
        for one, other in pairwise(hours):
            if one.closes == MIDNIGHT or other.opens < one.closes:
                raise CalendarError(
                    "calendar.bad_hours",
                    f"the calendar {self.name!r} has the hours {other} after {one} on {DAYS[day]}",
                    hint="put them in order, and let none begin before the one before it ends",
                )
