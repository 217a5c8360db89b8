"""A plain rule as an expression over one moment: what was known then, which timed rules held, and the scores.

A *moment* is a row with a person, an instant and columns: of each field by its name, ``held <n>`` for each rule whose
answer changes with time alone, ``fit`` and ``engagement``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlglot import exp

from accord.insight.judging.materials import TimedRule
from accord.insight.judging.plain import ENGAGEMENT, FIT
from accord.insight.judging.points import added
from accord.insight.tree import as_table, column, named, select, table, together
from accord.rules import (
    All,
    AnyOf,
    AtLeast,
    BehaviourRule,
    ColumnType,
    DayPredicate,
    FieldColumn,
    FieldRule,
    NoneOf,
    Rule,
    Tables,
    parts,
)
from accord.rules.compile_predicate import every, field_holds, some
from accord.scoring import FitClause

SCORES = (FIT, ENGAGEMENT)


class Moment:
    """How rules find what they ask for in a row of moments."""

    def __init__(self, alias: str, fields: Mapping[str, FieldColumn], rules: Iterable[Rule]) -> None:
        """Number the timed rules among ``rules``, which are plain.

        Args:
            alias: That of the moments in the query.
            fields: The column of each field.
            rules: All that will be asked.
        """
        self.alias = alias
        self.fields = fields
        self.timed: dict[str, TimedRule] = {}
        for rule in rules:
            for part in parts(rule):
                timed = self._timed(part)
                if timed is not None:
                    self.timed.setdefault(repr(timed), timed)
        self._places = {key: place for place, key in enumerate(self.timed)}

    def place(self, rule: Rule) -> int | None:
        """Return the number of a rule whose own answer changes with time alone; None: it is none."""
        return self._places.get(repr(rule))

    def _timed(self, rule: Rule) -> TimedRule | None:
        match rule:
            case FieldRule(field, predicate):
                dated = field in self.fields and self.fields[field].type is ColumnType.DATE
                return rule if dated and isinstance(predicate, DayPredicate) else None
        return rule if isinstance(rule, BehaviourRule) else None

    def holds(self, rule: Rule) -> exp.Expr:
        """Return whether a plain rule holds of the moment; never NULL."""
        match rule:
            case All(rules):
                return _bracketed(every(self.holds(part) for part in rules))
            case AnyOf(rules):
                return _bracketed(some(self.holds(part) for part in rules))
            case NoneOf(rules):
                return exp.Not(this=exp.Paren(this=some(self.holds(part) for part in rules)))
            case FieldRule(field, AtLeast(bound)) if field in SCORES:
                score = column(self.alias, field.removeprefix("score."))
                return exp.GTE(this=score, expression=exp.Literal.number(str(bound)))
        place = self.place(rule)
        if place is not None:
            return column(self.alias, f"held {place}")
        if isinstance(rule, FieldRule):
            return exp.Paren(this=field_holds(rule, Tables(lead=self.alias, fields=self.fields), None))
        raise TypeError(rule)

    def fit(self, clauses: Sequence[tuple[FitClause, Rule]]) -> exp.Expr:
        """Return the fit, in hundredths: the points of each clause whose plain rule holds."""
        return added(
            exp.Case(
                ifs=[exp.If(this=self.holds(rule), true=exp.Literal.number(clause.points))],
                default=exp.Literal.number(0),
            )
            for clause, rule in clauses
        )


def held(moments: str, key: Sequence[str], when: Sequence[str]) -> exp.Query:
    """Return which timed rules held at each moment: the key and ``held <n>``, true or false.

    Args:
        moments: A table with ``person_id``, ``at_us`` and the columns of the key.
        key: What tells the moments apart.
        when: The table of the spans of each timed rule, by its number.
    """
    keys = [column("m", name) for name in key]
    if not when:
        return exp.select(*keys).from_(table(moments, "m"), copy=False)
    spans = together(
        select(
            "SELECT w.person_id, w.from_us, w.until_us, :place AS rule FROM spans AS w", {"spans": table}, place=place
        )
        for place, table in enumerate(when)
    )
    found = [named(_times(place), f"held {place}") for place in range(len(when))]
    return (
        exp.select(*keys, *found)
        .from_(table(moments, "m"), copy=False)
        .join(
            as_table(spans, "w"),
            on=select("SELECT w.person_id = m.person_id AND w.from_us <= m.at_us AND m.at_us < w.until_us").selects[0],
            join_type="left",
            copy=False,
        )
        .group_by(*(each.copy() for each in keys), copy=False)
    )


def _times(place: int) -> exp.Expr:
    return select("SELECT COUNT(CASE WHEN w.rule = :place THEN 1 END) > 0 AS held", place=place).selects[0].unalias()


def _bracketed(condition: exp.Expr) -> exp.Expr:
    return exp.Paren(this=condition)


def scores_in(rules: Iterable[Rule]) -> Iterator[tuple[str, int]]:
    """Yield the scores that plain rules ask for, with the hundredths that they ask for."""
    for rule in rules:
        for part in parts(rule):
            match part:
                case FieldRule(field, AtLeast(int(bound))) if field in SCORES:
                    yield field, bound
