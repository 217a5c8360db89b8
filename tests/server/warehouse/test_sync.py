"""A sync reads exactly what changed, whoever changed it and how, and what hangs on it."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pytest
import sqlglot
from deltalake import DeltaTable
from django.db import connection
from tests.server.conftest import MONDAY, World
from tests.server.warehouse.conftest import held, in_place

from accord.insight import Column, Type
from accord.insight.warehouse import TABLES, current
from accord.rules import microseconds
from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Kind
from accord.server.duplicates.unmerging import unmerge
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Attempt
from accord.server.pipeline.models import Lead
from accord.server.warehouse import sync as syncing
from accord.server.warehouse.errors import WarehouseError
from accord.server.warehouse.folder import place
from accord.server.warehouse.jobs import sync as sync_job
from accord.server.warehouse.models import Change, Keeping
from accord.server.warehouse.star import star
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
"""A sync reads through a connection of its own, which sees only what is committed."""


def test_the_first_sync_copies_the_star(world: World, warehouse: Path) -> None:
    world.offered()
    done = sync()
    assert done.rebuilt == "there is none yet"
    assert held(warehouse) == in_place()
    assert {"leads", "people", "companies", "offers"} <= {name for name, rows in in_place().items() if rows}


def test_a_sync_reads_what_changed_and_nothing_else(world: World, warehouse: Path) -> None:
    accepted, other = world.offered(), world.offered()
    sync()
    decisions.accept(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=5))
    called = {"channel": Attempt.Channel.CALL, "outcome": Attempt.Outcome.REACHED, "action_id": uuid4()}
    decisions.log_attempt(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=7), **called)
    decisions.start_deal(accepted.pk, amount=None, by=accepted.owner, at=MONDAY + timedelta(minutes=9))
    done = sync()
    assert done.rebuilt == ""
    assert done.rows == {"leads": 1, "stage_changes": 2, "offers": 1, "clocks": 2, "attempts": 1, "deals": 1}
    assert held(warehouse) == in_place()
    assert other.pk in {row[0] for row in held(warehouse)["leads"]}
    assert not Change.objects.exists()
    assert sync().rows == {}


def test_what_the_star_does_not_show_is_no_change(world: World, warehouse: Path) -> None:
    lead = world.lead()
    sync()
    Lead.objects.filter(pk=lead.pk).update(fit=77, scored_at=MONDAY, fields={"budget": "planned"})
    assert not Change.objects.exists()


def test_what_is_deleted_is_gone(world: World, warehouse: Path) -> None:
    lead, other = world.lead(), world.offered()
    sync()
    lead.delete()
    assert sync().rebuilt == ""
    assert held(warehouse) == in_place()
    assert [row[0] for row in held(warehouse)["leads"]] == [other.pk]


def test_a_merge_of_people_and_its_reversal_are_followed(world: World, warehouse: Path) -> None:
    one, other = world.offered(), world.offered()
    sync()
    done = merge(Kind.PERSON, one.person_id, other.person_id, at=MONDAY + timedelta(hours=1), by=world.cast.olga)
    sync()
    hidden = held(warehouse)
    assert hidden == in_place()
    assert {row[0] for row in hidden["leads"]} == {row[1] for row in hidden["offers"]}
    assert len(hidden["leads"]) == 1
    unmerge(done.pk, at=MONDAY + timedelta(hours=2), by=world.cast.olga)
    sync()
    assert held(warehouse) == in_place()
    assert {row[1] for row in held(warehouse)["offers"]} == {one.pk, other.pk}


def test_texts_instants_and_nothing_come_through_as_they_are(world: World, warehouse: Path) -> None:
    odd = MONDAY + timedelta(microseconds=1)
    sources = ["", "NULL", '"', "a,b", "Zoë\nMüller", "\\N", " "]
    for source in sources:
        world.lead(at=odd, source=source)
    sync()
    rows = held(warehouse)["leads"]
    assert rows == in_place()["leads"]
    assert [row[3] for row in rows] == sources
    assert {row[4] for row in rows} == {microseconds(odd)}


# --- made anew ------------------------------------------------------------------------------------------------------


def why_anew(world: World, warehouse: Path) -> str:
    """Why the warehouse is made anew; something has happened meanwhile."""
    world.lead()
    why = sync().rebuilt
    assert held(warehouse) == in_place()
    assert sync().rebuilt == ""
    return why


def test_it_is_made_anew_for_another_star(world: World, warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync()
    monkeypatch.setattr(syncing, "fingerprint", lambda: "of another star")
    assert why_anew(world, warehouse) == "it is of another version of Accord"


def test_it_is_made_anew_with_columns_that_it_had_not(
    world: World, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync()
    table = TABLES["owners"]
    more = dataclasses.replace(table, columns=(*table.columns, Column("name", Type.TEXT, "Their name")))
    query = sqlglot.parse_one(
        'SELECT id AS owner_id, is_active AS active, role, CAST(name AS TEXT) AS name FROM "accounts_user"'
    )
    monkeypatch.setattr(syncing, "fingerprint", lambda: "of another star")
    monkeypatch.setitem(TABLES, "owners", more)
    monkeypatch.setitem(star(), "owners", query)
    assert why_anew(world, warehouse) == "it is of another version of Accord"
    assert held(warehouse)["owners"][0] == (world.cast.mara.pk, True, "marketing", "Mara")


def test_it_is_made_anew_where_transactions_are_counted_anew(
    world: World, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync()
    monkeypatch.setattr(syncing, "database", lambda _: "restored")
    assert why_anew(world, warehouse) == "the database was restored, moved or taken over"


def test_it_is_made_anew_where_files_are_missing(world: World, warehouse: Path) -> None:
    world.lead()
    sync()
    next((warehouse / "leads").glob("*.parquet")).unlink()
    assert why_anew(world, warehouse) == "files are missing"


def test_it_is_made_anew_where_a_table_was_emptied(world: World, warehouse: Path) -> None:
    world.lead()
    sync()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE handoffs_attempt, handoffs_snooze")
    assert why_anew(world, warehouse) == "a table was emptied in one go"


def test_where_very_much_changed_everything_is_read(
    world: World, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.lead()
    sync()
    monkeypatch.setattr("accord.server.warehouse.reading.MOST", 2)
    world.lead()
    assert why_anew(world, warehouse) == "8 rows changed at once"


def test_a_folder_from_a_backup_is_made_anew(world: World, warehouse: Path) -> None:
    """Its changes are forgotten: to go on from there would miss them."""
    sync()
    before = (warehouse / "warehouse.json").read_text()
    world.lead()
    sync()
    (warehouse / "warehouse.json").write_text(before)
    assert why_anew(world, warehouse) == "the folder is older than the changes that are still known"


def test_a_warehouse_that_was_put_aside_is_made_anew(world: World, warehouse: Path, settings: Any) -> None:
    sync()
    settings.ACCORD_WAREHOUSE = warehouse.with_name("other")
    assert sync(anew="moved").rebuilt == "moved"
    settings.ACCORD_WAREHOUSE = warehouse
    Keeping.objects.update(place=place())
    assert why_anew(world, warehouse) == "another warehouse was told of the changes"


def test_a_warehouse_that_is_kept_elsewhere_is_not_put_out_until_it_is_silent(world: World, warehouse: Path) -> None:
    Keeping.objects.create(pk=1, token=uuid4(), place="other:/folder", synced_at=datetime.now(UTC))
    with pytest.raises(WarehouseError, match="is kept at other:/folder"):
        sync()
    assert current(warehouse) is None
    Keeping.objects.update(synced_at=datetime.now(UTC) - syncing.GONE_AFTER)
    assert why_anew(world, warehouse) == "there is none yet"
    assert Keeping.objects.get().place == place()


def test_a_file_that_nobody_can_read_is_no_warehouse(world: World, warehouse: Path) -> None:
    sync()
    for text in ("", "{}", "[]", '{"format": 2}', '{"format": 1}'):
        (warehouse / "warehouse.json").write_text(text)
        assert current(warehouse) is None
    assert why_anew(world, warehouse) == "there is none yet"


# --- one writer, one folder -----------------------------------------------------------------------------------------


def test_two_syncs_do_not_meet(world: World, warehouse: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [syncing.WAREHOUSE])
        try:
            with pytest.raises(WarehouseError, match="brought up to date already"):
                sync()
            assert sync_job() is None
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [syncing.WAREHOUSE])
    sync_job()
    assert held(warehouse) == in_place()


def test_a_folder_that_cannot_be_written_is_a_known_error(world: World, warehouse: Path) -> None:
    warehouse.write_text("in the way")
    with pytest.raises(WarehouseError, match="cannot be written"):
        sync()


def test_files_of_earlier_versions_go(world: World, warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.insight.engines.lake.KEPT_HOURS", 0)
    monkeypatch.setattr(syncing, "FORGET_EVERY", 4)
    for _ in range(3):
        world.lead()
        sync()
    assert len(list((warehouse / "leads").glob("*.parquet"))) == 3
    (warehouse / "leads" / "000000-left-by-one-that-was-killed.parquet").touch()
    sync()
    assert len(list((warehouse / "leads").glob("*.parquet"))) == 1
    assert held(warehouse) == in_place()


def test_others_read_the_same_by_delta(world: World, warehouse: Path) -> None:
    world.lead()
    sync()
    first = current(warehouse)
    world.lead()
    sync()
    second = current(warehouse)
    assert first is not None
    assert second is not None
    for version, rows in ((first, 1), (second, 2)):
        table = DeltaTable(warehouse / "leads", version=version.tables["leads"].delta)
        assert [column.name for column in table.schema().fields] == [column.name for column in TABLES["leads"].columns]
        found = duckdb.read_parquet(table.file_uris()).order("lead_id").fetchall()
        assert found == held(warehouse, version)["leads"]
        assert len(found) == rows
