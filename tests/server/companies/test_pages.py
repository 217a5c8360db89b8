"""The Companies pages: what they say where there is something, and what to do where there is nothing."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server.companies.conftest import HOME, OFFICE, SCHOOL, UNSURE, Street
from tests.server.conftest import Cast

from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.companies.health import networks_are_known
from accord.server.companies.models import Outreach
from accord.server.people.models import Company, NetworkCorrection, Person, Visit
from accord.server.people.recognition import recognise_again
from accord.traffic.networks import load


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def mara(cast: Cast) -> Client:
    return signed_in(cast.mara)


@pytest.fixture(autouse=True)
def _no_table(settings: object, tmp_path: Path) -> None:
    settings.ACCORD_NETWORKS = tmp_path / "table"  # type: ignore[attr-defined]


def test_before_the_first_visit_the_page_says_so(street: Street, mara: Client) -> None:
    assert "A source is set up" in text_of(mara, "/companies/")


def test_where_no_website_sends_the_page_says_who_adds_one(revision: Revision, mara: Client, cast: Cast) -> None:
    assert "Add a source" in text_of(mara, "/companies/")
    sales = text_of(signed_in(cast.tom), "/companies/")
    assert "Marketing or revenue operations adds your website" in sales
    assert "Add a source" not in sales
    assert "accord networks load" in sales


def test_where_people_came_but_no_company_the_page_says_why_that_is_usual(street: Street, mara: Client) -> None:
    street.comes(HOME)
    said = text_of(mara, "/companies/")
    assert "No company in this time" in said
    assert "1 visit by people, of which 0 came from an organisation’s own network" in said
    assert "No company matches" in text_of(mara, "/companies/?q=nobody")


def test_the_page_shows_the_company_the_accounting_and_the_claim(
    street: Street, contoso: Company, mara: Client
) -> None:
    ada = Person.objects.create(name="Ada", company=contoso, created_at=timezone.now())
    street.comes(OFFICE, pages=("/pricing",))
    street.comes(HOME, person=ada)
    street.comes(HOME)
    said = text_of(mara, "/companies/")
    assert "Contoso Instruments contoso.example" in said
    assert "Ada works there." in said
    assert "/pricing 1" in said
    assert "98 %" in said
    assert "66.7 % Measured here: 2 of 3 visitors" in said
    assert "50 % Of those, the network of 1 names a company" in said


def test_every_number_of_the_accounting_opens_onto_as_many_visits(
    street: Street, contoso: Company, mara: Client
) -> None:
    for origin in (OFFICE, OFFICE, SCHOOL, HOME, UNSURE):
        street.comes(origin)
    street.comes(HOME, agent="robot")
    page = mara.get("/companies/?sure=80").content.decode()
    links = re.findall(r'<a href="(/companies/visits/[^"]+)"[^>]*>([\d,]+)[ <]', page.split('id="accounting"')[1])
    assert len(links) >= 8
    for link, count in links:
        found = mara.get(link.replace("&amp;", "&"))
        assert found.context["page"].paginator.count == int(count), link


def test_the_list_of_visits_is_narrowed_to_one_company_or_organisation(
    street: Street, contoso: Company, mara: Client
) -> None:
    street.comes(OFFICE)
    street.comes(SCHOOL)
    said = text_of(mara, f"/companies/visits/?company={contoso.pk}")
    assert "1 visit in the last 7 days of Contoso Instruments" in said
    assert "198.51.100.0/24" in said
    assert "1 visit" in text_of(mara, "/companies/visits/?organisation=University+of+Fabrikam")
    assert text_of(mara, "/companies/visits/?company=x&step=no&page=no&sure=no&period=no").count("/24") == 2


def test_not_this_company_is_one_click_and_one_more_takes_it_back(
    street: Street, contoso: Company, mara: Client
) -> None:
    street.comes(OFFICE)
    at = reverse("company-network", args=[contoso.pk])
    answer = mara.post(at, {"organisation": OFFICE["organisation"]}, follow=True)
    assert "is <strong>not</strong> Contoso Instruments" in answer.content.decode()
    assert Visit.objects.get().company is None
    word = NetworkCorrection.objects.get()
    mara.post(reverse("companies-undo", args=[word.pk]))
    assert Visit.objects.get().company == contoso


def test_a_company_shows_which_criteria_it_meets_and_goes_on_the_list_with_one(
    street: Street, contoso: Company, mara: Client
) -> None:
    street.comes(OFFICE)
    address = reverse("company", args=[contoso.pk])
    said = text_of(mara, address)
    assert "Met 50 or more staff" in said
    assert "Not met 1000 or more staff" in said
    mara.post(reverse("company-list", args=[contoso.pk]), {"criterion": "right_company", "note": "soon"})
    assert "On the outreach list since" in text_of(mara, address)
    assert "Contoso Instruments" in text_of(mara, "/companies/?known=listed")
    mara.post(reverse("company-unlist", args=[contoso.pk]))
    assert "Put it back" in text_of(mara, address)
    assert "No company matches" in text_of(mara, "/companies/?known=listed")
    mara.post(reverse("company-put-back", args=[contoso.pk]))
    assert Outreach.objects.get().removed_at is None


def test_an_organisation_becomes_a_company_or_is_one_that_is_known(
    street: Street, contoso: Company, mara: Client
) -> None:
    street.comes(SCHOOL)
    street.comes(UNSURE)
    assert "Not a company we know" in text_of(mara, "/companies/organisation/?name=University+of+Fabrikam")
    made = mara.post("/companies/organisation/add/", {"organisation": SCHOOL["organisation"], "name": "Fabrikam"})
    assert made["Location"] == reverse("company", args=[Company.objects.get(name="Fabrikam").pk])
    known = mara.post(
        "/companies/organisation/add/", {"organisation": "Tailspin Ltd", "company": "contoso instruments"}
    )
    assert known["Location"] == reverse("company", args=[contoso.pk])
    assert Visit.objects.get(organisation="Tailspin Ltd").company == contoso


def test_what_was_typed_stays_where_a_company_cannot_be_added(street: Street, contoso: Company, mara: Client) -> None:
    street.comes(SCHOOL)
    wrong = {"organisation": SCHOOL["organisation"], "name": "Contoso Instruments", "website": "fabrikam.example"}
    answer = mara.post("/companies/organisation/add/", wrong)
    assert answer.status_code == 422
    assert "There is such a company already" in answer.content.decode()
    assert 'value="fabrikam.example"' in answer.content.decode()
    unknown = mara.post("/companies/organisation/add/", {"organisation": SCHOOL["organisation"], "company": "None"})
    assert "There is no company called None" in unknown.content.decode()


def test_what_a_network_says_of_itself_is_text_and_never_markup(street: Street, mara: Client) -> None:
    street.comes({**OFFICE, "organisation": "<script>alert(1)</script> bank"}, pages=("/<img src=x>",))
    for address in (
        "/companies/",
        "/companies/visits/",
        "/companies/organisation/?name=<script>alert(1)</script>+bank",
    ):
        page = mara.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_whoever_made_the_table_is_named_with_a_link(
    street: Street, mara: Client, tmp_path: Path, contoso: Company
) -> None:
    (tmp_path / "ranges.csv").write_text("start,end,asn\n198.51.100.0,198.51.100.255,64497\n", encoding="utf-8")
    load([tmp_path / "ranges.csv"], tmp_path / "table")
    visit = street.comes(OFFICE)
    for address in ("/companies/", "/companies/visits/", f"/companies/{visit.company_id}/"):
        page = mara.get(address).content.decode()
        assert '<a href="https://db-ip.com" rel="noopener">IP Geolocation by DB-IP</a> (CC BY 4.0)' in page
        assert "No table of networks" not in page


def test_the_doctor_notes_that_there_is_no_table_and_faults_one_that_cannot_be_used(tmp_path: Path) -> None:
    found = networks_are_known()
    assert found.ok
    assert "accord networks load" in found.detail
    (tmp_path / "table").write_bytes(b"nothing")
    assert not networks_are_known().ok


def test_a_page_takes_as_many_queries_for_many_companies_as_for_few(
    street: Street, mara: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        Company.objects.create(name=f"Number {number:03} Bank", created_at=timezone.now())
        street.comes({**OFFICE, "organisation": f"Number {number:03} Bank"}, pages=("/a", "/b"))
    recognise_again(timezone.now().replace(year=2020))
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        assert mara.get("/companies/").context["named"] == 20
