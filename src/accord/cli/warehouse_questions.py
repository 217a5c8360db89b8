"""``accord warehouse questions | ask | sql``: what can be asked, its answer on an engine, and its SQL for others."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from accord.insight import ALL_TIME, Query, Type, names, query
from accord.insight.query import DIALECTS
from accord.rules import instant, microseconds
from accord.server.warehouse.opening import opened

Value = int | str | bool | Decimal
SHOWN = 100
"""Rows that are printed for people."""
PARAM = click.option(
    "--param",
    "written",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the question; an instant (…_us) may be a day or a time such as 2026-03-01T09:30+01:00.",
)
ENGINE = click.option(
    "--engine",
    "url",
    default="",
    metavar="URL",
    help="duckdb:, spark:local[2], spark://host:7077 or postgresql://…  [default: ACCORD_WAREHOUSE_URL, else duckdb:]",
)
_EXPECTED = {
    Type.BIGINT: "a whole number",
    Type.TEXT: "a text",
    Type.BOOLEAN: "true or false",
    Type.DECIMAL: "a number",
}


@click.command(short_help="Say what can be asked")
def questions() -> None:
    """Say what can be asked, and what each question needs to be told."""
    for name in names():
        types = query(name).types
        click.echo(f"{name:<26}{', '.join(f'{each} ({type_.value})' for each, type_ in types.items())}".rstrip())


@click.command(short_help="Put a question to the warehouse, on any engine")
@click.argument("question")
@PARAM
@ENGINE
@click.option("--json", "as_json", is_flag=True, help="Print all rows for a machine to read.")
def ask(question: str, written: tuple[str, ...], url: str, as_json: bool) -> None:
    """Put QUESTION to the warehouse, and print its rows.

    Without others, from_us and to_us are all time, and now_us is the moment of the version. Rows are sorted by their
    columns, from the left. The database is not asked; accord warehouse sync brings the warehouse up to date.
    """
    asked = query(question)
    values = _values(asked, written)
    with opened(url) as engine:
        version = engine.version
        usual = {"from_us": ALL_TIME.from_us, "to_us": ALL_TIME.to_us, "now_us": version.at_us}
        rows = sorted(engine.ask(asked, {**usual, **values}), key=_place)
    said = {"question": question, "version": version.number, "at": instant(version.at_us).isoformat()}
    if as_json:
        found = [dict(zip(asked.columns, row, strict=True)) for row in rows]
        click.echo(json.dumps({**said, "rows": found}, indent=2, ensure_ascii=False, default=str))
        return
    Console().print(_table(asked, rows))
    more = f"; the first {SHOWN:,} are shown, --json gives all" if len(rows) > SHOWN else ""
    rows_said = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    click.echo(f"{rows_said} of version {version.number}, as of {said['at']}{more}")


@click.command(short_help="Print a question as SQL for an engine")
@click.argument("question")
@PARAM
@click.option("--dialect", type=click.Choice(DIALECTS), default=DIALECTS[0], show_default=True)
def sql(question: str, written: tuple[str, ...], dialect: str) -> None:
    """Print QUESTION as SQL for an engine that holds the tables of the warehouse under their names.

    A parameter that is not given stays one, as that engine's drivers take it; they are named on standard error,
    in the order of their question marks where they have no names.
    """
    asked = query(question)
    values = _values(asked, written)
    click.echo(asked.render(dialect, given=values, pretty=True))
    if places := asked.positions(dialect, values):
        order = ", ".join(places if "?" in asked.render(dialect, given=values) else sorted(set(places)))
        click.echo(f"parameters: {order}", err=True)


def _values(asked: Query, written: tuple[str, ...]) -> dict[str, Any]:
    """Return the values of the parameters that are given, each of its type."""
    types = asked.types
    found: dict[str, Any] = {}
    for each in written:
        name, equals, text = each.partition("=")
        if not equals or name not in types:
            known = ", ".join(types) or "none"
            raise click.BadParameter(f"'{each}' names no parameter of '{asked.name}': {known}", param_hint="'--param'")
        found[name] = _value(name, types, text)
    return found


def _value(name: str, types: Mapping[str, Type], text: str) -> Value:
    try:
        match types[name]:
            case Type.TEXT:
                return text
            case Type.DECIMAL:
                return Decimal(text)
            case Type.BOOLEAN:
                return {"true": True, "false": False}[text]
        return _instant(text) if name.endswith("_us") and not text.lstrip("-").isdigit() else int(text)
    except (ValueError, KeyError, InvalidOperation) as error:
        expected = "an instant, a day or microseconds" if name.endswith("_us") else _EXPECTED[types[name]]
        raise click.BadParameter(f"{name} is {expected}, and not '{text}'", param_hint="'--param'") from error


def _instant(text: str) -> int:
    at = datetime.fromisoformat(text)
    return microseconds(at if at.tzinfo else at.replace(tzinfo=UTC))


def _place(row: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    """Return by what a row is sorted: what has not happened comes last."""
    return tuple((cell is None, 0 if cell is None else cell) for cell in row)


def _table(asked: Query, rows: list[tuple[Any, ...]]) -> Table:
    table = Table(title=asked.name, title_justify="left", title_style="bold", header_style="dim")
    for at, name in enumerate(asked.columns):
        words = any(isinstance(row[at], str) for row in rows)
        table.add_column(name, justify="left" if words else "right", overflow="fold")
    for row in rows[:SHOWN]:
        table.add_row(*(Text(_cell(cell)) for cell in row))
    return table


def _cell(cell: object) -> str:
    match cell:
        case None:
            return "–"
        case float():
            return f"{cell:.4f}"
    return str(cell)
