"""What somebody says of a network is learned, counted at once and afterwards, and can be taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.server.companies.conftest import HOME, OFFICE, SCHOOL, UNSURE, Street
from tests.server.conftest import Cast

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry
from accord.server.companies.jobs import recognise
from accord.server.companies.models import Outreach
from accord.server.companies.services import (
    About,
    CompaniesError,
    add_company,
    correct,
    put_back,
    put_on_list,
    take_off_list,
    undo,
)
from accord.server.people.models import Company, NetworkCorrection, Visit

CONTOSO = About(organisation="Contoso Instruments GmbH")


def companies_of_visits() -> list[int | None]:
    return list(Visit.objects.order_by("pk").values_list("company", flat=True))


def test_not_this_company_counts_for_the_last_30_days_and_for_later_visits_until_it_is_undone(
    street: Street, contoso: Company, cast: Cast
) -> None:
    now = timezone.now()
    street.comes(OFFICE, at=now - timedelta(days=40))
    street.comes(OFFICE, at=now - timedelta(days=20))
    street.comes(OFFICE)
    assert companies_of_visits() == [contoso.pk] * 3
    word = correct(contoso.pk, CONTOSO, holds=False, by=cast.tom, at=now)
    assert companies_of_visits() == [contoso.pk, None, None]
    later = street.comes(OFFICE)
    assert later.company is None
    undo(word.pk, by=cast.mara, at=now)
    assert companies_of_visits() == [contoso.pk] * 4
    undo(word.pk, by=cast.mara, at=now)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor__name", "subject"))[-2:] == [
        ("network.is_not_company", "Tom", f"company:{contoso.pk}"),
        ("network.correction_undone", "Mara", f"company:{contoso.pk}"),
    ]


def test_one_network_may_be_somebody_elses_than_its_organisation(street: Street, contoso: Company, cast: Cast) -> None:
    street.comes(OFFICE)
    street.comes({**OFFICE, "network": "198.51.101.0/24"})
    correct(contoso.pk, About(network="198.51.101.0/24"), holds=False, by=cast.tom, at=timezone.now())
    assert companies_of_visits() == [contoso.pk, None]


def test_saying_the_same_twice_is_said_once_and_the_opposite_takes_its_place(
    street: Street, contoso: Company, cast: Cast
) -> None:
    street.comes(OFFICE)
    now = timezone.now()
    first = correct(contoso.pk, CONTOSO, holds=False, by=cast.tom, at=now)
    assert correct(contoso.pk, CONTOSO, holds=False, by=cast.mara, at=now) == first
    correct(contoso.pk, CONTOSO, holds=True, by=cast.mara, at=now)
    assert list(NetworkCorrection.objects.filter(undone_at=None).values_list("holds", flat=True)) == [True]
    assert Visit.objects.get().certainty == 97


def test_a_network_is_one_company_at_a_time(street: Street, contoso: Company, cast: Cast) -> None:
    street.comes(HOME)
    other = Company.objects.create(name="Other", created_at=timezone.now())
    line = About(network=HOME["network"])
    correct(contoso.pk, line, holds=True, by=cast.tom, at=timezone.now())
    correct(other.pk, line, holds=True, by=cast.tom, at=timezone.now())
    assert companies_of_visits() == [other.pk]
    assert NetworkCorrection.objects.filter(undone_at=None).get().company == other


def test_a_company_is_added_from_an_organisation_with_its_past(street: Street, cast: Cast) -> None:
    street.comes(UNSURE)
    made = add_company(
        "Tailspin Ltd", " Tailspin  Toys ", "https://www.tailspin.example/en", by=cast.tom, at=timezone.now()
    )
    assert (made.name, made.domain) == ("Tailspin Toys", "tailspin.example")
    visit = Visit.objects.get()
    assert (visit.company, visit.certainty) == (made, 97)
    assert visit.company_why.startswith("Tom said on ")
    assert AuditEntry.objects.filter(action="company.added", subject=f"company:{made.pk}", actor=cast.tom).exists()


@pytest.mark.parametrize(
    ("name", "website", "code"),
    [
        ("  ", "", "companies.no_name"),
        ("New", "no website", "companies.bad_website"),
        ("contoso instruments", "", "companies.taken"),
        ("New", "contoso.example", "companies.taken"),
    ],
)
def test_a_company_that_cannot_be_is_not_added(
    street: Street, contoso: Company, cast: Cast, name: str, website: str, code: str
) -> None:
    street.comes(UNSURE)
    with pytest.raises(CompaniesError) as refused:
        add_company("Tailspin Ltd", name, website, by=cast.tom, at=timezone.now())
    assert refused.value.code == code
    assert Company.objects.get() == contoso


def test_nobody_says_anything_of_a_network_from_which_nobody_came(street: Street, contoso: Company, cast: Cast) -> None:
    for about in (CONTOSO, About(network="192.0.2.0/24")):
        with pytest.raises(CompaniesError, match="nobody has come"):
            correct(contoso.pk, about, holds=False, by=cast.tom, at=timezone.now())
    with pytest.raises(CompaniesError):
        About()
    assert not NetworkCorrection.objects.exists()


def test_a_company_stands_on_the_outreach_list_with_the_criterion_it_meets(
    street: Street, contoso: Company, cast: Cast
) -> None:
    now = timezone.now()
    with pytest.raises(CompaniesError, match="does not meet big_company"):
        put_on_list(contoso.pk, "big_company", "", by=cast.tom, at=now)
    entry = put_on_list(contoso.pk, "right_company", "call them", by=cast.tom, at=now)
    assert (entry.criterion, entry.says, entry.note) == ("right_company", "50 or more staff", "call them")
    assert put_on_list(contoso.pk, "", "again", by=cast.mara, at=now) == entry


def test_who_is_taken_off_the_list_can_be_put_back_as_they_were(street: Street, contoso: Company, cast: Cast) -> None:
    now = timezone.now()
    with pytest.raises(CompaniesError, match="was never"):
        put_back(contoso.pk, by=cast.tom, at=now)
    put_on_list(contoso.pk, "right_company", "call them", by=cast.tom, at=now)
    take_off_list(contoso.pk, by=cast.mara, at=now)
    take_off_list(contoso.pk, by=cast.mara, at=now)
    assert not Outreach.objects.filter(removed_at=None).exists()
    put_back(contoso.pk, by=cast.tom, at=now)
    put_back(contoso.pk, by=cast.tom, at=now)
    entry = Outreach.objects.get()
    assert (entry.note, entry.removed_at, entry.removed_by) == ("call them", None, None)
    actions = AuditEntry.objects.filter(action__startswith="outreach.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["outreach.listed", "outreach.removed", "outreach.put_back"]


def test_only_readers_of_visits_say_whose_networks_are(street: Street, contoso: Company, cast: Cast) -> None:
    street.comes(OFFICE)
    now = timezone.now()
    for user in (cast.alma, cast.xenia):
        for verb in (
            lambda by: correct(contoso.pk, CONTOSO, holds=False, by=by, at=now),
            lambda by: add_company("Contoso Instruments GmbH", "New", "", by=by, at=now),
            lambda by: put_on_list(contoso.pk, "", "", by=by, at=now),
            lambda by: take_off_list(contoso.pk, by=by, at=now),
            lambda by: put_back(contoso.pk, by=by, at=now),
            lambda by: undo(1, by=by, at=now),
        ):
            with pytest.raises(AccessError):
                verb(user)
    assert not NetworkCorrection.objects.exists()
    assert not Outreach.objects.exists()


def test_the_hourly_job_finds_companies_that_have_become_known_otherwise(street: Street) -> None:
    street.comes(SCHOOL)
    made = Company.objects.create(name="University of Fabrikam", created_at=timezone.now())
    recognise(0)
    assert companies_of_visits() == [made.pk]
