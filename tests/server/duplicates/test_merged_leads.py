"""Two open leads of one person are one lead: what it counts as, where the other is seen, and the way back."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.server.capture.conftest import Importer, importer  # noqa: F401  # a fixture
from tests.server.conftest import MONDAY, World

from accord.insight import STAR
from accord.insight.period import month_of
from accord.server.accounts.models import User
from accord.server.backtests.sources import of_star
from accord.server.channels.asked import Asked, Period
from accord.server.channels.rows import report
from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Kind, Merge
from accord.server.duplicates.unmerging import unmerge
from accord.server.handoffs.decisions import accept, log_attempt
from accord.server.handoffs.models import Attempt, Snooze
from accord.server.handoffs.snoozing import snooze
from accord.server.people.models import Person
from accord.server.pipeline.deals import open_deal
from accord.server.pipeline.exports import leads_table
from accord.server.pipeline.models import Deal, Lead
from accord.server.pipeline.queries import LeadFilter, Show, stage_counts
from accord.server.scoreboard import queries
from accord.server.warehouse.star import star

BERLIN = ZoneInfo("Europe/Berlin")
MARCH = month_of(MONDAY.date(), BERLIN)
LATER = MONDAY + timedelta(hours=1)
NEXT = MONDAY + timedelta(hours=2)


def owner_of(lead: Lead) -> User:
    assert lead.owner is not None
    return lead.owner


@pytest.fixture
def pair(world: World) -> tuple[Lead, Lead]:
    """A lead with an open deal, and another of the same person, who was called and whose deal was lost."""
    ahead, behind = world.offered(), world.offered()
    accept(ahead.pk, by=owner_of(ahead), at=MONDAY)
    ahead.refresh_from_db()
    open_deal(ahead, name="Machines", amount=None, currency="EUR", by=owner_of(ahead), at=MONDAY)
    log_attempt(
        behind.pk, channel=Attempt.Channel.CALL, outcome=Attempt.Outcome.REACHED, action_id=uuid4(),
        by=owner_of(behind), at=MONDAY + timedelta(minutes=10),
    )  # fmt: skip
    Deal.objects.create(lead=behind, name="Spares", currency="EUR", outcome="lost", opened_at=MONDAY, closed_at=MONDAY)
    Lead.objects.filter(pk=behind.pk).update(external_id="L2")
    return ahead, behind


def one_of(pair: tuple[Lead, Lead], world: World) -> Merge:
    ahead, behind = pair
    return merge(Kind.PERSON, ahead.person_id, behind.person_id, at=LATER, by=world.cast.olga)


def figures(world: World) -> dict[str, Any]:
    """Every place that counts leads."""
    asked = Asked(Period(date(2026, 3, 1), date(2026, 3, 31), BERLIN))
    total = report(asked, world.cast.olga).total
    wanted = LeadFilter(BERLIN, show=Show.ALL)
    file = leads_table(world.cast.olga, wanted, "contact", (), {}, at=NEXT)
    return {
        "funnel": {row.stage: row.leads for row in queries.funnel(MARCH)},
        "delivered": queries.marketing_delivered(MARCH, "mql"),
        "promises": {(row.promise, row.clause): row.due for row in queries.promises_kept(MARCH, NEXT)},
        "answers": queries.response_times(MARCH, NEXT),
        "wins": [(row.leads, row.won) for row in queries.win_rates(MARCH, "EUR")],
        "channels": (total.leads, total.mql, total.accepted),
        "list": stage_counts(world.cast.olga, wanted),
        "export": [row[0] for row in file.rows],
        "star": {name: _rows_of_star(name) for name in sorted(star())},
    }


def _rows_of_star(name: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(of_star(name).as_string(cursor.connection))
        return sorted(cursor.fetchall(), key=repr)


def test_what_counts_leads_counts_one(pair: tuple[Lead, Lead], world: World) -> None:
    ahead, _ = pair
    one_of(pair, world)
    found = figures(world)
    assert found["funnel"]["lead"] == found["funnel"]["opportunity"] == 1
    assert (found["delivered"].delivered, found["delivered"].accepted, found["delivered"].rejected) == (1, 1, 0)
    assert sum(found["promises"].values()) == 2  # to decide, and to try: ahead's alone
    assert found["wins"] == [(1, 0)]
    assert found["channels"] == (1, 1, 1)
    assert {stage: count for stage, count in found["list"].items() if count} == {"opportunity": 1}
    assert found["export"] == [ahead.pk]
    for name, rows in found["star"].items():
        columns = [column.name for column in STAR[name].columns]
        if "lead_id" in columns:
            assert {row[columns.index("lead_id")] for row in rows} == {ahead.pk}, name


def test_its_calls_and_deals_are_those_of_the_lead_that_goes_on(pair: tuple[Lead, Lead], world: World) -> None:
    ahead, behind = pair
    one_of(pair, world)
    assert sorted(Deal.objects.filter(lead=ahead).values_list("name", flat=True)) == ["Machines", "Spares"]
    assert Attempt.objects.get().lead == ahead
    assert behind.stage_changes.count() > 1, "its own history stays"


def test_who_is_to_be_called_back_still_is_and_is_again_after_the_reversal(
    pair: tuple[Lead, Lead], world: World
) -> None:
    ahead, behind = pair
    snooze(
        behind.pk, until=NEXT, why="In a meeting", asked=True, by=owner_of(behind), at=MONDAY + timedelta(minutes=20)
    )
    done = one_of(pair, world)
    assert Snooze.objects.get(ended_at=None).lead == ahead
    unmerge(done.pk, at=NEXT, by=world.cast.olga)
    assert Snooze.objects.get(ended_at=None).lead == behind


def test_the_reversal_brings_every_figure_back(pair: tuple[Lead, Lead], world: World) -> None:
    before = figures(world)
    done = one_of(pair, world)
    assert figures(world) != before
    unmerge(done.pk, at=NEXT, by=world.cast.olga)
    assert figures(world) == before


def test_a_deal_that_an_import_names_by_the_former_lead_is_the_other_ones(
    pair: tuple[Lead, Lead],
    world: World,
    importer: Importer,  # noqa: F811
) -> None:
    ahead, _ = pair
    one_of(pair, world)
    row = {"id": "D9", "lead": "L2", "amount": "100", "won": "2026-02-20", "opened": "2026-02-10"}
    assert importer.deals(row).first_refused == ()
    assert Deal.objects.get(external_id="D9").lead == ahead
    ahead.refresh_from_db()
    assert ahead.stage == "customer"


def test_of_three_the_last_one_counts_and_each_comes_back(world: World) -> None:
    first, second, third = (world.lead() for _ in range(3))
    done = [
        merge(Kind.PERSON, first.person_id, second.person_id, at=LATER, by=None),
        merge(Kind.PERSON, third.person_id, first.person_id, at=LATER, by=None),
    ]
    running = Lead.objects.get(ended_at=None)
    assert {lead.merged_into for lead in Lead.objects.exclude(pk=running.pk)} == {running}
    for each in reversed(done):
        unmerge(each.pk, at=NEXT, by=None)
    assert Lead.objects.filter(merged_into=None, ended_at=None, cycle=1).count() == 3


def test_its_page_leads_to_the_one_that_goes_on_and_the_other_way_round(pair: tuple[Lead, Lead], world: World) -> None:
    ahead, behind = pair
    one_of(pair, world)
    client = Client()
    client.force_login(world.cast.olga)
    page = client.get(f"/leads/{behind.pk}/").content.decode()
    assert f'Merged: <a href="/leads/{ahead.pk}/">lead {ahead.pk}</a> of the same person goes on' in page
    assert "Disqualified: " not in page
    page = client.get(f"/leads/{ahead.pk}/").content.decode()
    assert f'<a href="/leads/{behind.pk}/">Lead {behind.pk}</a>' in page
    assert "Cycle 2" not in page


def test_the_database_refuses_a_merged_lead_that_runs_or_has_a_cycle(pair: tuple[Lead, Lead]) -> None:
    ahead, behind = pair
    for wrong in ({"merged_into": ahead}, {"merged_into": ahead, "cycle": 0}, {"cycle": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lead.objects.filter(pk=behind.pk).update(**wrong)
    assert Person.objects.count() == 2
