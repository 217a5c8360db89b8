"""The triggers note what the star is made of, all of it and nothing else, in few rows however many there are."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import connection, transaction
from sqlglot import exp
from tests.server.conftest import MONDAY, World

from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.pipeline.models import Deal, Lead, StageChange
from accord.server.warehouse import migrations
from accord.server.warehouse.capture import CAPTURED, FOLLOWED, install, remove
from accord.server.warehouse.models import Change
from accord.server.warehouse.star import star

COLUMNS = {each.kind: {"id", *each.columns} for each in CAPTURED}


def noted() -> list[tuple[str, list[int] | None]]:
    """What was noted since it was last asked, by kind; a whole table, which has no ids, before its rows."""
    found = [(change.kind, sorted(change.ids) if change.ids else change.ids) for change in Change.objects.all()]
    Change.objects.all().delete()
    return sorted(found, key=lambda each: (each[0], each[1] or []))


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_column_that_the_star_reads_is_in_the_list(kind: str) -> None:
    tree = star()[kind]
    tables = {table.alias: table.name for table in tree.find_all(exp.Table)}
    read = {(tables[column.table], column.name) for column in tree.find_all(exp.Column)}
    (own,) = [each.table for each in CAPTURED if each.kind == kind]
    followed = {
        (each.table, column)
        for each in FOLLOWED
        for column in (*each.columns, "id")
        if kind in dict(each.by) or each.table == own
    }
    assert {name for table, name in read if table == own} <= COLUMNS[kind]
    assert {(table, name) for table, name in read if table != own} <= followed
    assert {table for table, _ in read} == set(tables.values())


def test_the_last_migration_makes_the_triggers_of_the_list() -> None:
    names = sorted(module.name for module in iter_modules(migrations.__path__))
    modules = [import_module(f"{migrations.__name__}.{name}") for name in names]
    last = [module for module in modules if hasattr(module, "INSTALL")][-1]
    assert last.INSTALL.strip() == install().strip()
    assert last.REMOVE.strip() == remove().strip()


def test_a_statement_notes_its_rows_together(world: World) -> None:
    leads = [world.lead() for _ in range(3)]
    noted()
    Lead.objects.update(queue="field")
    assert noted() == [("leads", [lead.pk for lead in leads])]
    StageChange.objects.bulk_create(
        StageChange(lead=lead, to_stage="mql", at=MONDAY, decided_by="import") for lead in leads
    )
    assert [(kind, len(ids or ())) for kind, ids in noted()] == [("stage_changes", 3)]
    Lead.objects.filter(pk=0).update(queue="x")
    assert noted() == []


def test_a_copy_notes_its_rows_together_by_65536_ids(world: World) -> None:
    lead = world.lead()
    noted()
    columns = "id, lead_id, name, currency, outcome, opened_at, flags"
    with connection.cursor() as cursor, cursor.copy(f"COPY pipeline_deal ({columns}) FROM STDIN") as copy:
        for key in (65_534, 65_535, 65_536, 65_537):
            copy.write(f"{key}\t{lead.pk}\t\tEUR\topen\t{MONDAY}\t{{}}\n")
    assert noted() == [("deals", [65_534, 65_535]), ("deals", [65_536, 65_537])]


def test_what_is_written_or_changed_where_it_stands_is_noted_as_both(world: World) -> None:
    lead = world.lead()
    deal = Deal.objects.create(lead=lead, external_id="D1", currency="EUR", opened_at=MONDAY)
    noted()
    Deal.objects.bulk_create(
        [
            Deal(lead=lead, external_id="D1", currency="CHF", opened_at=MONDAY),
            Deal(lead=lead, external_id="D2", currency="EUR", opened_at=MONDAY),
        ],
        update_conflicts=True,
        update_fields=["currency"],
        unique_fields=["external_id"],
    )
    other = Deal.objects.get(external_id="D2")
    assert noted() == [("deals", [deal.pk]), ("deals", [other.pk])]
    Deal.objects.filter(pk=other.pk).update(id=other.pk + 100)
    assert noted() == [("deals", [other.pk, other.pk + 100])]


def test_a_merge_notes_the_lead_upon_which_others_hang(world: World) -> None:
    kept, merged = world.lead(), world.lead()
    noted()
    Lead.objects.filter(pk=merged.pk).update(merged_into=kept, cycle=0, stage="disqualified", ended_at=MONDAY)
    assert noted() == [("leads", [merged.pk]), ("merged_leads", [merged.pk])]


def test_the_number_of_a_revision_is_followed(world: World) -> None:
    revision = Revision.objects.get()
    noted()
    with connection.cursor() as cursor:  # which nobody may change: switched off for this
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE agreements_revision DISABLE TRIGGER revision_text_immutable")
        cursor.execute("UPDATE agreements_revision SET number = number + 7")
    assert noted() == [("revisions", [revision.pk])]


def test_what_was_rolled_back_was_never_noted(world: World) -> None:
    noted()
    with transaction.atomic():
        User.objects.update(is_active=False)
        transaction.set_rollback(True)
    assert noted() == []
