"""What open pages are told of what was committed, and who is told."""

import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.server.conftest import World
from tests.server.live.conftest import Opens, until
from tests.server.tracking.running import web

from accord.server.accounts.audit import record
from accord.server.accounts.models import Team
from accord.server.handoffs.decisions import reject
from accord.server.handoffs.offers import give_to_another
from accord.server.pipeline.models import Lead

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_a_lead_concerns_is_told_when_it_is_theirs_and_nobody_else(
    address: str, opens: Opens, world: World
) -> None:
    cast = world.cast
    pages = {
        user.name: opens(address, user) for user in (cast.priya, cast.tom, cast.sven, cast.enno, cast.olga, cast.mara)
    }
    lead = world.offered()
    assert lead.owner is not None
    other = cast.tom if lead.owner == cast.priya else cast.priya
    for told in (lead.owner.name, "Sven", "Olga"):
        assert until(lambda told=told: lead.pk in pages[told].leads), told  # type: ignore[misc]
    for name in (other.name, "Enno", "Mara"):
        assert lead.pk not in pages[name].leads, f"the lead is no concern of {name}'s"
    Lead.objects.filter(pk=lead.pk).update(owner=lead.owner)
    fresh = Lead.objects.select_related("person__company", "owner").get(pk=lead.pk)
    pages[lead.owner.name].heard.clear()
    with transaction.atomic():
        assert give_to_another(fresh, at=timezone.now(), reason="is away")
    assert until(lambda: lead.pk in pages[other.name].leads)
    assert until(lambda: lead.pk in pages[lead.owner.name].leads), "whoever had it must see that it has gone"


def test_a_page_of_a_lead_hears_of_every_change_of_it_whoever_reads_it(
    address: str, opens: Opens, world: World
) -> None:
    lead, another = world.offered(), world.offered()
    page = opens(address, world.cast.mara, f"?lead={lead.pk}")
    record("lead.looked_at", f"lead:{another.pk}", actor=None, at=timezone.now())
    reject(lead.pk, reason="not_now", by=lead.owner, at=timezone.now())  # type: ignore[arg-type]
    assert until(lambda: lead.pk in page.leads)
    assert another.pk not in page.leads  # others that it names are of the seconds before it joined


def test_an_executive_is_told_of_what_stands_on_any_board(address: str, opens: Opens, world: World) -> None:
    page = opens(address, world.cast.xenia)
    lead = world.offered()
    assert until(lambda: lead.pk in page.leads)


def test_the_agency_is_told_that_something_lent_to_it_changed_and_of_no_other_lead(
    address: str, opens: Opens, world: World
) -> None:
    """Lesson 28: not even the number of a lead that is not lent to it."""
    other, lead = world.offered(), world.offered()
    page, lookout = opens(address, world.cast.alma, f"?lead={other.pk}"), opens(address, world.cast.olga)
    record("lead.accepted", "lead:1000004", actor=None, at=timezone.now())
    assert until(lambda: 1000004 in lookout.leads)
    page.heard.clear()  # what it was told when it joined, of the seconds before
    reject(other.pk, reason="not_now", by=other.owner, at=timezone.now())  # type: ignore[arg-type]
    assert until(lambda: other.pk in lookout.leads)
    assert not page.everything
    reject(lead.pk, reason="no_contact", by=lead.owner, at=timezone.now())  # type: ignore[arg-type]
    assert until(lambda: page.everything)
    assert page.leads == set()


def test_a_lead_that_anybody_may_take_is_told_to_the_whole_team(address: str, opens: Opens, world: World) -> None:
    lead = world.offered()
    page = opens(address, world.cast.tom)
    Lead.objects.filter(pk=lead.pk).update(owner=None, queue="field")
    record("lead.passed_on", f"lead:{lead.pk}", actor=None, at=timezone.now())
    assert until(lambda: lead.pk in page.leads)


def test_what_was_rolled_back_was_never_said(address: str, opens: Opens, world: World) -> None:
    page = opens(address, world.cast.olga)
    with transaction.atomic():
        record("lead.accepted", "lead:1000001", actor=None, at=timezone.now())
        transaction.set_rollback(True)
    record("lead.accepted", "lead:1000002", actor=None, at=timezone.now())
    assert until(lambda: 1000002 in page.leads)
    assert 1000001 not in page.leads


def test_a_page_hears_what_happened_while_it_was_drawn(address: str, opens: Opens, world: World) -> None:
    first = opens(address, world.cast.olga)
    record("lead.accepted", "lead:1000003", actor=None, at=timezone.now())
    assert until(lambda: 1000003 in first.leads)
    second = opens(address, world.cast.olga)
    assert until(lambda: 1000003 in second.leads)


def test_many_leads_at_once_are_one_word(address: str, opens: Opens, world: World) -> None:
    world.offered()
    page = opens(address, world.cast.mara)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditentry (at, action, subject, details)"
            " SELECT now(), 'lead.moved', 'lead:' || n, '{}' FROM generate_series(1000001, 1005000) AS n"
        )
    assert until(lambda: page.everything)
    assert not {lead for lead in page.leads if lead > 1000000}


def test_the_bell_rings_for_its_owner_alone_and_says_what_and_how_many(
    address: str, opens: Opens, world: World
) -> None:
    pages = {user: opens(address, user) for user in (world.cast.priya, world.cast.tom)}
    lead = world.offered()
    assert lead.owner is not None
    mine = pages.pop(lead.owner)
    assert until(lambda: any(str(lead.person) in said["text"] for said in mine.notices))
    assert mine.notices[-1]["count"] == 1
    assert mine.notices[-1]["link"].startswith("/notices/")
    assert all(said["count"] == 0 for page in pages.values() for said in page.notices)


def test_nobody_listens_without_being_signed_in(address: str, opens: Opens, world: World) -> None:
    page = opens(address, world.cast.priya)
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/event-stream")
    assert "no-store" in page.headers["Cache-Control"]
    assert opens(address, None).status == 204
    page.session.flush()
    world.cast.priya.is_active = False
    world.cast.priya.save()
    assert opens(address, world.cast.priya).status == 204


@pytest.mark.parametrize("query", ["?lead=", "?lead=-1", "?lead=99999999999999999999", "?lead=%00", "?lead=%C2%B2"])
def test_an_odd_address_is_a_page_without_a_lead(address: str, opens: Opens, world: World, query: str) -> None:
    assert opens(address, world.cast.priya, query).status == 200


def test_pages_look_at_everything_once_the_database_is_back(address: str, opens: Opens, world: World) -> None:
    page = opens(address, world.cast.priya)
    lead = world.offered()
    Team.objects.update(manager=world.cast.priya)
    assert until(lambda: page.heard)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'accord-live'")
        assert cursor.rowcount == 1, "one connection listens, however many pages there are"
    assert until(lambda: page.everything)
    page.heard.clear()
    record("lead.accepted", f"lead:{lead.pk}", actor=None, at=timezone.now())
    assert until(lambda: page.heard)


def test_the_process_ends_at_once_though_pages_are_open(tmp_path: Path, opens: Opens, world: World) -> None:
    with web(tmp_path) as address:
        pages = [opens(address, world.cast.priya) for _ in range(20)]
        begun = time.monotonic()
    assert time.monotonic() - begun < 10, "it waited for streams to end by themselves"
    assert until(lambda: all(page.ended for page in pages))
