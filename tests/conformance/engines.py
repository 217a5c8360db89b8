"""The engines on which compiled rules run, each with one table of leads and one of touchpoints."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import duckdb
import psycopg
import pyarrow as pa
from sqlglot import exp

from accord.rules import (
    ColumnType,
    Facts,
    FieldColumn,
    PropertyColumns,
    Rule,
    Tables,
    evaluate,
    field_column,
    local_day,
    microseconds,
    property_columns,
)
from accord.rules.compile import compile_rule, render

FIELDS = {
    "company.name": ColumnType.TEXT,
    "company.employees": ColumnType.INTEGER,
    "deal.amount": ColumnType.DECIMAL,
    "person.opted_in": ColumnType.BOOLEAN,
    "lead.renewal": ColumnType.DATE,
}
PROPERTIES = ("path", "value")
TABLES = Tables(
    lead="l",
    lead_key="id",
    fields={name: FieldColumn(name, column) for name, column in FIELDS.items()},
    touchpoints="touchpoints",
    properties={name: PropertyColumns(f"{name} text", f"{name} number") for name in PROPERTIES},
)
SQL_TYPES = {
    ColumnType.TEXT: "TEXT",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "DECIMAL(20, 4)",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "BIGINT",
}
LEAD_COLUMNS = dict.fromkeys(("id", "company_id", "at", "today"), "BIGINT")
LEAD_COLUMNS |= {name: SQL_TYPES[column] for name, column in FIELDS.items()}
TOUCHPOINT_COLUMNS = {
    "lead_id": "BIGINT",
    "company_id": "BIGINT",
    "person_id": "BIGINT",
    "event": "TEXT",
    "at": "BIGINT",
    "day": "BIGINT",
} | {f"{name} {part}": kind for name in PROPERTIES for part, kind in (("text", "TEXT"), ("number", "DECIMAL(20, 4)"))}
ARROW_TYPES = {
    "TEXT": pa.string(),
    "BIGINT": pa.int64(),
    "DECIMAL(20, 4)": pa.decimal128(20, 4),
    "BOOLEAN": pa.bool_(),
}

Lead = tuple[Facts, datetime]
"""The facts of a lead and the instant at which it is judged, unless all are judged at one moment."""


class Engine(Protocol):
    """Says of each lead which of the rules hold; at ``moment``, or at the lead's own instant where that is None."""

    def answers(
        self, leads: Sequence[Lead], rules: Sequence[Rule], criteria: Mapping[str, Rule], moment: datetime | None = None
    ) -> list[list[bool]]: ...


class Reference:
    def answers(self, leads, rules, criteria, moment=None):
        return [[evaluate(rule, facts, moment or at, criteria) for rule in rules] for facts, at in leads]


class DuckDB:
    def __init__(self) -> None:
        self.connection = duckdb.connect()
        for name, columns in (("leads", LEAD_COLUMNS), ("touchpoints", TOUCHPOINT_COLUMNS)):
            self.connection.execute(create_table(name, columns))

    def answers(self, leads, rules, criteria, moment=None):
        for name, columns, rows in (
            ("leads", LEAD_COLUMNS, lead_rows(leads, moment)),
            ("touchpoints", TOUCHPOINT_COLUMNS, touchpoint_rows(leads)),
        ):
            arrow = arrow_table(columns, rows)
            self.connection.register("loaded", arrow)
            self.connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  # the names stand above
            self.connection.execute(f'INSERT INTO "{name}" SELECT * FROM loaded')  # noqa: S608
            self.connection.unregister("loaded")
        return answers_in(self.connection.execute(query(rules, criteria, moment, "duckdb")).fetchall())


class PostgreSQL:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        for name, columns in (("leads", LEAD_COLUMNS), ("touchpoints", TOUCHPOINT_COLUMNS)):
            self.connection.execute(create_table(name, columns).replace("CREATE", "CREATE TEMPORARY"))
        self.connection.commit()

    def answers(self, leads, rules, criteria, moment=None):
        # Nothing is kept, and a query that fails does not spoil the next.
        with self.connection.transaction(force_rollback=True), self.connection.cursor() as cursor:
            for name, rows in (("leads", lead_rows(leads, moment)), ("touchpoints", touchpoint_rows(leads))):
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            found = cursor.execute(query(rules, criteria, moment, "postgres")).fetchall()
        return answers_in(found)


def create_table(name, columns):
    listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    return f'CREATE TABLE "{name}" ({listed})'


def arrow_table(columns, rows):
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pa.table(
        {
            name: pa.array(
                [Decimal(value) if kind == "DECIMAL(20, 4)" and value is not None else value for value in cells],
                type=ARROW_TYPES[kind],
            )
            for (name, kind), cells in zip(columns.items(), values, strict=True)
        }
    )


def lead_rows(leads, moment=None):
    return [
        (
            key,
            -key,
            microseconds(at),
            local_day(moment or at, facts.zone),
            *(field_column(facts.fields.get(name), column) for name, column in FIELDS.items()),
        )
        for key, (facts, at) in enumerate(leads)
    ]


def touchpoint_rows(leads):
    """Every person is a key of its own; colleagues belong to no lead, and a company is known by the lead's number."""
    return [
        (
            key if person == 0 else None,
            -key,
            1000 * key + person,
            touchpoint.event,
            touchpoint.microseconds,
            local_day(touchpoint.at, facts.zone),
            *(cell for name in PROPERTIES for cell in property_columns(touchpoint.properties.get(name))),
        )
        for key, (facts, _) in enumerate(leads)
        for person, timeline in enumerate((facts.timeline, *facts.colleagues.values()))
        for touchpoint in timeline.touchpoints
    ]


def query(rules, criteria, moment, dialect):
    at = moment or exp.column("at", table="l", quoted=True)
    today = exp.column("today", table="l", quoted=True)
    answers = [
        exp.alias_(compile_rule(rule, TABLES, at, criteria, today=today), f"r{place}")
        for place, rule in enumerate(rules)
    ]
    key = exp.column("id", table="l", quoted=True)
    return render(exp.select(*answers).from_(exp.to_table("leads").as_("l", quoted=True)).order_by(key), dialect)


def answers_in(rows):
    assert all(answer is True or answer is False for row in rows for answer in row), "a rule answered NULL"
    return [list(row) for row in rows]
