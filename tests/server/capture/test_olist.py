"""A real funnel: 8,000 leads and 842 deals of Olist, imported by the mappings of examples/olist."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from tests.server.capture.conftest import NOW, counts

from accord.server.capture.imports import Imported, Wish, import_file
from accord.server.pipeline.models import Deal, Lead

MAPPINGS = Path(__file__).parents[3] / "examples" / "olist"
FILES = {"leads": "olist_marketing_qualified_leads_dataset.csv", "deals": "olist_closed_deals_dataset.csv"}

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db]


@pytest.fixture
def run(shared_data: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Imported]:
    def imported(kind: str) -> Imported:
        path = shared_data(f"olist/{FILES[kind]}")
        return import_file(Wish(path, kind, MAPPINGS / f"{kind}.yaml", report=tmp_path / "refused.csv"), NOW)

    return imported


def test_it_is_imported_whole_and_a_second_time_changes_nothing(run: Callable[[str], Imported]) -> None:
    assert counts(run("leads")) == (8000, 0, 0, 0)
    assert counts(run("deals")) == (842, 0, 0, 0)
    assert counts(run("leads")) == (0, 0, 8000, 0)
    assert counts(run("deals")) == (0, 0, 842, 0)


def test_the_database_plans_the_deals_by_the_leads_that_have_just_come(run: Callable[[str], Imported]) -> None:
    """What it believes of the tables may be old: here, that they are empty, though their pages are there."""
    run("leads")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET session_replication_role = replica")
        cursor.execute("DELETE FROM pipeline_lead; DELETE FROM pipeline_stagechange; DELETE FROM people_person")
        cursor.execute("SET session_replication_role = origin; ANALYZE pipeline_lead, people_person")
    run("leads")
    assert _believed("pipeline_lead") == _believed("people_person") == 8000
    assert counts(run("deals")) == (842, 0, 0, 0)


def _believed(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


def test_its_win_rates_and_times_are_the_published_ones(run: Callable[[str], Imported]) -> None:
    run("leads")
    deals = run("deals")

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT source, count(*), round(100.0 * count(*) FILTER (WHERE stage = 'customer') / count(*), 1)
            FROM pipeline_lead GROUP BY source
            """
        )
        found = {source: (number, float(rate)) for source, number, rate in cursor.fetchall()}
        cursor.execute(
            """
            SELECT percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (
                ORDER BY floor(extract(epoch FROM deal.closed_at - lead.first_contact_at) / 86400)
            )
            FROM pipeline_deal AS deal JOIN pipeline_lead AS lead ON lead.id = deal.lead_id
            """
        )
        median, ninetieth = cursor.fetchone()[0]

    rates = {source: rate for source, (_, rate) in found.items()}
    assert (
        rates.items()
        >= {
            "unknown": 16.3,
            "paid_search": 12.3,
            "organic_search": 11.8,
            "direct_traffic": 11.2,
            "referral": 8.5,
            "social": 5.6,
            "display": 5.1,
            "email": 3.0,
        }.items()
    )
    assert found[""][0] == 60
    assert (median, ninetieth) == (14, 162)
    assert (deals.flagged, deals.flagged_lines) == (1, (669,))
    odd = Deal.objects.get(flags__contains=["won_before_first_contact"])
    early = odd.lead.first_contact_at - odd.closed_at
    assert early.total_seconds() / 86400 == pytest.approx(1.2, abs=0.1)
    assert not Deal.objects.exclude(amount=None).exists()
    assert not Lead.objects.exclude(review_at=None).exists()
