"""Two engines that hold the same tiny star, so that every question is asked of both."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import duckdb
import psycopg
import pytest

from accord.insight import STAR, query
from accord.insight.query import Query

Star = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table; what a row does not say is 0 for a number, empty for a text, and NULL where it may be."""

DAY = 86_400_000_000
HOUR = DAY // 24
NOW = 100 * DAY


class Engine(Protocol):
    def ask(self, question: Query, star: Star, /, **parameters: object) -> list[tuple[Any, ...]]: ...


def rows_of(star: Star, table: str) -> list[list[Any]]:
    columns = STAR[table].columns
    for row in star.get(table, ()):
        assert set(row) <= {column.name for column in columns}, f"{table} has no such column: {row}"
    empty = {
        column.name: None if column.nullable else {"BIGINT": 0, "TEXT": "", "BOOLEAN": True}[column.type.value]
        for column in columns
    }
    return [[{**empty, **row}[column.name] for column in columns] for row in star.get(table, ())]


def create(table: str) -> str:
    columns = (
        f'"{column.name}" {column.type.value}{"" if column.nullable else " NOT NULL"}' for column in STAR[table].columns
    )
    return f'CREATE TEMPORARY TABLE "{table}" ({", ".join(columns)})'


HELD = [name for name in STAR if name != "stages"]


class DuckDB:
    def __init__(self) -> None:
        self.connection = duckdb.connect()
        for name in HELD:
            self.connection.execute(create(name))

    def ask(self, question: Query, star: Star, /, **parameters: object) -> list[tuple[Any, ...]]:
        for name in HELD:
            self.connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  # the names stand in the star
            for row in rows_of(star, name):
                marks = ", ".join("?" * len(row))
                self.connection.execute(f'INSERT INTO "{name}" VALUES ({marks})', row)  # noqa: S608
        found = self.connection.execute(question.render("duckdb"), parameters).fetchall()
        return sorted(found, key=repr)


class PostgreSQL:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        for name in HELD:
            self.connection.execute(create(name))

    def ask(self, question: Query, star: Star, /, **parameters: object) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            for name in HELD:
                cursor.execute(f'TRUNCATE "{name}"')
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    for row in rows_of(star, name):
                        copy.write_row(row)
            return sorted(cursor.execute(question.render("postgres"), parameters).fetchall(), key=repr)


@pytest.fixture(scope="module")
def duckdb_engine() -> Iterator[Engine]:
    engine = DuckDB()
    yield engine
    engine.connection.close()


@pytest.fixture(scope="module")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = PostgreSQL(postgres_url)
    yield engine
    engine.connection.close()


class Both:
    """Asks both engines, and answers only if they agree to the last bit."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self.engines = engines

    def ask(self, name: str | Query, star: Star, **parameters: object) -> list[tuple[Any, ...]]:
        question = query(name) if isinstance(name, str) else name
        everything = {
            "from_us": 0,
            "to_us": NOW,
            "now_us": NOW,
            "currency": "EUR",
            "stage": "mql",
            "silence_us": 14 * DAY,
            "team": "",
        } | parameters
        given = {name: everything[name] for name in question.parameters}
        answers = [engine.ask(question, star, **given) for engine in self.engines]
        assert answers[0] == answers[1]
        assert [[type(cell) for cell in row] for row in answers[0]] == [
            [type(cell) for cell in row] for row in answers[1]
        ]
        return answers[0]

    def one(self, name: str, star: Star, **parameters: object) -> dict[str, Any]:
        """The only row, by column."""
        (row,) = self.ask(name, star, **parameters)
        return dict(zip(query(name).columns, row, strict=True))


@pytest.fixture
def both(duckdb_engine: Engine, postgres_engine: Engine) -> Both:
    return Both([duckdb_engine, postgres_engine])


def lead(key: int, **more: object) -> dict[str, object]:
    """A lead of the star, with what the test says of it."""
    return {"lead_id": key, "person_id": key, "cycle": 1, "stage": "lead"} | more


def went(key: int, *stages: str, start: int = DAY) -> list[dict[str, object]]:
    """A lead's history, a day apart."""
    before = ["", *stages[:-1]]
    return [
        {
            "change_id": key * 100 + at,
            "lead_id": key,
            "from_stage": old,
            "to_stage": new,
            "at_us": start + at * DAY,
            "decided_by": "agreement",
        }
        for at, (old, new) in enumerate(zip(before, stages, strict=True))
    ]
