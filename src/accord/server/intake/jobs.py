"""The background job of intake; it may run twice or be killed at any moment without harm."""

from procrastinate.contrib.django import app

from accord.server.intake import taking
from accord.server.queue import by_one_thread
from accord.server.tracking.log import TAKE_IN


@app.periodic(cron="* * * * *")
@app.task(name=TAKE_IN, queueing_lock=TAKE_IN)
@by_one_thread
def take_in(timestamp: int = 0) -> None:
    """Take in what is pending: woken by each message, and once a minute in case a wake was lost."""
    taking.take_in()
