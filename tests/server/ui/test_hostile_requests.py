"""Requests that no browser of ours sends: they are answered, cost nothing, and leave nothing behind."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.server.conftest import Cast, World

NO_ADDRESS = "http://["
HTMX = {"HX-Request": "true", "HX-Current-URL": NO_ADDRESS}


@pytest.mark.parametrize("key", ["\0" * 32, "a" * 31 + "\0", "a\x85" * 16, "../" * 12, "'" * 40, "a" * 30_000])
def test_a_cookie_that_is_no_key_of_a_session_is_nobodys(db: None, key: str) -> None:
    client = Client()
    client.cookies["sessionid"] = key
    answer = client.get(reverse("queue"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_an_ended_session_on_a_page_without_an_address_leads_to_the_sign_in(db: None) -> None:
    answer = Client().get(reverse("queue"), headers=HTMX)
    assert answer.headers["HX-Redirect"] == reverse("account_login")


def test_an_answer_in_the_queue_needs_no_address_of_the_page_that_asks(world: World) -> None:
    lead = world.offered()
    client = Client()
    assert lead.owner is not None
    client.force_login(lead.owner)
    answer = client.post(reverse("lead_accept", args=[lead.pk]), {"from": "queue"}, headers=HTMX)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["queue", "leads", "agreement", "imports", "scoreboard"])
def test_what_a_signed_in_reader_sees_stays_in_no_cache(world: World, cast: Cast, name: str) -> None:
    """Going back after signing out, on a machine that others use, must not show people's data again."""
    client = Client()
    client.force_login(cast.olga)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_files_of_rows_stay_in_no_cache(world: World, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.olga)
    answer = client.get(reverse("scoreboard-rows", args=["funnel"]), {"format": "csv"})
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_counted_attempts_to_sign_in_outlive_many_others(db: None) -> None:
    """The cache counts them; one that throws away what is young would let somebody who guesses begin anew."""
    cache.set("0-first", "counted", 300)
    for number in range(350):
        cache.set(f"1-{number}", "another", 300)
    assert cache.get("0-first") == "counted"


@pytest.mark.parametrize("action", ["action_add", "action_primary"])
def test_nobody_takes_the_address_of_another(cast: Cast, action: str) -> None:
    """Whom an address belongs to, and who is told and signed in by it, is for revenue operations to say."""
    client = Client()
    client.force_login(cast.alma)
    for address in (cast.olga.email, "alma@elsewhere.example"):
        assert client.post("/accounts/email/", {"email": address, action: ""}).status_code == 404
    cast.alma.refresh_from_db()
    assert cast.alma.email == "alma@test.works"


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/key/", "login/code/confirm/"])
def test_pages_of_accounts_that_this_product_does_not_have_are_not_there(cast: Cast, path: str) -> None:
    client = Client()
    assert client.get(f"/accounts/{path}").status_code == 404
    client.force_login(cast.alma)
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "inactive/", "password/reset/", "password/reset/done/", "password/reset/key/1-abc/"],
)
def test_pages_on_the_way_in_need_nobody_to_be_signed_in(db: None, path: str) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 200
