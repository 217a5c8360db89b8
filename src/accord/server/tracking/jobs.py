"""Background jobs of the log; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.tracking import partitions


@app.periodic(cron="7 * * * *")
@app.task(name="tracking.keep_weeks", queueing_lock="tracking.keep_weeks", lock="tracking.keep_weeks")
def keep_weeks(timestamp: int = 0) -> None:
    """Have the weeks of the log in order: the next ones made, the old ones dropped."""
    now = timezone.now()
    partitions.make_ahead(now)
    partitions.drop_old(now)


@app.periodic(cron="23 2 * * *")
@app.task(name="tracking.forget_receipts", queueing_lock="tracking.forget_receipts", lock="tracking.forget_receipts")
def forget_receipts(timestamp: int = 0) -> None:
    """Delete receipts and counts that nobody needs any more."""
    now = timezone.now()
    partitions.forget_receipts(now)
    partitions.forget_counts(now)
