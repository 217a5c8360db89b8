"""Working time: calendars, the deadline of a promise, and the working time that has elapsed.

Pure: no Django, no network, no clock of its own: now, zone and calendar are arguments.
Start reading at ``calendar.py``, then ``working_time.py``; ``openings.py`` holds the tables that both directions read.
"""

from accord.clock.budget import Budget, WorkingDays, WorkingTime
from accord.clock.calendar import Absence, Calendar, Hours
from accord.clock.errors import CalendarError
from accord.clock.many_times import elapsed_times
from accord.clock.promise import due, part_due
from accord.clock.working_time import deadline, elapsed, is_open, next_opening

__all__ = [
    "Absence",
    "Budget",
    "Calendar",
    "CalendarError",
    "Hours",
    "WorkingDays",
    "WorkingTime",
    "deadline",
    "due",
    "elapsed",
    "elapsed_times",
    "is_open",
    "next_opening",
    "part_due",
]
