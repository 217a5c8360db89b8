"""How much working time a promise allows."""

from dataclasses import dataclass
from datetime import timedelta

from accord.clock.errors import CalendarError


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """A span of working time, such as one hour: it runs only while the calendar is open.

    Raises:
        CalendarError: The span is negative.
    """

    span: timedelta

    def __post_init__(self) -> None:
        if self.span < timedelta(0):
            raise CalendarError(
                "calendar.bad_budget", f"the working time {self.span} is negative", hint="promise zero or more"
            )


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of working days: it ends when the calendar closes on the n-th working day after the day of the start.

    Raises:
        CalendarError: The number is below one.
    """

    days: int

    def __post_init__(self) -> None:
        if self.days < 1:
            raise CalendarError(
                "calendar.bad_budget",
                f"a promise of {self.days} working days has no end",
                hint="promise 1 working day or more, or a working time such as 1 hour",
            )


Budget = WorkingTime | WorkingDays
