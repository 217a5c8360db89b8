"""The committed vectors: what each rule says of each lead, on every engine."""

import pytest
from tests.conformance.vectors import facts_of, instant_of, rule_of, vectors

from accord.rules import All, AnyOf, NoneOf, explain


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["about"])
def test_every_engine_gives_the_written_answers(vector, engine):
    held, failed = vector.get("holds", []), vector.get("fails", [])
    criteria = {name: rule_of(written) for name, written in vector.get("criteria", {}).items()}
    rules = [rule_of(written) for written in (*held, *failed)]
    at = instant_of(vector)

    (answers,) = engine.answers([(facts_of(vector["lead"]), at)], rules, criteria, at)

    expected = [True] * len(held) + [False] * len(failed)
    rows = zip([*held, *failed], answers, expected, strict=True)
    assert [written for written, answer, right in rows if answer is not right] == []


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["about"])
def test_an_explanation_gives_the_written_answer_and_names_its_rule(vector):
    held, failed = vector.get("holds", []), vector.get("fails", [])
    criteria = {name: rule_of(written) for name, written in vector.get("criteria", {}).items()}
    rules = [rule_of(written) for written in (*held, *failed)]
    facts, at = facts_of(vector["lead"]), instant_of(vector)

    findings = [explain(rule, facts, at, criteria) for rule in rules]

    assert [found.held for found in findings] == [True] * len(held) + [False] * len(failed)
    assert [found.rule for found in findings] == rules
    for found in findings:
        children = {All: all, AnyOf: any, NoneOf: lambda held: not any(held)}.get(type(found.rule))
        if children is not None:
            assert [child.rule for child in found.children] == list(found.rule.rules)
            assert found.held == children(child.held for child in found.children)
