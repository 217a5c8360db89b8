"""The housekeeping of the job queue itself; each app's own jobs stand in its ``jobs.py``."""

import logging

from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg.errors import RaiseException

STALLED_AFTER_SECONDS = 30  # three heartbeats of a worker
GIVE_UP_AFTER = 10  # attempts; a job that takes its worker down every time must not do so for ever
KEEP_FINISHED_HOURS = 72

_logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="server.retry_stalled_jobs", queueing_lock="server.retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int = 0) -> None:
    """Let every job run again whose worker died without a word.

    Procrastinate leaves such a job marked as being done for ever. This one has no ``lock``: were it killed itself,
    its own lock would keep its successor from freeing it.
    """
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        if job.id == context.job.id:
            continue
        try:
            await _free(jobs, job)
        except ConnectorException as error:
            if isinstance(error.__cause__, RaiseException):
                continue  # another sweep, or an operator, was quicker
            _logger.exception("job %s (%s) stays stalled; tried again in a minute", job.id, job.task_name)


async def _free(jobs: JobManager, job: Job) -> None:
    if job.attempts + 1 >= GIVE_UP_AFTER:
        _logger.error("job %s (%s) took its worker down %s times; given up", job.id, job.task_name, job.attempts + 1)
        await jobs.finish_job(job, Status.FAILED, delete_job=False)
        return
    try:
        await jobs.retry_job(job)
    except UniqueViolation:
        # One like it has been enqueued since and waits: that one does the work.
        await jobs.finish_job(job, Status.ABORTED, delete_job=False)
    else:
        _logger.warning("job %s (%s) lost its worker and runs again", job.id, job.task_name)


@app.periodic(cron="41 3 * * *")
@app.task(name="server.forget_finished_jobs", queueing_lock="server.forget_finished_jobs", pass_context=True)
async def forget_finished_jobs(context: JobContext, timestamp: int = 0) -> None:
    """Delete jobs that ended well or were dropped days ago; failed ones stay until somebody has looked at them."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FINISHED_HOURS, include_failed=False, include_cancelled=True, include_aborted=True
    )
