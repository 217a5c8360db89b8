"""The background job of the watch; it may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.watch import looking

LOOK = "watch.look"


@app.periodic(cron="*/10 * * * *")
@app.task(name=LOOK, queueing_lock=LOOK, lock=LOOK)
def look(timestamp: int = 0) -> None:
    """Look for leads that nobody is working."""
    looking.look(timezone.now())
