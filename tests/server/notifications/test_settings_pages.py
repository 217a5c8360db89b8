"""The page on which everybody chooses how they are told."""

import json
from datetime import time
from typing import Any

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast
from tests.server.postbox import Postbox
from tests.server.receiver import Receiver, receiver  # noqa: F401  # a fixture

from accord.server.accounts.models import AuditEntry, Team, User
from accord.server.notifications.models import Chat, Device
from accord.server.notifications.preferences import add_device, choices_of, habits_of, set_own_chat

KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
BROWSER = {"endpoint": "https://push.example/abc", "p256dh": KEY, "auth": "BTBZMqHH6r4Tts7J_aSIgg", "name": "Firefox"}
SECRET = "T000/B000/very-secret-WXYZ"
CHOICES = {
    **{f"mail-{group}": "now" for group in ("leads", "reminders", "late", "questions", "agreement")},
    "digest": "day",
    "digest_at": "08:30",
}


def page(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/notifications/").content.decode()


def said(client: Client, answer: Any) -> str:
    assert answer["Location"] == "/notifications/"
    return client.get("/notifications/").content.decode()


def test_whoever_has_chosen_nothing_sees_what_applies_to_them(cast: Cast, client: Client) -> None:
    text = page(client, cast.mara)
    assert text.count('<option value="now" selected>At once</option>') == 5
    assert 'value="09:00"' in text
    assert "Channels of teams" not in text
    assert "Channels of teams" in page(client, cast.olga)


def test_what_somebody_chooses_is_kept_and_written_down(cast: Cast, client: Client) -> None:
    client.force_login(cast.mara)
    chosen = {**CHOICES, "mail-agreement": "digest", "push-leads": "on", "chat-late": "on", "fast_lane": "on"}
    assert "From now on you are told like this" in said(client, client.post("/notifications/", chosen))
    habits = habits_of(cast.mara)
    assert (habits.quiet, habits.fast_lane, habits.digest, habits.digest_at) == (False, True, "day", time(8, 30))
    kept = {str(group): (choice.mail, choice.push, choice.chat) for group, choice in choices_of(cast.mara).items()}
    assert kept == {
        "leads": ("now", True, False),
        "reminders": ("now", False, False),
        "late": ("now", False, True),
        "questions": ("now", False, False),
        "agreement": ("digest", False, False),
    }
    assert AuditEntry.objects.filter(action="notifications.chosen", actor=cast.mara).count() == 1


def test_what_nobody_can_choose_is_refused_and_what_was_typed_stays(cast: Cast, client: Client) -> None:
    client.force_login(cast.mara)
    answer = client.post("/notifications/", {**CHOICES, "mail-late": "weekly", "digest_at": "25:00"})
    assert answer.status_code == 422
    assert 'value="25:00"' in answer.content.decode()
    assert habits_of(cast.mara).digest_at == time(9)


class TestTrying:
    def test_a_mail_says_that_the_server_took_it(self, cast: Cast, client: Client, postbox: Postbox) -> None:
        client.force_login(cast.mara)
        assert "took a mail to mara@test.works" in said(client, client.post("/notifications/try/mail/"))
        assert [mail["To"] for mail in postbox.mails] == ["mara@test.works"]

    def test_one_that_it_refuses_says_why(self, cast: Cast, client: Client, postbox: Postbox) -> None:
        postbox.closed = True
        client.force_login(cast.mara)
        assert "451" in said(client, client.post("/notifications/try/mail/"))

    def test_push_goes_to_every_browser_or_says_which_took_none(
        self,
        cast: Cast,
        client: Client,
        receiver: Receiver,  # noqa: F811
    ) -> None:
        client.force_login(cast.mara)
        assert "No browser of yours is switched on" in said(client, client.post("/notifications/try/push/"))
        for name in ("one", "two"):
            add_device(cast.mara, **(BROWSER | {"endpoint": receiver.url(f"/{name}"), "name": name}), at=MONDAY)
        assert "took a message for one, two" in said(client, client.post("/notifications/try/push/"))
        receiver.answers = [(410, {}, "")]
        assert "one does not take messages any more" in said(client, client.post("/notifications/try/push/"))
        assert [device.name for device in Device.objects.all()] == ["two"]

    def test_a_chat_says_what_it_answered(self, cast: Cast, client: Client, receiver: Receiver) -> None:  # noqa: F811
        client.force_login(cast.mara)
        chat = set_own_chat(cast.mara, url=receiver.url("/x"), form="slack", at=MONDAY)
        assert "took a message" in said(client, client.post(f"/notifications/try/chat/{chat.pk}/"))
        assert "Accord reaches you here" in json.loads(receiver.requests[0].body)["text"]
        receiver.answers = [(404, {}, "no_service")]
        assert "answered 404: no_service" in said(client, client.post(f"/notifications/try/chat/{chat.pk}/"))

    def test_nobody_writes_to_the_chat_of_another(self, cast: Cast, client: Client, receiver: Receiver) -> None:  # noqa: F811
        chat = set_own_chat(cast.mara, url=receiver.url("/x"), form="slack", at=MONDAY)
        for user in (cast.olga, cast.tom):
            client.force_login(user)
            assert client.post(f"/notifications/try/chat/{chat.pk}/").status_code == 403
            assert client.post(f"/notifications/chats/{chat.pk}/remove/").status_code == 403
        assert receiver.requests == []
        assert Chat.objects.count() == 1


class TestWebhooks:
    def test_the_address_is_never_shown_whole_again(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.mara)
        url = f"https://hooks.slack.com/services/{SECRET}"
        text = said(client, client.post("/notifications/chat/", {"format": "slack", "url": url}))
        assert "hooks.slack.com/…WXYZ" in text
        assert "very-secret" not in text
        assert Chat.objects.get().url == url

    def test_nor_when_it_is_refused(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.mara)
        answer = client.post("/notifications/chat/", {"format": "slack", "url": "http://127.0.0.1/very-secret"})
        assert answer.status_code == 422
        assert "this webhook cannot be used" in answer.content.decode()
        assert "very-secret" not in answer.content.decode()

    def test_operations_connects_a_channel_of_a_team_and_removes_it(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.olga)
        team = Team.objects.get(name="field")
        form = {"name": "#field", "team": team.pk, "groups": ["late", "leads"], "format": "teams"}
        text = said(client, client.post("/notifications/chats/", {**form, "url": f"https://a.example/{SECRET}"}))
        assert "#field" in text
        assert "very-secret" not in text
        chat = Chat.objects.get()
        assert (chat.team, chat.groups, chat.format, chat.user) == (team, ["late", "leads"], "teams", None)
        said(client, client.post(f"/notifications/chats/{chat.pk}/remove/"))
        assert not Chat.objects.exists()
        actions = AuditEntry.objects.filter(action__startswith="notifications.").values_list("action", flat=True)
        assert set(actions) == {"notifications.chat_added", "notifications.chat_removed"}

    def test_a_channel_of_a_team_needs_something_to_be_said_there(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.olga)
        answer = client.post("/notifications/chats/", {"name": "x", "format": "slack", "url": "https://a.example/x"})
        assert answer.status_code == 422
        assert not Chat.objects.exists()


class TestBrowsers:
    def test_one_is_switched_on_and_off(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.mara)
        assert client.post("/notifications/browsers/", BROWSER).status_code == 204
        assert "Firefox" in page(client, cast.mara)
        [device] = Device.objects.all()
        said(client, client.post(f"/notifications/browsers/{device.pk}/remove/"))
        assert not Device.objects.exists()

    def test_one_that_cannot_be_reached_is_refused(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.mara)
        answer = client.post("/notifications/browsers/", BROWSER | {"endpoint": "https://10.0.0.1/x"})
        assert answer.status_code == 422
        assert not Device.objects.exists()

    def test_nobody_sees_or_removes_the_browser_of_another(self, cast: Cast, client: Client) -> None:
        device = add_device(cast.mara, **BROWSER, at=MONDAY)
        assert "Firefox" not in page(client, cast.tom)
        client.post(f"/notifications/browsers/{device.pk}/remove/")
        assert Device.objects.count() == 1


@pytest.mark.parametrize("role", ["mara", "tom", "olga", "xenia", "alma"])
def test_everybody_has_the_page_in_their_menu(cast: Cast, client: Client, role: str) -> None:
    assert 'href="/notifications/"' in page(client, getattr(cast, role))
