"""Trying a way of telling somebody, and saying what happened."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.notifications import push
from accord.server.notifications.chats import say
from accord.server.notifications.models import Chat, Device
from accord.server.notifications.preferences import OPERATORS, NotificationError

TEXT = "This is a test: Accord reaches you here"
KEPT = timedelta(minutes=10)


def try_mail(user: User) -> str:
    """Send a test mail; return what happened.

    Raises:
        NotificationError: ``notification.not_sent``, with what the mail server said.
    """
    link = settings.SITE_URL + reverse("notifications")
    try:
        EmailMessage(subject=TEXT, body=f"{TEXT}.\n\n{link}\n", to=[user.email]).send()
    except Exception as error:
        raise NotificationError("notification.not_sent", f"The mail server did not take it: {error}") from error
    return f"The mail server took a mail to {user.email}"


def try_push(user: User, at: datetime) -> str:
    """Send a test to each browser of a user; return what happened.

    Raises:
        NotificationError: ``notification.nowhere``, or ``notification.not_sent``: at least one took none.
    """
    devices = list(Device.objects.filter(user=user))
    if not devices:
        text, hint = "No browser of yours is switched on", "switch it on in this one first"
        raise NotificationError("notification.nowhere", text, hint=hint)
    message = {"title": push.TITLE, "text": TEXT, "link": reverse("notifications"), "tag": f"test-{at:%H%M%S}"}
    failed = []
    for device in devices:
        try:
            push.send(device, message, KEPT, urgent=True)
        except Exception as error:
            failed.append(f"{device.name}: {error}")
    if failed:
        raise NotificationError("notification.not_sent", "; ".join(failed))
    return "The push service took a message for " + ", ".join(device.name for device in devices)


def try_chat(key: int, user: User, at: datetime) -> str:
    """Say a test in a place of a user's own, or, for operations, in one of a team; return what happened.

    Raises:
        NotificationError: ``notification.nowhere``, or ``notification.not_sent``, with what was answered.
        AccessError: It is not theirs to write to.
    """
    place = Chat.objects.filter(pk=key).first()
    if place is None:
        raise NotificationError("notification.nowhere", "No chat is connected", hint="enter its webhook first")
    if place.user_id != user.pk:
        require(user, OPERATORS if place.user_id is None else frozenset(), "write to somebody else's chat")
    try:
        say(place, TEXT, settings.SITE_URL + reverse("notifications"), f"test:{place.pk}:{at:%Y%m%d%H%M%S%f}")
    except Exception as error:
        raise NotificationError("notification.not_sent", str(error)) from error
    return f"{place.name} took a message"
