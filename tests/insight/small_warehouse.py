"""A small warehouse out of random rows, for whatever tables and questions there are, and what questions are given."""

import random
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlglot import exp

from accord.agreement import CreditTerms
from accord.agreement.exchange import StatedRate, rates_into
from accord.insight import Column, Query, Table, Type, names, query
from accord.insight.closing import Dimension, ratio_spread, ratio_sums
from accord.insight.credit.crediting import credit
from accord.insight.credit.ground import Asked, Ground
from accord.insight.engines.lake import Lake, schema_of
from accord.insight.warehouse import TABLES, Held, Version

DAY = 86_400_000_000
NOW = 100 * DAY
STEP, ROWS = 700, 60
"""Ids are so far apart that they fall into three buckets."""
ODD = ["", "it's", 'say "no"', "back\\slash", "two\nlines", "50 %", "NULL", "Zoë"]
KNOWN = {
    "to_stage": ("lead", "mql", "sal", "sql", "customer"),
    "currency": ("EUR", "CHF"),
    "deals.outcome": ("won", "won", "lost"),
}
"""Texts of a column that are more frequent than odd ones, where the questions alone would not name enough of them."""
GIVEN = {
    "from_us": 5 * DAY,
    "to_us": 95 * DAY,
    "now_us": NOW,
    "currency": "EUR",
    "stage": "mql",
    "silence_us": 14 * DAY,
    "base": "mql",
    "cycle": 0,
    "first": "lead",
    "second": "sal",
    "scope": "company",
    "labels": "way",
}

GROUND = Ground(
    CreditTerms(model="markov_2"),
    rates_into("EUR", [StatedRate(date(1970, 1, 1), "EUR", "CHF", Decimal("0.95"))]),
    ZoneInfo("Europe/Berlin"),
)
"""By which credit is given; some amounts are of currencies that have no rate."""


def given(asked: str | Query) -> dict[str, Any]:
    """The parameters of a question: those known, else nothing in particular."""
    nothing = {Type.BIGINT: NOW, Type.TEXT: ""}
    question = query(asked) if isinstance(asked, str) else asked
    return {one: GIVEN.get(one, nothing.get(type_)) for one, type_ in question.types.items()}


DISCOUNTS = (ratio_sums(), ratio_spread(None), ratio_spread(Dimension.SOURCE))
"""Questions that are put together, and no files."""


@cache
def compared(column: str) -> tuple[str, ...]:
    """The texts with which the questions compare a column of this name, so that rows meet their conditions."""
    found = set()
    for name in names():
        for node in query(name).tree.find_all(exp.EQ, exp.NEQ, exp.In):
            if isinstance(node.this, exp.Column) and node.this.name == column:
                found |= {each.name for each in node.find_all(exp.Literal) if each.is_string}
    return tuple(sorted(found))


def cell(table: Table, column: Column, at: int, chance: random.Random) -> Any:
    if column.nullable and chance.random() < 0.3:
        return None
    match column.type:
        case Type.BOOLEAN:
            return chance.random() < 0.8
        case Type.DECIMAL:
            return Decimal(chance.randrange(-(10**9), 10**9)) / 10_000
        case Type.TEXT:
            known = KNOWN.get(f"{table.name}.{column.name}") or KNOWN.get(column.name) or compared(column.name)
            return chance.choice([*known * 4, *ODD])
    if column.name.endswith("_us"):
        return chance.randrange(100) * DAY + chance.randrange(-10, 10)
    if column.name.endswith("_cents"):
        return chance.randrange(10**7)
    return chance.randrange(ROWS) * STEP if column.name.endswith("_id") else chance.randrange(1, 4)


def rows_of(table: Table, chance: random.Random) -> pa.Table:
    rest = table.columns[1:]
    ids = [at * STEP for at in range(ROWS)]
    cells = [[cell(table, column, at, chance) for at in ids] for column in rest]
    schema = schema_of(table)
    arrays = [pa.array(values, type=field.type) for values, field in zip([ids, *cells], schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def fill(folder: Path, seed: int = 1, empty: tuple[str, ...] = ()) -> Version:
    """Write a warehouse of random rows; some tables have none."""
    chance, lake, held = random.Random(seed), Lake(folder), dict[str, Held]()  # noqa: S311  # no secrets
    for name, table in TABLES.items():
        rows = rows_of(table, chance)
        held[name] = lake.fill(table, [] if name in empty else rows.to_batches(), 1)
    return Version(1, NOW, "1:1:", {}, held)


def changed(folder: Path, before: Version, name: str, ids: list[int], rows: pa.Table) -> Version:
    """Write the next version, in which the rows of some ids are others."""
    held = Lake(folder).replace(TABLES[name], before.tables[name], ids, rows, before.number + 1)
    return Version(before.number + 1, NOW, "2:2:", {}, {**before.tables, name: held})


def in_order(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


def credited(opened: Asked) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of credit, by table."""
    found = credit(opened, GROUND)
    return {name: in_order([tuple(row.values()) for row in rows.to_pylist()]) for name, rows in found.items()}


def whole(name: str) -> str:
    """What asks for every cell of a table."""
    columns = ", ".join(f"t.{column.name} AS {column.name}" for column in TABLES[name].columns)
    return f"SELECT {columns} FROM {name} AS t"  # noqa: S608  # our names


TREE = """
WITH won AS (SELECT d.lead_id AS lead_id, d.amount_cents AS cents FROM deals AS d WHERE d.outcome <> 'lost')
SELECT l.source AS source, COUNT(*) AS deals, CAST(SUM(w.cents) AS BIGINT) AS cents,
    CAST(SUM(w.cents) AS DOUBLE) / NULLIF(CAST(CAST($whole AS BIGINT) AS DOUBLE), CAST(0 AS DOUBLE)) AS share,
    CAST(SUM(w.cents) AS DECIMAL(20, 4)) AS exact, MAX(w.cents) > 1 AS large
FROM won AS w JOIN leads AS l ON l.lead_id = w.lead_id
WHERE l.source <> '50 %'
GROUP BY l.source
"""
"""A query with a WITH of its own, a column of each type, and a per cent sign."""
