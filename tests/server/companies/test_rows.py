"""Which companies are on the site, how certain, why; and the accounting, worked out by hand."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.server.companies.conftest import HOME, OFFICE, SCHOOL, UNSURE, Street
from tests.server.conftest import Cast
from tests.server.files.reading import read_csv

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, User
from accord.server.companies.asked import Known, Period, Wanted
from accord.server.companies.criteria import standings
from accord.server.companies.exports import companies_table
from accord.server.companies.rows import CompanyRow, detailed, groups
from accord.server.companies.steps import accounting, conditions, in_period
from accord.server.files.csv_file import csv_pieces
from accord.server.people.models import Company, Person
from accord.server.pipeline.services import open_lead


def rows(reader: User, **wanted: object) -> list[CompanyRow]:
    asked, now = Wanted(**wanted), timezone.now()  # type: ignore[arg-type]
    return detailed(groups(asked, now, reader), asked, now)


def test_a_company_stands_with_what_it_read_who_is_known_and_what_brought_it(
    street: Street, contoso: Company, cast: Cast
) -> None:
    now = timezone.now()
    ada = Person.objects.create(name="Ada", company=contoso, email="ada@contoso.example", created_at=now)
    Person.objects.create(name="Bob", company=contoso, created_at=now)
    lead = open_lead(ada, at=now, source="website")
    street.comes(OFFICE, pages=("/pricing", "/pricing", "/docs"), channel="Paid Search", campaign="spring")
    street.comes(OFFICE, at=now - timedelta(days=2), pages=("/pricing",), channel="Paid Search", campaign="spring")
    street.comes(HOME, person=ada, pages=("/jobs",), channel="Direct")
    (row,) = rows(cast.mara)
    assert (row.company, row.group.visits, row.group.sure, row.group.people) == (contoso, 3, 99, 2)
    assert row.why == "Ada works there."
    assert row.pages == [("/pricing", 3), ("/docs", 1), ("/jobs", 1)]
    assert row.ways == [("Paid Search · spring", 2), ("Direct", 1)]
    assert [(person.name, person.lead, person.came) for person in row.people] == [
        ("Ada", lead.pk, True),
        ("Bob", None, False),
    ]


def test_what_only_the_network_says_is_as_certain_as_the_name(street: Street, contoso: Company, cast: Cast) -> None:
    street.comes(OFFICE)
    (row,) = rows(cast.tom)
    assert (row.company, row.group.sure) == (contoso, 95)
    assert row.why == ("“Contoso Instruments GmbH” and “Contoso Instruments” are the same but for their legal forms.")


def test_an_organisation_that_is_no_company_yet_stands_by_its_own_name(street: Street, cast: Cast) -> None:
    street.comes(SCHOOL)
    street.comes(HOME)
    street.comes(UNSURE)
    (row,) = rows(cast.mara)
    assert (row.name, row.company, row.kind) == ("University of Fabrikam", None, "education")
    assert [row.name for row in rows(cast.mara, kind="unknown")] == ["Tailspin Ltd"]
    assert rows(cast.mara, known=Known.COMPANY) == []


def test_below_the_certainty_asked_for_a_network_names_nobody(street: Street, cast: Cast) -> None:
    near = Company.objects.create(name="Contosa Instruments", created_at=timezone.now())
    street.comes(OFFICE)
    assert [row.company for row in rows(cast.mara)] == [None]
    assert [row.company for row in rows(cast.mara, sure=30)] == [near]


def test_robots_are_no_company_and_those_long_gone_are_not_here_now(
    street: Street, contoso: Company, cast: Cast
) -> None:
    street.comes(OFFICE, agent="robot")
    street.comes(OFFICE, agent="unknown")
    assert rows(cast.mara) == []
    street.comes(OFFICE)
    assert rows(cast.mara, period=Period.NOW) == []
    street.comes(OFFICE, at=timezone.now() - timedelta(minutes=29))
    assert [row.group.visits for row in rows(cast.mara, period=Period.NOW)] == [1]
    assert [row.group.visits for row in rows(cast.mara)] == [2]
    street.comes(OFFICE, at=timezone.now() - timedelta(days=20))
    assert [row.group.visits for row in rows(cast.mara, period=Period.MONTH)] == [3]


def test_rows_are_found_by_every_word_and_sorted_as_asked(street: Street, contoso: Company, cast: Cast) -> None:
    street.comes(OFFICE, at=timezone.now() - timedelta(days=1))
    street.comes(OFFICE, at=timezone.now() - timedelta(days=1))
    street.comes(SCHOOL)
    assert [row.name for row in rows(cast.mara)] == ["University of Fabrikam", "Contoso Instruments"]
    assert [row.name for row in rows(cast.mara, sort="-visits")] == ["Contoso Instruments", "University of Fabrikam"]
    assert [row.name for row in rows(cast.mara, text="contoso.example")] == ["Contoso Instruments"]
    assert [row.name for row in rows(cast.mara, text="fabrikam university")] == ["University of Fabrikam"]
    assert rows(cast.mara, text="fabrikam contoso") == []


def test_the_accounting_is_what_one_counts_by_hand(street: Street, contoso: Company, cast: Cast) -> None:
    now = timezone.now()
    ada = Person.objects.create(name="Ada", company=contoso, created_at=now)
    Company.objects.create(name="Tailspin", created_at=now)
    street.comes(OFFICE)
    street.comes(OFFICE, person=ada)
    street.comes(SCHOOL)
    street.comes({**SCHOOL, "network_kind": "government"})
    street.comes(UNSURE)
    street.comes({**UNSURE, "organisation": "Wingtip"})
    street.comes(HOME)
    street.comes(HOME, person=ada)
    street.comes({**HOME, "network_kind": "vpn"})
    street.comes(HOME, agent="robot")
    street.comes(HOME, agent="scanner")
    street.comes(HOME, agent="unknown")
    found = accounting(Period.WEEK, 60, timezone.now(), cast.olga)
    assert found.counts == {
        "all": 12, "human": 9, "organisation": 5, "company": 3, "person": 1,
        "robot": 2, "unclear": 1, "access": 3, "untold": 1,
        "business": 2, "education": 1, "government": 1, "other": 1, "anyone": 2,
    }  # fmt: skip
    assert (found.visitors, found.unknown, found.unknown_named) == (9, 7, 2)
    assert found.unknown_share == pytest.approx(7 / 9)
    stricter = accounting(Period.WEEK, 95, timezone.now(), cast.olga).counts
    assert (stricter["organisation"], stricter["company"], stricter["untold"]) == (4, 2, 2)


@pytest.mark.parametrize("sure", [40, 60, 80, 95])
def test_the_parts_add_up_to_the_whole(street: Street, contoso: Company, cast: Cast, sure: int) -> None:
    Company.objects.create(name="Tailspin", created_at=timezone.now())
    for origin in (OFFICE, SCHOOL, HOME, UNSURE, {}):
        for agent in ("human", "robot", "scanner", "unknown"):
            street.comes(origin, agent=agent)
    counts = accounting(Period.WEEK, sure, timezone.now(), cast.olga).counts
    assert counts["all"] == counts["human"] + counts["robot"] + counts["unclear"] == 20
    assert counts["human"] == counts["organisation"] + counts["access"] + counts["untold"]
    assert counts["organisation"] == sum(counts[part] for part in ("business", "education", "government", "other"))
    for name, condition in conditions(sure).items():
        assert in_period(Period.WEEK, timezone.now()).filter(condition).count() == counts[name], name


def test_criteria_that_look_at_the_company_alone_are_judged_on_it(street: Street, contoso: Company) -> None:
    assert [(each.name, each.holds) for each in standings(contoso, timezone.now())] == [
        ("right_company", True),
        ("big_company", False),
    ]


def test_the_file_holds_every_row_and_no_formula(street: Street, cast: Cast) -> None:
    street.comes({**OFFICE, "organisation": "=HYPERLINK(1) bank"})
    street.comes(SCHOOL, pages=("/pricing",))
    pieces = csv_pieces(companies_table(cast.mara, Wanted(), ZoneInfo("UTC"), at=timezone.now()))
    read = read_csv("".join(pieces).encode())
    assert [row["Company"] for row in read] == ["University of Fabrikam", "'=HYPERLINK(1) bank"]
    assert (read[0]["Pages read"], read[0]["Known company"]) == ("/pricing (1)", "no")
    assert AuditEntry.objects.filter(action="companies.exported", details__rows=2).exists()


def test_who_may_not_see_visits_is_told_so(street: Street, cast: Cast) -> None:
    for reader in (cast.alma, cast.xenia):
        with pytest.raises(AccessError):
            groups(Wanted(), timezone.now(), reader)
        with pytest.raises(AccessError):
            accounting(Period.WEEK, 60, timezone.now(), reader)
