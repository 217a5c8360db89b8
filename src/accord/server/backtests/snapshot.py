"""One consistent snapshot of the past, out of PostgreSQL and into an engine.

Everything is copied within one transaction that sees the database as it was at one instant, into files of a temporary
folder, so that the transaction is over before the computing begins; then it streams into the engine in batches. Memory
does not grow with the history.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from accord.agreement import Agreement, FieldType
from accord.agreement.rules_of import all_rules, events_of, reads_any_event
from accord.insight import Table
from accord.insight.engines import Engine
from accord.insight.history import FIELD_CHANGES, PEOPLE, STANDINGS, properties_read, tables_for
from accord.rules import fields_of
from accord.server.backtests import columns, sources
from accord.server.backtests.columns import TOUCHPOINTS
from accord.server.embedded import home

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of it, from 0 to 1."""

PREFIX = "history-"
JUST_MADE = 60
"""Seconds after which a folder that nobody holds is no longer about to be held."""
STEP = 20_000
"""Rows between two words of progress."""
LABELS = {"people": "people", "field_changes": "fields", "touchpoints": "touchpoints", "standings": "leads"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was taken.

    Attributes:
        at: The instant as of which it is.
        rows: How many rows of each table.
    """

    at: datetime
    rows: dict[str, int]


@contextmanager
def working_folder() -> Iterator[Path]:
    """Have a folder for what is copied and for what does not fit into memory; it is removed afterwards.

    What a process that was killed left behind is removed as well: nobody holds it any more.
    """
    beside = home() / "work"
    beside.mkdir(parents=True, exist_ok=True)
    for left in beside.glob(f"{PREFIX}*"):
        _remove_unless_held(left)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=beside) as folder, _held(Path(folder)):
        yield Path(folder)


@contextmanager
def _held(folder: Path) -> Iterator[int]:
    """Hold a folder; the system lets go of it when this process ends, however it ends."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield held
    finally:
        os.close(held)


def _remove_unless_held(folder: Path) -> None:
    with suppress(OSError):  # somebody holds it, or was quicker to remove it
        if time.time() - folder.stat().st_mtime > JUST_MADE:
            with _held(folder):
                shutil.rmtree(folder)


def take(
    engine: Engine,
    agreements: Sequence[Agreement],
    folder: Path,
    *,
    standings: sql.Composable | None = None,
    beside: Mapping[str, sql.Composable] | None = None,
    progress: Progress = lambda *_: None,
) -> Snapshot:
    """Let an engine hold all that is needed to judge the past by these agreements, as of one instant.

    Args:
        engine: Empty.
        agreements: Where they declare a field differently, the first one counts.
        folder: Where the files may stand meanwhile.
        standings: The leads as they stand, if they are wanted.
        beside: Queries whose rows stay in the folder, as of the same instant, each in a file ``NAME.csv``.
        progress: Told how far it is.
    """
    tables = {table.name: table for table in tables_for(agreements)}
    if standings is not None:
        tables[STANDINGS.name] = STANDINGS
    wanted = _Wanted(
        properties=properties_read(agreements),
        events=None if any(map(reads_any_event, agreements)) else frozenset().union(*map(events_of, agreements)),
        types={name: kind for each in reversed(agreements) for name, kind in fields_read(each).items()},
    )
    with _one_instant() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        (at,) = cursor.fetchone()
        queries = {name: _source(name, wanted) for name in tables if name != STANDINGS.name} | dict(beside or {})
        if standings is not None:
            queries[STANDINGS.name] = standings
        rows = {name: _copy(cursor, name, query, folder / f"{name}.csv", progress) for name, query in queries.items()}
    for number, (name, table) in enumerate(tables.items()):
        progress("Reading what was copied", number / len(tables))
        path = folder / f"{name}.csv"
        engine.load(table, _stream(table, path, wanted))
        path.unlink()
    return Snapshot(at, rows)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What some agreements read: properties, events (None: all), and fields with their types."""

    properties: tuple[str, ...]
    events: frozenset[str] | None
    types: Mapping[str, FieldType]


def fields_read(agreement: Agreement) -> dict[str, FieldType]:
    """Return the fields that decide whether and when a lead is handed over, with their declared types."""
    names = fields_of(all_rules(agreement)) | set(agreement.handoff.marketing_hands_over)
    return {name: field.type for name, field in agreement.fields.items() if name in names}


@contextmanager
def _one_instant() -> Iterator[Any]:
    """Have a cursor, of a connection of its own, that sees the database as it was when the block began."""
    own = connection.copy()
    try:
        with transaction_of(own), own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield cursor
    finally:
        own.close()


@contextmanager
def transaction_of(own: BaseDatabaseWrapper) -> Iterator[None]:
    """Be inside a transaction of a connection that Django does not know by a name."""
    own.set_autocommit(False)
    try:
        yield
    finally:
        own.rollback()  # nothing was written
        own.set_autocommit(True)


def _source(name: str, wanted: _Wanted) -> sql.Composable:
    match name:
        case PEOPLE.name:
            return sources.people()
        case FIELD_CHANGES.name:
            return sources.field_changes(wanted.types)
        case _ if name == TOUCHPOINTS:
            return sources.touchpoints(wanted.properties, wanted.events)
    return sources.of_star(name)


def _stream(table: Table, path: Path, wanted: _Wanted) -> pa.RecordBatchReader:
    match table.name:
        case FIELD_CHANGES.name:
            return columns.field_changes(table, wanted.types, path)
        case _ if table.name == TOUCHPOINTS:
            return columns.touchpoints(table, wanted.properties, path)
    return columns.plain(table, path)


def _copy(cursor: Any, name: str, query: sql.Composable, path: Path, progress: Progress) -> int:  # noqa: ANN401
    """Copy the rows of a query into a file, with a line of names first; return how many."""
    expected = _expected(cursor, name)
    rows = 0
    what = f"Copying {LABELS.get(name, name.replace('_', ' '))}"
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(query)
    with path.open("wb") as file, cursor.copy(statement) as copy:
        for row in copy:
            file.write(row)
            rows += 1
            if rows % STEP == 0:
                progress(what, min(rows / expected, 1.0))
    progress(what, 1.0)
    return rows - 1


def _expected(cursor: Any, name: str) -> float:  # noqa: ANN401  # Django does not type it
    """Return about how many rows there will be, at least one."""
    table = {"touchpoints": "people_touchpoint", "field_changes": "people_fieldchange"}.get(name, "pipeline_lead")
    cursor.execute("SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = %s::regclass", [table])
    (found,) = cursor.fetchone()
    return float(found)
