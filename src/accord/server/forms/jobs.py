"""Background jobs of forms; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.forms import verdicts
from accord.server.forms.receiving import SORT_OUT


@app.periodic(cron="* * * * *")
@app.task(name=SORT_OUT, queueing_lock=SORT_OUT, lock=SORT_OUT)
def sort_out(timestamp: int = 0) -> None:
    """Look at bursts of submissions as a whole, and forget from where older ones came."""
    now = timezone.now()
    verdicts.sort_out(now)
    verdicts.forget_senders(now)
