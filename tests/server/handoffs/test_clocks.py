"""Clocks that start, remind, run out and stop."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import MONDAY, World

from accord.server.accounts.models import Leave
from accord.server.handoffs import escalation
from accord.server.handoffs.decisions import log_attempt, reject
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.offers import offer_ready
from accord.server.notifications.models import Notification
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

FRIDAY_1630 = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def clock_of(lead: Lead, promise: Clock.Promise) -> Clock:
    return Clock.objects.filter(offer__lead=lead, promise=promise).latest("pk")


def call(lead: Lead, at: datetime, outcome: Attempt.Outcome = Attempt.Outcome.NO_ANSWER) -> None:
    lead.refresh_from_db()
    assert lead.owner is not None
    log_attempt(lead.pk, channel=Attempt.Channel.CALL, outcome=outcome, action_id=uuid.uuid4(), by=lead.owner, at=at)


def test_an_hour_from_friday_half_past_four_ends_on_monday_half_past_nine(world: World) -> None:
    """Lesson 1, on the database: the promise of a grade A lead."""
    lead = world.lead(at=FRIDAY_1630)
    for _ in range(4):
        world.happens(lead, "page_viewed", FRIDAY_1630)
    world.happens(lead, "webinar_attended", FRIDAY_1630)
    judge_due(FRIDAY_1630)
    offer_ready(FRIDAY_1630)
    assert clock_of(lead, Clock.Promise.FIRST_ATTEMPT).due_at == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)


def test_due_and_response_agree_over_a_public_holiday_and_leave(world: World) -> None:
    """Lesson 2: Good Friday and Easter Monday 2026 are 3 and 6 April; the owner is away on Tuesday."""
    thursday = datetime(2026, 4, 2, 14, 50, tzinfo=UTC)  # 16:50 in Berlin, ten minutes before closing
    for user in (world.cast.priya, world.cast.tom):
        Leave.objects.create(
            user=user, start=datetime(2026, 4, 7, 0, tzinfo=UTC), end=datetime(2026, 4, 8, 0, tzinfo=UTC)
        )
    lead = world.demo_request(thursday)
    clock = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert clock.due_at == datetime(2026, 4, 8, 7, 5, tzinfo=UTC)
    call(lead, clock.due_at)
    clock.refresh_from_db()
    assert (clock.response, clock.outcome) == (timedelta(minutes=15), "kept")


def test_a_reminder_comes_once_and_before_the_breach(world: World) -> None:
    lead = world.demo_request()
    sweep(MONDAY + 11 * MINUTE)
    assert not Notification.objects.filter(kind=Kind.REMINDER).exists()
    sweep(MONDAY + 12 * MINUTE)
    sweep(MONDAY + 13 * MINUTE)
    reminder = Notification.objects.get(kind=Kind.REMINDER)
    assert reminder.user == lead.owner
    assert reminder.text == f"Call {lead.person}, due Mon 02 Mar 10:15"


def test_a_breach_is_recorded_at_its_due_time_and_told_to_the_manager(world: World) -> None:
    lead = world.demo_request()
    sweep(MONDAY + 16 * MINUTE)
    clock = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert clock.breached_at == MONDAY + 15 * MINUTE
    assert Notification.objects.get(kind=Kind.ESCALATION).user == world.cast.sven
    assert clock.stopped_at is None


def test_a_lead_that_nobody_has_tried_goes_to_somebody_else_at_half_as_much_again(world: World) -> None:
    lead = world.demo_request()
    first = lead.owner
    sweep(MONDAY + 23 * MINUTE)
    lead.refresh_from_db()
    assert lead.owner not in {first, None}
    old, new = Offer.objects.filter(lead=lead).order_by("pk")
    assert (old.status, new.status) == ("withdrawn", "open")
    assert old.clocks.get(promise="first_attempt").outcome == "missed"
    assert new.clocks.get(promise="first_attempt").started_at == MONDAY + 23 * MINUTE


def test_a_lead_that_was_tried_stays_with_its_owner(world: World) -> None:
    lead = world.demo_request()
    first = lead.owner
    call(lead, MONDAY + 14 * MINUTE)
    sweep(MONDAY + 30 * MINUTE)
    lead.refresh_from_db()
    assert lead.owner == first
    assert clock_of(lead, Clock.Promise.FIRST_ATTEMPT).outcome == "kept"


def test_a_late_attempt_is_late_and_keeps_its_breach(world: World) -> None:
    lead = world.demo_request()
    sweep(MONDAY + 16 * MINUTE)
    call(lead, MONDAY + 20 * MINUTE)
    clock = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (clock.outcome, clock.response, clock.breached_at) == ("late", 20 * MINUTE, MONDAY + 15 * MINUTE)


def test_silence_is_acceptance_as_agreed(world: World) -> None:
    lead = world.offered()
    call(lead, MONDAY + MINUTE)
    decide = clock_of(lead, Clock.Promise.DECIDE)
    assert decide.due_at == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)  # close of business on Wednesday in Berlin
    sweep(decide.due_at + MINUTE)
    lead.refresh_from_db()
    change = lead.stage_changes.latest("pk")
    assert (lead.stage, change.decided_by, change.reason) == ("sal", "clock", "Not decided in time")
    assert clock_of(lead, Clock.Promise.DECIDE).outcome == "missed"


def test_all_owed_attempts_count_and_reaching_the_lead_is_enough(world: World) -> None:
    lead = world.lead()
    for _ in range(4):
        world.happens(lead, "page_viewed")
    world.happens(lead, "webinar_attended")
    judge_due(MONDAY)
    offer_ready(MONDAY)
    call(lead, MONDAY + MINUTE)
    call(lead, MONDAY + 2 * MINUTE)
    assert clock_of(lead, Clock.Promise.ATTEMPTS).stopped_at is None
    call(lead, MONDAY + 3 * MINUTE, Attempt.Outcome.REACHED)
    assert clock_of(lead, Clock.Promise.ATTEMPTS).outcome == "kept"


def test_clocks_stop_when_the_lead_is_rejected(world: World) -> None:
    """Lesson 3, its first half."""
    lead = world.demo_request()
    assert lead.owner is not None
    reject(lead.pk, reason="wrong_size", by=lead.owner, at=MONDAY + MINUTE)
    outcomes = dict(Clock.objects.filter(offer__lead=lead).values_list("promise", "outcome"))
    assert outcomes == {"decide": "kept", "first_attempt": "void"}
    sweep(MONDAY + timedelta(days=30))
    assert not Notification.objects.filter(kind=Kind.ESCALATION).exists()


def test_one_bad_clock_does_not_hold_up_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = world.demo_request(), world.demo_request()
    steps = escalation.clocks.steps_passed

    def fails(clock: Clock, *rest: object) -> object:
        if clock.offer.lead_id == bad.pk:
            raise ZeroDivisionError
        return steps(clock, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(escalation.clocks, "steps_passed", fails)
    sweep(MONDAY + 16 * MINUTE)
    assert clock_of(good, Clock.Promise.FIRST_ATTEMPT).breached_at is not None
    failed = clock_of(bad, Clock.Promise.FIRST_ATTEMPT)
    assert failed.next_check_at == MONDAY + 31 * MINUTE
    assert ClockEvent.objects.filter(clock=failed, kind="failed").exists()


def test_a_host_whose_clock_is_put_back_fires_nothing_twice_and_loses_nothing(world: World) -> None:
    """Winter time, a corrected battery, another host: the sweep's present jumps an hour back and on again."""
    early, late = world.demo_request(), world.demo_request(MONDAY + 30 * MINUTE)
    sweep(MONDAY + 16 * MINUTE)
    sweep(MONDAY - 44 * MINUTE)
    sweep(MONDAY + 17 * MINUTE)
    assert ClockEvent.objects.filter(clock__lead=early, kind="breached").count() == 1
    assert Notification.objects.filter(kind=Kind.ESCALATION).count() == 1
    sweep(MONDAY + 46 * MINUTE)
    assert ClockEvent.objects.filter(clock__lead=late, kind="breached").count() == 1
    assert {told.user for told in Notification.objects.filter(kind=Kind.REMINDER)} == {early.owner, late.owner}


def test_a_host_whose_clock_jumps_ahead_does_all_that_is_due_in_order(world: World) -> None:
    lead = world.demo_request()
    sweep(MONDAY + timedelta(hours=3))
    first = Clock.objects.filter(lead=lead, promise="first_attempt").earliest("pk")
    kinds = list(first.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["started", "reminded", "breached", "told", "reassigned", "stopped"]
    assert first.breached_at == MONDAY + 15 * MINUTE


def test_two_sweeps_at_once_do_each_step_once(world: World) -> None:
    world.demo_request()
    assert sweep(MONDAY + 16 * MINUTE) == 1
    assert sweep(MONDAY + 16 * MINUTE) == 0
    assert ClockEvent.objects.filter(kind="breached").count() == 1
