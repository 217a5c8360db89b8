"""Taking offline: an owner who lets one lead after the other pass gets no more until their manager puts them back."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, Membership, User
from accord.server.accounts.services import join_team
from accord.server.handoffs.decisions import log_attempt
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Attempt, ClockEvent, Offer
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead
from accord.server.teams.places import put_back

MINUTE = timedelta(minutes=1)
STEP = ("    - {after: 150 %, reassign: true}", "    - {after: 120 %, take_offline: 3}")
"""Instead of giving leads to somebody else: after 18 of the 15 minutes of the fast lane."""


@pytest.fixture
def alone(world: World) -> World:
    """Tom alone is in the team, so that every lead comes to him; three in a row take him offline."""
    world.agree(STEP, at=MONDAY - timedelta(days=1))
    Membership.objects.filter(team__name="field").exclude(user=world.cast.tom).delete()
    return world


def place(cast: Cast) -> Membership:
    return Membership.objects.get(team__name="field", user=cast.tom)


def lets_pass(world: World, number: int, at: datetime = MONDAY) -> datetime:
    """Tom gets leads, one every half an hour, and does nothing; returns when the last step was carried out."""
    for _ in range(number):
        world.demo_request(at)
        at += 30 * MINUTE
        sweep(at)
    return at


def calls(lead: Lead, by: User, at: datetime) -> None:
    lead.refresh_from_db()
    log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.NO_ANSWER,
        action_id=uuid.uuid4(),
        by=by,
        at=at,
    )


def test_the_third_in_a_row_takes_them_offline_and_not_the_second(alone: World) -> None:
    at = lets_pass(alone, 2)
    assert place(alone.cast).offline_since is None
    at = lets_pass(alone, 1, at)
    assert place(alone.cast).offline_since == at
    entry = AuditEntry.objects.get(action="team.taken_offline")
    assert (entry.actor, entry.details) == (None, {"leads": 3})
    assert sorted(told.user.name for told in Notification.objects.filter(kind=Kind.OFFLINE)) == ["Sven", "Tom"]
    [text] = set(Notification.objects.filter(kind=Kind.OFFLINE).values_list("text", flat=True))
    assert text == "Tom gets no more leads in field: 3 in a row were let pass"
    assert ClockEvent.objects.filter(kind="let_pass").values("clock__lead").distinct().count() == 3


def test_whoever_calls_one_of_them_begins_anew(alone: World) -> None:
    """Also when the call comes late: somebody is there."""
    at = lets_pass(alone, 2)
    calls(Lead.objects.latest("pk"), alone.cast.tom, at)
    at = lets_pass(alone, 2, at + MINUTE)
    assert place(alone.cast).offline_since is None
    lets_pass(alone, 1, at)
    assert place(alone.cast).offline_since is not None


def test_a_lead_that_was_tried_in_time_does_not_count(alone: World) -> None:
    at = lets_pass(alone, 2)
    lead = alone.demo_request(at)
    calls(lead, alone.cast.tom, at + 14 * MINUTE)
    sweep(at + 30 * MINUTE)
    assert not ClockEvent.objects.filter(kind="let_pass", clock__lead=lead).exists()
    assert place(alone.cast).offline_since is None


def test_a_lead_with_several_clocks_counts_once(world: World) -> None:
    """To decide within half an hour and to call within 15 minutes: both run out on the same leads."""
    within = ("decide_within: 2 working days", "decide_within: 30 minutes")
    silence = ("if_undecided: accepted", "if_undecided: escalated")
    world.agree(STEP, within, silence, at=MONDAY - timedelta(days=1))
    Membership.objects.filter(team__name="field").exclude(user=world.cast.tom).delete()
    for number in range(2):
        world.demo_request(MONDAY + number * 60 * MINUTE)
        sweep(MONDAY + (number * 60 + 50) * MINUTE)
    assert ClockEvent.objects.filter(kind="let_pass").count() == 4
    assert place(world.cast).offline_since is None


def test_whoever_is_offline_gets_no_more_leads_and_the_routing_says_why(alone: World) -> None:
    at = lets_pass(alone, 3)
    lead = alone.demo_request(at)
    assert (lead.owner, lead.queue) == (None, "field")
    [considered] = Offer.objects.get(lead=lead).routing
    assert (considered["reason"], considered["detail"]) == (
        "offline",
        "off the rota until their manager puts them back",
    )


def test_what_they_have_not_decided_is_offered_to_others_and_what_they_work_on_stays(alone: World) -> None:
    begun = alone.demo_request(MONDAY - 60 * MINUTE)
    calls(begun, alone.cast.tom, MONDAY - 59 * MINUTE)
    Offer.objects.filter(lead=begun).update(status=Offer.Status.ACCEPTED, decided_at=MONDAY - 58 * MINUTE)
    at = lets_pass(alone, 3)
    join_team(alone.cast.priya, "field")
    assert reoffer_orphans(at) == 3
    begun.refresh_from_db()
    assert begun.owner == alone.cast.tom
    assert Lead.objects.filter(owner=alone.cast.priya).count() == 3
    assert reoffer_orphans(at) == 0


def test_in_another_team_they_stay_on_the_rota(alone: World) -> None:
    join_team(alone.cast.tom, "enterprise")
    lets_pass(alone, 3)
    assert Membership.objects.get(team__name="enterprise", user=alone.cast.tom).offline_since is None


def test_their_manager_puts_them_back_and_they_begin_anew(alone: World) -> None:
    at = lets_pass(alone, 3)
    with pytest.raises(AccessError):
        put_back(place(alone.cast).pk, by=alone.cast.tom, at=at)
    put_back(place(alone.cast).pk, by=alone.cast.sven, at=at + MINUTE)
    assert place(alone.cast).offline_since is None
    put_back(place(alone.cast).pk, by=alone.cast.sven, at=at + 2 * MINUTE)
    assert AuditEntry.objects.filter(action="team.put_back").count() == 1
    at = lets_pass(alone, 2, at + 3 * MINUTE)
    assert place(alone.cast).offline_since is None
    lets_pass(alone, 1, at)
    assert place(alone.cast).offline_since is not None


def test_nothing_is_counted_or_told_twice_if_the_step_is_carried_out_again(alone: World) -> None:
    at = lets_pass(alone, 3)
    told = Notification.objects.filter(kind=Kind.OFFLINE).count()
    for clock in ClockEvent.objects.filter(kind="let_pass").values_list("clock", flat=True):
        Offer.objects.filter(clocks=clock).get().clocks.filter(stopped_at=None).update(next_check_at=at)
    sweep(at + MINUTE)
    assert Notification.objects.filter(kind=Kind.OFFLINE).count() == told
    assert AuditEntry.objects.filter(action="team.taken_offline").count() == 1


def test_it_comes_before_the_lead_is_given_to_somebody_else_at_the_same_time(world: World) -> None:
    """However the two stand in the agreement."""
    both = (
        "    - {after: 150 %, reassign: true}",
        "    - {after: 150 %, reassign: true}\n    - {after: 150 %, take_offline: 1}",
    )
    world.agree(both, at=MONDAY - timedelta(days=1))
    lead = world.demo_request()
    first = lead.owner
    assert first is not None
    sweep(MONDAY + 23 * MINUTE)
    lead.refresh_from_db()
    assert lead.owner not in {first, None}
    assert Membership.objects.get(team__name="field", user=first).offline_since is not None


def test_the_teams_page_shows_it_to_the_manager_who_undoes_it_there(alone: World, client: Client) -> None:
    at = lets_pass(alone, 3)
    key = place(alone.cast).pk
    client.force_login(alone.cast.tom)
    page = client.get("/teams/").content.decode()
    assert "Off the rota" in page
    assert "Put back" not in page
    client.force_login(alone.cast.sven)
    assert "Put Tom back on the rota of field" in client.get("/teams/").content.decode()
    assert client.post(f"/teams/places/{key}/back/")["Location"] == "/teams/"
    page = client.get("/teams/").content.decode()
    assert "Off the rota" not in page
    assert "Tom gets leads in field again" in page
    alone.mql(at)
    offer_ready(at)
    assert Lead.objects.latest("pk").owner == alone.cast.tom
