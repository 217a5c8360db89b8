"""Leads that leave: by which clause, whither, and how they come back."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.server.conftest import MONDAY, World

from accord.server.accounts.models import User
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Attempt, Clock
from accord.server.handoffs.offers import offer_ready
from accord.server.pipeline.judging import bring_back_due, judge_due
from accord.server.pipeline.models import Lead

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
END = "routing:\n"
RECYCLING = (
    "recycling:\n"
    "  lost_deal: {back_after: 180 days, or_when: wants_to_talk, to: marketing}\n"
    "  never_reached: {back_after: 60 days, to: agency}\n"
    "  at_most: 2 times\n\n"
)


@pytest.fixture
def agreed(world: World) -> World:
    world.agree((END, RECYCLING + END), at=MONDAY - DAY)
    return world


def call(lead: Lead, minute: int, outcome: Attempt.Outcome = Attempt.Outcome.NO_ANSWER) -> None:
    lead.refresh_from_db()
    decisions.log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=outcome,
        action_id=uuid.uuid4(),
        by=owner(lead),
        at=MONDAY + minute * MINUTE,
    )


def owner(lead: Lead) -> User:
    assert lead.owner is not None
    return lead.owner


def hot(world: World) -> Lead:
    """A lead of grade A, which sales owes three attempts in ten working days."""
    lead = world.lead()
    for _ in range(4):
        world.happens(lead, "page_viewed")
    world.happens(lead, "webinar_attended")
    judge_due(MONDAY)
    offer_ready(MONDAY)
    lead.refresh_from_db()
    return lead


def lost(world: World, reason: str) -> Lead:
    lead = world.offered()
    decisions.accept(lead.pk, by=owner(lead), at=MONDAY)
    decisions.start_deal(lead.pk, amount=Decimal(5000), by=owner(lead), at=MONDAY)
    decisions.lose(lead.pk, reason=reason, by=owner(lead), at=MONDAY)
    lead.refresh_from_db()
    return lead


def test_who_never_answers_goes_to_the_caretaker_with_the_last_try_owed(agreed: World) -> None:
    lead = hot(agreed)
    call(lead, 1)
    call(lead, 2)
    lead.refresh_from_db()
    assert lead.ended_at is None
    call(lead, 3, Attempt.Outcome.VOICEMAIL)
    lead.refresh_from_db()
    assert (lead.stage, lead.end_reason, lead.end_clause) == ("recycled", "never_reached", "recycling.never_reached")
    assert (lead.caretaker, lead.returns_at) == ("agency", MONDAY + 3 * MINUTE + 60 * DAY)
    assert Clock.objects.get(lead=lead, promise="attempts").outcome == "kept"
    assert not Clock.objects.filter(lead=lead, stopped_at=None).exists()
    change = lead.stage_changes.latest("pk")
    assert (change.decided_by, change.reason, change.user) == ("agreement", "Nobody was reached", None)


def test_who_was_reached_once_stays_with_sales(agreed: World) -> None:
    lead = hot(agreed)
    call(lead, 1, Attempt.Outcome.REACHED)
    for minute in (2, 3, 4):
        call(lead, minute)
    lead.refresh_from_db()
    assert lead.ended_at is None


def test_one_try_recycles_nobody_where_no_number_of_tries_is_promised(agreed: World) -> None:
    lead = agreed.offered()
    call(lead, 1)
    lead.refresh_from_db()
    assert lead.ended_at is None


def test_all_tries_recycle_nobody_where_that_is_not_agreed(world: World) -> None:
    lead = hot(world)
    for minute in (1, 2, 3):
        call(lead, minute)
    lead.refresh_from_db()
    assert lead.ended_at is None


def test_a_lost_deal_goes_back_as_agreed_for_lost_deals_and_keeps_its_reason(agreed: World) -> None:
    lead = lost(agreed, "no_contact")
    assert (lead.stage, lead.end_reason, lead.end_clause) == ("recycled", "no_contact", "recycling.lost_deal")
    assert (lead.caretaker, lead.returns_at) == ("marketing", MONDAY + 180 * DAY)


def test_a_reason_that_puts_a_lead_out_for_good_does_so_with_a_lost_deal_too(agreed: World) -> None:
    lead = lost(agreed, "wrong_size")
    assert (lead.stage, lead.returns_at) == ("disqualified", None)


def test_a_lost_deal_comes_back_earlier_by_the_trigger_of_its_own_clause(agreed: World) -> None:
    """The reason, no contact, has no trigger."""
    lead = lost(agreed, "no_contact")
    agreed.happens(lead, "form_submitted", MONDAY + DAY, form="demo")
    judge_due(MONDAY + DAY)
    again = Lead.objects.get(person=lead.person, cycle=2)
    assert again.stage_changes.earliest("pk").reason == "Came back by its trigger"


def test_a_lead_comes_back_by_the_revision_in_force_then(agreed: World) -> None:
    """Lesson 27: what is agreed by then counts, for its trigger and for judging it."""
    lead = lost(agreed, "no_contact")
    agreed.agree(("or_when: wants_to_talk, to: marketing}\n  never", "or_when: big_company, to: marketing}\n  never"))
    agreed.happens(lead, "form_submitted", MONDAY + DAY, form="demo")
    judge_due(MONDAY + DAY)
    assert not Lead.objects.filter(person=lead.person, cycle=2).exists()
    bring_back_due(MONDAY + 181 * DAY)
    judge_due(MONDAY + 181 * DAY)
    again = Lead.objects.get(person=lead.person, cycle=2)
    assert {change.revision.number for change in again.stage_changes.all() if change.revision} == {3}
    lead.refresh_from_db()
    assert (lead.end_reason, lead.grade) == ("no_contact", "B")


def test_who_has_come_back_as_often_as_agreed_is_then_out_for_good(agreed: World) -> None:
    lead = agreed.offered()
    now = MONDAY
    for cycle in (1, 2):
        decisions.reject(lead.pk, reason="not_now", by=owner(lead), at=now)
        lead.refresh_from_db()
        assert (lead.stage, lead.cycle) == ("recycled", cycle)
        now += 90 * DAY
        bring_back_due(now)
        lead = Lead.objects.get(person=lead.person, cycle=cycle + 1)
        agreed.happens(lead, "webinar_attended", now)
        judge_due(now)
        offer_ready(now)
        lead.refresh_from_db()
    decisions.reject(lead.pk, reason="not_now", by=owner(lead), at=now)
    lead.refresh_from_db()
    assert (lead.cycle, lead.stage, lead.returns_at, lead.caretaker) == (3, "disqualified", None, "")
    assert lead.end_reason == "not_now"
    assert lead.stage_changes.latest("pk").reason == "Bad timing; came back as often as agreed"
