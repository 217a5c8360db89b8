"""Offering leads to live owners."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.conftest import MONDAY, World

from accord.routing import plan
from accord.server.accounts.models import Leave, Membership, User
from accord.server.accounts.services import deactivate, take_leave
from accord.server.agreements.services import in_force
from accord.server.handoffs.decisions import HandoffError, accept, pass_on
from accord.server.handoffs.models import Clock, Offer
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.handoffs.routing import candidates_of, members_of
from accord.server.notifications.models import Notification
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

MINUTE = timedelta(minutes=1)


def test_an_mql_is_offered_to_the_team_of_its_size_with_reasons_and_clocks(world: World) -> None:
    lead = world.offered()
    offer = Offer.objects.get(lead=lead)
    assert lead.owner in {world.cast.priya, world.cast.tom}
    assert (offer.owner, offer.queue, offer.status, offer.grade) == (lead.owner, "field", "open", "B")
    assert {row["name"] for row in offer.routing} == {"Priya", "Tom"}
    assert "50 or more staff" in offer.reason
    promises = {clock.promise: clock.due_at for clock in offer.clocks.all()}
    assert set(promises) == {"decide", "first_attempt"}
    assert lead.handed_over_at == MONDAY


def test_big_companies_go_to_the_enterprise_team(world: World) -> None:
    assert world.offered(employees=5000).owner == world.cast.enno


def test_the_fast_lane_is_offered_before_what_waits_longer(world: World) -> None:
    slow = world.mql(MONDAY)
    fast = world.lead(at=MONDAY + MINUTE)
    world.happens(fast, "form_submitted", MONDAY + MINUTE, form="demo")
    judge_due(MONDAY + MINUTE)
    offer_ready(MONDAY + MINUTE)
    assert list(Offer.objects.order_by("pk").values_list("lead", flat=True)) == [fast.pk, slow.pk]


def test_the_fast_lane_has_its_own_promise(world: World) -> None:
    offer = Offer.objects.get(lead=world.demo_request())
    clock = offer.clocks.get(promise=Clock.Promise.FIRST_ATTEMPT)
    assert clock.due_at == MONDAY + timedelta(minutes=15)
    assert clock.clause == "sla.sales[0]"


def test_offering_twice_makes_one_offer(world: World) -> None:
    world.mql()
    assert offer_ready(MONDAY) == 1
    assert offer_ready(MONDAY) == 0
    assert Offer.objects.count() == 1


def test_five_hundred_leads_are_spread_by_weight_as_the_dry_run_said(world: World) -> None:
    """Lesson 6."""
    Membership.objects.filter(user=world.cast.priya).update(weight=3)
    for _ in range(40):
        world.happens(world.lead(), "webinar_attended")
    judge_due(MONDAY)
    law = in_force().agreement
    team = candidates_of(members_of("field", MONDAY), MONDAY, law, law.routing[-1])
    dry = [decision.owner for decision in plan(team, 40, MONDAY)]
    assert offer_ready(MONDAY) == 40
    run = list(Offer.objects.order_by("pk").values_list("owner", flat=True))
    assert run == dry
    assert Counter(run) == {world.cast.priya.pk: 30, world.cast.tom.pk: 10}


class TestLiveOwners:
    """Lesson 5: deactivated, on-leave and full users never receive a lead; their open leads are offered again."""

    def test_somebody_deactivated_receives_nothing(self, world: World) -> None:
        User.objects.filter(pk=world.cast.priya.pk).update(is_active=False)
        assert {world.offered().owner, world.offered().owner} == {world.cast.tom}

    def test_somebody_on_leave_receives_nothing_until_they_are_back(self, world: World) -> None:
        Leave.objects.create(user=world.cast.tom, start=MONDAY, end=MONDAY + timedelta(days=2))
        assert {world.offered().owner, world.offered().owner} == {world.cast.priya}
        later = MONDAY + timedelta(days=2)
        assert {world.offered(later).owner, world.offered(later).owner} == {world.cast.priya, world.cast.tom}

    def test_somebody_full_receives_nothing(self, world: World) -> None:
        Membership.objects.filter(user=world.cast.tom).update(capacity=1)
        owners = Counter(world.offered().owner for _ in range(4))
        assert owners == {world.cast.tom: 1, world.cast.priya: 3}

    def test_the_open_leads_of_somebody_deactivated_are_offered_again_oldest_first(self, world: World) -> None:
        leads = [world.offered(MONDAY + n * MINUTE) for n in range(4)]
        gone = world.cast.priya
        theirs = [lead for lead in leads if lead.owner == gone]
        assert len(theirs) == 2
        deactivate(gone, by=world.cast.olga, at=MONDAY + timedelta(hours=1))
        assert reoffer_orphans(MONDAY + timedelta(hours=1)) == 2
        again = Offer.objects.filter(offered_at=MONDAY + timedelta(hours=1)).order_by("pk")
        assert [offer.lead for offer in again] == theirs
        assert {offer.owner for offer in again} == {world.cast.tom}
        assert not Lead.objects.filter(owner=gone, ended_at=None).exists()

    def test_undecided_leads_of_somebody_who_goes_on_leave_are_offered_again(self, world: World) -> None:
        lead = world.offered()
        owner = lead.owner
        assert owner is not None
        take_leave(owner, MONDAY, MONDAY + timedelta(days=7), by=owner, at=MONDAY)
        assert reoffer_orphans(MONDAY + MINUTE) == 1
        lead.refresh_from_db()
        assert lead.owner not in {owner, None}

    def test_what_somebody_on_leave_has_accepted_stays_theirs(self, world: World) -> None:
        lead = world.offered()
        owner = lead.owner
        assert owner is not None
        accept(lead.pk, by=owner, at=MONDAY)
        Leave.objects.create(user=owner, start=MONDAY, end=MONDAY + timedelta(days=7))
        assert reoffer_orphans(MONDAY + MINUTE) == 0

    def test_an_accepted_lead_of_somebody_deactivated_moves_without_a_new_decision(self, world: World) -> None:
        lead = world.offered()
        owner = lead.owner
        assert owner is not None
        accept(lead.pk, by=owner, at=MONDAY)
        deactivate(owner, by=world.cast.olga, at=MONDAY)
        assert reoffer_orphans(MONDAY + MINUTE) == 1
        lead.refresh_from_db()
        last = Offer.objects.filter(lead=lead).latest("pk")
        assert (lead.stage, last.status, last.owner) == ("sal", "accepted", lead.owner)
        assert lead.owner != owner


class TestNeverWithoutOwnerOrQueue:
    """Lesson 7: no lead is without a live owner or a named queue after any operation."""

    def test_a_lead_that_nobody_can_take_waits_in_the_teams_queue(self, world: World) -> None:
        User.objects.filter(memberships__team__name="field").update(is_active=False)
        lead = world.offered()
        assert (lead.owner, lead.queue) == (None, "field")
        assert Notification.objects.get(link=f"/leads/{lead.pk}/").user == world.cast.sven

    def test_it_goes_to_the_first_who_is_live_again(self, world: World) -> None:
        User.objects.filter(memberships__team__name="field").update(is_active=False)
        lead = world.offered()
        assert reoffer_orphans(MONDAY + MINUTE) == 0
        User.objects.filter(pk=world.cast.tom.pk).update(is_active=True)
        assert reoffer_orphans(MONDAY + 2 * MINUTE) == 1
        lead.refresh_from_db()
        assert (lead.owner, lead.queue) == (world.cast.tom, "")

    def test_a_colleague_may_take_it_from_the_queue(self, world: World) -> None:
        Membership.objects.filter(team__name="field").update(capacity=0)
        lead = world.offered()
        assert lead.owner is None
        accept(lead.pk, by=world.cast.tom, at=MONDAY)
        lead.refresh_from_db()
        assert (lead.owner, lead.queue, lead.stage) == (world.cast.tom, "", "sal")

    def test_the_last_leaver_leaves_their_leads_to_the_queue(self, world: World) -> None:
        lead = world.offered(employees=5000)
        deactivate(world.cast.enno, by=world.cast.olga, at=MONDAY)
        assert reoffer_orphans(MONDAY + MINUTE) == 1
        lead.refresh_from_db()
        assert (lead.owner, lead.queue) == (None, "enterprise")

    def test_the_database_refuses_a_handed_over_lead_without_either(self, world: World) -> None:
        lead = world.offered()
        with pytest.raises(IntegrityError, match="lead_never_without_owner_or_queue"), transaction.atomic():
            Lead.objects.filter(pk=lead.pk).update(owner=None, queue="")

    def test_passing_on_to_nobody_leaves_it_where_it_is(self, world: World) -> None:
        lead = world.offered(employees=5000)
        with pytest.raises(HandoffError, match="nobody else"):
            pass_on(lead.pk, by=world.cast.enno, at=MONDAY)
        lead.refresh_from_db()
        assert lead.owner == world.cast.enno
        assert Offer.objects.filter(lead=lead).count() == 1
