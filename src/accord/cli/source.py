"""``accord source``: who may send messages, and with which key."""

import json

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Column, Table

from accord.cli.database import needs_database
from accord.server.tracking import sources
from accord.server.tracking.log import TrackingError
from accord.server.tracking.models import Source

KINDS = click.Choice([kind.value for kind in Source.Kind])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a machine to read.")


@click.group(short_help="Add and change the sources that may send messages")
def source() -> None:
    """Add and change the sources that may send messages."""


@source.command()
@click.argument("name")
@click.option("--kind", type=KINDS, default="browser", show_default=True, help="Where its messages are made.")
@click.option("--origin", "origins", multiple=True, help="A website that may send; may be repeated.  [default: any]")
@click.option("--rate", type=click.IntRange(1), help="Most messages a second.  [default: no limit]")
@AS_JSON
@needs_database
def add(name: str, kind: str, origins: tuple[str, ...], rate: int | None, as_json: bool) -> None:
    """Add a source called NAME, and print its write key."""
    made = sources.create(kind, sources.Wish(name, origins, rate), by=None, at=timezone.now())
    _say(made, f"added {made.name}; its write key is {made.write_key}", as_json=as_json)


@source.command(name="list")
@AS_JSON
@needs_database
def list_(as_json: bool) -> None:
    """Show every source with its write key."""
    rows = [_row(each) for each in Source.objects.all()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("nothing sends messages yet; accord source add adds a source")
        return
    table = Table("Name", "Kind", Column("Write key", overflow="fold"), "Websites", "")
    for row in rows:
        websites = ", ".join(map(str, row["origins"])) or "any"  # type: ignore[call-overload]
        table.add_row(str(row["name"]), str(row["kind"]), str(row["write_key"]), websites, _state(row))
    Console().print(table)


@source.command()
@click.argument("name")
@AS_JSON
@needs_database
def disable(name: str, as_json: bool) -> None:
    """Refuse what the source NAME sends, from a few seconds on."""
    off = sources.disable(_named(name).pk, by=None, at=timezone.now())
    _say(off, f"{off.name} is disabled", as_json=as_json)


@source.command()
@click.argument("name")
@AS_JSON
@needs_database
def enable(name: str, as_json: bool) -> None:
    """Take what the source NAME sends again."""
    on = sources.enable(_named(name).pk, by=None, at=timezone.now())
    _say(on, f"{on.name} is enabled", as_json=as_json)


@source.command()
@click.argument("name")
@click.option("--at-once", is_flag=True, help="Stop the present key now, instead of in a week.")
@AS_JSON
@needs_database
def rotate(name: str, at_once: bool, as_json: bool) -> None:
    """Give the source NAME a new write key, and print it."""
    made = sources.rotate(_named(name).pk, at_once=at_once, by=None, at=timezone.now())
    until = f"; the one before works until {made.old_key_until:%Y-%m-%d %H:%M} UTC" if made.old_key_until else ""
    _say(made, f"the write key of {made.name} is {made.write_key}{until}", as_json=as_json)


def _named(name: str) -> Source:
    found = Source.objects.filter(name__iexact=name).first()
    if found is None:
        raise TrackingError("tracking.unknown", f"there is no source called {name}", hint="see accord source list")
    return found


def _say(of: Source, sentence: str, *, as_json: bool) -> None:
    click.echo(json.dumps(_row(of), ensure_ascii=False, indent=2) if as_json else sentence)


def _row(of: Source) -> dict[str, object]:
    return {
        "name": of.name,
        "kind": of.kind,
        "write_key": of.write_key,
        "old_key": of.old_key or None,
        "old_key_until": of.old_key_until.isoformat() if of.old_key_until else None,
        "origins": of.allowed_origins,
        "rate": of.rate_limit,
        "disabled_at": of.disabled_at.isoformat() if of.disabled_at else None,
    }


def _state(row: dict[str, object]) -> str:
    return "disabled" if row["disabled_at"] else ""
