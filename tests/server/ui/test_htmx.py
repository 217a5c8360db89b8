"""What a page that stays is told when htmx asks for a part of it."""

import json

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import reverse

from accord.server.ui.htmx import badge, htmx_answers, is_htmx, toast


def _ask(htmx: bool = True, **headers: str) -> HttpRequest:
    said = {"HX-Request": "true", **headers} if htmx else headers
    request = RequestFactory(headers=said).get("/leads/part")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def _trigger(response: HttpResponse) -> dict[str, object]:
    return json.loads(response.headers["HX-Trigger"])


def test_only_a_request_that_htmx_sent_is_one():
    assert is_htmx(_ask())
    assert not is_htmx(_ask(htmx=False))


def test_several_toasts_and_a_badge_travel_in_one_header():
    response = badge(toast(toast(HttpResponse(), "Accepted – Jürgen"), "Late", "warning"), "queue", 4)
    assert _trigger(response) == {
        "toast": {"items": [{"level": "success", "text": "Accepted – Jürgen"}, {"level": "warning", "text": "Late"}]},
        "badge": {"items": [{"name": "queue", "count": 4}]},
    }
    assert response.headers["HX-Trigger"].isascii()


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("refresh, closed", {"refresh": None, "closed": None}),
        ('{"refresh": 1}', {"refresh": 1}),
        ("", {}),
    ],
)
def test_a_toast_keeps_what_the_view_had_said_before(before: str, kept: dict[str, object]):
    response = HttpResponse(headers={"HX-Trigger": before})
    assert _trigger(toast(response, "Saved")) == kept | {"toast": {"items": [{"level": "success", "text": "Saved"}]}}


def test_a_toast_written_by_hand_stays_beside_one_that_is_added():
    response = HttpResponse(headers={"HX-Trigger": '{"toast": {"level": "info", "text": "One"}}'})
    items = _trigger(toast(response, "Two"))["toast"]
    assert [item["text"] for item in items["items"]] == ["One", "Two"]  # type: ignore[index]


def test_a_level_nobody_knows_is_shown_as_information():
    assert _trigger(toast(HttpResponse(), "x", "debug"))["toast"] == {"items": [{"level": "info", "text": "x"}]}


def test_messages_of_django_become_toasts_for_htmx_and_wait_for_the_next_page_otherwise():
    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Lead accepted")
        return HttpResponse("part")

    assert _trigger(htmx_answers(view)(_ask()))["toast"] == {"items": [{"level": "success", "text": "Lead accepted"}]}
    assert "HX-Trigger" not in htmx_answers(view)(_ask(htmx=False)).headers


def test_an_ended_session_sends_the_whole_page_to_sign_in_and_back_to_where_it_was():
    request = _ask(**{"HX-Current-URL": "https://accord.example/leads/?stage=mql&page=2"})
    response = htmx_answers(lambda _: HttpResponseRedirect(reverse("account_login") + "?next=/leads/part"))(request)
    assert response.status_code == 204
    expected = reverse("account_login") + "?next=%2Fleads%2F%3Fstage%3Dmql%26page%3D2"
    assert response.headers["HX-Redirect"] == expected


def test_any_other_redirect_and_any_request_without_htmx_is_left_alone():
    elsewhere = HttpResponseRedirect("/leads/")
    assert htmx_answers(lambda _: elsewhere)(_ask()) is elsewhere
    sign_in = HttpResponseRedirect(reverse("account_login"))
    assert htmx_answers(lambda _: sign_in)(_ask(htmx=False)) is sign_in
