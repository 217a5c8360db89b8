"""What an explanation says of instants is what judging finds at these instants, for leads at random."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from tests.agreement.explanation.conftest import AT, BERLIN

from accord.agreement import Agreement, Stage, read
from accord.agreement.explanation import Situation, explain_lead, next_handoff, next_stage
from accord.agreement.explanation.demands import demands_of
from accord.agreement.explanation.fading import fades
from accord.agreement.explanation.text import explanation_in_words
from accord.agreement.explanation.timing import turns_at
from accord.agreement.explanation.trial import Trials
from accord.agreement.rules_of import all_rules, events_of
from accord.rules import Facts, Timeline, Touchpoint, explain, instant

HERE = Path(__file__).parent
STEP = timedelta(microseconds=1)


def _law(path: Path) -> Agreement:
    loaded = read(path)
    assert loaded.agreement is not None, loaded.issues
    return loaded.agreement


SMALL = _law(HERE / "agreement.yaml")
FULL = _law(HERE.parent / "full.yaml")
NORTHWIND = _law(HERE.parent.parent.parent / "examples" / "northwind" / "agreement.yaml")
VALUES = {
    "integer": st.sampled_from([0, 7, 42, 50, 200, 6000]),
    "decimal": st.sampled_from([0, 1, 2, 5000000]),
    "text": st.sampled_from(["DE", "FR", "Head of buying", "intern", "a@b.example"]),
    "boolean": st.booleans(),
    "date": st.dates(min_value=AT.date() - timedelta(days=60), max_value=AT.date() + timedelta(days=60)),
}
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "path": st.sampled_from(["/pricing", "/products/a", "/jobs"]),
        "form": st.sampled_from(["demo", "contact"]),
        "pages": st.integers(1, 6),
    },
)


@st.composite
def situations(draw: st.DrawFn, law: Agreement, most: int = 12) -> Situation:
    fields = {}
    for field in law.fields.values():
        value = st.sampled_from(field.choices) if field.choices else VALUES[field.type.value]
        if draw(st.booleans()):
            fields[field.name] = draw(value)
    events = st.sampled_from(sorted(events_of(law)))
    ages = st.integers(0, 60 * 24 * 45).map(lambda minutes: timedelta(minutes=minutes))
    happened = st.lists(st.tuples(ages, events, PROPERTIES), max_size=most)

    def touchpoints() -> tuple[Touchpoint, ...]:
        return tuple(Touchpoint(str(n), event, AT - age, held) for n, (age, event, held) in enumerate(draw(happened)))

    facts = Facts(fields, touchpoints(), {"Nadia": Timeline(touchpoints())}, BERLIN)
    return Situation(law, facts, AT, draw(st.sampled_from([Stage.SUBSCRIBER, Stage.LEAD, Stage.MQL, Stage.SAL])))


@given(st.data())
def test_the_engagement_fades_exactly_as_it_is_scored(data: st.DataObject) -> None:
    situation = data.draw(st.one_of(situations(SMALL), situations(NORTHWIND)))
    before = situation.card.engagement
    for fade, _ in zip(fades(situation), range(40), strict=False):
        at = instant(fade.at)
        assert situation.later(at - STEP).card.engagement == before
        assert situation.later(at).card.engagement == fade.engagement
        before = fade.engagement


@given(st.data())
def test_a_rule_turns_at_the_instant_that_is_said_and_not_before(data: st.DataObject) -> None:
    law = data.draw(st.sampled_from([SMALL, FULL, NORTHWIND]))
    situation = data.draw(situations(law))
    rule = data.draw(st.sampled_from(list(all_rules(law))))
    finding = situation.find(rule)
    at = turns_at(finding, situation)
    if at is not None:
        later = [explain(rule, situation.scored, each, situation.rules).held for each in (at - STEP, at)]
        assert later == [finding.held, not finding.held]


@settings(max_examples=40)
@given(st.data())
def test_a_way_is_enough_and_every_part_of_it_is_needed(data: st.DataObject) -> None:
    law = data.draw(st.sampled_from([SMALL, FULL, NORTHWIND]))
    situation = data.draw(situations(law))
    rule = data.draw(st.sampled_from([gate.when for gate in law.stages]))
    trials = Trials(situation, lambda tried: tried.holds(rule))
    for demands in demands_of(rule, situation)[:4]:
        enough = trials.needed(demands) if demands else None
        if enough is not None:
            kept, effort = enough
            assert effort.made(situation).holds(rule)
            assert all(trials.tried(tuple(each for each in kept if each != one)) is None for one in kept)


@settings(max_examples=40)
@given(st.data())
def test_any_lead_can_be_explained_in_eighty_columns(data: st.DataObject) -> None:
    situation = data.draw(st.one_of(situations(SMALL), situations(FULL), situations(NORTHWIND)))
    lines = list(explanation_in_words(explain_lead(situation)))
    assert max(len(line) for line in lines) <= 80


@settings(max_examples=40)
@given(st.data())
def test_what_holds_has_no_way_to_it(data: st.DataObject) -> None:
    situation = data.draw(st.one_of(situations(SMALL), situations(FULL), situations(NORTHWIND)))
    for ahead in (next_stage(situation), next_handoff(situation)):
        if ahead is not None and ahead.because.held and ahead.aim != "hand-off":
            assert ahead.ways == ()


@pytest.mark.parametrize("holds", [True, False])
def test_the_strategies_reach_leads_that_move_on_and_others(holds: bool) -> None:
    """Else the properties above would hold of nothing."""
    gate = SMALL.stages[0].when
    find(situations(SMALL), lambda situation: situation.holds(gate) is holds)
