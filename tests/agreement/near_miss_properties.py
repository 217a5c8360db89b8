"""Near misses of leads at random, under every way to combine what the hand-off asks, against what is found of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from tests.agreement.explanation.explanation_properties import FULL, NORTHWIND, situations

from accord.agreement import Agreement, load
from accord.agreement.explanation import Situation
from accord.agreement.near_miss import LOOKS_AHEAD, NearMiss, NearMisses
from accord.rules import All, AnyOf, CriterionRule, Facts, Finding, NoneOf, Rule, explain
from accord.scoring import score, score_fields

TEXT = (Path(__file__).parent / "explanation" / "agreement.yaml").read_text(encoding="utf-8")
GATE = "{all: [right_company, {score: engagement, at_least: 15}]}"
EXTRA = """  serious: {says: Serious, all: [right_company, {any: [prices, demo]}]}
score:"""
GATES = (
    GATE,
    "{any: [prices, demo]}",
    "serious",
    "{all: [serious, {none: [young, has_budget]}]}",
    "{all: [right_company, buyer, {score: fit, at_least: 50}]}",
    "{all: [not_partner, {grade: [A, B]}, {any: [{all: [prices, earns]}, demo]}]}",
    "{any: [{all: [prices, small_enough]}, {all: [demo, small_enough]}]}",
    "{any: [{all: [prices, {score: engagement, at_least: 15}]}, {all: [demo, {score: engagement, at_least: 15}]}]}",
    "{none: [demo, {event: page_viewed, within: 2 days}, {score: engagement, at_least: 10}]}",
)


def law_of(gate: str) -> Agreement:
    text = TEXT.replace("score:\n", f"{EXTRA}\n", 1).replace(GATE, gate)
    loaded = load(text, "agreement.yaml")
    assert loaded.agreement is not None, loaded.issues
    return loaded.agreement


LAWS = (*map(law_of, GATES), FULL, NORTHWIND)


def near(situation: Situation) -> NearMiss:
    return NearMisses(situation.agreement).of(situation.facts, situation.card, situation.at)


def found(rule: Rule, situation: Situation, name: str, value: bool) -> Finding:
    """Return what is found of a lead if a criterion had the answer ``value``, in the rules and in the points."""
    criteria = {**situation.rules, name: All(()) if value else AnyOf(())}
    card = score(situation.agreement.score, situation.facts, situation.at, criteria)
    facts = situation.facts
    scored = Facts({**facts.fields, **score_fields(card)}, facts.touchpoints, facts.colleagues, facts.zone)
    return explain(rule, scored, situation.at, criteria)


def held(finding: Finding, turned: str | None = None) -> bool:
    """Return whether a finding holds, with every part that is written as ``turned`` taken for its opposite."""
    if repr(finding.rule) == turned:
        return not finding.held
    match finding.rule:
        case All():
            return all(held(child, turned) for child in finding.children)
        case AnyOf():
            return any(held(child, turned) for child in finding.children)
        case NoneOf():
            return not any(held(child, turned) for child in finding.children)
        case CriterionRule():
            return held(finding.children[0], turned)
    return finding.held


def statements(rule: Rule, criteria: Mapping[str, Rule]) -> Iterator[Rule]:
    """Yield the innermost criteria, and what stands without a name."""
    match rule:
        case All(rules) | AnyOf(rules) | NoneOf(rules):
            for part in rules:
                yield from statements(part, criteria)
        case CriterionRule(name):
            inner = list(statements(criteria[name], criteria))
            if any(isinstance(each, CriterionRule) for each in inner):
                yield from inner
            else:
                yield rule
        case _:
            yield rule


@settings(max_examples=200)
@given(st.data())
def test_a_lead_is_a_near_miss_by_whatever_alone_would_bring_it_over(data: st.DataObject) -> None:
    law = data.draw(st.sampled_from(LAWS))
    situation = data.draw(situations(law))
    gate = next(each.when for each in law.stages if each.stage == "mql")
    misses = NearMisses(law)
    expected = set()
    if not situation.holds(gate):
        for statement in statements(gate, situation.rules):
            if isinstance(statement, CriterionRule):
                wanted = not situation.holds(statement)
                if found(gate, situation, statement.name, wanted).held:
                    expected.add(statement.name)
            elif held(situation.find(gate), repr(statement)):
                expected |= {name for name, rule in misses.statements.items() if repr(rule) == repr(statement)}
    assert set(near(situation).lacks) == expected
    assert misses.holds(situation.facts, situation.card, situation.at) == situation.holds(gate)


@settings(max_examples=100)
@given(st.data(), st.integers(0, int(LOOKS_AHEAD.total_seconds())))
def test_until_it_is_said_to_change_it_stays_as_it_is(data: st.DataObject, seconds: int) -> None:
    law = data.draw(st.sampled_from(LAWS))
    situation = data.draw(situations(law))
    now = near(situation)
    at = situation.at + timedelta(seconds=seconds)
    if now.until is not None and at >= now.until:
        at = now.until - timedelta(microseconds=1)
    later = situation.later(at)
    assert near(later).lacks == now.lacks
    gate = next(each.when for each in law.stages if each.stage == "mql")
    assert later.holds(gate) == situation.holds(gate)


def some(law: Agreement, holds: Callable[[Situation], bool]) -> bool:
    """Return whether random leads come to what a test is about, without looking for the simplest."""
    quick = settings(max_examples=2000, phases=(Phase.generate,), database=None)
    return bool(find(situations(law, most=6), holds, settings=quick))


def test_leads_at_random_turn_by_time_alone_and_are_near_misses_by_each_statement() -> None:
    def turns(situation: Situation) -> bool:
        until = near(situation).until
        return until is not None and near(situation.later(until)).lacks != near(situation).lacks

    assert some(LAWS[1], turns)
    for name in NearMisses(LAWS[3]).statements:
        assert some(LAWS[3], lambda situation, name=name: name in near(situation).lacks)  # type: ignore[misc]
