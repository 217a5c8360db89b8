"""What a predicate means of one value; the reference with which every engine agrees.

- Text is compared by ``text_key``; a text whose key is empty is missing.
- A comparison with a missing value is false, ``IsNoneOf`` included; ``IsMissing`` is how to ask for one.
- Numbers are whole or fixed decimals and compare exactly; yes/no is not a number; a float is refused.
- Values of different kinds are never equal, and never more or less: such a comparison is false, ``IsNoneOf`` holds.
"""

from collections.abc import Callable
from datetime import date

from accord.rules.instant import day_number
from accord.rules.predicate import (
    AtLeast,
    AtMost,
    Contains,
    DayPredicate,
    IsAnyOf,
    IsMissing,
    IsNoneOf,
    IsPresent,
    LessThan,
    Matches,
    MoreThan,
    StartsWith,
    ValuePredicate,
)
from accord.rules.text import text_key
from accord.rules.value import Kind, Value, kind_of


def predicate_holds(
    predicate: ValuePredicate, found: Value | None, compared: Callable[[Value | None], Value | None]
) -> bool:
    """Return whether ``predicate`` holds of ``found``.

    Args:
        predicate: The question.
        found: The value of a field or property; None: missing.
        compared: That by which values compare: ``compared_field`` or ``compared_property``.
    """
    value = compared(found)
    if value is None:
        return isinstance(predicate, IsMissing)
    match predicate:
        case IsMissing():
            return False
        case IsPresent():
            return True
        case IsAnyOf(values):
            return _is_among(value, values, compared)
        case IsNoneOf(values):
            return not _is_among(value, values, compared)
        case StartsWith() | Contains() | Matches():
            return isinstance(value, str) and _text_holds(predicate, value)
        case AtLeast() | AtMost() | MoreThan() | LessThan():
            return kind_of(value) is kind_of(predicate.bound) and _order_holds(predicate, value)


def day_predicate_holds(predicate: DayPredicate, found: Value | None, today: int) -> bool:
    """Return whether ``predicate`` holds of ``found``; of anything but a day it does not.

    Args:
        predicate: The question.
        found: The value of a field; None: missing.
        today: In days since 1970.
    """
    if found is None or kind_of(found) is not Kind.DAY or not isinstance(found, date):
        return False
    first, last = predicate.reach
    distance = day_number(found) - today
    return (first is None or distance >= first) and (last is None or distance <= last)


def _is_among(value: Value, values: tuple[Value, ...], compared: Callable[[Value | None], Value | None]) -> bool:
    kind = kind_of(value)
    for candidate in values:
        other = compared(candidate)
        if other == value and kind_of(other) is kind:
            return True
    return False


def _text_holds(predicate: StartsWith | Contains | Matches, key: str) -> bool:
    match predicate:
        case StartsWith(text):
            return key.startswith(text_key(text))
        case Contains(text):
            return text_key(text) in key
        case Matches(pattern):
            return _glob_matches(text_key(pattern), key)


def _glob_matches(pattern: str, key: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return key == pattern
    if not key.startswith(first):
        return False
    start = len(first)
    *middle, last = rest
    for part in middle:
        start = key.find(part, start)
        if start < 0:
            return False
        start += len(part)
    return len(key) - start >= len(last) and key.endswith(last)


def _order_holds(predicate: AtLeast | AtMost | MoreThan | LessThan, value: Value) -> bool:
    # The kinds are the same and one of those that order, which the type checker cannot see.
    match predicate:
        case AtLeast(bound):
            return value >= bound  # type: ignore[operator]
        case AtMost(bound):
            return value <= bound  # type: ignore[operator]
        case MoreThan(bound):
            return value > bound  # type: ignore[operator]
        case LessThan(bound):
            return value < bound  # type: ignore[operator]
