"""Engines that hold the histories of a few people: DuckDB as shipped, PostgreSQL for the tests alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from sqlglot import exp

from accord.agreement import Agreement
from accord.insight import STAR
from accord.insight.backtest.reference import PersonHistory
from accord.insight.engines import Engine
from accord.insight.history import FIELD_CHANGES, PEOPLE, STANDINGS, property_columns_of, tables_for
from accord.insight.star import Table
from accord.rules import microseconds, property_columns
from accord.rules.compile import render


class PostgreSQL:
    """Temporary tables of one connection; all gone with ``forget``."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.held: set[str] = set()

    def forget(self) -> None:
        for name in list(self.held):
            self.drop(name)

    def load(self, table: Table, data: Any) -> None:
        self.load_rows(table, zip(*data.to_pydict().values(), strict=True))

    def load_rows(self, table: Table, rows: Iterable[Sequence[object]]) -> None:
        self.drop(table.name)
        columns = ", ".join(f'"{column.name}" {column.type.value}' for column in table.columns)
        self.connection.execute(f'CREATE TEMPORARY TABLE "{table.name}" ({columns})')
        with self.connection.cursor() as cursor, cursor.copy(f'COPY "{table.name}" FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        self.held.add(table.name)

    def make(self, name: str, query: exp.Query) -> None:
        self.drop(name)
        self.connection.execute(f'CREATE TEMPORARY TABLE "{name}" AS {render(query, "postgres")}')
        self.held.add(name)

    def extend(self, name: str, query: exp.Query) -> None:
        self.connection.execute(f'INSERT INTO "{name}" {render(query, "postgres")}')

    def holds(self, name: str) -> bool:
        return name in self.held

    def drop(self, name: str) -> None:
        self.connection.execute(f'DROP TABLE IF EXISTS "{name}"')
        self.held.discard(name)

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return self.connection.execute(render(query, "postgres")).fetchall()


@dataclass(frozen=True)
class World:
    """People by id, and the company of each; leads of a person by cycle with what was learnt of each."""

    people: Mapping[int, PersonHistory]
    companies: Mapping[int, int] = field(default_factory=dict)
    offers: Sequence[Mapping[str, Any]] = ()
    deals: Sequence[Mapping[str, Any]] = ()


def load(
    engine: Engine,
    world: World,
    agreements: Sequence[Agreement],
    standings: Sequence[tuple] = (),
    inexact: Sequence[str] = (),
    entered: Mapping[int, datetime] | None = None,
) -> None:
    """Hold a world: one lead for each person, with the same id.

    Args:
        engine: Holds it.
        world: The people.
        agreements: Whose properties are held.
        standings: The leads to be judged.
        inexact: The fields of which the instants are only the earliest possible.
        entered: When the leads of some people were entered; the others at the first contact.
    """
    tables = {table.name: table for table in tables_for(agreements)}
    engine.load_rows(PEOPLE, [(key, world.companies.get(key), us(each.known)) for key, each in world.people.items()])
    engine.load_rows(FIELD_CHANGES, field_changes(world, inexact))
    names = [column.name for column in tables["touchpoints"].columns]
    properties = sorted({name.removesuffix(" text") for name in names if name.endswith(" text")})
    assert names[4:] == [
        part for name in properties for part in (property_columns_of(name).text, property_columns_of(name).number)
    ]
    rows = [
        (
            *(number, key, touch.event, touch.microseconds),
            *(cell for name in properties for cell in property_columns(touch.properties.get(name))),
        )
        for key, each in world.people.items()
        for number, touch in enumerate(each.touchpoints)
    ]
    engine.load_rows(tables["touchpoints"], rows)
    leads = [
        {"lead_id": key, "person_id": key, "cycle": 1, "first_contact_us": us(each.known)}
        | {"opened_us": us((entered or {}).get(key, each.known))}
        for key, each in world.people.items()
    ]
    for name, given in (("leads", leads), ("offers", world.offers), ("deals", world.deals)):
        empty = {
            column.name: None if column.nullable else {"BIGINT": 0, "TEXT": ""}[column.type.value]
            for column in STAR[name].columns
        }
        engine.load_rows(STAR[name], [tuple({**empty, **row}.values()) for row in given])
    engine.load_rows(STANDINGS, standings)


def field_changes(world: World, inexact: Sequence[str]) -> list[tuple]:
    """The learnt values; those of a company are taken from one of its people, since all have the same."""
    rows = {}
    for key, each in world.people.items():
        for learnt in each.learnt:
            subject = learnt.field.split(".")[0]
            subject_id = world.companies.get(key) if subject == "company" else key
            if subject_id is not None:
                place = (subject, subject_id, learnt.field, us(learnt.at))
                rows[place] = (*place, *property_columns(learnt.value), learnt.field not in inexact)
    return list(rows.values())


def us(at: Any) -> int:
    return microseconds(at)
