"""The page around every page, the way in, and the pages for when something is wrong."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.db import OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from psycopg.errors import DeadlockDetected

from accord.errors import AccordError
from accord.server.accounts.models import Role, User
from accord.server.ui.context import shell
from accord.server.ui.middleware import KnownErrors


def _page(user: object, path: str = "/leads/", **context: object) -> str:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    return render_to_string("base.html", {"title": "Leads", "messages": [], **context}, request)


def _user(role: Role = Role.SALES) -> User:
    return User(pk=1, email="priya@test.works", name="Priya Nair", role=role)


@pytest.fixture(autouse=True)
def no_badges(settings: object) -> None:
    settings.NAV_BADGES, settings.NAV_OFFERED, settings.BELL = {}, {}, ""  # type: ignore[attr-defined]


def test_a_page_has_its_title_its_landmarks_and_a_way_past_the_navigation():
    page = _page(_user())
    assert "<title>Leads · Accord</title>" in page
    assert "<h1>Leads</h1>" in page
    assert page.index("skip-link") < page.index("<header")
    assert '<main class="shell-main" id="main"' in page


def test_the_user_menu_says_who_is_signed_in_and_signs_out_by_post():
    page = _page(_user(Role.OPERATIONS))
    assert "Priya Nair" in page
    assert "Revenue operations" in page
    assert f'<form method="post" action="{reverse("account_logout")}">' in page
    assert 'name="csrfmiddlewaretoken"' in page


def test_the_theme_is_set_before_the_styles_can_paint_and_htmx_evaluates_nothing():
    page = _page(_user())
    assert 'theme.js"></script>' in page
    assert '"allowEval":false' in page
    assert '"includeIndicatorStyles":false' in page
    assert "x-csrftoken" in page


def test_messages_are_announced_and_errors_at_once():
    page = _page(_user(), messages=[Message(25, "Saved"), Message(40, "Not saved")])
    polite, assertive = page.split('role="alert"')
    assert "Saved</p>" in polite.split('data-toasts="polite"')[1]
    assert "Not saved</p>" in assertive


def test_a_badge_is_asked_for_once_and_shown_only_when_there_is_something(settings: object):
    settings.NAV_BADGES = {"queue": f"{__name__}.three", "leads": f"{__name__}.nothing"}  # type: ignore[attr-defined]
    request = RequestFactory().get("/")
    request.user = _user()
    links = {link.url_name: link.badge for link in shell(request)["nav"]}
    assert {name: links[name] for name in links if name in {"queue", "leads"}} in (
        {"queue": 3, "leads": None}, {"queue": 3}, {"leads": None}, {},
    )  # fmt: skip


def three(user: object) -> int:
    return 3


def nothing(user: object) -> int:
    return 0


def test_nobody_is_offered_anything_before_they_sign_in():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    context = shell(request)
    assert not context["nav"]
    assert not context["me"]


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_no_context_and_leads_back(name: str):
    page = render_to_string(name)
    assert "<h1" in page
    assert 'href="/"' in page


def test_a_refusal_says_why_when_the_view_did():
    assert "Only operations may import." in render_to_string("403.html", {"exception": "Only operations may import."})


def test_a_known_error_says_what_is_wrong_and_what_to_do():
    error = AccordError("x.y", "this lead was decided by Tom", hint="load the page anew")
    page = render_to_string("known_error.html", {"error": error, "status": 409})
    assert "This lead was decided by Tom." in page
    assert "Load the page anew." in page


def test_whoever_is_overtaken_by_somebody_else_is_told_so():
    known = KnownErrors(lambda _: HttpResponse())
    overtaken = OperationalError("deadlock detected")
    overtaken.__cause__ = DeadlockDetected("deadlock detected")
    answer = known.process_exception(RequestFactory().post("/leads/1/accept/"), overtaken)
    assert answer is not None
    assert answer.status_code == 409
    assert "Somebody changed the same records at the same moment, so this was not done." in answer.content.decode()
    in_place = known.process_exception(RequestFactory().post("/", headers={"HX-Request": "true"}), overtaken)
    assert in_place is not None
    assert in_place.content.decode().endswith("try it again")
    assert known.process_exception(RequestFactory().get("/"), OperationalError("the connection is closed")) is None


@pytest.mark.django_db
def test_a_failed_sign_in_keeps_the_address_and_says_what_is_wrong(client: Client):
    answer = client.post(reverse("account_login"), {"login": "priya@test.works", "password": "wrong"})
    page = answer.content.decode()
    assert 'value="priya@test.works"' in page
    assert 'role="alert"' in page
    assert 'value="wrong"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done"])
def test_the_way_in_is_drawn_without_a_user(client: Client, name: str):
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert "entrance-card" in page.content.decode()


@pytest.mark.django_db
def test_the_pages_of_the_account_stand_in_the_shell(client: Client):
    client.force_login(User.objects.create_user("priya@test.works", "Priya", Role.SALES, "correct horse battery"))
    page = client.get(reverse("account_change_password")).content.decode()
    assert "shell-narrow" in page
    assert 'class="form-control"' in page
