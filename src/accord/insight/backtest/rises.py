"""The instants at which a rule may become true: between them it can only stay as it is, or become false.

A count can only be reached at a touchpoint, and only cease when one leaves the window; points that are given rise at
touchpoints and fall as they fade; points that are taken the other way round. What is known changes where a span begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from accord.insight.judging.formula import Moment
from accord.insight.judging.materials import Materials
from accord.insight.judging.model import Model
from accord.insight.judging.plain import ENGAGEMENT, FIT
from accord.insight.star import Column, Table, Type
from accord.insight.tree import as_table, name_of, select, together
from accord.rules import All, AnyOf, AtLeast, FieldRule, NoneOf, Rule
from accord.rules.instant import DAY
from accord.scoring import EngagementClause, decay_table


class Edge(Enum):
    """What happens at an instant."""

    BEGINS = "a timed rule begins to hold"
    CEASES = "a timed rule ceases to hold"
    TOUCH = "a touchpoint gives its points"
    FADES = "the points of a touchpoint change with its age"


Source = tuple[Edge, int]
"""What happens, and to which timed rule or engagement clause."""


@dataclass(frozen=True)
class Rises:
    """Where to look for instants at which a plain rule becomes true."""

    model: Model
    moment: Moment

    def of(self, rule: Rule, *, holds: bool = True) -> Iterator[Source]:
        """Yield where a rule may become true (or, if not ``holds``, false); the begin of a span is not among them."""
        match rule:
            case All(rules) | AnyOf(rules):
                for part in rules:
                    yield from self.of(part, holds=holds)
            case NoneOf(rules):
                for part in rules:
                    yield from self.of(part, holds=not holds)
            case FieldRule(field, AtLeast()) if field == ENGAGEMENT:
                yield from self._engagement(rises=holds)
            case FieldRule(field, AtLeast()) if field == FIT:
                for clause, when in self.model.fit:
                    yield from self.of(when, holds=holds is (clause.points > 0))
            case _:
                place = self.moment.place(rule)
                if place is not None:
                    yield (Edge.BEGINS if holds else Edge.CEASES), place

    def _engagement(self, *, rises: bool) -> Iterator[Source]:
        for place, clause in enumerate(self.model.engagement):
            if rises is (clause.points > 0):
                yield Edge.TOUCH, place
            elif clause.half_life is not None:
                yield Edge.FADES, place

    def instants(self, materials: Materials, rule: Rule, spans: str) -> exp.Query:
        """Return ``person_id, at_us`` of every instant, and the begin of every span; some of them more than once."""
        begins = select("SELECT s.person_id, s.from_us AS at_us FROM spans AS s", {"spans": spans})
        sources = sorted(set(self.of(rule)), key=lambda source: (source[0].name, source[1]))
        return together([begins, *(self._instants(materials, edge, place) for edge, place in sources)])

    def _instants(self, materials: Materials, edge: Edge, place: int) -> exp.Query:
        if edge in (Edge.BEGINS, Edge.CEASES):
            timed = list(self.moment.timed.values())[place]
            table = {"spans": materials.when(timed, self.model.agreement.zone)}
            if edge is Edge.BEGINS:
                return select("SELECT w.person_id, w.from_us AS at_us FROM spans AS w", table)
            return select("SELECT w.person_id, w.until_us AS at_us FROM spans AS w", table)
        clause = self.model.engagement[place]
        tables = {"touches": materials.touches(clause)}
        if edge is Edge.TOUCH:
            return select("SELECT t.person_id, t.at_us FROM touches AS t", tables)
        fades = name_of("fades", clause.points, clause.half_life)
        if not materials.engine.holds(fades):
            materials.engine.load_rows(_fades(fades), _fade_rows(clause))
        return select(
            "SELECT t.person_id, t.at_us + f.after_us AS at_us FROM touches AS t JOIN fades AS f ON f.after_us > 0",
            {**tables, "fades": fades},
        )


def _fades(name: str) -> Table:
    return Table(name, (Column("after_us", Type.BIGINT, "The age at which the worth of a touchpoint changes"),))


def _fade_rows(clause: EngagementClause) -> Sequence[tuple[int]]:
    if clause.half_life is None:
        return ()
    worth = [*decay_table(clause.points, clause.half_life), 0]
    return [(age * DAY,) for age in range(1, len(worth)) if worth[age] != worth[age - 1]]


def candidates(instants: exp.Query, live: str) -> exp.Query:
    """Return the instants that need to be looked at, each once, with the span that each lies in.

    Args:
        instants: ``person_id, at_us``.
        live: The table of spans that may matter: ``person_id, from_us, until_us, earliest_us``.
    """
    return select(
        """
        SELECT i.person_id, i.at_us, l.from_us FROM i JOIN live AS l ON l.person_id = i.person_id
            AND i.at_us >= l.earliest_us AND i.at_us >= l.from_us AND i.at_us < l.until_us
        GROUP BY i.person_id, i.at_us, l.from_us
        """,
        {"live": live},
    ).from_(as_table(instants, "i"), copy=False)
