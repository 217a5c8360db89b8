"""What the sync reads from PostgreSQL, as of one moment: changes, what hangs on them, and rows of the star."""

import io
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from psycopg import sql

from accord.insight import Table
from accord.insight.engines.arrow import schema_of
from accord.insight.engines.copied import BLOCK, Copied, batches
from accord.insight.warehouse import key_of
from accord.server.warehouse.capture import FOLLOWED, TABLE_OF
from accord.server.warehouse.origin import Connection
from accord.server.warehouse.star import star

Heard = Callable[[int], None]
"""Told how many rows have been read."""

AT_ONCE = 50_000
"""Ids of one query."""
MOST = 500_000
"""Changed rows; where there are more, to read everything takes less memory, and hardly longer."""

_MOMENT = """
SELECT pg_current_snapshot()::text, (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint
"""
_SINCE = """
FROM warehouse_change
WHERE xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, %(since)s::pg_snapshot)
"""
_CHANGES = f"SELECT kind, ids {_SINCE}"
_SIZE = f"SELECT coalesce(bool_or(ids IS NULL), FALSE), coalesce(sum(cardinality(ids)), 0) {_SINCE}"
_FORGET = """
DELETE FROM warehouse_change
WHERE xid < pg_snapshot_xmax(%(until)s::pg_snapshot) AND pg_visible_in_snapshot(xid, %(until)s::pg_snapshot)
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The database as it was at one instant, seen through one transaction.

    Attributes:
        connection: In that transaction.
        horizon: The transactions that are seen, as PostgreSQL writes a snapshot.
        at_us: When it began; whatever was committed by then is seen.
    """

    connection: Connection
    horizon: str
    at_us: int

    def why_whole(self, since: str) -> str:
        """Return why everything must be read rather than what changed since a horizon; empty: it need not be."""
        emptied, rows = _one(self.connection, _SIZE, {"since": since})
        if emptied:
            return "a table was emptied in one go"
        return f"{rows:,} rows changed at once" if rows > MOST else ""

    def changes(self, since: str) -> Mapping[str, Collection[int]]:
        """Return whose rows may be others than at an earlier horizon, by table of the star.

        A change counts if its transaction is seen now and was not seen then, whenever it was begun or written.
        """
        found: dict[str, set[int]] = {}
        for kind, ids in self.connection.execute(_CHANGES, {"since": since}):
            found.setdefault(kind, set()).update(ids)
        for followed in FOLLOWED:
            upon = sorted(found.pop(followed.kind, ()))
            for kind, column in followed.by if upon else ():
                found.setdefault(kind, set()).update(self._hanging(TABLE_OF[kind], column, upon))
        return found

    def _hanging(self, table: str, column: str, upon: list[int]) -> Iterator[int]:
        query = sql.SQL("SELECT id FROM {} WHERE {} = ANY(%s)").format(sql.Identifier(table), sql.Identifier(column))
        for ids in _in_parts(upon):
            yield from (key for (key,) in self.connection.execute(query, [ids]))

    def rows(self, table: Table, ids: Collection[int]) -> pa.Table:
        """Return the rows of these ids, of those that are there."""
        schema = schema_of(table)
        found: list[pa.RecordBatch] = []
        for part in _in_parts(sorted(ids)):
            query = sql.SQL("SELECT * FROM ({}) AS star WHERE {} = ANY({})").format(
                _of_star(table), sql.Identifier(key_of(table)), sql.Literal(part)
            )
            found += self._copied(table, query)
        return pa.Table.from_batches(found, _loose(schema)).cast(schema)

    def whole(self, table: Table, heard: Heard) -> Iterator[pa.RecordBatch]:
        """Yield all rows of a table in the order of their ids."""
        query = sql.SQL("{} ORDER BY {}").format(_of_star(table), sql.Identifier(key_of(table)))
        rows = 0
        for batch in self._copied(table, query):
            yield batch
            rows += batch.num_rows
            heard(rows)

    def expected(self, table: Table) -> float:
        """Return about how many rows a table has; at least one."""
        query = "SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = %s::regclass"
        return float(_one(self.connection, query, [TABLE_OF[table.name]])[0])

    def _copied(self, table: Table, query: sql.Composable) -> Iterator[pa.RecordBatch]:
        schema = schema_of(table)
        statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(query)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            source = io.BufferedReader(Copied(copy), BLOCK)
            yield from batches(source, dict(zip(schema.names, schema.types, strict=True)))


@contextmanager
def this_moment(connection: Connection) -> Iterator[Moment]:
    """See the database as it is now, and go on seeing it so."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        horizon, at_us = _one(connection, _MOMENT)
        yield Moment(connection, horizon, at_us)
    finally:
        if not connection.broken:
            connection.rollback()  # nothing was written


def forget(connection: Connection, until: str) -> None:
    """Delete the changes that are seen at a horizon."""
    connection.execute(_FORGET, {"until": until})


def _of_star(table: Table) -> sql.Composable:
    return sql.SQL(star()[table.name].sql(dialect="postgres", identify=True))  # no words of users


def _loose(schema: pa.Schema) -> pa.Schema:
    return pa.schema(list(zip(schema.names, schema.types, strict=True)))


def _in_parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _one(connection: Connection, query: str, given: list[object] | dict[str, object] | None = None) -> tuple[Any, ...]:
    found: tuple[Any, ...] | None = connection.execute(query, given).fetchone()
    if found is None:
        raise LookupError(query)
    return found
