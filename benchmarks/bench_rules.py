"""Northwind's criteria over many leads: the Python reference lead by lead, against the same rules compiled for DuckDB.

Prints leads per second and the ratio, all from one run, after checking that both give the same answers; and what one
lead with a long history takes, all criteria and the score, as a share of the two milliseconds of Python that it may.
"""

import random
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import duckdb
import pyarrow as pa

from accord.agreement import read
from accord.rules import (
    ColumnType,
    Facts,
    FieldColumn,
    PropertyColumns,
    Tables,
    Touchpoint,
    evaluate,
    microseconds,
    property_columns,
    text_key,
)
from accord.rules.compile import compile_rule, render
from accord.scoring import score

NORTHWIND = Path(__file__).parent.parent / "examples/northwind/agreement.yaml"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEADS, EACH = 20_000, 10
LONG, BUDGET = 500, 0.002
"""Touchpoints of a long history, and the seconds that judging it may take."""
CRITERIA = ("right_company", "decision_maker", "reachable", "wants_to_talk")


def histories() -> list[Facts]:
    """Return random leads with ten touchpoints each."""
    chance = random.Random(7)
    made = []
    for _ in range(LEADS):
        fields = {
            "company.employees": chance.choice([5, 49, 50, 700, 4000]),
            "company.country": chance.choice(["DE", "FR", "AT", "US"]),
            "person.seniority": chance.choice(["vp", "manager", "director"]),
            "person.email": "a@b.example",
        }
        touches = tuple(
            Touchpoint(
                str(n),
                chance.choice(["page_viewed", "form_submitted", "email_opened"]),
                AT - timedelta(minutes=chance.randrange(60 * 24 * 40)),
                {"path": chance.choice(["/pricing", "/", "/pricing/eu"]), "form": chance.choice(["demo", "contact"])},
            )
            for n in range(EACH)
        )
        made.append(Facts(fields, touches))
    return made


def long_histories(zone: tzinfo) -> list[Facts]:
    """Return random leads with five hundred touchpoints each, most of them page views."""
    chance = random.Random(7)
    events = ["page_viewed"] * 6 + ["email_opened"] * 2 + ["form_submitted", "email_clicked", "webinar_attended"]
    known = {"company.employees": 700, "company.country": "DE", "person.seniority": "vp", "person.email": "a@b.example"}
    paths = ["/", "/pricing", "/pricing/eu", "/products", *(f"/products/{number}" for number in range(20))]
    return [
        Facts(
            known,
            tuple(
                Touchpoint(
                    str(n),
                    chance.choice(events),
                    AT - timedelta(minutes=chance.randrange(60 * 24 * 365)),
                    {"path": chance.choice(paths), "form": chance.choice(["demo", "contact"])},
                )
                for n in range(LONG)
            ),
            zone=zone,
        )
        for _ in range(200)
    ]


def main() -> None:
    agreement = read(NORTHWIND).agreement
    assert agreement is not None
    rules = {name: criterion.rule for name, criterion in agreement.criteria.items()}
    people = histories()

    begin = time.perf_counter()
    reference = [tuple(evaluate(rules[name], facts, AT, rules) for name in CRITERIA) for facts in people]
    python = time.perf_counter() - begin
    begin = time.perf_counter()
    for facts in people:
        score(agreement.score, facts, AT, rules)
    scoring = time.perf_counter() - begin

    print(f"criteria in Python {LEADS / python:10.0f} leads/s")
    print(f"score in Python    {LEADS / scoring:10.0f} leads/s")
    engine, tables = loaded(people)
    columns = [render(compile_rule(rules[name], tables, AT, rules), "duckdb") for name in CRITERIA]
    query = f'SELECT {", ".join(columns)} FROM "leads" AS "l" ORDER BY "l"."id"'
    begin = time.perf_counter()
    answers = engine.execute(query).fetchall()
    duck = time.perf_counter() - begin
    assert answers == reference
    print(f"criteria in DuckDB {LEADS / duck:10.0f} leads/s")
    print(f"ratio              {python / duck:10.1f}")

    people = long_histories(agreement.zone)
    begin = time.process_time()
    for facts in people:
        for rule in rules.values():
            evaluate(rule, facts, AT, rules)
        score(agreement.score, facts, AT, rules)
    each = (time.process_time() - begin) / len(people)
    print(f"one long history   {1000 * each:10.2f} ms, {each / BUDGET:.0%} of what it may take")


def loaded(people: list[Facts]) -> tuple[duckdb.DuckDBPyConnection, Tables]:
    """Return a database that holds the leads, and how the rules find their columns there."""
    fields = {
        "company.employees": FieldColumn("company.employees", ColumnType.INTEGER),
        "company.country": FieldColumn("company.country", ColumnType.TEXT),
        "person.seniority": FieldColumn("person.seniority", ColumnType.TEXT),
        "person.role": FieldColumn("person.role", ColumnType.TEXT),
        "person.email": FieldColumn("person.email", ColumnType.TEXT),
        "person.phone": FieldColumn("person.phone", ColumnType.TEXT),
    }
    properties = {name: PropertyColumns(f"{name}.text", f"{name}.number") for name in ("path", "form")}
    leads = [(n, *(facts.fields.get(name) for name in fields)) for n, facts in enumerate(people)]
    touches = [
        (n, touch.event, microseconds(touch.at), *(value for name in properties for value in columns(touch, name)))
        for n, facts in enumerate(people)
        for touch in facts.touchpoints
    ]
    engine = duckdb.connect()
    put(engine, "leads", ["id", *fields], leads)
    put(engine, "touchpoints", ["lead_id", "event", "at", *(f"{p}.{c}" for p in properties for c in KINDS)], touches)
    return engine, Tables(lead="l", fields=fields, properties=properties)


KINDS = {"text": "VARCHAR", "number": "DECIMAL(20,4)"}


def columns(touch: Touchpoint, name: str) -> tuple[str | None, object]:
    value = touch.properties.get(name)
    return property_columns(value) if value is not None else (None, None)


def put(engine: duckdb.DuckDBPyConnection, table: str, names: list[str], rows: list[tuple[object, ...]]) -> None:
    """Store rows under their column names; the types follow from the names."""
    numbers = {"id", "lead_id", "at", "company.employees"}
    kinds = ["BIGINT" if name in numbers else KINDS["number" if name.endswith(".number") else "text"] for name in names]
    engine.execute(
        f'CREATE TABLE "{table}" ({", ".join(f"{chr(34)}{n}{chr(34)} {k}" for n, k in zip(names, kinds, strict=True))})'
    )
    values = [
        [text_key(cell) if isinstance(cell, str) and names[i] != "event" else cell for i, cell in enumerate(row)]
        for row in rows
    ]
    arrays = [pa.array([row[i] for row in values]) for i in range(len(names))]
    engine.register("given", pa.table(dict(zip(names, arrays, strict=True))))
    engine.execute(f'INSERT INTO "{table}" SELECT * FROM given')
    engine.unregister("given")


if __name__ == "__main__":
    main()
