"""The leads as a file: all that the list finds, readable in a spreadsheet, and never run by one."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.models import AuditEntry, User
from accord.server.people.models import Company, Person
from accord.server.pipeline.exports import CHUNK
from accord.server.pipeline.models import Lead


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday 2 March 2026, noon in Berlin."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


def raw(user: User, query: str = "") -> bytes:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/leads/export/{query}")
    assert answer.status_code == 200
    assert answer.streaming
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def rows(user: User, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw(user, query).decode("utf-8-sig"), newline="")))


def test_a_row_says_all_that_is_known_of_a_lead(world: World, cast: Cast) -> None:
    lead = world.offered()
    assert lead.owner is not None
    (row,) = rows(cast.mara)
    assert row == {
        "Lead": str(lead.pk),
        "Foreign id": "",
        "Person": "Person 1",
        "E-mail": "person1@c1.example",
        "Phone": "+49 89 1234",
        "Company": "Company 1",
        "Domain": "c1.example",
        "Cycle": "1",
        "Stage": "MQL",
        "In stage since (Europe/Berlin)": "2026-03-02 10:00:00",
        "Grade": "B",
        "Fit": "40",
        "Engagement": "15",
        "Source": "referral",
        "Owner": lead.owner.name,
        "Queue": "",
        "First contact (Europe/Berlin)": "2026-03-02 10:00:00",
        "Cycle opened (Europe/Berlin)": "2026-03-02 10:00:00",
        "Handed over (Europe/Berlin)": "2026-03-02 10:00:00",
        "Held for": "",
        "Ended (Europe/Berlin)": "",
        "End reason": "",
        "Returns (Europe/Berlin)": "",
        "company.employees": "200",
        "company.country": "DE",
        "lead.budget": "",
    }


def test_the_file_holds_what_the_list_finds_in_its_order(world: World, cast: Cast) -> None:
    first, second, third = world.lead(), world.mql(), world.lead(source="")
    assert [row["Lead"] for row in rows(cast.mara, "?sort=contact")] == [str(one.pk) for one in (first, second, third)]
    assert [row["Lead"] for row in rows(cast.mara, "?stage=mql")] == [str(second.pk)]
    assert [row["Lead"] for row in rows(cast.mara, "?source=~&page=7")] == [str(third.pk)]
    assert rows(cast.mara, "?q=zzz") == []


def test_the_file_begins_with_a_mark_for_excel_and_is_named_after_the_day(world: World, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.mara)
    answer = client.get("/leads/export/")
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbfLead,")  # type: ignore[arg-type]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="leads-2026-03-02.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_taken_for_a_formula(world: World, cast: Cast, start: str) -> None:
    lead = world.lead(source=f"{start}1+1")
    attack = f'{start}HYPERLINK("https://evil.example","x")'
    Person.objects.filter(pk=lead.person_id).update(name=attack)
    Company.objects.filter(pk=lead.person.company_id).update(name=attack, fields={"country": attack, "employees": -5})
    (row,) = rows(cast.mara)
    assert row["Person"] == row["Company"] == row["company.country"] == f"'{attack}"
    assert row["Source"] == f"'{start}1+1"
    assert row["company.employees"] == "-5"


def test_commas_quotes_and_line_breaks_stay_inside_their_cell(world: World, cast: Cast) -> None:
    lead = world.lead()
    Company.objects.filter(pk=lead.person.company_id).update(name='Müller, "Söhne"\nund Töchter')
    assert rows(cast.mara)[0]["Company"] == 'Müller, "Söhne"\nund Töchter'


def test_the_file_is_streamed_with_one_query_for_all_leads(world: World, cast: Cast) -> None:
    lead = world.lead()
    people = [Person(name=f"P{i}", created_at=MONDAY, company=lead.person.company) for i in range(CHUNK + 5)]
    Person.objects.bulk_create(people)
    fresh = [
        Lead(person=person, first_contact_at=MONDAY, opened_at=MONDAY, stage="lead", stage_since=MONDAY)
        for person in people
    ]
    Lead.objects.bulk_create(fresh)
    client = Client()
    client.force_login(cast.mara)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/leads/export/")
        pieces = list(answer.streaming_content)  # type: ignore[arg-type]
    assert len(pieces) == 3
    assert sum(piece.count(b"\r\n") for piece in pieces) == 1 + CHUNK + 6
    assert len(queries) <= 6


def test_who_took_the_file_is_written_down(world: World, cast: Cast) -> None:
    world.lead()
    raw(cast.xenia, "?source=referral&q=person")
    entry = AuditEntry.objects.get(action="leads.exported")
    assert entry.actor == cast.xenia
    assert entry.details["filter"] == {"show": "open", "source": "referral", "text": "person"}


def test_the_file_can_be_taken_before_an_agreement_is_in_force(cast: Cast) -> None:
    assert rows(cast.mara) == []
