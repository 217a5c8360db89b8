"""Near misses worked out by hand: Northwind's, and what a points-giving criterion and fading points do to them."""

from datetime import timedelta
from typing import Any

import pytest
from tests.agreement.explanation.conftest import AT, BERLIN, Did, ago, touchpoints
from tests.agreement.near_miss_properties import LAWS, NORTHWIND, law_of

from accord.agreement import Agreement
from accord.agreement.near_miss import NearMiss, NearMisses
from accord.rules import Facts, Value
from accord.scoring import score

KNOWN: dict[str, Value] = {"company.employees": 200, "company.country": "DE", "person.email": "ann@hall.example"}
WEBINAR = ago("webinar_attended", days=1)
CONTACT = ago("form_submitted", {"form": "contact"}, days=29)


def near(law: Agreement, *did: Did, **fields: Any) -> NearMiss:
    known = {name.replace("_", ".", 1): value for name, value in fields.items()} or KNOWN
    facts = Facts(known, touchpoints(did), {}, BERLIN)
    misses = NearMisses(law)
    return misses.of(facts, score(law.score, facts, AT, misses.criteria), AT)


def test_what_northwind_asks_is_named_and_what_has_no_name_is_called_by_its_place() -> None:
    misses = NearMisses(NORTHWIND)
    assert [(name, misses.says(name)) for name in misses.statements] == [
        ("right_company", "50 or more staff, in a country where we sell"),
        ("reachable", "We can call or write to this person"),
        ("mql[2]", "The engagement score is at least 15"),
        ("asks_to_be_contacted", "Wrote to us through the contact form this month"),
    ]


@pytest.mark.parametrize(
    ("did", "fields", "lacks"),
    [
        pytest.param((), KNOWN, ("mql[2]", "asks_to_be_contacted"), id="either of two is enough"),
        pytest.param((WEBINAR, WEBINAR), KNOWN, (), id="it is over the bar"),
        pytest.param((CONTACT,), {**KNOWN, "company.employees": 49}, ("right_company",), id="too small"),
        pytest.param((CONTACT,), {**KNOWN, "company.employees": 9, "company.country": "FR"}, ("right_company",),
                     id="two facts, one criterion"),
        pytest.param((CONTACT,), {"company.employees": 9, "company.country": "DE"}, (), id="two criteria"),
        pytest.param((), {**KNOWN, "company.employees": 49}, (), id="one criterion and one of two others"),
    ],
)  # fmt: skip
def test_near_misses_of_northwind(did: tuple[Did, ...], fields: dict[str, Value], lacks: tuple[str, ...]) -> None:
    given = {name.replace(".", "_", 1): value for name, value in fields.items()}
    assert near(NORTHWIND, *did, **given).lacks == lacks


def test_a_criterion_that_would_bring_the_points_is_enough_by_itself() -> None:
    law = law_of("{all: [right_company, buyer, {score: fit, at_least: 50}]}")
    assert near(law, company_employees=200).lacks == ("buyer",)
    assert near(law, company_employees=20, person_title="Head of buying").lacks == ("right_company",)
    assert near(law, company_employees=20).lacks == ()


def test_a_criterion_made_of_criteria_is_opened() -> None:
    law = law_of("serious")
    assert list(NearMisses(law).statements) == ["right_company", "prices", "demo"]
    assert near(law, company_employees=200).lacks == ("prices", "demo")


def test_what_must_not_hold_is_what_is_missing_when_it_does() -> None:
    law = law_of("{all: [right_company, {none: [young, has_budget]}]}")
    assert near(law, company_employees=200, lead_budget="approved").lacks == ("has_budget",)


def test_a_window_that_passes_is_foreseen_to_the_microsecond() -> None:
    found = near(NORTHWIND, CONTACT, company_country="FR", person_email="a@b.example")
    assert (found.lacks, found.until) == (("right_company",), AT + timedelta(days=1))


def test_points_that_fade_below_what_is_asked_are_foreseen() -> None:
    # 15 points after one whole day: 15 * 2 ** (-1/30) = 14.66, so that 15 no longer are reached from then on.
    law = LAWS[0]
    found = near(law, ago("webinar_attended", hours=20), company_employees=20)
    assert (found.lacks, found.until) == (("right_company",), AT + timedelta(hours=4))
    assert near(law, ago("webinar_attended", hours=20), company_employees=20, person_phone="1").until == found.until


def test_an_agreement_whose_hand_off_somebody_else_checks_has_no_near_misses() -> None:
    law = law_of("right_company")
    gates = tuple(gate for gate in law.stages if gate.stage != "mql")
    assert near(type(law)(**{**{name: getattr(law, name) for name in law.__slots__}, "stages": gates})).lacks == ()
