"""Amounts as people write them: "2 working days", "80 %", "3 times", "09:00-12:30".

Each parser returns the value or raises ``QuantityError`` with a sentence that says how to write it.
"""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

from accord.clock import Budget, Hours, WorkingDays, WorkingTime

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_POINTS = 1_000_000
LONGEST = timedelta(days=3650)
"""Ten years: longer windows and promises are slips of the pen."""

_AMOUNT = re.compile(r"\s*([0-9]{1,7})\s+([a-z]+(?: [a-z]+)?)\s*\Z")
_CALENDAR_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_WORKING_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_WORKING_TIME_UNITS = {f"working {unit}": span for unit, span in _WORKING_UNITS.items()} | _WORKING_UNITS
_PERCENT = re.compile(r"\s*([0-9]{1,6})\s*%\s*\Z")
_SHARE = re.compile(r"\s*(?:at least\s+)?([0-9]{1,6})\s*%\s*\Z")
_TIMES = re.compile(r"\s*([0-9]{1,6})\s+times?\s*\Z")
_HOURS = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})\s*\Z")
_MONEY = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,2})?)\s+([A-Z]{3})\s*\Z")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it is written; ``amount`` has at most two decimals."""

    amount: Decimal
    currency: str


class QuantityError(ValueError):
    """The text is not an amount of the kind that is wanted."""


def window(text: object) -> timedelta:
    """Return a span of calendar time.

    Examples:
        >>> window("2 weeks")
        datetime.timedelta(days=14)
    """
    how = "write a time such as '14 days', '3 hours' or '2 weeks'"
    count, unit = _count_and_unit(text, how)
    if unit not in _CALENDAR_UNITS:
        raise QuantityError(f"{shown(text)} is not a length of time; {how}")
    return _span(count, _CALENDAR_UNITS[unit], text)


def whole_days(text: object) -> timedelta:
    """Return a span of calendar time in whole days, as half-lives are."""
    span = window(text)
    if span % timedelta(days=1) or not span:
        raise QuantityError(f"{shown(text)} is not a number of whole days; write a time such as '30 days'")
    return span


def budget(text: object) -> Budget:
    """Return how much working time a promise allows; hours and minutes always count only while the calendar is open.

    Examples:
        >>> budget("2 working days")
        WorkingDays(days=2)
        >>> budget("90 minutes")
        WorkingTime(span=datetime.timedelta(seconds=5400))
    """
    how = "write a working time such as '15 minutes', '8 working hours' or '2 working days'"
    count, unit = _count_and_unit(text, how)
    if unit == "working day":
        _span(count, timedelta(days=1), text)
        return WorkingDays(count)
    if unit in {"day", "week"}:
        raise QuantityError(f"{shown(text)} could be working or calendar time; write 'working days'")
    if unit not in _WORKING_TIME_UNITS:
        raise QuantityError(f"{shown(text)} is not a working time; {how}")
    return WorkingTime(_span(count, _WORKING_TIME_UNITS[unit], text))


def percent(text: object) -> int:
    """Return a percentage.

    Examples:
        >>> percent("80 %")
        80
    """
    found = _PERCENT.match(text) if isinstance(text, str) else None
    if found is None:
        raise QuantityError(f"{shown(text)} is not a percentage; write it like '80 %'")
    return int(found[1])


def share(text: object) -> int:
    """Return a promised share, as ``at least 70 %`` or ``70 %``, of 0 to 100."""
    found = _SHARE.match(text) if isinstance(text, str) else None
    if found is None:
        raise QuantityError(f"{shown(text)} is not a share; write it like 'at least 70 %'")
    if int(found[1]) > 100:
        raise QuantityError(f"{shown(text)} is more than all; a share is 0 to 100 %")
    return int(found[1])


def money(text: object) -> Money:
    """Return an amount of money with its currency.

    Examples:
        >>> money("4200 EUR")
        Money(amount=Decimal('4200'), currency='EUR')
    """
    how = "write it like '4200 EUR' or '4.50 EUR', without commas between the thousands"
    if isinstance(text, int | Decimal) and not isinstance(text, bool):
        raise QuantityError(f"{shown(text)} has no currency; {how}")
    found = _MONEY.match(text) if isinstance(text, str) else None
    if found is None:
        raise QuantityError(f"{shown(text)} is not an amount of money; {how}")
    value = Decimal(found[1])
    if not value:
        raise QuantityError(f"{shown(text)} is no money at all; {how}")
    return Money(value, found[2])


def times(text: object) -> int:
    """Return how often, from ``3 times``, ``once``, ``twice`` or a bare number.

    Examples:
        >>> times("3 times"), times("twice"), times(2)
        (3, 2, 2)
    """
    how = "write how often, such as '3 times'"
    count = _how_often(text)
    if count is None:
        raise QuantityError(f"{shown(text)} is not a number of times; {how}")
    if not 1 <= count <= 10_000:
        raise QuantityError(f"{shown(text)} is not between once and 10000 times; {how}")
    return count


def _how_often(text: object) -> int | None:
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    if not isinstance(text, str):
        return None
    named = {"once": 1, "twice": 2}.get(text.strip())
    if named is not None:
        return named
    found = _TIMES.match(text)
    return int(found[1]) if found else None


def hundredths(number: object) -> int:
    """Return points in whole hundredths.

    Examples:
        >>> hundredths(15), hundredths(Decimal("2.5"))
        (1500, 250)
    """
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise QuantityError(f"{shown(number)} is not a number of points; write it like 15 or 2.5")
    scaled = Decimal(number) * 100
    if scaled != scaled.to_integral_value():
        raise QuantityError(f"{shown(number)} has more than two decimals; points are counted in hundredths")
    if abs(scaled) > MOST_POINTS * 100:
        raise QuantityError(f"{shown(number)} is beyond {MOST_POINTS} points")
    return int(scaled)


def hours(text: object) -> Hours:
    """Return one interval of a day; ``24:00`` closes at midnight.

    Examples:
        >>> hours("09:00-12:30")
        Hours(opens=datetime.time(9, 0), closes=datetime.time(12, 30))
    """
    found = _HOURS.match(text) if isinstance(text, str) else None
    if found is None:
        raise QuantityError(f'{shown(text)} is not an interval of a day; write it like "09:00-12:30"')
    opens, closes = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if max(opens, closes) > 24 * 60 or opens == 24 * 60 or int(found[2]) > 59 or int(found[4]) > 59:
        raise QuantityError(f'{shown(text)} has a time that no clock shows; write it like "09:00-12:30"')
    if closes <= opens:
        raise QuantityError(f"{shown(text)} closes before it opens; an interval stays within one day")
    return Hours(time(opens // 60, opens % 60), time(closes % (24 * 60) // 60, closes % 60))


def weekdays(text: str) -> tuple[int, ...]:
    """Return the days that a key such as ``mon`` or ``mon-thu`` names, Monday is 0.

    Examples:
        >>> weekdays("mon-thu")
        (0, 1, 2, 3)
    """
    names = text.split("-")
    if len(names) > 2 or any(name not in WEEKDAYS for name in names):
        raise QuantityError(f"{shown(text)} is not a weekday; write mon, tue, … sun, or a range such as mon-thu")
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    if len(names) == 2 and last <= first:
        raise QuantityError(f"{shown(text)} is not a range; a week begins on mon and ends on sun")
    return tuple(range(first, last + 1))


def shown(value: object) -> str:
    """Return a value as it is quoted in a message, cut where it is long."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"'{str(value).lower()}'"
        case dict():
            return "a group of keys"
        case list():
            return "a list"
    text = str(value)
    return f"'{text[:57]}…'" if len(text) > 60 else f"'{text}'"


def _minutes(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)


def _count_and_unit(text: object, how: str) -> tuple[int, str]:
    found = _AMOUNT.match(text) if isinstance(text, str) else None
    if found is None:
        raise QuantityError(f"{shown(text)} has no number and unit; {how}")
    count = int(found[1])
    if count < 1:
        raise QuantityError(f"{shown(text)} is no time at all; {how}")
    return count, found[2].removesuffix("s")


def _span(count: int, unit: timedelta, text: object) -> timedelta:
    if count * unit > LONGEST:
        raise QuantityError(f"{shown(text)} is longer than ten years")
    return count * unit
