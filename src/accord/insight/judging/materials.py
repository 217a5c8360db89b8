"""What judging is made of, held by an engine under names that tell what it was made from, so that it is made once.

After the edit of one clause everything that does not depend on that clause is found again under its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from sqlglot import exp

from accord.insight.engines import Engine
from accord.insight.history import property_columns_of
from accord.insight.judging import intervals, turning
from accord.insight.judging.known import facts, known, known_and
from accord.insight.judging.points import decay, decay_rows
from accord.insight.tree import FAR, as_table, column, name_of, named, select, table, whole
from accord.rules import (
    BehaviourRule,
    CountRule,
    DayPredicate,
    DaysRule,
    FieldColumn,
    FieldRule,
    FirstRule,
    LastRule,
    PeopleRule,
    PropertyTest,
    Selection,
    SequenceRule,
    Tables,
)
from accord.rules.compile import touchpoint_condition
from accord.rules.compile_predicate import every, property_holds
from accord.rules.instant import DAY, span
from accord.scoring import EngagementClause

TimedRule = BehaviourRule | FieldRule
"""A rule whose answer changes with time alone: about behaviour, or one that compares a day with today."""

LONGEST_DAY = 2 * DAY
"""In microseconds: no day was ever longer, not even where the date line was moved and a day came twice."""

_SHIFT = 10_000 * 366
"""Days added before a division and taken away after it, since engines divide what is below zero differently."""


@dataclass(frozen=True, slots=True)
class Materials:
    """Tables made on demand.

    Attributes:
        engine: Holds the history and what is made of it. The history must not change while it is used.
        progress: Called with a few words before each piece of work.
    """

    engine: Engine
    progress: Callable[[str], None] = lambda _: None

    def made(self, kind: str, says: str, query: Callable[[], exp.Query], *made_of: object) -> str:
        """Return the name of a table, making it if it is not there."""
        name = name_of(kind, *made_of)
        if not self.engine.holds(name):
            self.progress(says)
            self.engine.make(name, query())
        return name

    def touches(self, clause: EngagementClause) -> str:
        """Return the table of everybody's touchpoints that give points under a clause: ``person_id, at_us``."""
        what = Selection((clause.event,), clause.where)
        return self.made("touches", f"reading {clause.event}", lambda: _touches(what, "person_id"), what)

    def when(self, rule: TimedRule, zone: tzinfo) -> str:
        """Return the table of the spans in which a rule holds: ``person_id, from_us, until_us``, without overlaps."""
        return self.made("when", f"finding when {_subject(rule)}", lambda: self._when(rule, zone), rule, _key(zone))

    def known(self, subject: str, names: Sequence[str]) -> str:
        """Return the table of every value that some fields of a subject ever had."""
        return self.made(
            "known", "reading what was known", lambda: known(subject, names, self._days(names)), subject, tuple(names)
        )

    def facts(self, fields: Mapping[str, Mapping[str, FieldColumn]]) -> dict[str, str]:
        """Return the table, for each subject, of what was known of it from one change to the next."""
        return {
            subject: self.made(
                "facts",
                f"following what was known of each {subject}",
                partial(facts, self.known(subject, list(columns)), columns.values()),
                subject,
                columns,
            )
            for subject, columns in fields.items()
        }

    def decay(self, clauses: Sequence[EngagementClause]) -> str:
        """Return the table of what touchpoints are worth by age."""
        name = name_of("decay", [(clause.points, clause.half_life) for clause in clauses])
        if not self.engine.holds(name):
            self.engine.load_rows(decay(name), decay_rows(clauses))
        return name

    def _days(self, names: Sequence[str]) -> str:
        name = name_of("days", list(names))
        if not self.engine.holds(name):
            texts = self.engine.rows(
                select("SELECT c.text FROM field_changes AS c WHERE c.text LIKE '____-__-__' GROUP BY c.text")
            )
            self.engine.load_rows(turning.days(name), turning.day_rows(text for (text,) in texts))
        return name

    def _when(self, rule: TimedRule, zone: tzinfo) -> exp.Query:
        match rule:
            case FieldRule(field, predicate) if isinstance(predicate, DayPredicate):
                return self._day_in_reach(field, predicate, zone)
            case CountRule(what, least):
                return _own(intervals.enough(_touches(what), least, _within(what)))
            case DaysRule(what, least):
                return _own(self._on_days(what, least, zone))
            case PeopleRule(what, least):
                return _of_company(intervals.enough_members(_touches_by_company(what), least, _within(what)))
            case FirstRule(what):
                return _own(intervals.first_passes(_tested(what), _within(what)))
            case LastRule(what):
                return _own(intervals.last_passes(_tested(what), _within(what)))
            case SequenceRule(what, then):
                return _own(intervals.followed(_sequence(what, then), _within(what), _within(then)))
            case _:
                raise TypeError(rule)

    def _on_days(self, what: Selection, least: int, zone: tzinfo) -> exp.Query:
        """Return when touchpoints lie on at least so many days."""
        ((first, last),) = self.engine.rows(
            select("SELECT COALESCE(MIN(t.at_us), 0) AS a, COALESCE(MAX(t.at_us), 0) AS b FROM touchpoints AS t")
        )
        offsets, within = turning.offsets(zone, first, last), _within(what)
        touches = _touches_by_day(what, offsets)
        if within is not None and within > LONGEST_DAY and turning.days_take_turns(offsets):
            return intervals.enough_runs(touches, least, within)
        return intervals.enough_members(touches, least, within)

    def _day_in_reach(self, field: str, predicate: DayPredicate, zone: tzinfo) -> exp.Query:
        subject = field.split(".", maxsplit=1)[0]
        known_table, name = self.known(subject, [field]), name_of("reach", field, predicate, _key(zone))
        numbers = self.engine.rows(
            select("SELECT k.day FROM known AS k WHERE NOT k.day IS NULL GROUP BY k.day", {"known": known_table})
        )
        self.engine.load_rows(turning.reaches(name), turning.reach_rows(predicate, [day for (day,) in numbers], zone))
        return known_and(subject, known_table, name)


def _key(zone: tzinfo) -> str:
    return str(zone)


def _subject(rule: TimedRule) -> str:
    return rule.field if isinstance(rule, FieldRule) else ", ".join(rule.what.events) or "anything"


def _within(what: Selection) -> int | None:
    return None if what.within is None else span(what.within)


def _tables(tests: Iterable[PropertyTest]) -> Tables:
    names = {test.name for test in tests}
    return Tables(
        touchpoints="touchpoints",
        touchpoint="t",
        touchpoint_lead="person_id",
        at="at_us",
        properties={name: property_columns_of(name) for name in names},
    )


def _touches(what: Selection, who: str = "who") -> exp.Select:
    """Return who had a touchpoint among ``what``, of any time, and when."""
    always = exp.Literal.number(FAR)
    condition = touchpoint_condition(Selection(what.events, what.where), _tables(what.where), always)
    found = exp.select(named(column("t", "person_id"), who), named(column("t", "at_us"), "at_us"))
    return found.from_(table("touchpoints", "t"), copy=False).where(condition, copy=False)


def _touches_by_day(what: Selection, offsets: Sequence[tuple[int, int]]) -> exp.Query:
    """Return touchpoints with the calendar day as ``member``.

    Args:
        what: Which touchpoints.
        offsets: Until when the zone is how far from UTC, in order; the last has no end.
    """
    local = exp.Case(
        ifs=[
            exp.If(this=select("SELECT t.at_us < :until", until=until).selects[0], true=whole(offset))
            for until, offset in offsets
        ]
    )
    return select(
        "SELECT t.who, t.at_us, CAST((t.at_us + :offset + :shift * :day) // :day AS BIGINT) - :shift AS member",
        offset=local,
        shift=whole(_SHIFT),
        day=whole(DAY),
    ).from_(as_table(_touches(what), "t"), copy=False)


def circle() -> exp.Expr:
    """Return what the people of one company share; somebody without a company is one of their own."""
    return select("SELECT COALESCE(p.company_id, -p.person_id) AS circle FROM people AS p").selects[0].unalias()


def _touches_by_company(what: Selection) -> exp.Query:
    return select(
        "SELECT t.who AS member, t.at_us, :circle AS who FROM t JOIN people AS p ON p.person_id = t.who",
        circle=circle(),
    ).from_(as_table(_touches(what), "t"), copy=False)


def _tested(what: Selection) -> exp.Query:
    """Return all touchpoints of the events, with whether each passes the tests."""
    holds = every(property_holds(test, _tables(what.where)) for test in what.where)
    passes = exp.Case(ifs=[exp.If(this=holds, true=exp.Literal.number(1))], default=exp.Literal.number(0))
    return _touches(Selection(what.events)).select(named(passes, "passes"), copy=False)


def _sequence(what: Selection, then: Selection) -> exp.Query:
    follows = [
        _touches(selection).select(named(exp.Literal.number(place), "follows"), copy=False)
        for place, selection in enumerate((what, then))
    ]
    return exp.union(*follows, distinct=False)


def _own(spans: exp.Query) -> exp.Query:
    return select("SELECT i.who AS person_id, i.from_us, i.until_us").from_(as_table(spans, "i"), copy=False)


def _of_company(spans: exp.Query) -> exp.Query:
    return select(
        "SELECT p.person_id, i.from_us, i.until_us FROM i JOIN people AS p ON :circle = i.who", circle=circle()
    ).from_(as_table(spans, "i"), copy=False)
