"""Where visits come from: the network, the company by its name or by somebody's word, and nothing of the address."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.server.conftest import MONDAY, Cast
from tests.server.intake.conftest import Site, site  # noqa: F401  # a fixture

from accord.server.people.models import Company, NetworkCorrection, Person, Visit, Visitor
from accord.server.people.recognition import SAID, Recognition, recognise_again
from accord.traffic.networks import load
from accord.traffic.organisations import NetworkKind

RANGES = """start,end,asn
198.51.100.0,198.51.100.255,64497
203.0.113.0,203.0.113.63,64496
203.0.113.64,203.0.113.127,64498
203.0.113.128,203.0.113.255,64499
2001:db8:1::,2001:db8:1:ffff:ffff:ffff:ffff:ffff,64497
"""
NAMES = """asn,organization
64496,Contoso Telecom
64497,Contoso Instruments GmbH
64498,Fabrikam Hosting
64499,Tailspin Ltd
"""
OFFICE = "198.51.100.57"
HOME = "203.0.113.9"
DATA_CENTRE = "203.0.113.77"
UNSURE = "203.0.113.200"


@pytest.fixture
def table(tmp_path: Path, settings: object) -> Path:
    (tmp_path / "ranges.csv").write_text(RANGES, encoding="utf-8")
    (tmp_path / "names.csv").write_text(NAMES, encoding="utf-8")
    settings.ACCORD_NETWORKS = tmp_path / "table"  # type: ignore[attr-defined]
    load([tmp_path / "ranges.csv", tmp_path / "names.csv"], tmp_path / "table")
    return tmp_path / "table"


@pytest.fixture
def contoso(db: None) -> Company:
    return Company.objects.create(name="Contoso Instruments", created_at=MONDAY)


def comes(site: Site, ip: str, who: str = "v1", **more: object) -> Visit:  # noqa: F811
    page = {"path": "/", "url": "https://test.works/"}
    site.send("page", by=site.server, anonymousId=who, context={"page": page, "ip": ip}, **more)
    site.take()
    return Visit.objects.get(visitor__anonymous_id=who)


def corrected(cast: Cast, company: Company, **about: object) -> NetworkCorrection:
    return NetworkCorrection.objects.create(**{"by": cast.sven, "at": MONDAY, "company": company, **about})


@pytest.mark.parametrize("ip", [OFFICE, "2001:db8:1:2::57", "::ffff:198.51.100.57"])
def test_a_visit_says_whose_network_it_came_from_and_which_company_that_is(
    site: Site,  # noqa: F811
    table: Path,
    contoso: Company,
    ip: str,
) -> None:
    visit = comes(site, ip)
    assert visit.network == ("2001:db8:1::/48" if ip.startswith("2001") else "198.51.100.0/24")
    assert (visit.organisation, visit.network_kind) == ("Contoso Instruments GmbH", "business")
    assert visit.network_why == "its organisation is called “instruments”"
    assert (visit.company, visit.certainty) == (contoso, 95)
    assert visit.company_why.startswith("“Contoso Instruments GmbH” and “Contoso Instruments” are the same")


def test_nothing_that_is_kept_holds_the_whole_address(site: Site, table: Path, contoso: Company) -> None:  # noqa: F811
    """Read over every table of the database, of whatever app."""
    for number, ip in enumerate([OFFICE, "2001:db8:1:2::57"]):
        comes(site, ip, who=f"v{number}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in tables:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE t::text ~ %s), count(*) FILTER (WHERE t::text LIKE %s)"  # noqa: S608
                f' FROM "{name}" t',
                [r"198\.51\.100\.57|2001:db8:1:2::57", "%198.51.100.0/24%"],
            )
            found[name] = cursor.fetchone()
    assert {name for name, (whole, _) in found.items() if whole} == set()
    assert {name for name, (_, prefix) in found.items() if prefix} >= {"people_visit", "tracking_message"}
    assert len(tables) > 40


def test_who_comes_by_a_provider_is_no_company_whatever_its_name(site: Site, table: Path) -> None:  # noqa: F811
    Company.objects.create(name="Contoso Telecom", created_at=MONDAY)
    visit = comes(site, HOME)
    assert (visit.network_kind, visit.company, visit.certainty) == ("provider", None, 0)


def test_a_company_is_less_certain_where_the_kind_of_its_network_cannot_be_told(
    site: Site,  # noqa: F811
    table: Path,
) -> None:
    tailspin = Company.objects.create(name="Tailspin", created_at=MONDAY)
    visit = comes(site, UNSURE)
    assert (visit.network_kind, visit.company, visit.certainty) == ("unknown", tailspin, 80)
    assert visit.company_why.endswith("does not say whether it sells access to others.")


def test_a_likeness_of_names_alone_is_hardly_believed(site: Site, table: Path) -> None:  # noqa: F811
    near = Company.objects.create(name="Contosa Instruments", created_at=MONDAY)
    visit = comes(site, OFFICE)
    assert (visit.company, visit.certainty) == (near, 37)


def test_a_browser_in_a_data_centre_may_be_a_robot(site: Site, table: Path) -> None:  # noqa: F811
    page = {"path": "/", "url": "https://test.works/"}
    for who, ip in (("here", OFFICE), ("there", DATA_CENTRE)):
        site.send("page", anonymousId=who, context={"page": page, "ip": ip})
    site.take()
    assert dict(Visit.objects.values_list("visitor__anonymous_id", "agent")) == {"here": "human", "there": "unknown"}


def test_without_a_table_a_visit_keeps_the_prefix_and_nothing_else_is_known(site: Site, settings: object) -> None:  # noqa: F811
    settings.ACCORD_NETWORKS = Path("/nowhere/table")  # type: ignore[attr-defined]
    visit = comes(site, OFFICE)
    assert (visit.network, visit.organisation, visit.network_kind) == ("198.51.100.0/24", "", "unknown")


def test_what_somebody_said_of_an_organisation_counts_for_later_visits(
    site: Site,  # noqa: F811
    table: Path,
    cast: Cast,
    contoso: Company,
) -> None:
    corrected(cast, contoso, organisation="Contoso Instruments GmbH", holds=False)
    assert comes(site, OFFICE).company is None


def test_what_was_said_of_one_network_counts_before_what_was_said_of_its_organisation(
    table: Path, cast: Cast, contoso: Company
) -> None:
    other = Company.objects.create(name="Other", created_at=MONDAY)
    corrected(cast, contoso, organisation="Contoso Telecom", holds=True)
    corrected(cast, other, network="203.0.113.0/24", holds=True)
    found = Recognition().company("203.0.113.0/24", "Contoso Telecom", NetworkKind.PROVIDER)
    assert (found.company, found.certainty) == (other.pk, SAID)
    assert found.why == "Sven said on 2 March 2026 that the network 203.0.113.0/24 is theirs."
    elsewhere = Recognition().company("192.0.2.0/24", "Contoso Telecom", NetworkKind.PROVIDER)
    assert (elsewhere.company, elsewhere.certainty) == (contoso.pk, SAID)


def test_past_visits_are_recognised_anew_by_what_was_kept_of_them(
    site: Site,  # noqa: F811
    table: Path,
    cast: Cast,
) -> None:
    visit, home = comes(site, OFFICE), comes(site, HOME, who="v2")
    assert visit.company is None
    contoso = Company.objects.create(name="Contoso Instruments", created_at=MONDAY)
    since = MONDAY - timedelta(days=1)
    assert recognise_again(MONDAY + timedelta(days=1)) == 0
    assert recognise_again(since) == 1
    visit.refresh_from_db()
    assert (visit.company, visit.certainty) == (contoso, 95)
    assert recognise_again(since) == 0

    word = corrected(cast, contoso, network=home.network, holds=True)
    assert recognise_again(since) == 1
    home.refresh_from_db()
    assert (home.company, home.certainty) == (contoso, SAID)
    word.delete()
    assert recognise_again(since) == 1
    home.refresh_from_db()
    assert (home.company, home.certainty, home.company_why) == (None, 0, "")


def test_a_company_that_gets_another_name_is_recognised_by_that_one(table: Path, contoso: Company) -> None:
    def found() -> int | None:
        return Recognition().company("", "Contoso Instruments GmbH", NetworkKind.BUSINESS).company

    assert found() == contoso.pk
    contoso.name = "Renamed"
    contoso.save()
    assert found() is None


def test_the_visit_of_a_known_person_keeps_what_the_network_said(site: Site, table: Path, contoso: Company) -> None:  # noqa: F811
    comes(site, OFFICE)
    site.told({"email": "ada@elsewhere.example", "company": "Elsewhere"})
    site.take()
    assert Person.objects.get().company.name == "Elsewhere"
    assert Visit.objects.get().company == contoso


def test_a_thousand_networks_are_recognised_anew_in_a_few_statements(
    site: Site,  # noqa: F811
    django_assert_max_num_queries: object,
) -> None:
    """One statement for each took two minutes over 100,000 visits."""
    visitor = Visitor.objects.create(anonymous_id="v", first_seen_at=MONDAY, last_seen_at=MONDAY)
    Visit.objects.bulk_create(
        Visit(
            visitor=visitor, started_at=MONDAY, last_at=MONDAY, network=f"198.51.{number}.0/24",
            organisation="Contoso Instruments GmbH", network_kind="business",
        )
        for number in range(200)
    )  # fmt: skip
    contoso = Company.objects.create(name="Contoso Instruments", created_at=MONDAY)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert recognise_again(MONDAY - timedelta(days=1)) == 200
    assert set(Visit.objects.values_list("company", "certainty")) == {(contoso.pk, 95)}
