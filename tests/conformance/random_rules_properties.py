"""Random rules on random leads: DuckDB and PostgreSQL say the same as the reference.

``ACCORD_HYPOTHESIS=thorough``, or the profile of that name, tries thousands of batches.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    CountRule,
    CriterionRule,
    DaysRule,
    Facts,
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
    Matches,
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
    evaluate,
    explain,
    text_key,
)

THOROUGH = "thorough" in {os.environ.get("ACCORD_HYPOTHESIS"), os.environ.get("HYPOTHESIS_PROFILE")}
BATCHES = 4000 if THOROUGH else 200
SUMMER_TIME_BEGINS = datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Berlin"))
MICROSECOND = timedelta(microseconds=1)
WINDOWS = [MICROSECOND, timedelta(hours=23), timedelta(days=1), timedelta(days=7), timedelta(days=36525)]
EVENTS = ["page_viewed", "Page_Viewed", 'form\'s "sent"']

TEXTS = [
    "DE", "de", " DE\u00a0", "Straße", "STRASSE", "İstanbul", "istanbul", "i\u0307stanbul", "ısparta",
    "café", "cafe\u0301", "cafe", "ΣΊΣΥΦΟΣ", "σίσυφος", "ﬁt", "fit", "\u0345", "\u200b", "😀", "x\ny", " ", "",
    "a%b", "a_b", "a!b", "a\\b", "a\\%b", "a*b", "axb", "%", "_", "!", "\\", "*", "'", '"', "--",
    "true", "5", "5.0000", "2026-03-29", "null",
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(TEXTS),
    st.text("aAb%_!\\*'\"é\u0301ßİ ", max_size=4),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3),
)
written_texts = texts.filter(text_key)
patterns = st.lists(st.one_of(st.just("*"), written_texts), min_size=1, max_size=4).map("".join).filter(text_key)
integers = st.one_of(st.integers(-3, 9), st.sampled_from([9_999_999_999_999_999, -9_999_999_999_999_999, 2**31]))
decimals = st.one_of(
    st.integers(-30_000, 90_000).map(lambda units: Decimal(units).scaleb(-4)),
    st.integers(-6, 18).map(lambda halves: Decimal(halves) / 2),
    st.sampled_from([Decimal("9999999999999999.9999"), Decimal("-9999999999999999.9999"), Decimal("0.0001")]),
)
near_days = st.integers(27, 35).map(lambda day: date(2026, 3, 1) + timedelta(days=day - 1))
dates = st.one_of(near_days, st.sampled_from([date(1, 1, 1), date(9999, 12, 31)]))
values = st.one_of(written_texts, integers, decimals, st.booleans(), dates)
numbers = st.one_of(integers, decimals)
bounds = st.one_of(numbers, dates)

FIELDS = {
    "company.name": texts,
    "company.employees": integers,
    "deal.amount": decimals,
    "person.opted_in": st.booleans(),
    "lead.renewal": dates,
}


def predicates(bounds):
    return st.one_of(
        st.lists(values, max_size=3).map(lambda some: IsAnyOf(tuple(some))),
        st.lists(values, max_size=3).map(lambda some: IsNoneOf(tuple(some))),
        *(bounds.map(order) for order in (AtLeast, AtMost, MoreThan, LessThan)),
        written_texts.map(StartsWith),
        written_texts.map(Contains),
        patterns.map(Matches),
        st.sampled_from([IsMissing(), IsPresent()]),
    )


day_predicates = st.builds(
    lambda kind, days: kind(days),
    st.sampled_from([InNext, InLast, MoreThanAgo, MoreThanAhead]),
    st.sampled_from([1, 2, 3, 36525]),
)
field_rules = st.builds(FieldRule, st.sampled_from(list(FIELDS)), st.one_of(predicates(bounds), day_predicates))
day_rules = st.builds(FieldRule, st.just("lead.renewal"), day_predicates)
property_tests = st.builds(PropertyTest, st.sampled_from(["path", "value"]), predicates(numbers))
selections = st.builds(
    Selection,
    st.one_of(st.sampled_from([(), *((event,) for event in EVENTS)]), st.permutations(EVENTS[:2]).map(tuple)),
    st.lists(property_tests, max_size=2).map(tuple),
    st.one_of(st.none(), st.sampled_from(WINDOWS)),
)
untested = selections.map(lambda selection: replace(selection, where=()))
behaviour_rules = st.one_of(
    st.builds(CountRule, selections, st.integers(1, 3)),
    st.builds(AbsenceRule, selections),
    st.builds(DaysRule, st.one_of(selections, untested), st.integers(1, 3)),
    st.builds(PeopleRule, st.one_of(selections, untested), st.integers(1, 4)),
    st.builds(FirstRule, selections),
    st.builds(LastRule, selections),
    st.builds(SequenceRule, st.one_of(selections, untested), untested),
    st.builds(SequenceRule, selections, selections),
)


def rules(names):
    references = [st.sampled_from(names).map(CriterionRule)] if names else []
    return st.recursive(
        st.one_of(field_rules, day_rules, behaviour_rules, *references),
        lambda inner: st.one_of(*(st.lists(inner, max_size=3).map(tuple).map(node) for node in (All, AnyOf, NoneOf))),
        max_leaves=5,
    )


criteria_sets = st.fixed_dictionaries({"first": rules([]), "second": rules(["first"])})
instants = st.sampled_from([SUMMER_TIME_BEGINS, SUMMER_TIME_BEGINS.astimezone(UTC) + timedelta(days=3)])
distances = st.builds(
    lambda window, times, edge: window * times + edge * MICROSECOND,
    st.sampled_from([timedelta(0), *WINDOWS[:-1]]),
    st.integers(0, 2),
    st.integers(-1, 1),
)


zones = st.sampled_from([UTC, *map(ZoneInfo, ("Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns"))])


@st.composite
def timelines(draw, at, most):
    return tuple(
        Touchpoint(
            str(place),
            draw(st.sampled_from(EVENTS)),
            (at.astimezone(UTC) - draw(distances)).astimezone(at.tzinfo),
            draw(st.fixed_dictionaries({}, optional={"path": values, "value": values})),
        )
        for place in range(draw(st.integers(0, most)))
    )


@st.composite
def leads(draw):
    at = draw(instants)
    fields = draw(st.fixed_dictionaries({}, optional=FIELDS))
    colleagues = {f"colleague {name}": Timeline(draw(timelines(at, 2))) for name in range(draw(st.integers(0, 3)))}
    return Facts(fields, draw(timelines(at, 4)), colleagues, draw(zones)), at


@settings(max_examples=BATCHES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    batch=st.lists(leads(), min_size=1, max_size=25),
    criteria=criteria_sets,
    asked=st.lists(rules(["first", "second"]), min_size=1, max_size=10),
    moment=st.one_of(st.none(), instants),
)
def test_random_rules_hold_of_the_same_leads_on_every_engine(
    batch, criteria, asked, moment, duckdb_engine, postgres_engine
):
    expected = [[evaluate(rule, facts, moment or at, criteria) for rule in asked] for facts, at in batch]

    assert duckdb_engine.answers(batch, asked, criteria, moment) == expected
    assert postgres_engine.answers(batch, asked, criteria, moment) == expected


@settings(max_examples=BATCHES, deadline=None, database=None)
@given(lead=leads(), criteria=criteria_sets, rule=rules(["first", "second"]))
def test_an_explanation_gives_the_same_answer(lead, criteria, rule):
    facts, at = lead

    assert explain(rule, facts, at, criteria).held is evaluate(rule, facts, at, criteria)
