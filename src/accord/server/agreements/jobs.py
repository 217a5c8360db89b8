"""Background jobs of the agreement; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.agreements import enforcement
from accord.server.queue import by_one_thread


@app.periodic(cron="* * * * *")
@app.task(name=enforcement.TASK, queueing_lock=enforcement.TASK)
@by_one_thread
def enforce_due(timestamp: int = 0) -> None:
    """Bring signed revisions into force whose day has come."""
    enforcement.enforce_due(timezone.now())
