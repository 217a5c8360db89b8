"""Waking background jobs."""

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.server.conftest import MONDAY, World

from accord.server.handoffs import escalation, offers
from accord.server.handoffs.models import ClockEvent, Offer
from accord.server.queue import by_one_thread, wake

TASK = "handoffs.sweep_clocks"


@pytest.fixture
def jobs(transactional_db: None) -> Callable[[], list[str]]:
    """The names of the jobs that were enqueued; the tables of the queue are not emptied between tests."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return lambda: list(ProcrastinateJob.objects.values_list("task_name", flat=True))


def test_what_is_rolled_back_wakes_nobody(jobs: Callable[[], list[str]]) -> None:
    with transaction.atomic():
        wake(TASK)
        transaction.set_rollback(True)
    assert jobs() == []


def test_a_job_is_woken_once_and_only_after_the_commit(jobs: Callable[[], list[str]]) -> None:
    with transaction.atomic():
        wake(TASK)
        wake(TASK)
        assert jobs() == []
    wake(TASK)
    assert jobs() == [TASK]


def test_two_workers_that_wake_the_same_job_do_not_wait_for_each_other(
    transactional_db: None, world: World, jobs: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has told the manager and is about to take the team's turn; the other has the turn and is about to tell."""
    late = world.demo_request()
    fresh = world.mql(MONDAY + timedelta(minutes=23))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    together = threading.Barrier(2)

    def meet(step: Callable[..., object]) -> Callable[..., object]:
        def met(*args: object, **more: object) -> object:
            with contextlib.suppress(threading.BrokenBarrierError):  # the other is done already
                together.wait(timeout=2)
            return step(*args, **more)

        return met

    monkeypatch.setattr(escalation, "give_to_another", meet(escalation.give_to_another))
    monkeypatch.setattr(offers, "_announce", meet(offers._announce))

    def worker(job: Callable[..., object]) -> threading.Thread:
        def work() -> None:
            try:
                job(MONDAY + timedelta(minutes=23))
            finally:
                connections.close_all()

        return threading.Thread(target=work)

    workers = [worker(escalation.sweep), worker(offers.offer_ready)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert not ClockEvent.objects.filter(kind="failed").exists()
    assert Offer.objects.filter(lead=fresh, status="open").exists()
    assert Offer.objects.filter(lead=late).count() == 2


def test_a_job_that_is_woken_while_it_runs_takes_no_second_thread_and_is_done_again() -> None:
    """The second to come leaves at once; what it came for is done by the first, after what that is at."""
    begun, go_on, done = threading.Event(), threading.Event(), []

    @by_one_thread
    def job(timestamp: int) -> None:
        begun.set()
        assert go_on.wait(10)
        done.append(threading.current_thread().name)

    first = threading.Thread(target=job, name="first")
    first.start()
    assert begun.wait(10)
    job()
    job()
    assert done == []
    go_on.set()
    first.join(10)
    assert done == ["first", "first"]


def test_a_job_that_failed_is_carried_out_when_it_is_woken_again() -> None:
    times = []

    @by_one_thread
    def job(timestamp: int) -> None:
        times.append(timestamp)
        if timestamp == 1:
            raise ValueError(timestamp)

    with pytest.raises(ValueError, match="1"):
        job(1)
    job(2)
    assert times == [1, 2]
