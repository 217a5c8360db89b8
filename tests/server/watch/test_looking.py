"""The look at what lies about: found, told, explained and closed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.services import deactivate
from accord.server.handoffs.decisions import log_attempt
from accord.server.handoffs.models import Attempt
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead
from accord.server.watch.health import somebody_looks
from accord.server.watch.looking import look, still_wanted
from accord.server.watch.models import Alarm, Look

pytestmark = pytest.mark.django_db

WEDNESDAY = MONDAY + timedelta(days=2)


def notices() -> list[tuple[str, str]]:
    return list(Notification.objects.filter(kind="watch.black_hole").order_by("pk").values_list("user__name", "text"))


def called(lead: Lead) -> None:
    """Somebody calls a lead on Wednesday, at last."""
    assert lead.owner is not None
    log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        action_id=uuid4(),
        by=lead.owner,
        at=WEDNESDAY,
    )


def test_a_lead_that_nobody_calls_is_found_and_its_manager_told_once(world: World) -> None:
    lead = world.offered()
    assert look(MONDAY) == 0, "there is still time"
    assert look(WEDNESDAY) == 1
    assert look(WEDNESDAY + timedelta(minutes=10)) == 1
    alarm = Alarm.objects.get()
    assert (alarm.lead_id, alarm.why, alarm.owner, alarm.team) == (lead.pk, ["not_tried"], lead.owner, "field")
    assert alarm.since == MONDAY
    assert alarm.found_at == WEDNESDAY
    assert notices() == [("Sven", f"Nobody is working {lead.person}")]
    assert list(Look.objects.values_list("found", flat=True)) == [1, 1, 0]


def test_it_is_over_when_somebody_works_it_and_keeps_its_row(world: World) -> None:
    lead = world.offered()
    look(WEDNESDAY)
    notice = Notification.objects.get(kind="watch.black_hole")
    assert still_wanted(notice)
    called(lead)
    assert look(WEDNESDAY + timedelta(minutes=10)) == 0
    assert Alarm.objects.get().ended_at == WEDNESDAY + timedelta(minutes=10)
    assert not still_wanted(notice), "a mail that has not left need not"
    later = WEDNESDAY + timedelta(days=20)
    assert look(later) == 1, "and then nothing for two weeks"
    assert [alarm.why for alarm in Alarm.objects.order_by("pk")] == [["not_tried"], ["silent"]]


def test_the_reason_and_the_owner_follow_what_becomes_of_it(world: World, cast: Cast) -> None:
    lead = world.offered()
    look(WEDNESDAY)
    Lead.objects.filter(pk=lead.pk).update(owner=None, queue="field")
    look(WEDNESDAY + timedelta(hours=1))
    alarm = Alarm.objects.get()
    assert (alarm.why, alarm.owner) == (["no_owner", "not_tried"], None)
    Lead.objects.filter(pk=lead.pk).update(owner=cast.priya, queue="")
    deactivate(cast.priya, by=cast.olga, at=WEDNESDAY)
    look(WEDNESDAY + timedelta(hours=2))
    alarm.refresh_from_db()
    assert "owner_inactive" in alarm.why
    assert len(notices()) == 1, "it is the same lead that lies there"


def test_many_at_once_are_one_notice_to_each_team(world: World) -> None:
    leads = [world.offered() for _ in range(5)]
    look(WEDNESDAY)
    first = ", ".join(str(lead.person) for lead in leads[:3])
    assert notices() == [("Sven", f"Nobody is working {first} and 2 more")]


def test_without_a_manager_operations_is_told(world: World, cast: Cast) -> None:
    cast.sven.is_active = False
    cast.sven.save()
    world.offered()
    look(WEDNESDAY)
    assert [name for name, _ in notices()] == ["Olga"]


def test_the_page_says_which_why_and_for_how_long(world: World, client: Client) -> None:
    client.force_login(world.cast.xenia)
    assert "Nobody has looked yet" in client.get("/black-hole/").content.decode()
    lead, other = world.offered(), world.offered()
    look(WEDNESDAY)
    page = client.get("/black-hole/").content.decode()
    assert str(lead.person) in page
    assert "First attempt overdue" in page
    assert "nobody is working lie" in page
    assert lead.owner is not None
    theirs = client.get(f"/black-hole/?owner={lead.owner_id}").content.decode()
    assert str(lead.person) in theirs
    assert str(other.person) not in theirs or other.owner_id == lead.owner_id
    assert "Nothing like that lies here" in client.get("/black-hole/?why=silent").content.decode()
    called(lead)
    look(WEDNESDAY + timedelta(minutes=10))
    assert str(lead.person) not in client.get("/black-hole/").content.decode()


@pytest.mark.parametrize("query", ["?owner=x", "?owner=99999999999999", "?why=%00", "?sort=;", "?team=%00", "?page=x"])
def test_an_odd_address_shows_the_list(world: World, client: Client, query: str) -> None:
    client.force_login(world.cast.sven)
    assert client.get(f"/black-hole/{query}").status_code == 200
    assert client.get(f"/black-hole/export/{query}").status_code == 200


def test_the_file_holds_the_list_and_no_formula(world: World, client: Client) -> None:
    lead = world.offered()
    lead.person.name = "=1+1"
    lead.person.save()
    look(WEDNESDAY)
    client.force_login(world.cast.mara)
    lines = b"".join(client.get("/black-hole/export/")).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert lines[0].startswith("Lead,Person,Company")
    assert lines[1].startswith(f"{lead.pk},'=1+1,Company 1,")
    assert "2026-03-02 10:00:00" in lines[1], "instants stand in the zone of whoever asks"


def test_the_doctor_says_when_nobody_looks(world: World) -> None:
    assert somebody_looks().ok, "there is nothing to watch"
    world.offered()
    assert not somebody_looks().ok
    look(MONDAY)
    assert not somebody_looks().ok, "that was long ago"
