"""What the passing of time does, and what is written down about it."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from tests.server.conftest import MONDAY, World

from accord.server.accounts.models import Membership, Team, User
from accord.server.accounts.services import join_team, take_leave
from accord.server.handoffs import leave
from accord.server.handoffs.decisions import accept, log_attempt, reject, win
from accord.server.handoffs.escalation import AGAIN, sweep
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.handoffs.taking import take
from accord.server.notifications.models import Notification
from accord.server.pipeline.deals import open_deal
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import LeadError

MINUTE = timedelta(minutes=1)
DECIDED_BY = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
"""When an offer of Monday is to be decided on: close of business on Wednesday in Berlin."""


def owner_calls(lead: Lead, at: datetime) -> None:
    lead.refresh_from_db()
    assert lead.owner is not None
    log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.NO_ANSWER,
        action_id=uuid.uuid4(),
        by=lead.owner,
        at=at,
    )


def with_imported_deal(lead: Lead) -> Lead:
    """An offered lead on which another system opens a deal before sales has decided here."""
    with transaction.atomic():
        locked = Lead.objects.select_for_update().get(pk=lead.pk)
        assert locked.owner is not None
        open_deal(locked, name="", amount=Decimal(5), currency="EUR", by=locked.owner, at=MONDAY + MINUTE)
    lead.refresh_from_db()
    return lead


def done(lead: Lead, kind: str) -> int:
    return ClockEvent.objects.filter(clock__offer__lead=lead, kind=kind).count()


def test_silence_never_moves_a_lead_back(world: World) -> None:
    lead = with_imported_deal(world.offered())
    owner_calls(lead, MONDAY + 2 * MINUTE)
    sweep(DECIDED_BY + MINUTE)
    lead.refresh_from_db()
    assert lead.stage == "opportunity"
    assert Offer.objects.get(lead=lead).status == "accepted"


def test_an_offer_does_not_outlive_its_lead(world: World) -> None:
    lead = with_imported_deal(world.offered())
    assert lead.owner is not None
    win(lead.pk, by=lead.owner, at=MONDAY + 2 * MINUTE)
    assert not Offer.objects.filter(lead=lead, status="open").exists()


def test_a_lead_with_an_open_deal_is_not_rejected(world: World) -> None:
    lead = with_imported_deal(world.offered())
    assert lead.owner is not None
    with pytest.raises(LeadError, match="open deal"):
        reject(lead.pk, reason="not_now", by=lead.owner, at=MONDAY + 2 * MINUTE)
    lead.refresh_from_db()
    assert lead.stage == "opportunity"


def test_nothing_is_written_down_as_told_once_silence_was_taken_as_a_yes(world: World) -> None:
    lead = world.offered()
    owner_calls(lead, MONDAY + MINUTE)
    sweep(DECIDED_BY + MINUTE)
    kinds = list(ClockEvent.objects.filter(clock__promise="decide").values_list("kind", flat=True))
    assert kinds == ["started", "reminded", "breached", "stopped"]


def test_a_lead_that_stays_is_not_written_down_as_taken_away(world: World) -> None:
    lead = world.demo_request()
    Membership.objects.exclude(user=lead.owner).filter(team__name="field").update(capacity=0)
    sweep(MONDAY + 23 * MINUTE)
    assert done(lead, "reassigned") == 0


def test_a_lead_is_taken_away_as_soon_as_somebody_else_can_take_it(world: World) -> None:
    lead = world.demo_request()
    first = lead.owner
    others = Membership.objects.exclude(user=first).filter(team__name="field")
    others.update(capacity=0)
    sweep(MONDAY + 23 * MINUTE)
    others.update(capacity=None)
    sweep(MONDAY + 23 * MINUTE + AGAIN)
    lead.refresh_from_db()
    assert lead.owner not in {first, None}
    assert done(lead, "reassigned") == done(lead, "told") == 1


@pytest.mark.parametrize("manager", ["none", "gone"])
def test_revenue_operations_is_told_where_a_team_has_no_manager(manager: str, world: World) -> None:
    if manager == "none":
        Team.objects.update(manager=None)
    else:
        User.objects.filter(pk=world.cast.sven.pk).update(is_active=False)
    lead = world.demo_request()
    sweep(MONDAY + 16 * MINUTE)
    assert (done(lead, "breached"), done(lead, "told")) == (1, 1)
    told = Notification.objects.get(link=f"/leads/{lead.pk}/", kind=Kind.ESCALATION)
    assert told.user == world.cast.olga
    assert told.text.startswith("Call Person 1")


def sweep_past(lead: Lead, team: int) -> list[str]:
    """Let everybody let a lead pass, one after the other; return who had it."""
    had = []
    for _ in range(team):
        lead.refresh_from_db()
        assert lead.owner is not None
        had.append(lead.owner.name)
        at = lead.offers.latest("offered_at").offered_at + 23 * MINUTE
        sweep(at)
    lead.refresh_from_db()
    return had


def test_a_lead_does_not_go_back_to_those_who_let_it_pass_but_to_the_queue(world: World) -> None:
    lead = world.demo_request()
    assert sorted(sweep_past(lead, 2)) == ["Priya", "Tom"]
    assert (lead.owner, lead.queue) == (None, "field")
    told = Notification.objects.filter(link=f"/leads/{lead.pk}/", kind=Kind.OFFERED).latest("pk")
    assert (told.user, told.text[:40]) == (world.cast.sven, "Everybody in field has let Person 1 pass")
    offered = Offer.objects.filter(lead=lead).count()
    for minutes in (60, 90, 24 * 60):
        reoffer_orphans(MONDAY + minutes * MINUTE)
        sweep(MONDAY + minutes * MINUTE)
    lead.refresh_from_db()
    assert (lead.owner, lead.queue, Offer.objects.filter(lead=lead).count()) == (None, "field", offered)


def test_a_lead_that_all_have_let_pass_goes_to_somebody_new_and_can_be_taken(world: World) -> None:
    first, second = world.demo_request(), world.demo_request(at=MONDAY)
    for lead in (first, second):
        sweep_past(lead, 1)
    sweep(MONDAY + 60 * MINUTE)
    for lead in (first, second):
        lead.refresh_from_db()
        assert (lead.owner, lead.queue) == (None, "field")
    take(first.pk, by=world.cast.tom, at=MONDAY + 61 * MINUTE)
    join_team(world.cast.sven, "field")
    assert reoffer_orphans(MONDAY + 62 * MINUTE) == 1
    second.refresh_from_db()
    assert second.owner == world.cast.sven


def test_a_lead_that_all_have_let_pass_does_not_hold_up_the_others_in_the_queue(world: World) -> None:
    passed = world.demo_request()
    sweep_past(passed, 2)
    Membership.objects.filter(team__name="field").update(capacity=0)
    waiting = world.offered(MONDAY + 60 * MINUTE)
    assert waiting.queue == "field"
    Membership.objects.filter(team__name="field").update(capacity=None)
    assert reoffer_orphans(MONDAY + 70 * MINUTE) == 1
    waiting.refresh_from_db()
    assert waiting.owner is not None


def test_a_lead_stays_where_it_is_while_somebody_who_has_not_had_it_is_only_away(world: World) -> None:
    lead = world.demo_request()
    first = lead.owner
    assert first is not None
    other = world.cast.tom if first == world.cast.priya else world.cast.priya
    take_leave(other, MONDAY, MONDAY + timedelta(days=2), by=other, at=MONDAY)
    sweep(MONDAY + 23 * MINUTE)
    lead.refresh_from_db()
    assert lead.owner == first


def test_leave_entered_later_moves_what_is_due_and_when_the_owner_is_reminded(world: World) -> None:
    """Lesson 2 for leave that nobody knew of when the clock started."""
    lead = world.offered()
    owner = lead.owner
    assert owner is not None
    accept(lead.pk, by=owner, at=MONDAY)
    clock = Clock.objects.get(offer__lead=lead, promise="first_attempt")
    assert clock.due_at == datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
    take_leave(owner, MONDAY + MINUTE, MONDAY + timedelta(days=7), by=owner, at=MONDAY + MINUTE)
    assert leave.follow(MONDAY + MINUTE) == 1
    assert leave.follow(MONDAY + MINUTE) == 0
    clock.refresh_from_db()
    assert clock.due_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    sweep(datetime(2026, 3, 9, 10, tzinfo=UTC))
    assert done(lead, "reminded") == done(lead, "breached") == 0
    owner_calls(lead, datetime(2026, 3, 9, 10, tzinfo=UTC))
    clock.refresh_from_db()
    assert (clock.outcome, clock.response) == ("kept", timedelta(minutes=61))


def test_leave_that_ends_the_day_early_does_not_shorten_what_was_promised(world: World) -> None:
    lead = world.offered()
    owner = lead.owner
    assert owner is not None
    accept(lead.pk, by=owner, at=MONDAY)
    tuesday_noon = datetime(2026, 3, 3, 11, tzinfo=UTC)
    take_leave(owner, tuesday_noon, tuesday_noon + timedelta(hours=8), by=owner, at=tuesday_noon)
    assert leave.follow(tuesday_noon) == 0


def test_what_had_run_out_before_leave_was_entered_stays_run_out(world: World) -> None:
    lead = world.offered()
    owner = lead.owner
    assert owner is not None
    accept(lead.pk, by=owner, at=MONDAY)
    clock = Clock.objects.get(offer__lead=lead, promise="first_attempt")
    sweep(clock.due_at + MINUTE)
    take_leave(owner, MONDAY, clock.due_at + timedelta(days=7), by=owner, at=clock.due_at + MINUTE)
    assert leave.follow(clock.due_at + MINUTE) == 0


def test_a_click_that_waited_for_the_offer_to_be_made_answers_it_at_once(world: World) -> None:
    """A page knows the time at which it was asked, which may lie before an offer that was made while it waited."""
    lead = world.offered()
    assert lead.owner is not None
    accept(lead.pk, by=lead.owner, at=MONDAY - timedelta(seconds=1))
    clock = Clock.objects.get(offer__lead=lead, promise="decide")
    assert (clock.outcome, clock.response, clock.stopped_at) == ("kept", timedelta(0), clock.started_at)
