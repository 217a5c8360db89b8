"""Background jobs of mail; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.inbox import polling, receiving


@app.periodic(cron="* * * * *")
@app.task(name="inbox.poll", queueing_lock="inbox.poll", lock="inbox.poll")
def poll(timestamp: int = 0) -> None:
    """Fetch what is new in the mailboxes, once a minute."""
    polling.poll_all(timezone.now())


@app.periodic(cron="51 3 * * *")
@app.task(name="inbox.forget_unread", queueing_lock="inbox.forget_unread", lock="inbox.forget_unread")
def forget_unread(timestamp: int = 0) -> None:
    """Delete unread mails that nobody has looked at in time."""
    receiving.forget_old()
