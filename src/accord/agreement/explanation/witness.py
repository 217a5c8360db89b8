"""Examples that meet a demand: a value of a field, a touchpoint, with which it can be tried whether it is enough."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from accord.agreement.plan import Field, FieldType
from accord.rules import (
    AtLeast,
    AtMost,
    Contains,
    DayPredicate,
    IsAnyOf,
    IsNoneOf,
    LessThan,
    Matches,
    MoreThan,
    Predicate,
    PropertyTest,
    Selection,
    StartsWith,
    Touchpoint,
    Value,
)
from accord.rules.instant import EPOCH, day_number, local_day
from accord.rules.predicate_meaning import predicate_holds
from accord.rules.value import compared_property

_ANY_TEXT = "example"
_ANY_EVENT = "page_viewed"
_NUMBERS: tuple[Value, ...] = (0, 1, 1_000_000)


def values_for(field: Field, predicates: Sequence[Predicate], at: datetime) -> Iterator[Value | None]:
    """Yield values of the field's type, the likeliest first, to be tried on the predicates; the last is none at all."""
    proposed = dict.fromkeys(value for predicate in predicates for value in _near(predicate, at, field))
    match field.type:
        case FieldType.CHOICE:
            proposed |= dict.fromkeys(field.choices)
        case FieldType.BOOLEAN:
            proposed = dict.fromkeys((True, False))
        case FieldType.TEXT:
            proposed |= dict.fromkeys((_together(predicates), _ANY_TEXT))
        case FieldType.DATE:
            proposed |= dict.fromkeys((at.date(),))
        case _:
            proposed |= dict.fromkeys(_NUMBERS)
    yield from (value for value in proposed if _is_of(field.type, value))
    yield None


def _is_of(kind: FieldType, value: Value) -> bool:
    match kind:
        case FieldType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case FieldType.DECIMAL:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case FieldType.DATE:
            return isinstance(value, date)
        case FieldType.BOOLEAN:
            return isinstance(value, bool)
    return isinstance(value, str)


def _near(predicate: Predicate, at: datetime, field: Field | None = None) -> Iterator[Value]:
    """Yield values at the border of a predicate, on either side."""
    match predicate:
        case IsAnyOf(values) | IsNoneOf(values):
            yield from values
        case AtLeast(bound) | AtMost(bound) | MoreThan(bound) | LessThan(bound):
            yield from _around(bound)
        case StartsWith(text) | Contains(text):
            yield text
        case Matches(pattern):
            yield pattern.replace("*", "") or _ANY_TEXT
        case _ if isinstance(predicate, DayPredicate) and field is not None:
            first, last = predicate.reach
            yield from (_day(at, days) for days in (first, last) if days is not None)


def _around(bound: int | Decimal | date) -> tuple[Value, ...]:
    if isinstance(bound, date):
        return bound, bound + timedelta(days=1), bound - timedelta(days=1)
    return bound, bound + 1, bound - 1


def _day(at: datetime, days: int) -> date:
    zone = at.tzinfo
    today = local_day(at, zone) if zone is not None else day_number(at.date())
    return (EPOCH + timedelta(days=today + days)).date()


def _together(predicates: Iterable[Predicate]) -> str:
    """Return a text that begins with, and holds, everything that is asked of it."""
    starts, inside = "", ""
    for predicate in predicates:
        match predicate:
            case StartsWith(text):
                starts = max(starts, text, key=len)
            case Contains(text):
                inside += text
            case Matches(pattern):
                inside += pattern.replace("*", "")
    return starts + inside or _ANY_TEXT


def touchpoint_for(what: Selection, name: str, at: datetime) -> Touchpoint | None:
    """Return a touchpoint at ``at`` that is among ``what``, or None if none was found."""
    properties: dict[str, Value] = {}
    for wanted in dict.fromkeys(test.name for test in what.where):
        tests = [test for test in what.where if test.name == wanted]
        if all(predicate_holds(test.predicate, None, compared_property) for test in tests):
            continue
        value = next(filter(_passing(tests), _properties_near(tests, at)), None)
        if value is None:
            return None
        properties[wanted] = value
    return Touchpoint(name, what.events[0] if what.events else _ANY_EVENT, at, properties)


def _properties_near(tests: Sequence[PropertyTest], at: datetime) -> Iterator[Value]:
    yield _together(test.predicate for test in tests)
    for test in tests:
        yield from _near(test.predicate, at)
    yield from _NUMBERS


def _passing(tests: Sequence[PropertyTest]) -> Callable[[Value], bool]:
    return lambda value: all(predicate_holds(test.predicate, value, compared_property) for test in tests)
