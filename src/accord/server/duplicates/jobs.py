"""Background jobs of duplicates; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="17 2 * * *")
@app.task(name="duplicates.find", queueing_lock="duplicates.find", lock="duplicates.find")
def find(timestamp: int = 0) -> None:
    """Look for people and companies that stand twice."""
    # splink is heavy, and every process loads the jobs.
    from accord.server.duplicates.finding import find_duplicates  # noqa: PLC0415  # as said above

    find_duplicates(timezone.now())
