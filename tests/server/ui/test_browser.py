"""The shell in a real browser, under the real Content-Security-Policy, on pages made only for these tests."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from accord.server.accounts.models import Role, User
from accord.server.live.pages import no_stream
from accord.server.ui.htmx import badge, toast

pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]

QUEUE = """
{% extends "base.html" %}{% load accord_ui %}
{% block summary %}<p>{% defined "Response time" "Median of working time" %}</p>{% endblock %}
{% block content %}
<div class="kpis">{% kpi "Waiting" 2 note="oldest 24 min" %}{% kpi "In time" "92 %" reached=92 most=100 mark=90 %}</div>
<ul class="items">
<li class="item" data-list-item data-follows-clock tabindex="-1">{% avatar "Jonas Weber" %}
 <div class="item-title"><a href="/leads/1/" data-open>Jonas</a>{% grade "A" %}{% stage "mql" %}</div>
 <div class="item-side">{% countdown due soon_seconds=5 %}</div>
 <div class="item-actions"><button class="btn" data-key="a" hx-post="/accept" hx-swap="none">Accept</button></div></li>
<li class="item" data-list-item tabindex="-1">{% avatar "Aylin Kaya" %}
 <div class="item-title"><a href="/leads/2/" data-open>Aylin</a>{% pill "Fast lane" "soon" "bolt" %}</div></li></ul>
<button class="btn" data-dialog="note">Note</button>
<form action="/leads/" data-confirm="Jonas goes back to marketing."><button class="btn">Reject</button></form>
{% endblock %}
{% block dialogs %}<dialog class="dialog" id="note" aria-labelledby="note-title"><form hx-post="/break" hx-swap="none">
<div class="dialog-body"><h2 id="note-title">Note</h2>
<textarea class="form-control" name="t" aria-label="Text"></textarea>
</div><footer class="dialog-foot"><button class="btn btn-primary">Save</button></footer></form></dialog>{% endblock %}
"""
LEADS = """
{% extends "base.html" %}{% load accord_ui %}{% block content %}<div id="leads">
{% filter_bar search="Person or company" target="#leads" %}<select class="form-select" name="stage" aria-label="Stage">
<option value="">Any</option><option value="mql">MQL</option></select>{% endfilter_bar %}
<table class="grid-table stacks"><thead><tr>{% sort_head "Person" "name" target="#leads" %}</tr></thead>
<tbody><tr><td>{{ request.GET.urlencode|default:"nothing" }}</td></tr></tbody></table></div>
{% export_menu "/file" "Every lead of this list" %}
<button class="btn" hx-get="/expired" hx-target="#leads">Part</button>{% endblock %}
"""


def _draw(source: str) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, **_: object) -> HttpResponse:
        now = timezone.now()
        context = {"title": "Sample", "due": now + timedelta(seconds=7)}
        return HttpResponse(Template(source).render(RequestContext(request, context)))

    return view


def _accept(request: HttpRequest) -> HttpResponse:
    return badge(toast(HttpResponse(), "Jonas is yours."), "queue", 1)


def _break(request: HttpRequest) -> HttpResponse:
    return HttpResponse("This lead was decided by Tom.", status=409, content_type="text/plain")


def _expired(request: HttpRequest) -> HttpResponse:
    return redirect(reverse("account_login") + "?next=/expired")


def _file(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Lead", headers={"Content-Disposition": 'attachment; filename="leads.csv"'})


urlpatterns = [
    path("file", _file),
    path("", _draw(QUEUE), name="home"),
    path("queue/", _draw(QUEUE), name="queue"),
    path("leads/", _draw(LEADS), name="leads"),
    path("leads/<int:number>/", _draw(LEADS), name="lead"),
    path("notices/", _draw(LEADS), name="notices"),
    path("notifications/", _draw(LEADS), name="notifications"),
    path("live/", no_stream, name="live"),
    path("accept", _accept),
    path("break", _break),
    path("expired", _expired),
    path("accounts/", include("allauth.account.urls")),
]


@pytest.fixture
def sales(page: Any, live_server: Any, client: Client, settings: Any) -> Iterator[Any]:
    """A page on which a salesperson is signed in; the test fails if the browser refuses or throws anything."""
    settings.NAV_BADGES, settings.NAV_OFFERED, settings.BELL = {}, {}, ""
    client.force_login(User.objects.create_user("priya@test.works", "Priya Nair", Role.SALES, "correct horse"))
    session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.home = live_server.url
    yield page
    assert wrong == []


def test_an_export_follows_the_filters_and_is_chosen_with_the_keyboard(sales: Any):
    sales.goto(sales.home + "/leads/?page=3")
    sales.fill("#filter-q", "weber")
    sales.wait_for_url("**q=weber*")
    sales.focus(".export button")
    for key in ("Enter", "ArrowDown", "ArrowDown"):
        sales.keyboard.press(key)
    assert sales.evaluate("document.activeElement.dataset.export") == "xlsx"
    with sales.expect_download() as taken:
        sales.keyboard.press("Enter")
    address = taken.value.url
    assert address.startswith(sales.home + "/file?")
    assert sorted(address.split("?")[1].split("&")) == ["format=xlsx", "q=weber"]


def test_a_clock_runs_down_turns_amber_and_red_and_takes_its_card_along(sales: Any):
    sales.goto(sales.home + "/queue/")
    clock = sales.locator("time.countdown")
    assert clock.inner_text().startswith("due in")
    sales.wait_for_selector("time.countdown.soon", timeout=6000)
    assert "soon" in sales.locator("li.item").first.get_attribute("class")
    sales.wait_for_selector("time.countdown.late", timeout=9000)
    assert "late" in sales.locator("li.item").first.get_attribute("class")


def test_a_list_is_walked_with_keys_and_an_action_key_acts_only_on_the_card_in_focus(sales: Any):
    sales.goto(sales.home + "/queue/")
    sales.keyboard.press("a")
    sales.wait_for_timeout(200)
    assert sales.locator("[data-toast]").count() == 0
    sales.keyboard.press("j")
    sales.keyboard.press("a")
    sales.wait_for_selector("[data-toast]")
    assert sales.locator('[data-toasts="polite"]').inner_text() == "Jonas is yours."
    assert sales.locator('.sidebar [data-badge="queue"]').inner_text() == "1"
    sales.keyboard.press("j")
    sales.keyboard.press("Enter")
    sales.wait_for_url("**/leads/2/")


def test_a_letter_after_g_opens_a_page_but_not_while_somebody_types(sales: Any):
    sales.goto(sales.home + "/leads/")
    sales.keyboard.press("/")
    sales.keyboard.type("gq?")
    assert sales.input_value("#filter-q") == "gq?"
    sales.keyboard.press("Escape")
    sales.keyboard.press("g")
    sales.keyboard.press("q")
    sales.wait_for_url("**/queue/")


def test_single_keys_can_be_switched_off(sales: Any):
    sales.goto(sales.home + "/queue/")
    sales.keyboard.press("?")
    assert sales.locator("[data-shortcuts-page]").inner_text().split() == ["On", "this", "page", "Accept", "a"]
    sales.locator("[data-shortcuts-switch]").uncheck()
    sales.reload()
    sales.keyboard.press("?")
    assert not sales.locator("#shortcuts").is_visible()


def test_a_failed_save_keeps_what_was_typed_and_says_why_where_it_can_be_read(sales: Any):
    sales.goto(sales.home + "/queue/")
    sales.get_by_role("button", name="Note").click()
    sales.fill("#note textarea", "Called at nine")
    sales.get_by_role("button", name="Save").click()
    sales.wait_for_selector("#note .toast-error")
    assert sales.locator(".toast-error p").inner_text() == "This lead was decided by Tom."
    assert sales.input_value("#note textarea") == "Called at nine"
    sales.locator(".toast-error [data-dismiss]").click()
    assert sales.locator(".toast-error").count() == 0


def test_a_form_that_asks_first_is_sent_only_after_yes(sales: Any):
    sales.goto(sales.home + "/queue/")
    sales.get_by_role("button", name="Reject").click()
    assert "back to marketing" in sales.locator("#confirm-text").inner_text()
    sales.locator('#confirm button[value="no"]').click()
    sales.wait_for_timeout(200)
    assert sales.url.endswith("/queue/")
    sales.get_by_role("button", name="Reject").click()
    sales.locator("[data-confirm-yes]").click()
    sales.wait_for_url("**/leads/?")


def test_filters_and_order_are_kept_in_a_short_address_that_can_be_shared(sales: Any):
    sales.goto(sales.home + "/leads/")
    sales.fill("#filter-q", "web")
    sales.wait_for_url("**/leads/?q=web")
    assert sales.evaluate("document.activeElement.id") == "filter-q"
    sales.select_option('[name="stage"]', "mql")
    sales.wait_for_url("**/leads/?q=web&stage=mql")
    sales.get_by_role("link", name="Person").click()
    sales.wait_for_url("**/leads/?q=web&stage=mql&sort=name")
    assert sales.locator("tbody td").inner_text() == "q=web&stage=mql&sort=name"
    sales.go_back()
    sales.wait_for_url("**/leads/?q=web&stage=mql")
    sales.wait_for_function("document.querySelector('tbody td').innerText === 'q=web&stage=mql'")


def test_an_ended_session_opens_the_sign_in_page_instead_of_a_form_in_a_table(sales: Any):
    sales.goto(sales.home + "/leads/?stage=mql")
    sales.context.clear_cookies()
    sales.get_by_role("button", name="Part").click()
    sales.wait_for_url("**/accounts/login/?next=%2Fleads%2F%3Fstage%3Dmql")


def test_the_choice_of_light_or_dark_outlives_the_page(sales: Any):
    sales.goto(sales.home + "/queue/")
    assert sales.evaluate("document.documentElement.dataset.bsTheme") == "light"
    sales.locator(".sidebar .user-button").click()
    sales.locator('.sidebar [data-theme-choice="dark"]').click()
    sales.goto(sales.home + "/leads/")
    assert sales.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_a_definition_is_shown_to_a_pointer_and_to_a_keyboard(sales: Any):
    sales.goto(sales.home + "/queue/")
    sales.get_by_role("button", name="Response time").focus()
    assert sales.locator("#definition").inner_text() == "Median of working time"
    assert sales.get_by_role("button", name="Response time").get_attribute("aria-describedby") == "definition"
    sales.keyboard.press("Escape")
    assert not sales.locator("#definition").is_visible()
