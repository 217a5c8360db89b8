"""Waking a background job from inside a business transaction, and carrying it out without crowding out the others."""

from collections.abc import Callable
from functools import partial, wraps
from threading import Event, Lock

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task


def wake(task: str) -> None:
    """Enqueue the task ``app.verb`` once the caller's transaction commits, unless it is already waiting.

    Not before: whoever enqueues a job holds up everybody else who wakes the same one until they commit, which ends in a
    deadlock where one of them waits for a row of the other; and a job that waits already might begin before the commit
    and miss what it was woken for. Should the process die in between, the job's own period finds the work (every minute
    or so), since what is to be done stands in the rows.

    The name, not the function, is the argument, so that a lower app can wake a job of an upper one without importing
    it.
    """
    transaction.on_commit(partial(_enqueue, task), robust=True)  # what is committed does not fail for a job


def _enqueue(task: str) -> None:
    # By this thread's own connection in a worker too, whose pool is reached through its event loop only, and slowly.
    jobs = JobManager(DjangoConnector())
    try:
        with transaction.atomic():
            configure_task(name=task, job_manager=jobs, queueing_lock=task).defer()
    except AlreadyEnqueued:
        return


def by_one_thread(job: Callable[[int], None]) -> Callable[..., None]:
    """Let one thread of a process carry out a job, however often it is woken meanwhile.

    A job does all that is due, so a second thread of the same process has nothing to add; it would only take the place
    of another job. Without this, a long one such as judging everybody anew is begun again each minute, until no place
    is left for the clocks. Whoever comes while it runs leaves at once, and the one at work begins again when done.
    """
    wanted, at_work = Event(), Lock()

    @wraps(job)
    def carried_out(timestamp: int = 0) -> None:
        wanted.set()
        while wanted.is_set() and at_work.acquire(blocking=False):
            try:
                wanted.clear()
                job(timestamp)
            finally:
                at_work.release()

    return carried_out
