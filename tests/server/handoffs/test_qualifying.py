"""What sales has agreed to find out about each lead that it accepts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.server.conftest import MONDAY, World
from tests.server.handoffs.conftest import SignIn

from accord.server.accounts.models import User
from accord.server.agreements.services import in_force
from accord.server.handoffs import decisions
from accord.server.handoffs.decisions import HandoffError
from accord.server.handoffs.qualifying import checks_of, qualify
from accord.server.pipeline.models import Lead

DAY = timedelta(days=1)


@pytest.fixture
def lead(world: World) -> Lead:
    """A lead with sales, which has agreed to find out the budget and the country, and to check the size."""
    checks = "  if_undecided: accepted\n  sales_checks: [lead.budget, company.country, big_company]"
    world.agree(
        ("  if_undecided: accepted", checks), ("sql: {when: has_budget", "sql: {when: right_company"), at=MONDAY - DAY
    )
    lead = world.offered()
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY)
    return lead


def owner(lead: Lead) -> User:
    assert lead.owner is not None
    return lead.owner


def checks(lead: Lead) -> list[tuple[str, bool | None]]:
    lead = Lead.objects.select_related("person__company").get(pk=lead.pk)
    return [(check.label, check.done) for check in checks_of(lead, in_force().agreement, MONDAY)]


def test_what_is_known_is_ticked_and_a_criterion_may_turn_out_either_way(lead: Lead) -> None:
    assert checks(lead) == [("Budget", None), ("Country", True), ("1000 or more staff", False)]
    decisions.fill_in(lead.pk, {"lead.budget": "none"}, by=owner(lead), at=MONDAY)
    assert checks(lead)[0] == ("Budget", True)


def test_who_has_not_found_out_what_was_agreed_is_told_what_is_missing(lead: Lead) -> None:
    with pytest.raises(HandoffError, match="sales has yet to find out: Budget") as refused:
        qualify(lead.pk, by=owner(lead), at=MONDAY)
    assert refused.value.code == "handoff.not_found_out"
    decisions.fill_in(lead.pk, {"lead.budget": "none"}, by=owner(lead), at=MONDAY)
    assert qualify(lead.pk, by=owner(lead), at=MONDAY).stage == "sql"


def test_the_page_of_the_lead_shows_the_list(lead: Lead, sign_in: SignIn) -> None:
    page = sign_in(owner(lead)).get(reverse("lead", args=[lead.pk])).content.decode()
    assert "What sales finds out" in page
    assert 'href="#field-lead-budget"' in page
    assert page.count("not known yet") == 1


def test_without_such_an_agreement_there_is_no_list(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    assert checks(lead) == []
    assert "What sales finds out" not in sign_in(owner(lead)).get(reverse("lead", args=[lead.pk])).content.decode()
