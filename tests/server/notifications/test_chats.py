"""Slack and Teams: what a webhook of theirs is sent, as their published contracts have it, over real HTTP.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (200 and ``ok``; 400, 403, 404, 410 say
why not; 429 with Retry-After). Teams: https://learn.microsoft.com/en-us/connectors/teams, "When a Teams webhook request
is received" (202; an Adaptive Card, https://adaptivecards.io/explorer, within ``attachments``).
"""

import json
import logging
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.server.conftest import MONDAY, Cast
from tests.server.notifications.conftest import tell
from tests.server.receiver import Receiver, receiver  # noqa: F401  # a fixture

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import Team
from accord.server.notifications.chats import chat, slack, teams
from accord.server.notifications.delivering import LEASE, Channel, deliver
from accord.server.notifications.models import Chat, Delivery
from accord.server.notifications.outbox import notify
from accord.server.notifications.preferences import NotificationError, add_chat, remove_chat, set_own_chat

LATER = MONDAY + timedelta(minutes=1)


def chat_due(at: Any = LATER) -> int:
    return deliver({Channel.CHAT: chat}, at)


def own(cast: Cast, service: Receiver, form: str = "slack") -> Chat:
    return set_own_chat(cast.mara, url=service.url("/services/T0/B0/very-secret"), form=form, at=MONDAY)


def of_team(cast: Cast, service: Receiver, team: str | None, *groups: str, path: str = "/team") -> Chat:
    place = Team.objects.get(name=team) if team else None
    what = {"name": "#field", "team": place, "groups": list(groups) or ["leads"]}
    return add_chat(**what, url=service.url(path), form="slack", by=cast.olga, at=MONDAY)


def test_slack_gets_a_text_with_a_link_in_which_nothing_else_means_anything(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    own(cast, receiver)
    tell(cast.mara, text="Call <!channel> & Sons | <https://evil.example|click>")
    assert chat_due() == 1
    [request] = receiver.requests
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "text": "Call &lt;!channel&gt; &amp; Sons | &lt;https://evil.example|click&gt;\n"
        f"<{settings.SITE_URL}/queue/|Open in Accord>"
    }


def test_a_link_cannot_end_before_its_end() -> None:
    assert slack("x", "https://a.example/?team=a>b|c d&x=%20")["text"] == (
        "x\n<https://a.example/?team=a%3Eb%7Cc%20d&amp;x=%20|Open in Accord>"
    )


def test_teams_gets_an_adaptive_card_whose_text_is_no_markdown(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    receiver.usual = (202, {}, "")
    own(cast, receiver, "teams")
    tell(cast.mara, text="Call [Anna](https://evil.example) & **Sons**")
    assert chat_due() == 1
    message = json.loads(receiver.requests[0].body)
    assert message == teams("Call [Anna](https://evil.example) & **Sons**", f"{settings.SITE_URL}/queue/")
    assert message["type"] == "message"
    [attachment] = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"][0]["type"] == "RichTextBlock", "a TextBlock would read Markdown"
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open in Accord", "url": f"{settings.SITE_URL}/queue/"}
    ]


def test_what_concerns_several_of_a_team_is_said_to_it_once(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    """Priya and Tom are in the team, Sven manages it; Mara has nothing to do with it."""
    of_team(cast, receiver, "field")
    tell(cast.priya)
    tell(cast.tom, cast.sven)
    assert chat_due() == 1
    tell(cast.mara, about="row:2")
    assert chat_due() == 0
    of_team(cast, receiver, None, path="/everybody")
    tell(cast.mara, cast.xenia, about="row:3")
    assert chat_due() == 1
    assert [request.path for request in receiver.requests] == ["/team", "/everybody"]


def test_a_team_hears_only_of_what_was_chosen_for_it_and_in_whose_time(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    of_team(cast, receiver, "field", "late")
    tell(cast.priya)
    assert chat_due() == 0
    late = {"about": "clock_event:1", "link": "/leads/1/", "at": MONDAY, "due": MONDAY}
    notify([cast.sven.pk], "lead.escalation", "Tom is late, due Mon 02 Mar 10:00", **late)
    assert chat_due() == 1
    assert "due Mon 02 Mar 10:00 (Europe/Berlin)" in json.loads(receiver.requests[0].body)["text"]


def test_what_one_has_seen_is_said_to_the_team_all_the_same(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    own(cast, receiver)
    of_team(cast, receiver, None)
    tell(cast.mara)
    cast.mara.notifications.update(seen_at=MONDAY)
    assert chat_due() == 1
    assert [request.path for request in receiver.requests] == ["/team"]


def test_whoever_comes_too_often_waits_with_everything_that_is_to_be_said_there(
    cast: Cast,
    receiver: Receiver,  # noqa: F811
) -> None:
    own(cast, receiver)
    receiver.answers = [(429, {"Retry-After": "120"}, "")]
    tell(cast.mara, about="row:1")
    tell(cast.mara, about="row:2")
    now = timezone.now()
    assert chat_due(now) == 0
    assert len(receiver.requests) == 1, "the second waits as well"
    assert chat_due(now + timedelta(seconds=119)) == 0
    assert len(receiver.requests) == 1
    assert chat_due(now + timedelta(seconds=130)) == 2
    first, again = receiver.requests[0], receiver.requests[1]
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert Chat.objects.get().failed_at is None, "to be asked to wait is no failure"


def test_a_date_says_when_as_well(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    own(cast, receiver)
    now = timezone.now().replace(microsecond=0)
    receiver.answers = [(503, {"Retry-After": format_datetime(now + timedelta(minutes=30), usegmt=True)}, "")]
    tell(cast.mara)
    chat_due(now)
    row = Delivery.objects.get(channel="chat")
    assert row.next_try_at is not None
    assert timedelta(minutes=29) < row.next_try_at - now <= timedelta(minutes=30)


@pytest.mark.parametrize(
    ("status", "text"), [(404, "no_service"), (403, "action_prohibited"), (410, "channel_is_archived")]
)
def test_a_webhook_that_is_no_more_is_given_up_and_spoken_of(
    cast: Cast,
    receiver: Receiver,  # noqa: F811
    status: int,
    text: str,
) -> None:
    own(cast, receiver)
    receiver.answers = [(status, {}, text)]
    tell(cast.mara)
    assert chat_due() == 0
    assert Delivery.objects.get(channel="chat").outcome == "given_up"
    place = Chat.objects.get()
    assert place.failed_at is not None
    assert place.failure == f"Mara's chat answered {status}: {text}"
    tell(cast.mara, about="row:2")
    assert chat_due() == 1
    assert Chat.objects.get().failed_at is None


def test_the_webhook_is_said_nowhere(
    cast: Cast,
    receiver: Receiver,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither when it refuses, nor when nobody answers, nor in the audit log."""
    caplog.set_level(logging.DEBUG)
    own(cast, receiver)
    receiver.answers = [(500, {}, "")]
    tell(cast.mara)
    chat_due()
    receiver.stop()
    chat_due(LATER + timedelta(minutes=2))
    row = Delivery.objects.get(channel="chat")
    assert "cannot be reached" in row.last_error
    said = caplog.text + row.last_error + Chat.objects.get().failure
    said += str(list(cast.mara.auditentry_set.values_list("details", flat=True)))
    assert "could not be delivered" in caplog.text
    assert "very-secret" not in said
    receiver.start()


def test_a_worker_that_died_leaves_it_to_the_next_under_the_same_key(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    own(cast, receiver)
    tell(cast.mara)
    chat_due()
    Delivery.objects.filter(channel="chat").update(outcome="", ended_at=None, next_try_at=LATER + LEASE)
    assert chat_due(LATER + LEASE) == 1
    assert len({request.headers["idempotency-key"] for request in receiver.requests}) == 1


def test_nobody_connects_or_removes_what_is_not_theirs(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    with pytest.raises(AccessError):
        add_chat(name="x", url=receiver.url(), form="slack", team=None, groups=["late"], by=cast.sven, at=MONDAY)
    of_team(cast, receiver, "field")
    own(cast, receiver)
    for chat_ in Chat.objects.all():
        with pytest.raises(AccessError):
            remove_chat(chat_.pk, by=cast.sven, at=MONDAY)
    with pytest.raises(AccessError):
        remove_chat(Chat.objects.get(user=cast.mara).pk, by=cast.olga, at=MONDAY)
    remove_chat(Chat.objects.get(user=cast.mara).pk, by=cast.mara, at=MONDAY)
    remove_chat(Chat.objects.get(user=None).pk, by=cast.olga, at=MONDAY)
    assert not Chat.objects.exists()


def test_a_webhook_into_this_network_is_refused(cast: Cast) -> None:
    with pytest.raises(NotificationError, match="private network"):
        set_own_chat(cast.mara, url="https://169.254.169.254/latest", form="slack", at=MONDAY)
    with pytest.raises(NotificationError, match="https://"):
        set_own_chat(cast.mara, url="http://hooks.slack.com/services/x", form="slack", at=MONDAY)
