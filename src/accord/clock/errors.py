"""The errors of working time."""

from accord.errors import AccordError


class CalendarError(AccordError):
    """A calendar, a time or a budget with which no working time can be counted.

    Codes: ``calendar.bad_hours``, ``calendar.no_hours``, ``calendar.bad_absence``, ``calendar.unknown_region``,
    ``calendar.bad_budget``, ``calendar.bad_percent``, ``calendar.naive_time``, ``calendar.out_of_range``,
    ``calendar.backwards`` and ``calendar.never``.
    """
