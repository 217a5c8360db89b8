"""Two workers that are killed again and again while clocks run out: every step is done once, and none is lost."""

import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from tests.faults.test_killed_at_work import process
from tests.server.conftest import World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.accounts.models import AuditEntry
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Clock, ClockEvent
from accord.server.notifications.models import Notification
from accord.server.queue import wake

LEADS = 80


def breached() -> int:
    return ClockEvent.objects.filter(kind="breached").count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_workers_killed_again_and_again_let_each_clock_run_out_once(world: World) -> None:  # noqa: F811
    now = datetime.now(UTC)
    for _ in range(LEADS):
        world.offered(now - timedelta(minutes=10))
    due = now - timedelta(minutes=1)
    running = Clock.objects.filter(promise="first_attempt")
    running.update(due_at=due, next_check_at=due)
    Clock.objects.filter(promise="decide").update(next_check_at=now + timedelta(days=9))
    chance = random.Random(5)  # noqa: S311  # moments to kill at, not secrets
    seen: list[int] = []
    while (seen or [0])[-1] < LEADS and len(seen) < 3:
        wake("handoffs.sweep_clocks")
        workers = [process("worker"), process("worker")]
        before, deadline = breached(), time.monotonic() + 60
        while breached() == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.2))
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        seen.append(breached())
    assert 0 < min(number for number in seen if number) < LEADS, "nothing was done, or all of it, before the kill"

    at = datetime.now(UTC)
    sweep(at)
    fired = ClockEvent.objects.filter(kind__in=["breached", "told"])
    assert set(Counter(fired.values_list("clock", "kind")).values()) == {1}
    assert fired.count() == 2 * LEADS
    assert AuditEntry.objects.filter(action="clock.breached").count() == LEADS
    told = Notification.objects.filter(kind="lead.escalation")
    assert told.count() == LEADS == told.values("about").distinct().count()
    assert not running.filter(breached_at=None, stopped_at=None).exists()
