"""Messages to Slack and Teams, by the webhooks that these give out.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and
https://docs.slack.dev/messaging/formatting-message-text. Teams: a flow "When a Teams webhook request is received",
https://learn.microsoft.com/en-us/connectors/teams (Adaptive Card in an envelope of type ``message``).
"""

import json
from collections.abc import Sequence
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from accord.server.notifications.answers import BusyError, must_be_good
from accord.server.notifications.models import Chat, Delivery, Notification
from accord.server.outgoing import post

OPEN = "Open in Accord"


def chat(deliveries: Sequence[Delivery]) -> None:
    """Say one notice in one place, and remember whether that takes messages.

    Raises:
        BusyError: It takes none for a while; whatever else is to be said there waits as long.
        RefusedError: It takes this one never.
    """
    [delivery] = deliveries
    place = delivery.chat
    if place is not None:
        say(place, _text(delivery.notification, place), settings.SITE_URL + delivery.notification.link, delivery.key)


def say(place: Chat, text: str, link: str, key: str) -> None:
    """Say a sentence with a link in a place; raises as ``chat``, and if nobody answers.

    Args:
        place: Where.
        text: What.
        link: The whole address of the page to open.
        key: The same whenever the same is said again.
    """
    card = slack(text, link) if place.format == Chat.Format.SLACK else teams(text, link)
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    try:
        must_be_good(post(place.url, json.dumps(card).encode(), headers), place.name)
    except BusyError as busy:
        until = timezone.now() + busy.after
        Delivery.objects.filter(chat=place, next_try_at__lt=until).update(next_try_at=until)
        raise
    except Exception as error:
        Chat.objects.filter(pk=place.pk).update(failed_at=timezone.now(), failure=str(error)[:300])
        raise
    Chat.objects.filter(pk=place.pk).exclude(failed_at=None).update(failed_at=None, failure="")


def slack(text: str, link: str) -> dict[str, object]:
    """Return a message as Slack wants it: the three characters that mean something there are written otherwise."""
    return {"text": f"{_escaped(text)}\n<{_escaped(quote(link, safe=':/?&=#%'))}|{OPEN}>"}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(text: str, link: str) -> dict[str, object]:
    """Return a message as Teams wants it: an Adaptive Card whose text is taken as it stands, without Markdown."""
    line = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text}]}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [line],
        "actions": [{"type": "Action.OpenUrl", "title": OPEN, "url": link}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _text(notice: Notification, place: Chat) -> str:
    """Return the sentence of a notice; the time in it is that of one reader, so others are told whose."""
    line = " ".join(notice.text.split())
    return f"{line} ({notice.user.zone})" if notice.due_at is not None and place.user_id is None else line
