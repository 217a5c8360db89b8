"""Engines that hold made-up journeys, and journeys by rows: a touch is (journey, day, label)."""

from collections.abc import Sequence
from typing import Any, Protocol

import psycopg
import pyarrow as pa
from hypothesis import strategies as st
from sqlglot import exp
from tests.attribution.rows import INSTANT, marked, touches

from accord.attribution import ArrowStream
from accord.insight.engines.arrow import ARROW
from accord.insight.engines.duck import DuckDB
from accord.insight.journeys import CONVERSIONS, TOUCHPOINTS, Ask
from accord.insight.star import Table
from accord.rules.compile import render

Touch = tuple[int, float, str]
Won = tuple[int, float, int, float | None, float | None]

LABELS = ["Direct", "b", "B", "ä", "z", "Z", "it's", "a\\b", "50 %", ""]
"""Texts that engines sort and quote in different ways."""

instants = st.integers(0, 8).map(float)  # few, so that many fall together
touched = st.lists(st.tuples(st.integers(1, 6), instants, st.sampled_from(LABELS)), max_size=30)
values = st.lists(
    st.tuples(st.integers(1, 7), instants, st.integers(-5_000, 100_000), st.none() | instants, st.none() | instants),
    max_size=12,
)


class Holder(Protocol):
    """Holds tables, in place of what it held, and says how it is asked."""

    def hold(self, *tables: tuple[Table, pa.Table]) -> Ask: ...


class InDuckDB:
    def __init__(self) -> None:
        self.engine = DuckDB(threads=1)

    def hold(self, *tables: tuple[Table, pa.Table]) -> Ask:
        for table, rows in tables:
            self.engine.load(table, rows)
        return self.engine.batches


class InPostgreSQL:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def hold(self, *tables: tuple[Table, pa.Table]) -> Ask:
        with self.connection.cursor() as cursor:
            for table, rows in tables:
                columns = ", ".join(f'"{column.name}" {column.type.value}' for column in table.columns)
                cursor.execute(f'DROP TABLE IF EXISTS "{table.name}"')
                cursor.execute(f'CREATE TEMPORARY TABLE "{table.name}" ({columns})')
                with cursor.copy(f'COPY "{table.name}" FROM STDIN') as copy:
                    for row in rows.to_pylist():
                        copy.write_row(list(row.values()))
        return self.ask

    def ask(self, query: exp.Query) -> ArrowStream:
        with self.connection.cursor() as cursor:
            rows = cursor.execute(render(query, "postgres").encode()).fetchall()
            fields = [(column.name, TYPES[column.type_code]) for column in cursor.description or ()]
        return pa.Table.from_pylist(
            [dict(zip([name for name, _ in fields], row, strict=True)) for row in rows], pa.schema(fields)
        )


TYPES = {20: pa.int64(), 23: pa.int32(), 25: pa.string()}
"""By the numbers that PostgreSQL gives them; another one is an error."""


def held(rows: Sequence[Touch], won: Sequence[Won]) -> list[tuple[Table, pa.Table]]:
    """The tables of journeys as an engine has them; touchpoints are numbered from 100, conversions from 0."""
    cells: list[tuple[Table, list[list[Any]]]] = [
        (TOUCHPOINTS, [[100 + number, journey, us(at), touch] for number, (journey, at, touch) in enumerate(rows)]),
        (
            CONVERSIONS,
            [
                [number, journey, us(at), cents, us(lead), us(opportunity)]
                for number, (journey, at, cents, lead, opportunity) in enumerate(won)
            ],
        ),
    ]
    return [
        (
            table,
            pa.table(
                {
                    column.name: pa.array([row[place] for row in lines], ARROW[column.type])
                    for place, column in enumerate(table.columns)
                }
            ),
        )
        for table, lines in cells
    ]


def given(rows: Sequence[Touch], won: Sequence[Won]) -> tuple[pa.Table, pa.Table]:
    """The same journeys as the library reads them, with the ids of touchpoints."""
    ids = pa.array(range(100, 100 + len(rows)), pa.int64())
    return touches(*rows).append_column("touchpoint", ids), marked(*won)


def us(day: float | None) -> int | None:
    """The instant of a day of the tests, in microseconds."""
    table = touches((1, day, "")) if day is not None else None
    return None if table is None else table["at"].cast(INSTANT).cast(pa.int64())[0].as_py()
