"""Months by their numbers, so that a stretch of them is a range of whole numbers."""

from datetime import date


def month_number(day: date) -> int:
    """Return the month of a day: twelve times the year, and the months before it in that year.

    Examples:
        >>> month_number(date(2026, 1, 31)), month_number(date(2025, 12, 1))
        (24312, 24311)
    """
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """Return the first day of a month by its number.

    Examples:
        >>> first_day(24311)
        datetime.date(2025, 12, 1)
    """
    return date(month // 12, month % 12 + 1, 1)
