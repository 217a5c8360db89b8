"""Leads that lose their owner: to whom they go, once, and without holding up each other."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, Cast, World

from accord.server.accounts.models import Leave, Membership, User
from accord.server.accounts.services import deactivate, join_team
from accord.server.agreements.services import propose, sign
from accord.server.handoffs.decisions import pass_on
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import RETRY, offer_ready
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead

MINUTE = timedelta(minutes=1)
LATER = MONDAY + timedelta(hours=1)


def agree(cast: Cast, text: str, at: datetime) -> None:
    number = propose(text, "agreement.yaml", reason="a change", by=cast.olga, at=at).number
    sign(number, by=cast.mara, at=at)
    sign(number, by=cast.priya, at=at)


def leaves_for_good_tomorrow(user: User) -> None:
    """Nobody can promise anything on a calendar that closes tomorrow for longer than calendars look ahead."""
    Leave.objects.create(user=user, start=MONDAY + timedelta(days=1), end=datetime(2090, 1, 1, tzinfo=UTC))


def test_a_lead_that_went_through_several_hands_is_offered_again_once(world: World) -> None:
    lead = world.offered()
    for minute in (1, 2):
        pass_on(lead.pk, by=world.cast.sven, at=MONDAY + minute * MINUTE)
    lead.refresh_from_db()
    gone = lead.owner
    assert gone is not None
    deactivate(gone, by=world.cast.olga, at=LATER)
    assert reoffer_orphans(LATER) == 1
    assert Offer.objects.filter(lead=lead, offered_at=LATER).count() == 1
    assert Notification.objects.filter(link=f"/leads/{lead.pk}/", created_at=LATER).count() == 1


def test_a_lead_that_cannot_be_offered_does_not_hold_up_the_others(world: World) -> None:
    User.objects.filter(pk=world.cast.priya.pk).update(is_active=False)
    leaves_for_good_tomorrow(world.cast.tom)
    stuck, free = world.mql(), world.mql(employees=5000)
    assert offer_ready(MONDAY) == 1
    for lead in (stuck, free):
        lead.refresh_from_db()
    assert (free.owner, stuck.owner, stuck.ready_at) == (world.cast.enno, None, MONDAY + RETRY)


def test_a_lead_that_cannot_be_offered_again_does_not_hold_up_the_others(world: World) -> None:
    User.objects.filter(pk=world.cast.tom.pk).update(is_active=False)
    stuck, free = world.offered(), world.offered(employees=5000)
    join_team(world.cast.sven, "enterprise")
    User.objects.filter(pk=world.cast.tom.pk).update(is_active=True)
    leaves_for_good_tomorrow(world.cast.tom)
    for user in (world.cast.priya, world.cast.enno):
        deactivate(user, by=world.cast.olga, at=LATER)
    assert reoffer_orphans(LATER) == 1
    for lead in (stuck, free):
        lead.refresh_from_db()
    assert (stuck.owner, free.owner) == (world.cast.priya, world.cast.sven)


def test_a_lead_in_the_queue_of_a_team_that_is_no_more_goes_to_the_team_of_the_new_revision(world: World) -> None:
    Membership.objects.filter(team__name="field").delete()
    lead = world.offered()
    assert (lead.owner, lead.queue) == (None, "field")
    agree(world.cast, AGREEMENT.read_text(encoding="utf-8").replace("{to: field}", "{to: south}"), LATER)
    assert reoffer_orphans(LATER) == 1
    lead.refresh_from_db()
    assert (lead.owner, lead.queue) == (None, "south")
    assert reoffer_orphans(LATER + MINUTE) == 0
    join_team(world.cast.tom, "south")
    assert reoffer_orphans(LATER + 2 * MINUTE) == 1
    lead.refresh_from_db()
    assert (lead.owner, lead.queue) == (world.cast.tom, "")


def test_passing_on_stays_where_it_is_if_nobody_in_the_team_that_it_would_go_to_is_live(world: World) -> None:
    lead = world.offered(employees=5000)
    company = lead.person.company
    assert company is not None
    company.fields = {**company.fields, "employees": 200}
    company.save()
    Membership.objects.filter(team__name="field").update(capacity=0)
    join_team(world.cast.sven, "enterprise")
    with pytest.raises(Exception, match="nobody else"):
        pass_on(lead.pk, by=world.cast.enno, at=LATER)
    lead.refresh_from_db()
    assert (lead.owner, lead.queue) == (world.cast.enno, "")


def test_a_long_queue_of_a_full_team_is_not_gone_through_one_by_one(
    world: World, django_assert_max_num_queries: object
) -> None:
    Membership.objects.filter(team__name="field").update(capacity=0)
    for _ in range(12):
        world.mql()
    assert offer_ready(MONDAY) == 12
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        assert reoffer_orphans(LATER) == 0
    assert Lead.objects.filter(queue="field").count() == 12
