"""Recycled leads that come back: by what is new since they left, and without holding up anybody."""

from datetime import timedelta
from typing import Any

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.server.agreements.services import propose, sign
from accord.server.handoffs.decisions import fill_in, reject
from accord.server.pipeline import judging
from accord.server.pipeline.judging import bring_back_due, judge_due, review_open_leads
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import open_lead

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def agree(world: World, old: str, new: str, at: Any) -> None:
    text = AGREEMENT.read_text(encoding="utf-8")
    assert old in text
    number = propose(text.replace(old, new), "b.yaml", reason="b", by=world.cast.olga, at=at).number
    sign(number, by=world.cast.mara, at=at)
    sign(number, by=world.cast.priya, at=at)


def rejected(world: World, lead: Lead) -> Lead:
    lead.refresh_from_db()
    assert lead.owner is not None
    return reject(lead.pk, reason="not_now", by=lead.owner, at=MONDAY + MINUTE)


def cycles(lead: Lead) -> int:
    return Lead.objects.filter(person=lead.person_id).count()


def test_what_sales_knew_when_it_rejected_a_lead_does_not_bring_it_back(world: World) -> None:
    """The demo request that made it a lead still lies within the week; only another one is news."""
    lead = rejected(world, world.demo_request())
    world.happens(lead, "page_viewed", MONDAY + HOUR)
    judge_due(MONDAY + HOUR)
    assert cycles(lead) == 1
    world.happens(lead, "form_submitted", MONDAY + 2 * HOUR, form="demo")
    judge_due(MONDAY + 2 * HOUR)
    assert cycles(lead) == 2


def test_a_trigger_may_ask_for_a_score(world: World) -> None:
    agree(world, "or_when: wants_to_talk", "or_when: {score: engagement, at_least: 15}", MONDAY - HOUR)
    lead = rejected(world, world.offered())
    world.happens(lead, "page_viewed", MONDAY + HOUR)
    judge_due(MONDAY + HOUR)
    assert cycles(lead) == 1
    world.happens(lead, "webinar_attended", MONDAY + 2 * HOUR)
    judge_due(MONDAY + 2 * HOUR)
    assert cycles(lead) == 2


def test_what_is_filled_in_on_a_recycled_lead_may_bring_it_back(world: World) -> None:
    agree(world, "or_when: wants_to_talk", "or_when: big_company", MONDAY - HOUR)
    lead = rejected(world, world.offered())
    fill_in(lead.pk, {"company.employees": "5000"}, by=world.cast.mara, at=MONDAY + HOUR)
    judge_due(MONDAY + HOUR)
    assert cycles(lead) == 2


def test_a_recycled_lead_that_cannot_be_judged_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = rejected(world, world.offered())
    world.happens(bad, "page_viewed", MONDAY + HOUR)
    good = world.lead(at=MONDAY + HOUR)
    world.happens(good, "webinar_attended", MONDAY + HOUR)

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "_bring_back", fails)
    assert judge_due(MONDAY + HOUR).moved == 1
    bad.refresh_from_db()
    assert bad.review_at == MONDAY + HOUR + judging.RETRY


def test_a_date_that_a_new_cycle_has_overtaken_is_not_looked_at_for_ever(world: World) -> None:
    lead = rejected(world, world.offered())
    open_lead(lead.person, at=MONDAY + HOUR)
    assert bring_back_due(MONDAY + timedelta(days=91)) == 0
    lead.refresh_from_db()
    assert (lead.returns_at, cycles(lead)) == (None, 2)


def test_a_new_revision_judges_what_the_old_one_judged_a_moment_ago(world: World) -> None:
    lead = world.mql(employees=40)
    assert lead.stage == "lead"
    agree(world, "at_least: 50", "at_least: 40", MONDAY + MINUTE)
    assert review_open_leads(MONDAY + 2 * MINUTE) == 1
    judge_due(MONDAY + 2 * MINUTE)
    lead.refresh_from_db()
    assert lead.stage == "mql"
    assert review_open_leads(MONDAY + 3 * MINUTE) == 0


def test_a_lead_that_sales_has_not_accepted_is_no_sql(world: World) -> None:
    """An SQL that the software checks alone still has to be accepted first."""
    agree(world, "sql: {when: has_budget, checked_by: sales}", "sql: {when: has_budget}", MONDAY - HOUR)
    lead = world.lead()
    lead.fields = {"budget": "approved"}
    lead.save()
    world.happens(lead, "webinar_attended")
    judge_due(MONDAY)
    lead.refresh_from_db()
    assert (lead.stage, lead.ready_at) == ("mql", MONDAY)


def test_what_is_learnt_of_a_company_judges_every_lead_there(world: World) -> None:
    first = world.mql(employees=None)
    second = world.lead()
    second.person.company = first.person.company
    second.person.save()
    judge_due(MONDAY)
    fill_in(first.pk, {"company.employees": "200"}, by=world.cast.mara, at=MONDAY + MINUTE)
    assert set(Lead.objects.filter(review_at=MONDAY + MINUTE)) == {first, second}
