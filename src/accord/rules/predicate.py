"""The predicates of the criteria language: yes/no statements about one value of a field or of a property.

All are frozen and comparable. Text stands as its author wrote it; it is compared by ``text_key``. What could not mean
the same on every engine is refused when a node is made, with ``RulesError``: a float, a decimal of more than four
places, empty text.

``InNext``, ``InLast``, ``MoreThanAgo`` and ``MoreThanAhead`` compare a day with today, which is the calendar day of the
instant of judgement in the agreement's zone. They count in whole days, since months and years differ in length.
"""

from dataclasses import dataclass

from accord.rules.errors import RulesError
from accord.rules.value import Number, Value, checked_bound, checked_value

MOST_DAYS = 36525
"""A hundred years; more days from today than that are a slip of the pen."""


@dataclass(frozen=True, slots=True)
class IsAnyOf:
    """The value is present and equals one of ``values`` (``is`` is the case of a single one)."""

    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        for value in self.values:
            checked_value(value)


@dataclass(frozen=True, slots=True)
class IsNoneOf:
    """The value is present and equals none of ``values`` (``is_not`` is the case of a single one)."""

    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        for value in self.values:
            checked_value(value)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The value is present and greater than or equal to ``bound``."""

    bound: Number

    def __post_init__(self) -> None:
        checked_bound(self.bound)


@dataclass(frozen=True, slots=True)
class AtMost:
    """The value is present and less than or equal to ``bound``."""

    bound: Number

    def __post_init__(self) -> None:
        checked_bound(self.bound)


@dataclass(frozen=True, slots=True)
class MoreThan:
    """The value is present and greater than ``bound``."""

    bound: Number

    def __post_init__(self) -> None:
        checked_bound(self.bound)


@dataclass(frozen=True, slots=True)
class LessThan:
    """The value is present and less than ``bound``."""

    bound: Number

    def __post_init__(self) -> None:
        checked_bound(self.bound)


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The text is present and begins with ``text``."""

    text: str

    def __post_init__(self) -> None:
        checked_value(self.text)


@dataclass(frozen=True, slots=True)
class Contains:
    """The text is present and holds ``text`` somewhere."""

    text: str

    def __post_init__(self) -> None:
        checked_value(self.text)


@dataclass(frozen=True, slots=True)
class Matches:
    """The text is present and matches the glob ``pattern``, in which only ``*`` is special (any run, also empty)."""

    pattern: str

    def __post_init__(self) -> None:
        checked_value(self.pattern)


@dataclass(frozen=True, slots=True)
class IsMissing:
    """There is no value."""


@dataclass(frozen=True, slots=True)
class IsPresent:
    """There is a value."""


@dataclass(frozen=True, slots=True)
class InNext:
    """The day is today or one of the ``days`` after it."""

    days: int

    def __post_init__(self) -> None:
        _check_days(self.days)

    @property
    def reach(self) -> tuple[int | None, int | None]:
        """The first and the last day that pass, counted from today; None: there is no end on that side."""
        return 0, self.days


@dataclass(frozen=True, slots=True)
class InLast:
    """The day is today or one of the ``days`` before it."""

    days: int

    def __post_init__(self) -> None:
        _check_days(self.days)

    @property
    def reach(self) -> tuple[int | None, int | None]:
        """The first and the last day that pass, counted from today; None: there is no end on that side."""
        return -self.days, 0


@dataclass(frozen=True, slots=True)
class MoreThanAgo:
    """The day lies more than ``days`` before today."""

    days: int

    def __post_init__(self) -> None:
        _check_days(self.days)

    @property
    def reach(self) -> tuple[int | None, int | None]:
        """The first and the last day that pass, counted from today; None: there is no end on that side."""
        return None, -self.days - 1


@dataclass(frozen=True, slots=True)
class MoreThanAhead:
    """The day lies more than ``days`` after today."""

    days: int

    def __post_init__(self) -> None:
        _check_days(self.days)

    @property
    def reach(self) -> tuple[int | None, int | None]:
        """The first and the last day that pass, counted from today; None: there is no end on that side."""
        return self.days + 1, None


ValuePredicate = (
    IsAnyOf
    | IsNoneOf
    | AtLeast
    | AtMost
    | MoreThan
    | LessThan
    | StartsWith
    | Contains
    | Matches
    | IsMissing
    | IsPresent
)
"""Predicates that need only the value."""

DayPredicate = InNext | InLast | MoreThanAgo | MoreThanAhead
"""Predicates that compare a day with today; of anything but a day they are false."""

Predicate = ValuePredicate | DayPredicate


def _check_days(days: int) -> None:
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        raise RulesError("rules.days", f"{days!r} is not a number of days", hint=f"use 1 to {MOST_DAYS}")
