"""The background jobs of notices; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.notifications import delivering, outbox
from accord.server.notifications.chats import chat
from accord.server.notifications.models import Delivery
from accord.server.notifications.planning import TASKS
from accord.server.notifications.push import push
from accord.server.queue import by_one_thread

Channel = Delivery.Channel

FORMERLY = "handoffs.mail_notifications"
"""What the job was called: an update may find one waiting under that name."""


@app.periodic(cron="* * * * *")
@app.task(name=outbox.TASK, queueing_lock=outbox.TASK, aliases=[FORMERLY])
@by_one_thread
def mail_due(timestamp: int = 0) -> None:
    """Decide how people are told what they must know, and mail what is to be mailed."""
    delivering.mail_due(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name=TASKS[Channel.PUSH], queueing_lock=TASKS[Channel.PUSH])
@by_one_thread
def push_due(timestamp: int = 0) -> None:
    """Bring to browsers what is to be brought there; a push service that is slow holds up no mail."""
    delivering.deliver({Channel.PUSH: push}, timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name=TASKS[Channel.CHAT], queueing_lock=TASKS[Channel.CHAT])
@by_one_thread
def chat_due(timestamp: int = 0) -> None:
    """Say in Slack and Teams what is to be said there."""
    delivering.deliver({Channel.CHAT: chat}, timezone.now())
