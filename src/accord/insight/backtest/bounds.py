"""The earliest instant at which a rule may hold of a person: cheap to know, and never too late.

It follows from when each timed rule first holds and from the points that somebody's touchpoints could give if none ever
faded. Before it nothing needs to be looked at; where it is never, the person need not be looked at at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from accord.insight.backtest.spans import sampled
from accord.insight.judging.formula import Moment
from accord.insight.judging.materials import Materials
from accord.insight.judging.model import Model
from accord.insight.judging.plain import ENGAGEMENT, FIT
from accord.insight.judging.points import added
from accord.insight.tree import FAR, as_table, column, named, select, together
from accord.rules import All, AnyOf, AtLeast, FieldRule, NoneOf, Rule

Bound = int | exp.Expr
"""An instant in microseconds: a constant, or an expression that is never NULL."""


@dataclass(frozen=True)
class Bounds:
    """Says the earliest instant over a span of what was known with the person's bounds, under the alias ``m``."""

    model: Model
    moment: Moment
    every: int = 1

    def table(self, materials: Materials) -> str:
        """Return the table of everybody's bounds: ``person_id``, ``from <n>`` of timed rules, ``most`` engagement."""
        zone = self.model.agreement.zone
        when = [materials.when(rule, zone) for rule in self.moment.timed.values()]
        touches = [materials.touches(clause) for clause in self.model.engagement]
        counted = [
            materials.made("counted", "counting touchpoints", partial(_counted, table), table) for table in touches
        ]
        clauses = self.model.engagement

        def query() -> exp.Query:
            sources = [
                select(
                    "SELECT w.person_id, w.from_us, 0 AS touches, :place AS source FROM spans AS w",
                    {"spans": table},
                    place=place,
                )
                for place, table in enumerate(when)
            ]
            sources += [
                select(
                    "SELECT c.person_id, c.first_us AS from_us, c.touches, :place AS source FROM counted AS c",
                    {"counted": table},
                    place=len(when) + place,
                )
                for place, table in enumerate(counted)
            ]
            firsts = [named(_first(place), f"from {place}") for place in range(len(when))]
            rising = [place for place, clause in enumerate(clauses) if clause.points > 0]
            most = added(_most(len(when) + place, self.model, place) for place in rising)
            soonest = _least([_first(len(when) + place) for place in rising])
            none = select("SELECT p.person_id, :far AS from_us, 0 AS touches, -1 AS source FROM people AS p", far=FAR)
            return (
                select("SELECT a.person_id GROUP BY a.person_id")
                .select(*firsts, named(most, "most"), named(_constant(soonest), "scoring"), copy=False)
                .from_(as_table(together([none, *sources]), "a"), copy=False)
                .where(sampled(column("a", "person_id"), self.every), copy=False)
            )

        return materials.made("bounds", "looking for who may be handed over", query, when, clauses, self.every)

    def earliest(self, rule: Rule, *, holds: bool = True) -> Bound:
        """Return the earliest instant at which a plain rule may hold (or, if not ``holds``, may not hold)."""
        match rule:
            case All(rules):
                found = [self.earliest(part, holds=holds) for part in rules]
                return _latest(found) if holds else _least(found)
            case AnyOf(rules):
                found = [self.earliest(part, holds=holds) for part in rules]
                return _least(found) if holds else _latest(found)
            case NoneOf(rules):
                return self.earliest(AnyOf(rules), holds=not holds)
            case FieldRule(field, AtLeast(int(bound))) if field == ENGAGEMENT:
                return self._engagement(bound) if holds else -FAR
            case FieldRule(field, AtLeast(int(bound))) if field == FIT:
                return self._fit(bound, holds=holds)
        place = self.moment.place(rule)
        if place is not None:
            return column("m", f"from {place}") if holds else -FAR
        found_now = self.moment.holds(rule)
        return _where(found_now if holds else exp.Not(this=exp.Paren(this=found_now)), -FAR)

    def _engagement(self, bound: int) -> Bound:
        if bound <= 0:
            return -FAR
        return _where(exp.GTE(this=column("m", "most"), expression=exp.Literal.number(bound)), column("m", "scoring"))

    def fit(self) -> list[exp.Expr]:
        """Return the columns ``fit most`` and ``fit least``: within what the fit may lie, each clause for itself."""
        most, least = [], []
        for clause, rule in self.model.fit:
            may, may_not = (
                exp.LT(this=_constant(self.earliest(rule, holds=holds)), expression=exp.Literal.number(FAR))
                for holds in (True, False)
            )
            given, withheld = _points(may, clause.points, 0), _points(may_not, 0, clause.points)
            most.append(given if clause.points > 0 else withheld)
            least.append(withheld if clause.points > 0 else given)
        return [named(added(iter(most)), "fit most"), named(added(iter(least)), "fit least")]

    def _fit(self, bound: int, *, holds: bool) -> Bound:
        if holds:
            possible: exp.Expr = exp.GTE(this=column("m", "fit most"), expression=exp.Literal.number(bound))
        else:
            possible = exp.LT(this=column("m", "fit least"), expression=exp.Literal.number(bound))
        return _where(possible, -FAR)


def _points(possible: exp.Expr, then: int, otherwise: int) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=possible, true=exp.Literal.number(then))], default=exp.Literal.number(otherwise))


def _counted(touches: str) -> exp.Query:
    return select(
        "SELECT t.person_id, MIN(t.at_us) AS first_us, COUNT(*) AS touches FROM touches AS t GROUP BY t.person_id",
        {"touches": touches},
    )


def _first(source: int) -> exp.Expr:
    return (
        select(
            "SELECT COALESCE(MIN(CASE WHEN a.source = :source THEN a.from_us END), :far) AS first",
            source=source,
            far=FAR,
        )
        .selects[0]
        .unalias()
    )


def _most(source: int, model: Model, place: int) -> exp.Expr:
    """Return the points that a clause could give at most: all touchpoints fresh at once."""
    clause = model.engagement[place]
    touches = select(
        "SELECT COALESCE(MAX(CASE WHEN a.source = :source THEN a.touches END), 0) AS touches", source=source
    )
    points = exp.Mul(this=touches.selects[0].unalias(), expression=exp.Literal.number(clause.points))
    if clause.at_most is None:
        return points
    return exp.Least(this=points, expressions=[exp.Literal.number(clause.at_most)])


def _where(condition: exp.Expr, then: Bound) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=_constant(then))], default=exp.Literal.number(FAR))


def _constant(bound: Bound) -> exp.Expr:
    return exp.cast(exp.Literal.number(bound), "BIGINT") if isinstance(bound, int) else bound


def _latest(bounds: Sequence[Bound]) -> Bound:
    """Return the latest of some instants; of none, the beginning."""
    if any(bound == FAR for bound in bounds if isinstance(bound, int)):
        return FAR
    return _chosen(exp.Greatest, [bound for bound in bounds if not isinstance(bound, int)], -FAR)


def _least(bounds: Sequence[Bound]) -> Bound:
    """Return the earliest of some instants; of none, never."""
    if any(bound == -FAR for bound in bounds if isinstance(bound, int)):
        return -FAR
    return _chosen(exp.Least, [bound for bound in bounds if not isinstance(bound, int)], FAR)


def _chosen(function: type[exp.Greatest] | type[exp.Least], bounds: Sequence[exp.Expr], none: int) -> Bound:
    if not bounds:
        return none
    first, *rest = bounds
    return function(this=first, expressions=rest) if rest else first
