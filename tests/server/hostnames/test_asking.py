"""Who comes by the name of their machine: asked in the background, recognised, and the address forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.server.conftest import MONDAY
from tests.server.hostnames.conftest import NameServer
from tests.server.intake.conftest import Site

from accord.server.hostnames import asking
from accord.server.hostnames.jobs import look_up
from accord.server.hostnames.models import Answered, Unasked
from accord.server.people.models import Company, Visit
from accord.server.people.recognition import recognise_again

pytestmark = pytest.mark.django_db

ADDRESS = "20.30.40.50"
LATER = MONDAY + timedelta(minutes=1)


def context_of(address: str) -> dict[str, Any]:
    return {"ip": address, "page": {"path": "/pricing", "url": "https://test.works/pricing", "referrer": ""}}


def comes(site: Site, who: str = "v1", at: datetime = MONDAY) -> None:
    site.send("page", at, anonymousId=who, context=context_of(ADDRESS))
    site.take()


def ask(at: Any = LATER) -> int:
    return asking.look_up(at, pause=lambda _: None)


@pytest.fixture
def weber(db: None) -> Company:
    return Company.objects.create(name="Weber Werke", domain="weber.example", created_at=MONDAY)


def test_a_visit_is_recognised_by_its_machine_and_its_address_forgotten(
    site: Site,
    name_server: NameServer,
    weber: Company,
) -> None:
    name_server.names(ADDRESS, "vpn.munich.weber.example")
    comes(site)
    assert Unasked.objects.get().address == ADDRESS
    assert name_server.asked == [], "nobody waits for a name server"
    assert ask() == 1
    visit = Visit.objects.get()
    assert (visit.domain, visit.company, visit.certainty) == ("weber.example", weber, 90)
    assert "weber.example" in visit.company_why
    assert visit.network == "20.30.40.0/24", "all that is kept of the address"
    assert not Unasked.objects.exists()
    assert ADDRESS not in str(list(Answered.objects.values()))


def test_the_domain_stays_and_recognises_a_company_that_becomes_known_later(
    site: Site,
    name_server: NameServer,
) -> None:
    name_server.names(ADDRESS, "vpn.weber.example")
    comes(site)
    ask()
    assert (Visit.objects.get().domain, Visit.objects.get().company) == ("weber.example", None)
    weber = Company.objects.create(name="Weber Werke", domain="weber.example", created_at=MONDAY)
    assert recognise_again(MONDAY - timedelta(days=1)) == 1
    assert Visit.objects.get().company == weber
    assert recognise_again(MONDAY - timedelta(days=1)) == 0, "what is recognised stays so"


def test_one_address_is_asked_about_once_a_week(site: Site, name_server: NameServer, weber: Company) -> None:
    name_server.names(ADDRESS, "vpn.weber.example")
    for who in ("v1", "v2"):
        comes(site, who)
    ask()
    comes(site, "v3")
    ask()
    assert Visit.objects.filter(company=weber).count() == 3
    assert sum("PTR" in question for question in name_server.asked) == 1
    comes(site, "v4", MONDAY + timedelta(days=8))
    ask(MONDAY + timedelta(days=8))
    assert sum("PTR" in question for question in name_server.asked) == 2


def test_who_does_not_answer_is_asked_three_times_and_then_the_address_goes(
    site: Site, name_server: NameServer
) -> None:
    name_server.broken = True
    comes(site)
    at = LATER
    for left in (True, True, False):
        ask(at)
        assert Unasked.objects.exists() is left
        ask(at)
        at += timedelta(minutes=30)
    assert sum("PTR" in question for question in name_server.asked) >= 3
    assert not Answered.objects.exists(), "silence is no answer"


def test_it_is_off_unless_it_is_allowed(site: Site, name_server: NameServer, settings: Any) -> None:
    settings.ACCORD_REVERSE_DNS = False
    comes(site)
    assert not Unasked.objects.exists()


def test_robots_and_servers_are_not_asked_about(site: Site, name_server: NameServer) -> None:
    site.send("page", agent="Googlebot/2.1", anonymousId="v1", context=context_of(ADDRESS))
    site.send("page", by=site.server, anonymousId="v2", context=context_of(ADDRESS))
    site.take()
    assert Visit.objects.count() == 2
    assert not Unasked.objects.exists()


def test_beyond_what_can_be_asked_nothing_more_is_noted(site: Site, name_server: NameServer, monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 1)
    for who in ("v1", "v2"):
        comes(site, who)
    assert Unasked.objects.count() == 1


def test_an_address_is_kept_for_a_day_at_most_and_not_at_all_once_asking_is_forbidden(
    site: Site, name_server: NameServer, settings: Any
) -> None:
    name_server.broken = True
    comes(site)
    ask(MONDAY + timedelta(days=2))
    assert not Unasked.objects.exists()
    comes(site, "v2")
    settings.ACCORD_REVERSE_DNS = False
    look_up()
    assert not Unasked.objects.exists()
