"""Compilation of predicates: what is asked of the columns that hold one value, as a SQLGlot tree that is never NULL."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from sqlglot import exp

from accord.rules.errors import RulesError
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
from accord.rules.tables import ColumnType, Tables
from accord.rules.text import text_key
from accord.rules.tree import FieldRule, PropertyTest
from accord.rules.value import PLACES, PRECISION, Value, compared_field, compared_property, decimal_value, kind_of

ESCAPE = "!"
"""Stands before a character of a LIKE pattern that means itself; the backslash means different things to engines."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A column and its type; a value that is present stands in exactly one column of those that hold it."""

    column: exp.Expr
    type: ColumnType


def field_holds(rule: FieldRule, tables: Tables, today: int | exp.Expr | None) -> exp.Expr:
    """Return whether ``rule`` holds of a row of the lead table.

    Raises:
        RulesError: The field has no column; it is compared with ``today``, which is None.
    """
    found = tables.fields.get(rule.field)
    if found is None:
        raise RulesError("rules.no_column", f"there is no column for the field {rule.field!r}")
    typed = _Typed(column_of(found.name, tables.lead), found.type)
    if isinstance(rule.predicate, DayPredicate):
        return _day_predicate(rule.predicate, typed, today)
    return _predicate(rule.predicate, (typed,), compared_field)


def property_holds(test: PropertyTest, tables: Tables) -> exp.Expr:
    """Return whether ``test`` holds of a row of the touchpoint table.

    Raises:
        RulesError: The property has no columns.
    """
    columns = tables.properties.get(test.name)
    if columns is None:
        raise RulesError("rules.no_column", f"there is no column for the property {test.name!r}")
    typed = (
        _Typed(column_of(columns.text, tables.touchpoint), ColumnType.TEXT),
        _Typed(column_of(columns.number, tables.touchpoint), ColumnType.DECIMAL),
    )
    return _predicate(test.predicate, typed, compared_property)


def _predicate(
    predicate: ValuePredicate, columns: tuple[_Typed, ...], compared: Callable[[Value | None], Value | None]
) -> exp.Expr:
    match predicate:
        case IsMissing():
            return every(exp.Is(this=each.column.copy(), expression=exp.null()) for each in columns)
        case IsPresent():
            return some(_present(each) for each in columns)
        case IsAnyOf(values):
            return some(_where_present(each, _is_among(each, values, compared)) for each in columns)
        case IsNoneOf(values):
            return some(_where_present(each, exp.not_(_is_among(each, values, compared))) for each in columns)
        case StartsWith() | Contains() | Matches():
            like = _like_pattern(predicate)
            return some(_where_present(each, _like(each, like)) for each in columns if each.type is ColumnType.TEXT)
        case AtLeast() | AtMost() | MoreThan() | LessThan():
            kind = kind_of(predicate.bound)
            return some(_where_present(each, _order(each, predicate)) for each in columns if each.type.kind is kind)


def _day_predicate(predicate: DayPredicate, typed: _Typed, today: int | exp.Expr | None) -> exp.Expr:
    if typed.type is not ColumnType.DATE:
        return exp.false()
    if today is None:
        raise RulesError("rules.no_today", "a field is compared with today, of which no day is given")
    first, last = predicate.reach
    ends = ((exp.GTE, first), (exp.LTE, last))
    conditions = [
        comparison(this=typed.column.copy(), expression=_days_from(today, days))
        for comparison, days in ends
        if days is not None
    ]
    return _where_present(typed, every(conditions))


def _days_from(today: int | exp.Expr, days: int) -> exp.Expr:
    if isinstance(today, int):
        return whole_number(today + days)
    if not days:
        return today.copy()
    return today.copy() + whole_number(days) if days > 0 else today.copy() - whole_number(-days)


def _present(typed: _Typed) -> exp.Expr:
    return exp.not_(exp.Is(this=typed.column.copy(), expression=exp.null()))


def _where_present(typed: _Typed, condition: exp.Expr) -> exp.Expr:
    return every([_present(typed), condition])


def _is_among(typed: _Typed, values: tuple[Value, ...], compared: Callable[[Value | None], Value | None]) -> exp.Expr:
    # By kind too, since 1 equals True.
    candidates = dict.fromkeys((kind_of(each), each) for each in map(compared, values) if each is not None)
    constants = [_constant(candidate, typed.type) for _, candidate in candidates if _can_hold(typed.type, candidate)]
    return exp.In(this=typed.column.copy(), expressions=constants) if constants else exp.false()


def _can_hold(column: ColumnType, value: Value) -> bool:
    if kind_of(value) is not column.kind:
        return False
    return column is not ColumnType.INTEGER or value == _whole(value, ROUND_FLOOR)


def _order(typed: _Typed, predicate: AtLeast | AtMost | MoreThan | LessThan) -> exp.Expr:
    # Among whole numbers, x >= 4.5 is x >= 5 and x > 4.5 is x > 4, so that no engine has to convert the column.
    comparison: type[exp.Binary]
    match predicate:
        case AtLeast(bound):
            comparison, rounding = exp.GTE, ROUND_CEILING
        case AtMost(bound):
            comparison, rounding = exp.LTE, ROUND_FLOOR
        case MoreThan(bound):
            comparison, rounding = exp.GT, ROUND_FLOOR
        case LessThan(bound):
            comparison, rounding = exp.LT, ROUND_CEILING
    limit = _whole(bound, rounding) if typed.type is ColumnType.INTEGER else bound
    return comparison(this=typed.column.copy(), expression=_constant(limit, typed.type))


def _whole(number: Value, rounding: str) -> Value:
    return int(number.to_integral_value(rounding)) if isinstance(number, Decimal) else number


def _constant(value: Value, column: ColumnType) -> exp.Expr:
    match value:
        case str():
            return exp.Literal.string(value)
        case bool():
            return exp.true() if value else exp.false()
        case int() | Decimal() if column is ColumnType.INTEGER:
            return whole_number(int(value))
        case int() | Decimal():
            text = str(decimal_value(str(compared_field(value))))
            return exp.cast(exp.Literal.string(text), f"DECIMAL({PRECISION}, {PLACES})")
    return whole_number(day_number(value))


def _like(typed: _Typed, pattern: str) -> exp.Expr:
    like = exp.Like(this=typed.column.copy(), expression=exp.Literal.string(pattern))
    # A backslash is an escape to the engines that assume one, unless another is named.
    if ESCAPE in pattern or "\\" in pattern:
        return exp.Escape(this=like, expression=exp.Literal.string(ESCAPE))
    return like


def _like_pattern(predicate: StartsWith | Contains | Matches) -> str:
    match predicate:
        case StartsWith(text):
            return _escaped(text_key(text)) + "%"
        case Contains(text):
            return "%" + _escaped(text_key(text)) + "%"
        case Matches(pattern):
            return _escaped(text_key(pattern)).replace("*", "%")


def _escaped(text: str) -> str:
    return "".join(ESCAPE + character if character in {"%", "_", ESCAPE} else character for character in text)


def column_of(name: str, table: str) -> exp.Expr:
    """Return a column of a table, both quoted."""
    return exp.column(name, table=table, quoted=True)


def whole_number(value: int) -> exp.Expr:
    """Return a whole number."""
    return exp.Literal.number(value)


def every(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Return that all conditions hold; none: true."""
    listed = list(conditions)
    return exp.and_(*listed, copy=False) if listed else exp.true()


def some(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Return that at least one condition holds; none: false."""
    listed = list(conditions)
    return exp.or_(*listed, copy=False) if listed else exp.false()
