"""By which terms won money is credited: what is signed, what holds where nothing is, and what the names mean."""

import re
from datetime import timedelta

import pytest

from accord.agreement import Agreement, CreditTerms, CreditWeights, clauses, load
from accord.agreement.diff import Meaning, compare
from accord.agreement.document_business import CREDIT_MODELS
from accord.attribution import MODELS, Staged

BLOCK = re.compile(r"\ncredit:\n(?:  .+\n)+")


def plan(text: str) -> Agreement:
    loaded = load(text, "agreement.yaml")
    assert loaded.agreement is not None, [str(issue) for issue in loaded.issues]
    return loaded.agreement


def said(text: str) -> dict[str, str]:
    return {clause.path: clause.sentence for clause in clauses(plan(text)) if clause.section.value == "credit"}


def test_the_models_of_the_agreement_are_those_that_attribution_carries_out() -> None:
    """A chain credits by path there, under its own name; the names that say so are the library's."""
    assert list(CREDIT_MODELS) == [*(name for name in MODELS if not name.endswith("_by_path")), "custom"]


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if isinstance(model, Staged)])
def test_the_shares_that_both_sides_sign_are_those_that_are_counted(name: str, small: str) -> None:
    model = MODELS[name]
    assert isinstance(model, Staged)
    shares = {model.first, model.lead, model.opportunity, model.last} - {0.0}

    (sentence,) = said(f"{small}credit: {{model: {name}}}\n").values()

    assert {float(share) for share in re.findall(r"([\d.]+) %", sentence)} == {share * 100 for share in shares}


def test_each_model_is_said_in_other_words(small: str) -> None:
    weights = "weights: {first: 100 %}"
    sentences = {said(f"{small}credit: {{model: {name}, {weights}}}\n")["credit"] for name in CREDIT_MODELS}

    assert len(sentences) == len(CREDIT_MODELS)
    assert all(sentence.endswith("count, however long before the deal was won.") for sentence in sentences)


def test_northwind_signs_its_terms(northwind: str) -> None:
    assert said(northwind) == {
        "credit": "Won money is credited U-shaped (40 % to the first touch, 40 % to the last, the rest between); "
        "touches of everybody in the buying company count, up to 180 days before the deal was won.",
        "credit.inbound": "At least 60 % of credited money is to come from inbound touches, and the rest from outbound "
        "ones.",
    }
    assert plan(northwind).credit == CreditTerms("u_shaped", timedelta(days=180), "company", 60)


def test_where_nothing_is_signed_the_usual_terms_hold_and_are_no_clause(small: str) -> None:
    agreement = plan(small)

    assert agreement.credit is None
    assert agreement.credit_terms == CreditTerms("u_shaped", timedelta(days=180), "company", None)
    assert said(small) == {}


def test_without_a_lookback_any_touch_counts_unlike_without_the_block(small: str) -> None:
    assert plan(f"{small}credit: {{model: linear}}\n").credit_terms == CreditTerms("linear", None, "company", None)


def test_signing_the_usual_terms_is_a_change_that_both_sides_must_sign(northwind: str) -> None:
    diff = compare(plan(BLOCK.sub("\n", northwind)), plan(northwind))

    assert diff.meaning is Meaning.OUTCOMES
    assert [(str(change.kind), change.clause.path) for change in diff.changes] == [
        ("added", "credit"),
        ("added", "credit.inbound"),
    ]


def test_a_change_of_the_target_is_a_change_of_that_clause_alone(northwind: str) -> None:
    diff = compare(plan(northwind), plan(northwind.replace("inbound: at least 60 %", "inbound: at least 50 %")))

    assert [(str(change.kind), change.clause.path) for change in diff.changes] == [("changed", "credit.inbound")]


def test_weights_of_its_own_are_signed_and_said(small: str) -> None:
    weights = "weights: {first: 30 %, lead: 25 %, last: 35 %, between: 10 %}"
    agreement = plan(f"{small}credit: {{model: custom, {weights}}}\n")

    assert agreement.credit_terms.weights == CreditWeights(first=30, lead=25, opportunity=0, last=35, between=10)
    assert said(f"{small}credit: {{model: custom, {weights}}}\n") == {
        "credit": "Won money is credited by weights of its own; touches of everybody in the buying company count, "
        "however long before the deal was won.",
        "credit.weights": "Credit by weights of its own gives 30 % to the first touch, 25 % to the one that made the "
        "lead, 35 % to the last touch and 10 % evenly to all others.",
    }


def test_other_weights_are_a_change_of_outcomes_of_that_clause_alone(small: str) -> None:
    before, after = (
        plan(f"{small}credit: {{model: linear, weights: {{first: {first} %, last: {100 - first} %}}}}\n")
        for first in (50, 60)
    )
    diff = compare(before, after)

    assert diff.meaning is Meaning.OUTCOMES
    assert [(str(change.kind), change.clause.path) for change in diff.changes] == [("changed", "credit.weights")]
