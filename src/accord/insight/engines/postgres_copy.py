"""PostgreSQL, in a database of its own, into which a version of the warehouse is copied and asked there.

The tables stand in the schema ``accord``, with one row beside them that says which files of which version they hold. Of
a later version only those files are copied that are others, each in the place of its bucket; all in one transaction, so
that whoever asks meanwhile goes on with the version before.
"""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql
from pyarrow import csv
from sqlglot import exp

from accord.insight.engines import Row
from accord.insight.engines.arrow import untyped
from accord.insight.engines.copied import BLOCK, Copied, batches
from accord.insight.engines.files import files_gone, not_answered, unreachable
from accord.insight.query import Question, as_question
from accord.insight.star import Table
from accord.insight.warehouse import BUCKET, TABLES, Version, key_of

DIALECT = "postgres"
SCHEMA = "accord"
LOCK = 7_261_500_807
"""The number of the advisory lock that whoever copies holds."""
PATIENCE = "60s"
"""For somebody else who copies, or who still asks tables that have to go."""
Connection = psycopg.Connection[Row]
_ARROW = {
    **dict.fromkeys(("int2", "int4", "int8"), pa.int64()),
    **dict.fromkeys(("float4", "float8"), pa.float64()),
    **dict.fromkeys(("text", "varchar", "bpchar"), pa.string()),
    "bool": pa.bool_(),
}


class PostgresCopy:
    """One version in a PostgreSQL database, to be asked by any number of threads, one at a time."""

    def __init__(self, folder: Path, version: Version, url: str) -> None:
        """Connect, and copy what is not there.

        Args:
            folder: That of the warehouse.
            version: Which of its versions.
            url: The database, as libpq takes it; its user may make a schema there.

        Raises:
            InsightError: ``insight.unreachable``, ``insight.not_answered`` or ``insight.files_gone``.
        """
        self.folder, self.version = folder, version
        try:
            self._connection: Connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise unreachable("PostgreSQL", error) from error
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it; what was copied stays."""
        self._connection.close()

    def ask(self, question: Question, given: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a question; see ``Opened.ask``."""
        asked = as_question(question)
        with self._answering() as cursor:
            return cursor.execute(_statement(asked.render(DIALECT)), asked.bound(given) or None).fetchall()

    def arrow(self, question: Question, given: Mapping[str, Any]) -> pa.Table:
        """Return the answer to a question as an Arrow table; see ``Opened.arrow``."""
        asked = as_question(question)
        text = _statement(asked.render(DIALECT, given=asked.bound(given)))
        with self._answering() as cursor:
            described = cursor.execute(sql.SQL("SELECT * FROM ({}) AS answer LIMIT 0").format(text)).description or ()
            types = {column.name: _arrow_of(column) for column in described}
            with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(text)) as copy:
                found = list(batches(io.BufferedReader(Copied(copy), BLOCK), types))
        return pa.Table.from_batches(found, pa.schema(list(types.items())))

    @contextmanager
    def _answering(self) -> Iterator[psycopg.Cursor[Row]]:
        """Have a cursor; what fails leaves the transaction as it was."""
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                yield cursor
        except psycopg.OperationalError as error:
            raise unreachable("PostgreSQL", error) from error
        except psycopg.Error as error:
            raise not_answered("PostgreSQL", error) from error

    def _prepare(self) -> None:
        """Copy the version, and see the database as it then is from now on."""
        try:
            self._connection.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(PATIENCE)))
            # Held until the snapshot is taken, so that nobody copies another version in between.
            self._connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            with self._connection.transaction():
                _Copying(self._connection, self.folder, self.version).bring()
            self._connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(SCHEMA)))
            self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # Else a table that another Accord drops, with other columns, would look empty to this snapshot.
            names = sql.SQL(", ").join(map(sql.Identifier, TABLES))
            self._connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(names))
            self._connection.execute("SELECT FROM held")
            self._connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        except FileNotFoundError as error:
            raise files_gone(self.version) from error
        except psycopg.OperationalError as error:
            raise unreachable("PostgreSQL", error) from error
        except psycopg.Error as error:
            raise not_answered("PostgreSQL", error) from error


class _Copying:
    """Makes the tables of the schema those of a version."""

    def __init__(self, connection: Connection, folder: Path, version: Version) -> None:
        self.connection, self.folder, self.version = connection, folder, version

    def bring(self) -> None:
        """Copy what is not there."""
        self.connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
        self._execute("CREATE TABLE IF NOT EXISTS {} (tables jsonb NOT NULL)", _named("held"))
        row = self._execute("SELECT tables FROM {}", _named("held")).fetchone()
        before: dict[str, dict[str, Any]] = row[0] if row else {}
        after = {name: self._described(table) for name, table in TABLES.items()}
        if before == after:
            return
        for name in before.keys() - after.keys():
            self._execute("DROP TABLE {}", _named(name))
        for name, table in TABLES.items():
            self._bring(table, before.get(name), after[name])
        self._execute("DELETE FROM {}", _named("held"))
        self._execute("INSERT INTO {} VALUES ({})", _named("held"), sql.Literal(json.dumps(after)))

    def _described(self, table: Table) -> dict[str, Any]:
        """Return what is kept of a table: its columns, and by bucket the file that its rows are from."""
        files = self.version.tables[table.name].files
        return {
            "columns": [[column.name, column.type.value, column.nullable] for column in table.columns],
            "files": {str(bucket): file.name for bucket, file in files.items()},
        }

    def _bring(self, table: Table, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        if before is None or before["columns"] != after["columns"]:
            self._execute("DROP TABLE IF EXISTS {}", _named(table.name))
            self.connection.execute(_statement(_created(table)))
            before = {"files": {}}
        held, wanted = before["files"], after["files"]
        others = sorted(int(each) for each in {*held, *wanted} if held.get(each) != wanted.get(each))
        for bucket in others:
            if str(bucket) in held:
                self._empty(table, bucket)
            if str(bucket) in wanted:
                self._copy(table, self.folder / table.name / wanted[str(bucket)])
        if others:
            self._execute("ANALYZE {}", _named(table.name))

    def _empty(self, table: Table, bucket: int) -> None:
        low, high = sql.Literal(bucket * BUCKET), sql.Literal((bucket + 1) * BUCKET)
        key = sql.Identifier(key_of(table))
        self._execute("DELETE FROM {} WHERE {} >= {} AND {} < {}", _named(table.name), key, low, key, high)

    def _copy(self, table: Table, file: Path) -> None:
        rows = pq.read_table(file, columns=[column.name for column in table.columns])
        text = io.BytesIO()
        # An empty text is written in quotes and NULL is not, which is how COPY tells them apart.
        csv.write_csv(rows, text, csv.WriteOptions(include_header=False))
        statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(_named(table.name))
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(text.getbuffer())

    def _execute(self, statement: Any, *parts: sql.Composable) -> psycopg.Cursor[Row]:  # noqa: ANN401  # a literal
        return self.connection.execute(sql.SQL(statement).format(*parts))


def _created(table: Table) -> str:
    columns = [
        exp.ColumnDef(
            this=exp.to_identifier(column.name, quoted=True),
            kind=exp.DataType.build(column.type.value),
            constraints=[] if column.nullable else [exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())],
        )
        for column in table.columns
    ]
    key = exp.PrimaryKey(expressions=[exp.to_identifier(key_of(table), quoted=True)])
    made = exp.Create(
        this=exp.Schema(this=exp.to_table(table.name, db=SCHEMA), expressions=[*columns, key]), kind="TABLE"
    )
    return made.sql(dialect=DIALECT, identify=True)


def _named(table: str) -> sql.Identifier:
    return sql.Identifier(SCHEMA, table)


def _statement(text: str) -> sql.SQL:
    return sql.SQL(text)  # made from a tree


def _arrow_of(column: psycopg.Column) -> pa.DataType:
    if column.type_display.startswith("numeric(") and column.scale:
        return pa.decimal128(column.precision, column.scale)
    name = column.type_display.partition("(")[0]
    if name not in _ARROW:
        raise untyped(column.name, name)
    return _ARROW[name]
