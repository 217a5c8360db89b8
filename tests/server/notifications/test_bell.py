"""The bell: what somebody has been told and has not seen."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast

from accord.server.notifications.bell import bell_of, see, unseen
from accord.server.notifications.models import Notification
from accord.server.notifications.outbox import notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast: Cast) -> None:
    """Priya was told of two leads, Tom of one."""
    for number, who in enumerate((cast.priya, cast.priya, cast.tom), 1):
        at = MONDAY + timedelta(minutes=number)
        notify(
            [who.pk], "lead.offered", f"New lead: {number}", about=f"offer:{number}", link=f"/leads/{number}/", at=at
        )


def test_it_counts_and_names_the_newest_until_it_is_seen(told: None, cast: Cast) -> None:
    bell = bell_of(cast.priya.pk)
    assert (bell.count, bell.text) == (2, "New lead: 2")
    see(cast.priya.pk, MONDAY, Notification.objects.get(text="New lead: 2").pk)
    bell = bell_of(cast.priya.pk)
    assert (bell.count, bell.text) == (1, "New lead: 1")
    see(cast.priya.pk, MONDAY)
    assert bell_of(cast.priya.pk).count == unseen(cast.priya) == 0
    assert unseen(cast.tom) == 1, "nobody sees for another"


def test_a_notice_opens_what_it_is_about_and_is_seen_from_then_on(told: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.priya)
    page = client.get("/notices/").content.decode()
    assert page.index("New lead: 2") < page.index("New lead: 1")
    assert "New lead: 3" not in page, "that was said to Tom"
    link = Notification.objects.get(text="New lead: 2").get_absolute_url()
    assert client.get(link)["Location"] == "/leads/2/"
    assert unseen(cast.priya) == 1
    assert client.post("/notices/seen/")["Location"] == "/notices/"
    assert "You have seen everything" in client.get("/notices/").content.decode()


def test_nobody_opens_or_sees_what_was_said_to_another(told: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.tom)
    link = Notification.objects.get(text="New lead: 2").get_absolute_url()
    assert client.get(link).status_code == 404
    client.post("/notices/seen/")
    assert unseen(cast.priya) == 2


def test_each_page_says_how_many_and_not_beyond_ninety_nine(told: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.priya)
    assert 'data-badge="bell">2<' in client.get("/queue/").content.decode()
    rows = [(f"{number}", f"offer:{number}") for number in range(100, 250)]
    for text, about in rows:
        notify([cast.priya.pk], "lead.offered", text, about=about, link="/leads/1/", at=MONDAY)
    assert unseen(cast.priya) == 100
    assert 'data-badge="bell">99+<' in client.get("/queue/").content.decode()


def test_nothing_yet_says_what_will_come(cast: Cast, client: Client) -> None:
    client.force_login(cast.xenia)
    assert "you are told here" in client.get("/notices/").content.decode()
