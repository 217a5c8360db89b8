"""The clock of the machine is set back or forward, by whoever administers it or by itself: promises must not mind."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.server.conftest import MONDAY, World

from accord.server.handoffs import decisions, escalation, marketing, offers
from accord.server.handoffs.models import Attempt, Clock, ClockEvent
from accord.server.notifications.models import Notification
from accord.server.pipeline import judging
from accord.server.pipeline.models import Lead

JUMPS = st.lists(st.integers(-3000, 5000), min_size=1, max_size=8)
"""Minutes by which the clock of the machine goes on, or back, between two looks at what is due."""
STEPS = {"breached", "reminded", "told", "reassigned"}


@pytest.fixture
def walks(world: World) -> World:
    """A world with marketing's clocks as well."""
    world.agree(("at least 70 %}", "at least 70 %}\n    - {fill_in: 4 working hours}"))
    return world


def looks(world: World, minutes: list[int]) -> list[tuple[int, str, str]]:
    """Look at what is due whenever the clock of the machine has moved; return the steps that were carried out."""
    now = MONDAY
    for jump in minutes:
        now += timedelta(minutes=jump)
        judging.judge_due(now)
        offers.offer_ready(now)
        marketing.follow(now)
        escalation.sweep(now)
    steps = ClockEvent.objects.filter(kind__in=STEPS).order_by("clock__lead", "clock__promise", "pk")
    return [(event.clock_id, event.kind, event.step) for event in steps.select_related("clock")]


@example([4000, -600, 900])
@example([-600, 2000, -30, 600, 5000])
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(JUMPS)
def test_every_step_is_done_once_whichever_way_the_clock_of_the_machine_goes(walks: World, minutes: list[int]) -> None:
    with transaction.atomic():
        for _ in range(2):
            walks.offered()
        walks.mql(phone="")
        done = looks(walks, minutes)
        assert len(done) == len(set(done)), "done twice"
        again = looks(walks, [sum(minutes), -sum(minutes)])
        latest = max(sum(minutes[:end]) for end in range(1, len(minutes) + 1))
        if sum(minutes) == latest:
            assert again == done, "what was due by then had been done"
        assert not ClockEvent.objects.filter(kind="failed").exists()
        told = Notification.objects.values_list("user", "kind", "about")
        assert len(told) == len(set(told)), "told twice"
        for clock in Clock.objects.exclude(response=None):
            assert clock.response is not None
            assert clock.response >= timedelta(0)
        assert not Lead.objects.filter(handed_over_at__isnull=False, owner=None, queue="", ended_at=None).exists()
        transaction.set_rollback(True)


def test_a_clock_set_back_delays_nothing_and_one_set_forward_loses_nothing(world: World) -> None:
    """What is due at an instant happens when the machine says so, be it before or after the jump."""
    lead = world.offered()
    clock = Clock.objects.get(lead=lead, promise="first_attempt")

    def steps() -> list[str]:
        return list(clock.events.filter(kind__in=STEPS).order_by("pk").values_list("kind", flat=True))

    due = clock.due_at
    escalation.sweep(due - timedelta(minutes=1))
    assert steps() == ["reminded"]
    escalation.sweep(due - timedelta(hours=5))  # set back
    assert Clock.objects.get(pk=clock.pk).due_at == due
    escalation.sweep(due + timedelta(days=30))  # set far forward, over every step
    assert steps() == ["reminded", "breached", "told", "reassigned"]
    for at in (due, due + timedelta(days=30)):  # and set right
        escalation.sweep(at)
        assert len(steps()) == 4


def test_a_try_logged_before_its_clock_began_is_an_answer_in_no_time(world: World) -> None:
    lead = world.offered()
    assert lead.owner is not None
    decisions.log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        action_id=uuid.uuid4(),
        by=lead.owner,
        at=MONDAY - timedelta(hours=2),
    )
    clock = Clock.objects.get(lead=lead, promise="first_attempt")
    assert (clock.outcome, clock.response, clock.stopped_at) == ("kept", timedelta(0), clock.started_at)
