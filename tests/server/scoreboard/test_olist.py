"""The numbers of a real funnel: 8,000 leads and 842 deals of Olist, read straight from the shared files."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accord.server.people.models import Person
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageChange, StageName
from accord.server.scoreboard import queries

pytestmark = pytest.mark.shared_data


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def olist(db: None, shared_data: Callable[[str], Path]) -> None:
    stated = rows(shared_data("olist/olist_marketing_qualified_leads_dataset.csv"))
    closed = rows(shared_data("olist/olist_closed_deals_dataset.csv"))
    at = {row["mql_id"]: datetime.fromisoformat(row["first_contact_date"]).replace(tzinfo=UTC) for row in stated}
    people = Person.objects.bulk_create(
        Person(external_id=row["mql_id"], created_at=at[row["mql_id"]]) for row in stated
    )
    leads = Lead.objects.bulk_create(
        Lead(
            person=person,
            external_id=row["mql_id"],
            source=row["origin"],
            first_contact_at=at[row["mql_id"]],
            opened_at=at[row["mql_id"]],
            stage=StageName.MQL,
            stage_since=at[row["mql_id"]],
        )
        for person, row in zip(people, stated, strict=True)
    )
    by_id = {lead.external_id: lead for lead in leads}
    StageChange.objects.bulk_create(
        StageChange(lead=lead, to_stage=lead.stage, at=lead.opened_at, decided_by=DecidedBy.IMPORT) for lead in leads
    )
    Deal.objects.bulk_create(
        Deal(
            lead=by_id[row["mql_id"]],
            currency="BRL",
            outcome=Deal.Outcome.WON,
            opened_at=by_id[row["mql_id"]].first_contact_at,
            closed_at=datetime.fromisoformat(row["won_date"]).replace(tzinfo=UTC),
        )
        for row in closed
    )


def test_win_rates_and_days_to_win_are_those_known_of_the_file(olist: None) -> None:
    found = {row.source: row for row in queries.win_rates(currency="BRL")}
    assert {name: round(100 * (row.win_rate or 0), 1) for name, row in found.items() if name in KNOWN} == KNOWN
    assert (found[""].leads, sum(row.leads for row in found.values()), sum(row.won for row in found.values())) == (
        60,
        8000,
        842,
    )
    days = queries.days_to_win()
    assert (days.deals, days.median_days, days.p90_days, days.flagged) == (842, 14, 162, 1)


KNOWN = {
    "unknown": 16.3,
    "paid_search": 12.3,
    "organic_search": 11.8,
    "direct_traffic": 11.2,
    "referral": 8.5,
    "social": 5.6,
    "display": 5.1,
    "email": 3.0,
}
"""Per cent, from the note on the data set."""
