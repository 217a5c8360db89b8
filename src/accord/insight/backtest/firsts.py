"""The first instant at which a rule holds, of everybody at once.

Instants at which it may become true are proposed (``rises``), those before it can hold at all are let go (``bounds``),
what does not depend on engagement is decided at each, and engagement is added up only where it still matters: for the
first few instants of each person, then for more of those who are not found yet.
"""

from dataclasses import dataclass

from sqlglot import exp

from accord.insight.backtest.bounds import Bounds
from accord.insight.backtest.rises import Rises, candidates
from accord.insight.backtest.spans import spans
from accord.insight.judging.formula import Moment, held, scores_in
from accord.insight.judging.materials import Materials
from accord.insight.judging.model import Model
from accord.insight.judging.plain import ENGAGEMENT
from accord.insight.judging.points import engagement
from accord.insight.tree import as_table, column, name_of, named, select, whole
from accord.rules import All, AnyOf, AtLeast, FieldColumn, FieldRule, NoneOf, Rule

KEY = ("person_id", "at_us")
FIRST_LOOK = 4
"""How many instants of each person are looked at first; each further look goes four times as far."""


@dataclass(frozen=True)
class Firsts:
    """Finds first instants under one model.

    Attributes:
        materials: What the engine holds.
        model: The agreement.
        fields: The columns of all fields that the model reads, so that all its rules share the spans.
        until_us: Instants from here on do not count.
        every: Only every so many people are looked at.
    """

    materials: Materials
    model: Model
    fields: dict[str, FieldColumn]
    until_us: int
    every: int = 1

    def of(self, rule: Rule, before: str | None = None) -> str:
        """Return the table of the first instant at which a plain rule holds, of those of whom it ever does.

        Args:
            rule: In plain form.
            before: A table ``person_id, at_us``: only instants before a person's own in it count.
        """
        scored = bool(list(scores_in([rule])))
        clauses = (self.model.fit, self.model.engagement) if scored else ()
        name = name_of(
            "first",
            *(rule, clauses, sorted(self.fields.items()), self.model.agreement.zone.key),
            *(self.until_us, before, self.every),
        )
        if not self.materials.engine.holds(name):
            self._find(rule, before, name)
        return name

    def _find(self, rule: Rule, before: str | None, name: str) -> None:
        engine, progress = self.materials.engine, self.materials.progress
        moment = Moment("m", self.fields, [rule, *(when for _, when in self.model.fit)])
        spans_table = spans(self.materials, self.fields, self.every)
        bounds_table = Bounds(self.model, moment, self.every).table(self.materials)
        live, proposed, hopeful = (name_of(kind, name) for kind in ("live", "proposed", "hopeful"))
        progress("letting go of who cannot be handed over")
        engine.make(live, self._live(rule, moment, spans_table, bounds_table, before))
        progress("proposing instants")
        instants = Rises(self.model, moment).instants(self.materials, rule, live)
        engine.make(proposed, candidates(instants, live))
        progress("deciding what does not depend on engagement")
        engine.make(hopeful, self._hopeful(rule, moment, spans_table, bounds_table, proposed))
        if any(score == ENGAGEMENT for score, _ in scores_in([rule])):
            self._look(rule, moment, spans_table, hopeful, name)
        else:
            engine.make(name, _earliest(select("SELECT h.person_id, h.at_us FROM hopeful AS h", {"hopeful": hopeful})))
        for done in (live, proposed, hopeful):
            engine.drop(done)

    def _live(self, rule: Rule, moment: Moment, spans_table: str, bounds_table: str, before: str | None) -> exp.Query:
        """Return the spans in which the rule may hold, with the earliest instant at which it may."""
        bounds = Bounds(self.model, moment)
        earliest = bounds.earliest(rule)
        if isinstance(earliest, int):
            earliest = whole(earliest)
        columns = [field.name for field in self.fields.values()]
        passed = [*columns, *(f"from {place}" for place in range(len(moment.timed))), "most", "scoring"]
        spans_with_bounds = select(
            "SELECT s.person_id, s.from_us, s.until_us FROM spans AS s JOIN bounds AS b ON b.person_id = s.person_id",
            {"spans": spans_table, "bounds": bounds_table},
        ).select(*(column("s" if name in columns else "b", name) for name in passed), copy=False)
        with_fit = (
            select("SELECT m.person_id, m.from_us, m.until_us")
            .select(*(column("m", name) for name in passed), *bounds.fit(), copy=False)
            .from_(as_table(spans_with_bounds, "m"), copy=False)
        )
        bounded = select(
            "SELECT m.person_id, m.from_us, LEAST(m.until_us, :until) AS until_us, :earliest AS earliest_us",
            until=self.until_us,
            earliest=earliest,
        ).from_(as_table(with_fit, "m"), copy=False)
        limited = bounded
        if before is not None:
            limited = select(
                """
                SELECT x.person_id, x.from_us, LEAST(x.until_us, COALESCE(f.at_us, x.until_us)) AS until_us,
                    x.earliest_us
                FROM x LEFT JOIN before AS f ON f.person_id = x.person_id
                """,
                {"before": before},
            ).from_(as_table(bounded, "x"), copy=False)
        return select(
            """
            SELECT y.person_id, y.from_us, y.until_us, y.earliest_us
            WHERE y.earliest_us < y.until_us AND y.from_us < y.until_us
            """
        ).from_(as_table(limited, "y"), copy=False)

    def _hopeful(self, rule: Rule, moment: Moment, spans_table: str, bounds_table: str, proposed: str) -> exp.Query:
        """Return the instants at which the rule holds if engagement does as it may, numbered for each person."""
        when = [self.materials.when(timed, self.model.agreement.zone) for timed in moment.timed.values()]
        facts = (
            select(
                """
                SELECT c.person_id, c.at_us, c.from_us, b.most
                FROM proposed AS c JOIN spans AS s ON s.person_id = c.person_id AND s.from_us = c.from_us
                JOIN bounds AS b ON b.person_id = c.person_id
                """,
                {"proposed": proposed, "spans": spans_table, "bounds": bounds_table},
            )
            .select(*(column("s", field.name) for field in self.fields.values()), copy=False)
            .select(*(column("h", f"held {place}") for place in range(len(when))), copy=False)
        )
        if when:
            facts = facts.join(
                as_table(held(proposed, KEY, when), "h"),
                on=select("SELECT h.person_id = c.person_id AND h.at_us = c.at_us").selects[0],
                copy=False,
            )
        fit = select("SELECT m.person_id, m.at_us, m.from_us, m.most")
        fit = fit.select(*(column("m", field.name) for field in self.fields.values()), copy=False)
        fit = fit.select(*(column("m", f"held {place}") for place in range(len(when))), copy=False)
        fit = fit.select(named(moment.fit(self.model.fit), "fit"), copy=False).from_(as_table(facts, "m"), copy=False)
        numbered = select(
            """
            SELECT m.person_id, m.at_us, m.from_us, m.fit,
                ROW_NUMBER() OVER (PARTITION BY m.person_id ORDER BY m.at_us NULLS LAST) AS place
            """
        ).select(*(column("m", f"held {place}") for place in range(len(when))), copy=False)
        return numbered.from_(as_table(fit, "m"), copy=False).where(_hope(rule, moment), copy=False)

    def _look(self, rule: Rule, moment: Moment, spans_table: str, hopeful: str, name: str) -> None:
        """Fill the table ``name``, looking further and further at those who are not found yet."""
        engine = self.materials.engine
        engine.make(name, select("SELECT h.person_id, h.at_us FROM hopeful AS h WHERE 1 = 0", {"hopeful": hopeful}))
        ((last,),) = engine.rows(
            select("SELECT COALESCE(MAX(h.place), 0) AS n FROM hopeful AS h", {"hopeful": hopeful})
        )
        looked, far = 0, FIRST_LOOK
        now = name_of("look", name)
        while looked < last:
            self.materials.progress(f"adding up engagement at up to {min(far, last)} instants of each person")
            engine.make(
                now,
                select(
                    """
                    SELECT h.* FROM hopeful AS h LEFT JOIN found AS f ON f.person_id = h.person_id
                    WHERE h.place > :looked AND h.place <= :far AND f.person_id IS NULL
                    """,
                    {"hopeful": hopeful, "found": name},
                    looked=looked,
                    far=far,
                ),
            )
            engine.extend(name, self._decided(rule, moment, spans_table, now))
            looked, far = far, far * 4
        engine.drop(now)

    def _decided(self, rule: Rule, moment: Moment, spans_table: str, now: str) -> exp.Query:
        """Return the first of the instants looked at, of each person of whom the rule holds at one."""
        timed = [f"held {place}" for place in range(len(moment.timed))]
        facts = (
            select(
                """
                SELECT n.person_id, n.at_us, n.fit
                FROM now AS n JOIN spans AS s ON s.person_id = n.person_id AND s.from_us = n.from_us
                """,
                {"now": now, "spans": spans_table},
            )
            .select(*(column("n", name) for name in timed), copy=False)
            .select(*(column("s", field.name) for field in self.fields.values()), copy=False)
        )
        clauses = self.model.engagement
        if clauses:
            touches = [self.materials.touches(clause) for clause in clauses]
            points = engagement(now, KEY, clauses, touches, self.materials.decay(clauses))
            facts = facts.join(
                as_table(points, "e"),
                on=select("SELECT e.person_id = n.person_id AND e.at_us = n.at_us").selects[0],
                join_type="left",
                copy=False,
            ).select(select("SELECT COALESCE(e.engagement, 0) AS engagement").selects[0], copy=False)
        else:
            facts = facts.select(select("SELECT 0 AS engagement").selects[0], copy=False)
        true = (
            select("SELECT m.person_id, m.at_us")
            .from_(as_table(facts, "m"), copy=False)
            .where(moment.holds(rule), copy=False)
        )
        return _earliest(true)


def _earliest(instants: exp.Query) -> exp.Query:
    return select("SELECT a.person_id, MIN(a.at_us) AS at_us GROUP BY a.person_id").from_(
        as_table(instants, "a"), copy=False
    )


def _hope(rule: Rule, moment: Moment) -> exp.Expr:
    """Return whether a rule holds if engagement is whatever suits it best, as far as it may be."""
    return moment.holds(_hopeful_rule(rule, holds=True)).transform(_most)


def _hopeful_rule(rule: Rule, *, holds: bool) -> Rule:
    """Return the rule with what only engagement decides answered as it suits: it holds (or does not)."""
    match rule:
        case All(rules):
            return All(tuple(_hopeful_rule(part, holds=holds) for part in rules))
        case AnyOf(rules):
            return AnyOf(tuple(_hopeful_rule(part, holds=holds) for part in rules))
        case NoneOf(rules):
            return NoneOf(tuple(_hopeful_rule(part, holds=not holds) for part in rules))
        case FieldRule(field, AtLeast(int(bound))) if field == ENGAGEMENT:
            if not holds:
                return AnyOf(())
            return rule if bound > 0 else All(())
    return rule


def _most(node: exp.Expr) -> exp.Expr:
    """Take the most that the engagement could ever be for what it is."""
    if isinstance(node, exp.Column) and node.table == "m" and node.name == "engagement":
        return column("m", "most")
    return node
