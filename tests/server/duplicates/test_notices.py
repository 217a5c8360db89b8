"""Owners are told when a lead of theirs is merged with another, and when that is undone."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.module_loading import import_string
from tests.server.conftest import MONDAY, World

from accord.server import settings as of_the_product
from accord.server.accounts.models import User
from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Kind, Merge
from accord.server.duplicates.notices import Kind as Said
from accord.server.duplicates.unmerging import unmerge
from accord.server.handoffs.decisions import accept
from accord.server.notifications.delivering import mail_due
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead

LATER = MONDAY + timedelta(hours=1)
NEXT = MONDAY + timedelta(hours=2)


@pytest.fixture
def pair(world: World) -> tuple[Lead, Lead]:
    """Priya's accepted lead, and one that was offered to Tom; nobody has been told anything."""
    ahead, behind = world.offered(), world.offered()
    Lead.objects.filter(pk=ahead.pk).update(owner=world.cast.priya)
    Lead.objects.filter(pk=behind.pk).update(owner=world.cast.tom)
    accept(ahead.pk, by=world.cast.priya, at=MONDAY)
    Notification.objects.all().delete()
    return ahead, behind


def one(pair: tuple[Lead, Lead], by: User | None) -> Merge:
    return merge(Kind.PERSON, pair[0].person_id, pair[1].person_id, at=LATER, by=by)


def told(kind: Said) -> dict[str, tuple[str, str]]:
    notices = Notification.objects.filter(kind=kind).select_related("user")
    return {notice.user.name: (notice.text, notice.link) for notice in notices}


def test_both_owners_are_told_which_lead_goes_on(pair: tuple[Lead, Lead], world: World) -> None:
    one(pair, world.cast.olga)
    link = f"/leads/{pair[0].pk}/"
    said = "Olga merged Person 3 into Person 1"
    assert told(Said.MERGED) == {
        "Priya": (f"{said}: your lead goes on with what was known of both", link),
        "Tom": (f"{said}: your lead ended, and the one of Priya goes on", link),
    }
    assert mail_due(LATER) == 2
    assert sorted(each.to[0] for each in mail.outbox) == ["priya@test.works", "tom@test.works"]


def test_who_did_it_is_not_told_and_the_software_says_its_name(pair: tuple[Lead, Lead], world: World) -> None:
    one(pair, world.cast.tom)
    assert set(told(Said.MERGED)) == {"Priya"}
    unmerge(Merge.objects.get().pk, at=NEXT, by=world.cast.priya)
    Notification.objects.all().delete()
    merge(Kind.PERSON, pair[0].person_id, pair[1].person_id, at=NEXT, by=None)
    assert {text.split(" merged ")[0] for text, _ in told(Said.MERGED).values()} == {"Accord"}


def test_the_owner_of_both_is_told_once(pair: tuple[Lead, Lead], world: World) -> None:
    Lead.objects.update(owner=world.cast.tom)
    one(pair, world.cast.olga)
    assert set(told(Said.MERGED)) == {"Tom"}


def test_a_lead_that_is_the_only_one_goes_on_and_its_owner_knows_why(pair: tuple[Lead, Lead], world: World) -> None:
    stranger = world.person()
    merge(Kind.PERSON, pair[0].person_id, stranger.pk, at=LATER, by=world.cast.olga)
    assert set(told(Said.MERGED)) == {"Priya"}


def test_the_reversal_tells_both_and_withdraws_what_was_not_mailed_yet(pair: tuple[Lead, Lead], world: World) -> None:
    done = one(pair, world.cast.olga)
    unmerge(done.pk, at=NEXT, by=world.cast.mara)
    said = "Mara took back that Person 3 is Person 1: they are two people again"
    assert told(Said.UNMERGED) == {
        "Priya": (said, f"/leads/{pair[0].pk}/"),
        "Tom": (said, f"/leads/{pair[1].pk}/"),
    }
    mail.outbox.clear()
    mail_due(NEXT)
    assert [each.subject for each in mail.outbox] == [said, said]


@pytest.mark.parametrize("kind", Said)
def test_every_kind_has_a_room_that_knows_whether_it_still_holds(kind: str) -> None:
    assert callable(import_string(of_the_product.NOTIFICATIONS_WANTED[kind.partition(".")[0]]))
