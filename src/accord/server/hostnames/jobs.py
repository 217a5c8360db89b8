"""The background job of reverse DNS; it may run twice or be killed at any moment without harm."""

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.hostnames import asking


@app.periodic(cron="*/5 * * * *")
@app.task(name=asking.LOOK_UP, queueing_lock=asking.LOOK_UP, lock=asking.LOOK_UP)
def look_up(timestamp: int = 0) -> None:
    """Ask whose machines have come; where that is not allowed any more, forget who was to be asked about."""
    if settings.ACCORD_REVERSE_DNS:
        asking.look_up(timezone.now())
    else:
        asking.forget()
