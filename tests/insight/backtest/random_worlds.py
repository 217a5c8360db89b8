"""Random agreements and random histories, made to meet: few fields, few events, instants near the edges of windows."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from tests.insight.backtest.holding import World

from accord.agreement import Criterion, Field, FieldType, Stage, StageGate, read
from accord.insight.backtest.reference import Learnt, PersonHistory
from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    CountRule,
    CriterionRule,
    DaysRule,
    FieldRule,
    FirstRule,
    InLast,
    InNext,
    IsAnyOf,
    IsMissing,
    IsNoneOf,
    IsPresent,
    LastRule,
    LessThan,
    MoreThan,
    MoreThanAgo,
    MoreThanAhead,
    NoneOf,
    PeopleRule,
    PropertyTest,
    Selection,
    SequenceRule,
    StartsWith,
    Timeline,
    Touchpoint,
)
from accord.scoring import EngagementClause, FitClause, Grade, ScoreModel

NORTHWIND = read(Path(__file__).parents[3] / "examples/northwind/agreement.yaml").agreement
BEGINNING = datetime(2026, 3, 27, 22, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
WINDOWS = [None, None, HOUR, timedelta(hours=23), DAY, 2 * DAY]
ZONES = [ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo"), ZoneInfo("UTC")]
EVENTS = ["viewed", "sent"]
FIELDS = {
    "company.country": FieldType.TEXT,
    "company.employees": FieldType.INTEGER,
    "person.rating": FieldType.DECIMAL,
    "person.opted_in": FieldType.BOOLEAN,
    "lead.renewal": FieldType.DATE,
}
VALUES = {
    "company.country": st.sampled_from(["DE", "Ä", "%"]),
    "company.employees": st.integers(0, 3),
    "person.rating": st.sampled_from([Decimal("0.5"), Decimal("1.5")]),
    "person.opted_in": st.booleans(),
    "lead.renewal": st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 31)]),
}


def predicates(name):
    value = VALUES[name]
    lists = st.lists(value, min_size=1, max_size=2).map(tuple)
    either = [lists.map(IsAnyOf), lists.map(IsNoneOf), st.sampled_from([IsPresent(), IsMissing()])]
    match FIELDS[name]:
        case FieldType.TEXT:
            either.append(value.map(StartsWith))
        case FieldType.INTEGER | FieldType.DECIMAL | FieldType.DATE:
            either += [value.map(order) for order in (AtLeast, AtMost, MoreThan, LessThan)]
    if FIELDS[name] is FieldType.DATE:
        either += [st.integers(1, 3).map(kind) for kind in (InNext, InLast, MoreThanAgo, MoreThanAhead)] * 2
    return st.one_of(either)


field_rules = st.sampled_from(list(FIELDS)).flatmap(lambda name: predicates(name).map(lambda p: FieldRule(name, p)))
tests = st.lists(
    st.sampled_from(
        [PropertyTest("path", IsAnyOf(("/a",))), PropertyTest("path", IsMissing()), PropertyTest("n", AtLeast(2))]
    ),
    max_size=1,
).map(tuple)
selections = st.builds(
    Selection, st.sampled_from([(EVENTS[0],), (EVENTS[1],), tuple(EVENTS), ()]), tests, st.sampled_from(WINDOWS)
)
behaviour = st.one_of(
    st.builds(CountRule, selections, st.integers(1, 3)),
    st.builds(CountRule, selections, st.integers(1, 3)),
    st.builds(AbsenceRule, selections),
    st.builds(DaysRule, selections, st.integers(1, 3)),
    st.builds(PeopleRule, selections, st.integers(1, 3)),
    st.builds(FirstRule, selections),
    st.builds(LastRule, selections),
    st.builds(SequenceRule, selections, selections),
)
bounds = st.one_of(st.integers(-5, 40), st.sampled_from([Decimal("2.5"), Decimal("9.0")]))
score_predicates = st.one_of(
    bounds.map(AtLeast),
    bounds.map(AtLeast),
    bounds.map(MoreThan),
    bounds.map(AtMost),
    bounds.map(LessThan),
    st.lists(bounds, max_size=2).map(tuple).map(IsAnyOf),
    st.lists(bounds, max_size=2).map(tuple).map(IsNoneOf),
    st.sampled_from([IsMissing(), IsPresent(), StartsWith("1")]),
)
grade_predicates = st.one_of(
    st.lists(st.sampled_from(["A", "b", "C"]), max_size=3).map(tuple).map(IsAnyOf),
    st.lists(st.sampled_from(["a", "B"]), max_size=2).map(tuple).map(IsNoneOf),
    st.sampled_from([IsMissing(), IsPresent(), AtLeast(1)]),
)
score_rules = st.one_of(
    st.builds(FieldRule, st.sampled_from(["score.fit", "score.engagement"]), score_predicates),
    st.builds(FieldRule, st.just("score.grade"), grade_predicates),
)


def rules(names, scored):
    leaves = [field_rules, behaviour, behaviour]
    leaves += [st.sampled_from(names).map(CriterionRule)] if names else []
    leaves += [score_rules, score_rules] if scored else []
    return st.recursive(
        st.one_of(leaves),
        lambda inner: st.one_of(*(st.lists(inner, max_size=3).map(tuple).map(node) for node in (All, AnyOf, NoneOf))),
        max_leaves=5,
    )


counts = st.builds(CountRule, selections, st.integers(1, 3))
reached = st.builds(FieldRule, st.just("score.engagement"), st.integers(1, 80).map(AtLeast))
fallen = st.builds(FieldRule, st.just("score.engagement"), st.integers(-30, 20).map(LessThan))


bygone = st.sampled_from(EVENTS).map(lambda event: CountRule(Selection((event,))))
few_left = st.one_of(
    st.sampled_from([LessThan(1), AtLeast(0)]), st.integers(2, 25).map(LessThan), st.integers(-20, -1).map(AtLeast)
)
quiet = st.builds(AbsenceRule, st.builds(Selection, st.just(()), tests, st.sampled_from(WINDOWS[2:])))
waned = st.builds(
    lambda before, since: All((before, since)),
    bygone,
    st.one_of(st.builds(FieldRule, st.just("score.engagement"), few_left), quiet),
)
"""True long after a touchpoint: when its points have faded, or those that it took, or it has left a window."""


def later(names):
    """Rules that seldom hold from the beginning, but often become true."""
    first = st.one_of(counts, reached, reached, behaviour)
    second = st.one_of(first, fallen, rules(names, scored=True))
    both = st.builds(lambda one, other: All((one, other)), first, second)
    return st.one_of(both, both, waned, st.builds(lambda one, other: AnyOf((one, other)), both, both))


points = st.one_of(st.integers(5, 40), st.integers(5, 40), st.integers(-40, 0))
engagement = st.builds(
    lambda event, where, points, half_life, cap: (event, where, points, half_life, cap),
    st.sampled_from(EVENTS),
    tests,
    points,
    st.sampled_from([None, DAY, DAY, 2 * DAY]),
    st.one_of(st.none(), st.integers(0, 60)),
)


@st.composite
def agreements(draw):
    criteria = {
        "first": draw(rules([], scored=draw(st.booleans()))),
        "second": draw(rules(["first"], scored=False)),
    }
    names = list(criteria)
    fit = tuple(
        FitClause(f"score.fit[{n}]", draw(rules(names, scored=draw(st.booleans()))), draw(points))
        for n in range(draw(st.integers(0, 2)))
    )
    clauses = tuple(
        EngagementClause(f"score.engagement[{n}]", *draw(engagement)) for n in range(draw(st.integers(0, 3)))
    )
    grades = tuple(
        Grade(name, draw(st.integers(0, 30)), draw(st.integers(0, 50)))
        for name in draw(st.sampled_from([(), ("A", "B"), ("A", "B", "C")]))
    )
    gated = draw(st.booleans())
    gate = st.one_of(later(names), later(names), later(names), rules(names, scored=True))
    stages = (StageGate(Stage.LEAD, draw(gate), draw(st.sampled_from([None, None, "sales"]))),) if gated else ()
    stages += (StageGate(Stage.MQL, draw(gate)), StageGate(Stage.SQL, draw(gate)))
    handoff = replace(
        NORTHWIND.handoff,
        at=draw(st.sampled_from([Stage.LEAD, Stage.MQL, Stage.MQL])) if gated else Stage.MQL,
        fast_lane=draw(st.one_of(st.none(), later(names), later(names))),
        marketing_hands_over=draw(st.sampled_from([(), (), ("person.rating",), tuple(FIELDS)[:2]])),
    )
    return replace(
        NORTHWIND,
        zone=draw(st.sampled_from(ZONES)),
        fields={name: Field(name, kind, "marketing") for name, kind in FIELDS.items()},
        criteria={name: Criterion(name, name, rule) for name, rule in criteria.items()},
        score=ScoreModel(fit, clauses, grades),
        stages=stages,
        handoff=handoff,
    )


instants = st.one_of(
    st.builds(
        lambda hours, edge: BEGINNING + hours * HOUR + edge * MICROSECOND,
        st.integers(0, 120),
        st.sampled_from([-1, 0, 0, 0, 1]),
    ),
    st.sampled_from([BEGINNING, BEGINNING + DAY, BEGINNING + 2 * DAY]),
)
WHEN = [BEGINNING, BEGINNING + DAY, BEGINNING + 2 * DAY]
SAMPLES = {
    "company.country": ["DE", "Ä", "%"],
    "company.employees": [0, 1, 2, 3],
    "person.rating": [Decimal("0.5"), Decimal("1.5")],
    "person.opted_in": [True, False],
    "lead.renewal": [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 31)],
}


def some_instant(chance):
    if chance.random() < 0.2:
        return chance.choice(WHEN)
    return BEGINNING + chance.randrange(120) * HOUR + chance.choice([-1, 0, 0, 0, 1]) * MICROSECOND


def some_touchpoints(chance, key):
    for number in range(chance.choice([0, 1, 2, 3, 5, 9])):
        properties = {}
        if chance.random() < 0.6:
            properties["path"] = chance.choice(["/a", "/b", 2])
        if chance.random() < 0.4:
            properties["n"] = chance.choice([1, 2, Decimal("2.5"), "2"])
        yield Touchpoint(f"{key}-{number}", chance.choice(EVENTS), some_instant(chance), properties)


def some_learnt(chance, names):
    found = {}
    for name in names:
        for _ in range(chance.choice([0, 1, 1, 2])):
            found[name, some_instant(chance)] = chance.choice([*SAMPLES[name], None])
    return tuple(Learnt(name, at, value) for (name, at), value in found.items())


@st.composite
def worlds(draw, most=25):
    """Many people from one draw: what is told to one costs little beside asking an engine about all."""
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311  # its seed is drawn
    keys = range(1, draw(st.integers(1, most)) + 1)
    companies = {key: chance.choice([1, 2, 3, 4]) for key in keys if chance.random() < 0.7}
    of_company = {
        company: some_learnt(chance, ["company.country", "company.employees"])
        for company in sorted({*companies.values()})
    }
    made = {}
    for key in keys:
        known = BEGINNING if chance.random() < 0.6 else some_instant(chance)
        values = some_learnt(chance, ["person.rating", "person.opted_in", "lead.renewal"])
        values += of_company[companies[key]] if key in companies else ()
        made[key] = PersonHistory(known, values, tuple(some_touchpoints(chance, key)))
    people = {
        key: replace(
            each,
            colleagues={
                str(other): Timeline(made[other].touchpoints)
                for other in keys
                if other != key and key in companies and companies.get(other) == companies[key]
            },
        )
        for key, each in made.items()
    }
    return World(people, companies)
