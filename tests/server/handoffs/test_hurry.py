"""Leads that ask to talk when sales has them already: the fast lane's promise takes the place of the other one."""

import uuid
from datetime import datetime, timedelta

from tests.server.conftest import MONDAY, World

from accord.server.accounts.models import User
from accord.server.accounts.services import take_leave
from accord.server.handoffs.decisions import accept, log_attempt
from accord.server.handoffs.hurry import hurry
from accord.server.handoffs.models import Attempt, Clock, Offer
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.qualifying import qualify
from accord.server.notifications.models import Notification
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

MINUTE = timedelta(minutes=1)
LATER = MONDAY + 60 * MINUTE


def asks_for_a_demo(world: World, lead: Lead, at: datetime = LATER) -> int:
    """Return how many leads were brought under the fast lane's promise when it has."""
    world.happens(lead, "form_submitted", at, form="demo")
    judge_due(at)
    done = hurry(at)
    lead.refresh_from_db()
    return done


def owner_of(lead: Lead) -> User:
    assert lead.owner is not None
    return lead.owner


def calls(lead: Lead, at: datetime) -> None:
    log_attempt(
        lead.pk, channel=Attempt.Channel.CALL, outcome=Attempt.Outcome.NO_ANSWER, action_id=uuid.uuid4(),
        by=owner_of(lead), at=at,
    )  # fmt: skip


def test_an_offered_lead_that_asks_to_talk_is_to_be_called_within_the_time_of_the_fast_lane(world: World) -> None:
    lead = world.offered()
    owner, first = owner_of(lead), Offer.objects.get(lead=lead)
    assert Clock.objects.get(offer=first, promise="first_attempt").due_at > LATER + 15 * MINUTE

    assert asks_for_a_demo(world, lead) == 1

    first.refresh_from_db()
    assert (first.status, first.note) == ("withdrawn", "Fast lane; Asked for a demo this week")
    assert set(first.clocks.values_list("outcome", flat=True)) == {"void"}
    now = Offer.objects.get(lead=lead, status="open")
    assert (now.owner, now.via, now.reason) == (owner, "fast_lane", "Fast lane; Asked for a demo this week")
    assert now.clocks.get(promise="first_attempt").due_at == LATER + 15 * MINUTE
    told = Notification.objects.filter(link=f"/leads/{lead.pk}/").latest("pk")
    assert (told.user, told.text[:30]) == (owner, "Now in the fast lane: Person 1")
    assert lead.owner == owner


def test_that_happens_once(world: World) -> None:
    lead = world.offered()
    asks_for_a_demo(world, lead)
    assert hurry(LATER + MINUTE) == 0
    assert asks_for_a_demo(world, lead, LATER + 2 * MINUTE) == 0
    assert Offer.objects.filter(lead=lead).count() == 2


def test_an_accepted_lead_needs_no_second_decision(world: World) -> None:
    lead = world.offered()
    accept(lead.pk, by=owner_of(lead), at=MONDAY + MINUTE)
    assert asks_for_a_demo(world, lead) == 1
    now = Offer.objects.filter(lead=lead).latest("pk")
    assert (now.status, now.decided_by, lead.stage) == ("accepted", lead.owner, "sal")
    assert dict(now.clocks.values_list("promise", "outcome")) == {"decide": "void", "first_attempt": ""}


def test_a_promise_that_was_broken_before_stays_broken(world: World) -> None:
    lead = world.offered()
    late = MONDAY + timedelta(days=2)
    asks_for_a_demo(world, lead, late)
    assert Clock.objects.get(offer__via="stage", promise="first_attempt").outcome == "missed"


def test_who_has_tried_already_is_told_and_keeps_their_promise(world: World) -> None:
    lead = world.offered()
    calls(lead, MONDAY + MINUTE)
    for at in (LATER, LATER + MINUTE):
        assert asks_for_a_demo(world, lead, at) == 0
    assert Offer.objects.filter(lead=lead).count() == 1
    told = Notification.objects.get(link=f"/leads/{lead.pk}/", kind=Kind.REMINDER)
    assert (told.user, told.text) == (lead.owner, "Wants to talk now: Person 1")


def test_a_lead_whose_owner_is_away_goes_to_somebody_who_is_there(world: World) -> None:
    lead = world.offered()
    away = owner_of(lead)
    take_leave(away, LATER - MINUTE, LATER + timedelta(days=3), by=away, at=LATER - MINUTE)
    assert asks_for_a_demo(world, lead) == 1
    assert lead.owner not in {away, None}


def test_a_lead_that_sales_has_qualified_goes_on_as_it_is(world: World) -> None:
    lead = world.offered()
    accept(lead.pk, by=owner_of(lead), at=MONDAY + MINUTE)
    calls(lead, MONDAY + 2 * MINUTE)
    Lead.objects.filter(pk=lead.pk).update(fields={"budget": "approved"})
    qualify(lead.pk, by=owner_of(lead), at=MONDAY + 3 * MINUTE)
    assert asks_for_a_demo(world, lead) == 0
    assert lead.ready_via == "stage"


def test_an_ended_lead_is_left_alone(world: World) -> None:
    lead = world.offered()
    world.happens(lead, "form_submitted", LATER, form="demo")
    judge_due(LATER)
    Lead.objects.filter(pk=lead.pk).update(stage="recycled", ended_at=LATER)
    assert hurry(LATER) == 0
