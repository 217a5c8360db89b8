"""Background jobs of backtests; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.agreements.services import in_force_or_none
from accord.server.backtests import services, verification


@app.periodic(cron="* * * * *")
@app.task(name="backtests.run_waiting", queueing_lock="backtests.run_waiting", lock="backtests.run_waiting")
def run_waiting(timestamp: int = 0) -> None:
    """Carry out the backtests that somebody asked for."""
    services.run_waiting()


@app.periodic(cron="53 1 * * *")  # before everybody is judged anew, which would mend what is to be found
@app.task(name="backtests.verify", queueing_lock="backtests.verify", lock="backtests.verify")
def verify(timestamp: int = 0) -> None:
    """Judge everybody again and compare: each night, and when a revision came into force."""
    if in_force_or_none() is not None:
        verification.verify(by=None, at=timezone.now())
