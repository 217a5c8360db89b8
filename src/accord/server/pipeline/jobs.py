"""Background jobs of the pipeline; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.agreements.services import in_force_or_none
from accord.server.pipeline import judging
from accord.server.queue import by_one_thread


@app.periodic(cron="* * * * *")
@app.task(name="pipeline.judge_due_leads", queueing_lock="pipeline.judge_due_leads")
@by_one_thread
def judge_due_leads(timestamp: int = 0) -> None:
    """Judge every lead that something happened to; before the first agreement is signed they wait."""
    if in_force_or_none() is not None:
        judging.judge_due(timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="pipeline.bring_back_due_leads", queueing_lock="pipeline.bring_back_due_leads")
@by_one_thread
def bring_back_due_leads(timestamp: int = 0) -> None:
    """Open the next cycle of recycled leads whose date has come."""
    judging.bring_back_due(timezone.now())


@app.periodic(cron="17 2 * * *")
@app.task(name="pipeline.review_open_leads", queueing_lock="pipeline.review_open_leads")
@by_one_thread
def review_open_leads(timestamp: int = 0) -> None:
    """Judge every open lead anew: each night, and when a revision comes into force."""
    judging.review_open_leads(timezone.now())
    judge_due_leads()
