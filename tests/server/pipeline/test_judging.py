"""Judging leads by the agreement in force."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.agreement import Agreement
from accord.agreement.judgement import Judgement
from accord.rules import Facts
from accord.server.agreements.models import Revision
from accord.server.agreements.services import RevisionError, agreement_of, propose, sign
from accord.server.handoffs.decisions import reject
from accord.server.people.models import Person
from accord.server.pipeline import judging
from accord.server.pipeline.facts import facts_of
from accord.server.pipeline.judging import bring_back_due, judge_due, review, review_open_leads
from accord.server.pipeline.models import DecidedBy, Lead, ReadyVia, StageChange
from accord.server.pipeline.services import open_lead

MINUTE = timedelta(minutes=1)


def test_a_lead_that_meets_the_definition_becomes_an_mql_with_its_reason_and_revision(world: World) -> None:
    lead = world.mql()
    change = StageChange.objects.get(lead=lead, to_stage="mql")
    assert (lead.stage, lead.fit, lead.engagement, lead.grade) == ("mql", 4000, 1500, "B")
    assert change.decided_by == DecidedBy.AGREEMENT
    assert change.revision == Revision.objects.get()
    assert change.reason == "50 or more staff; Engagement 15, where 10 is enough"
    assert change.explanation["criteria"] == {
        "right_company": True,
        "big_company": False,
        "wants_to_talk": False,
        "has_budget": False,
    }


def test_the_kept_ledger_adds_up_to_the_score(world: World) -> None:
    change = StageChange.objects.get(lead=world.mql(), to_stage="mql")
    points = sum(entry["points"] for entry in change.explanation["ledger"])
    assert points == change.explanation["fit"] + change.explanation["engagement"] == 5500


def test_a_lead_that_falls_short_stays_where_it_is(world: World) -> None:
    lead = world.mql(employees=49)
    assert (lead.stage, lead.ready_at, lead.review_at) == ("lead", None, None)
    assert lead.engagement == 1500


def test_an_unknown_number_of_staff_meets_no_bound(world: World) -> None:
    assert world.mql(employees=None).stage == "lead"


def test_a_lead_without_what_marketing_owes_is_held_until_it_is_filled_in(world: World) -> None:
    lead = world.mql(phone="")
    assert (lead.stage, lead.ready_at, lead.held_for) == ("mql", None, ["person.phone"])

    Person.objects.filter(pk=lead.person_id).update(phone="+49 1")
    review(Q(pk=lead.person_id), MONDAY + MINUTE)
    judge_due(MONDAY + MINUTE)
    lead.refresh_from_db()
    assert (lead.ready_at, lead.held_for) == (MONDAY + MINUTE, [])


def test_the_fast_lane_waits_for_no_missing_field_and_skips_the_funnel(world: World) -> None:
    lead = world.lead(phone="", employees=None)
    world.happens(lead, "form_submitted", MONDAY, form="Demo ")
    judge_due(MONDAY)
    lead.refresh_from_db()
    assert (lead.stage, lead.ready_at, lead.ready_via) == ("mql", MONDAY, ReadyVia.FAST_LANE)


def test_nothing_is_judged_twice_without_a_cause(world: World) -> None:
    world.mql()
    assert judge_due(MONDAY + MINUTE).leads == 0
    assert StageChange.objects.filter(to_stage="mql").count() == 1


def test_a_lead_does_not_fall_back_when_its_score_fades(world: World) -> None:
    lead = world.mql()
    later = MONDAY + timedelta(days=300)
    assert review_open_leads(later) == 1
    judge_due(later)
    lead.refresh_from_db()
    assert lead.stage == "mql"
    assert lead.engagement < 1000


def test_a_touchpoint_from_the_future_does_not_count_yet(world: World) -> None:
    lead = world.lead()
    world.happens(lead, "webinar_attended", MONDAY + timedelta(days=1))
    Lead.objects.update(review_at=MONDAY)
    judge_due(MONDAY)
    lead.refresh_from_db()
    assert (lead.stage, lead.engagement) == ("lead", 0)


def test_without_an_agreement_leads_wait_and_are_not_lost(db: None) -> None:
    person = Person.objects.create(name="Ann", created_at=MONDAY)
    lead = open_lead(person, at=MONDAY)
    with pytest.raises(RevisionError, match="no agreement is in force yet"):
        judge_due(MONDAY)
    lead.refresh_from_db()
    assert lead.review_at == MONDAY


def test_a_chunk_is_judged_with_a_constant_number_of_queries(
    world: World, django_assert_max_num_queries: object
) -> None:
    for _ in range(30):
        world.happens(world.lead(), "webinar_attended")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert judge_due(MONDAY).moved == 30


def test_a_stored_value_that_does_not_fit_its_field_counts_as_missing(world: World, revision: Revision) -> None:
    lead = world.lead()
    lead.person.company.fields = {"employees": "many", "country": "DE"}
    lead.person.company.save()
    facts = facts_of([lead], agreement_of(revision), MONDAY)[lead.pk]
    assert "company.employees" not in facts.fields
    assert facts.fields["company.country"] == "DE"


def test_a_property_that_no_rule_could_compare_holds_up_nobody(world: World) -> None:
    lead = world.lead()
    world.happens(lead, "form_submitted", MONDAY, form=["demo"], nested={"a": 1})
    world.happens(lead, "webinar_attended", MONDAY)
    assert judge_due(MONDAY).moved == 1


def test_one_lead_that_cannot_be_judged_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = world.lead(), world.lead()
    for lead in (bad, good):
        world.happens(lead, "webinar_attended")
    carry_on = judging.judge

    def fails(agreement: Agreement, facts: Facts, *rest: Any) -> Judgement:
        if facts.fields["person.email"] == bad.person.email:
            raise ZeroDivisionError
        return carry_on(agreement, facts, *rest)

    monkeypatch.setattr(judging, "judge", fails)
    assert judge_due(MONDAY).moved == 1
    bad.refresh_from_db()
    assert (bad.stage, bad.review_at) == ("lead", MONDAY + timedelta(hours=1))


def test_a_new_lead_is_a_subscriber_where_the_agreement_says_what_makes_a_lead(world: World) -> None:
    text = AGREEMENT.read_text(encoding="utf-8").replace("stages:\n", "stages:\n  lead: {when: right_company}\n")
    second = propose(text, "b.yaml", reason="subscribers", by=world.cast.olga, at=MONDAY)
    sign(second.number, by=world.cast.mara, at=MONDAY)
    sign(second.number, by=world.cast.priya, at=MONDAY)
    small, large = world.lead(employees=5), world.lead()
    assert small.stage == large.stage == "subscriber"
    judge_due(MONDAY)
    assert [Lead.objects.get(pk=lead.pk).stage for lead in (small, large)] == ["subscriber", "lead"]


class TestCycles:
    """Lesson 27: a dead lead that is reopened keeps its history, score and reason, and is cycle 2."""

    def rejected(self, world: World) -> Lead:
        lead = world.offered()
        assert lead.owner is not None
        return reject(lead.pk, reason="not_now", by=lead.owner, at=MONDAY + MINUTE)

    def test_a_recycled_lead_comes_back_on_its_date_as_cycle_two(self, world: World) -> None:
        lead = self.rejected(world)
        before = StageChange.objects.filter(lead=lead).count()
        assert bring_back_due(MONDAY + timedelta(days=89)) == 0
        assert bring_back_due(MONDAY + timedelta(days=91)) == 1
        assert bring_back_due(MONDAY + timedelta(days=91)) == 0

        again = Lead.objects.get(person=lead.person, cycle=2)
        old = Lead.objects.get(pk=lead.pk)
        assert (old.stage, old.end_reason, old.engagement, old.grade) == ("recycled", "not_now", 1500, "B")
        assert StageChange.objects.filter(lead=old).count() == before
        assert (again.stage, again.first_contact_at, again.owner, again.handed_over_at) == (
            "lead",
            old.first_contact_at,
            None,
            None,
        )

    def test_the_agreed_trigger_brings_it_back_at_once(self, world: World) -> None:
        lead = self.rejected(world)
        later = MONDAY + timedelta(days=3)
        world.happens(lead, "form_submitted", later, form="demo")
        judge_due(later)
        judge_due(later)
        again = Lead.objects.get(person=lead.person, cycle=2)
        assert (again.stage, again.ready_via) == ("mql", ReadyVia.FAST_LANE)

    def test_another_touchpoint_does_not_bring_it_back(self, world: World) -> None:
        lead = self.rejected(world)
        world.happens(lead, "webinar_attended", MONDAY + timedelta(days=3))
        judge_due(MONDAY + timedelta(days=3))
        assert Lead.objects.filter(person=lead.person).count() == 1

    def test_date_and_trigger_together_open_only_one_cycle(self, world: World) -> None:
        lead = self.rejected(world)
        later = MONDAY + timedelta(days=91)
        world.happens(lead, "form_submitted", later, form="demo")
        bring_back_due(later)
        judge_due(later)
        assert Lead.objects.filter(person=lead.person).count() == 2
