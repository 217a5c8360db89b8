"""Compilation of a rule to a SQLGlot tree that means the same as ``evaluate`` on every engine.

What is used of SQL is what all engines share: ``AND``, ``OR``, ``NOT``, ``IS NULL``, ``IN``, comparisons between a
column and a constant of the very type of that column, ``LIKE``, ``CASE``, and a correlated ``COUNT`` or ``MIN``.
Identifiers are quoted, constants are cast, instants and days are whole numbers. Every expression is total: it is true
or false, never NULL.

Differences between engines live in ``render`` and nowhere else.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlglot import exp

from accord.rules.compile_predicate import ESCAPE, column_of, every, field_holds, property_holds, some, whole_number
from accord.rules.errors import RulesError
from accord.rules.instant import microseconds, span
from accord.rules.tables import Tables
from accord.rules.tree import (
    AbsenceRule,
    All,
    AnyOf,
    BehaviourRule,
    CountRule,
    CriterionRule,
    DaysRule,
    FieldRule,
    FirstRule,
    LastRule,
    NoneOf,
    PeopleRule,
    Rule,
    Selection,
    SequenceRule,
)

_BACKSLASH_ONLY = frozenset({"bigquery", "clickhouse"})
"""Engines whose LIKE has no ESCAPE clause and always takes the backslash."""

Measure = Callable[[BehaviourRule], exp.Expr]
"""Gives the whole number that decides a rule about behaviour, over one row of the lead table; see ``measured``."""


def compile_rule(
    rule: Rule,
    tables: Tables,
    at: datetime | exp.Expr,
    criteria: Mapping[str, Rule],
    measure: Measure | None = None,
    today: int | exp.Expr | None = None,
) -> exp.Expr:
    """Return ``rule`` as a boolean expression over one row of the lead table; it is never NULL.

    Args:
        rule: What to compile.
        tables: The names of the tables and columns.
        at: The instant; or an expression over the lead's row that gives it in microseconds since 1970, never NULL.
        criteria: By name, for references.
        measure: How to count touchpoints; by default a correlated subquery, ``measured``. A query over very many leads
            measures for all rules in one pass, with ``touchpoint_condition``, and gives the columns here.
        today: The calendar day at ``at`` in the agreement's zone, in days since 1970 (``local_day``); or an expression
            over the lead's row that gives it, never NULL. Only rules that compare a field with today need it.

    Raises:
        RulesError: A field or property has no column; a criterion is unknown or refers to itself; ``at`` has no zone;
            ``today`` is needed and not given.
    """
    return _Compiler(tables, at, criteria, measure or (lambda asked: measured(asked, tables, at)), today).rule(rule, ())


def measured(rule: BehaviourRule, tables: Tables, at: datetime | exp.Expr) -> exp.Expr:
    """Return the whole number by which ``rule`` is decided for one row of the lead table, as a scalar subquery.

    That is how many touchpoints, days or people there are; of a sequence, how many pairs; of the first or the last
    touchpoint its instant if it passes the tests, else NULL. Only this one may be NULL.

    Raises:
        RulesError: A property has no column; ``at`` has no zone.
    """
    touchpoint = tables.touchpoint
    match rule:
        case CountRule(what) | AbsenceRule(what):
            return _asked(exp.Count(this=exp.Star()), tables, touchpoint_condition(what, tables, at))
        case DaysRule(what):
            days = _distinct(column_of(tables.day, touchpoint))
            return _asked(days, tables, touchpoint_condition(what, tables, at))
        case PeopleRule(what):
            people = _distinct(column_of(tables.touchpoint_person, touchpoint))
            company = exp.EQ(
                this=column_of(tables.touchpoint_company, touchpoint),
                expression=column_of(tables.lead_company, tables.lead),
            )
            return _select(people, tables).where(every([company, touchpoint_condition(what, tables, at)])).subquery()
        case FirstRule(what) | LastRule(what):
            chosen = _chosen(exp.Min if isinstance(rule, FirstRule) else exp.Max, what, tables)
            return _asked(chosen, tables, touchpoint_condition(Selection(what.events), tables, at))
        case SequenceRule():
            return _pairs(rule, tables, at)


def touchpoint_condition(what: Selection, tables: Tables, at: datetime | exp.Expr) -> exp.Expr:
    """Return whether a row of the touchpoint table is among ``what``, whoever's it is; never NULL.

    Raises:
        RulesError: A property has no column; ``at`` has no zone.
    """
    moment = column_of(tables.at, tables.touchpoint)
    conditions = [_of_events(what.events, tables), exp.LTE(this=moment, expression=_before(at, None))]
    if what.within is not None:
        conditions.append(exp.GT(this=moment.copy(), expression=_before(at, what.within)))
    return every([*conditions, *(property_holds(test, tables) for test in what.where)])


def render(expression: exp.Expr, dialect: str) -> str:
    """Return ``expression``, a rule or a whole query that holds some, as text for one engine.

    The text may hold ``%``: hand it to a driver without parameters, or double them.
    """
    if dialect in _BACKSLASH_ONLY:
        expression = expression.transform(_escaped_by_backslash)
    return expression.sql(dialect=dialect, identify=True)


class _Compiler:
    def __init__(
        self,
        tables: Tables,
        at: datetime | exp.Expr,
        criteria: Mapping[str, Rule],
        measure: Measure,
        today: int | exp.Expr | None,
    ) -> None:
        self.tables = tables
        self.at = at
        self.criteria = criteria
        self.measure = measure
        self.today = today

    def rule(self, rule: Rule, inside: tuple[str, ...]) -> exp.Expr:
        match rule:
            case FieldRule():
                return field_holds(rule, self.tables, self.today)
            case CriterionRule(name):
                return self.criterion(name, inside)
            case All(rules):
                return every(self.rule(part, inside) for part in rules)
            case AnyOf(rules):
                return some(self.rule(part, inside) for part in rules)
            case NoneOf(rules):
                return exp.not_(some(self.rule(part, inside) for part in rules))
        return self.behaviour(rule)

    def behaviour(self, rule: BehaviourRule) -> exp.Expr:
        found = self.measure(rule)
        match rule:
            case CountRule(_, least) | DaysRule(_, least) | PeopleRule(_, least):
                return exp.GTE(this=found, expression=whole_number(least))
            case AbsenceRule():
                return exp.EQ(this=found, expression=whole_number(0))
            case SequenceRule():
                return exp.GTE(this=found, expression=whole_number(1))
            case FirstRule(what) | LastRule(what) if what.within is None:
                return exp.not_(exp.Is(this=found, expression=exp.null()))
            case FirstRule(what) | LastRule(what):
                in_window = exp.GT(this=found, expression=_before(self.at, what.within))
                return exp.Coalesce(this=in_window, expressions=[exp.false()])

    def criterion(self, name: str, inside: tuple[str, ...]) -> exp.Expr:
        if name not in self.criteria:
            raise RulesError("rules.unknown_criterion", f"unknown criterion {name!r}")
        if name in inside:
            raise RulesError("rules.criterion_cycle", f"the criterion {name!r} refers to itself")
        return self.rule(self.criteria[name], (*inside, name))


def _asked(value: exp.Expr, tables: Tables, condition: exp.Expr) -> exp.Expr:
    """Return an aggregate over the lead's own touchpoints as a scalar subquery."""
    return _select(value, tables).where(every([_own(tables), condition])).subquery()


def _select(value: exp.Expr, tables: Tables) -> exp.Select:
    return exp.select(value).from_(_touchpoints(tables))


def _touchpoints(tables: Tables) -> exp.Table:
    return exp.Table(
        this=exp.to_identifier(tables.touchpoints, quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier(tables.touchpoint, quoted=True)),
    )


def _own(tables: Tables) -> exp.Expr:
    lead = column_of(tables.lead_key, tables.lead)
    return exp.EQ(this=column_of(tables.touchpoint_lead, tables.touchpoint), expression=lead)


def _distinct(column: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[column]))


def _of_events(events: tuple[str, ...], tables: Tables) -> exp.Expr:
    column = column_of(tables.event, tables.touchpoint)
    match events:
        case ():
            return exp.true()
        case (event,):
            return exp.EQ(this=column, expression=exp.Literal.string(event))
    return exp.In(this=column, expressions=[exp.Literal.string(event) for event in events])


def _before(at: datetime | exp.Expr, length: timedelta | None) -> exp.Expr:
    """Return the instant that lies ``length`` before ``at``, in microseconds."""
    back = 0 if length is None else span(length)
    if isinstance(at, datetime):
        return whole_number(microseconds(at) - back)
    return at.copy() - whole_number(back) if back else at.copy()


def _chosen(end: type[exp.Min] | type[exp.Max], what: Selection, tables: Tables) -> exp.Expr:
    """Return the first or last instant of a group if a touchpoint of that instant passes the tests, else NULL."""
    moment = column_of(tables.at, tables.touchpoint)
    if not what.where:
        return end(this=moment)
    passing = exp.case().when(every(property_holds(test, tables) for test in what.where), moment.copy())
    same = exp.EQ(this=end(this=passing), expression=end(this=moment.copy()))
    return exp.case().when(same, end(this=moment.copy()))


def _pairs(rule: SequenceRule, tables: Tables, at: datetime | exp.Expr) -> exp.Expr:
    later = replace(tables, touchpoint=f"{tables.touchpoint}_then")
    first, second = column_of(tables.at, tables.touchpoint), column_of(tables.at, later.touchpoint)
    joined = [
        exp.EQ(
            this=column_of(tables.touchpoint_lead, later.touchpoint),
            expression=column_of(tables.touchpoint_lead, tables.touchpoint),
        ),
        exp.GT(this=second, expression=first),
        touchpoint_condition(Selection(rule.then.events, rule.then.where), later, at),
    ]
    if rule.then.within is not None:
        end = first.copy() + whole_number(span(rule.then.within))
        joined.append(exp.LT(this=second.copy(), expression=end))
    pairs = _select(exp.Count(this=exp.Star()), tables).join(_touchpoints(later), on=every(joined))
    return pairs.where(every([_own(tables), touchpoint_condition(rule.what, tables, at)])).subquery()


def _escaped_by_backslash(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Escape(this=exp.Like() as like):
            text = str(like.expression.this).replace("\\", "\\\\")
            pattern = text.replace(ESCAPE * 2, "\0").replace(ESCAPE, "\\").replace("\0", ESCAPE)
            return exp.Like(this=like.this.copy(), expression=exp.Literal.string(pattern))
    return node
