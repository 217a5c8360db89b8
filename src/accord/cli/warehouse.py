"""``accord warehouse``: the copy of the star for questions about all leads, and whether it follows.

What is asked of it stands in ``warehouse_questions.py``.
"""

import json

import click
from django.conf import settings

from accord.cli.database import needs_database
from accord.cli.steps import Steps
from accord.cli.warehouse_questions import ENGINE, ask, questions, sql
from accord.rules import instant
from accord.server.credit.making import make
from accord.server.ui import words
from accord.server.warehouse.errors import WarehouseError
from accord.server.warehouse.status import Status
from accord.server.warehouse.status import status as status_now
from accord.server.warehouse.sync import Synced
from accord.server.warehouse.sync import sync as bring_up_to_date

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a machine to read.")


@click.group(short_help="Keep the copy of the data for questions about all leads")
def warehouse() -> None:
    """Keep the copy of the data for questions about all leads.

    The worker brings it up to date each minute; these commands are for looking, for asking, and for when something is
    wrong.
    """


for command in (ask, questions, sql):
    warehouse.add_command(command)


@warehouse.command()
@AS_JSON
@needs_database
def status(as_json: bool) -> None:
    """Say which version there is, how fresh it is, and what waits for it."""
    found = status_now()
    click.echo(json.dumps(_as_json(found), indent=2) if as_json else "\n".join(_lines(found)))


@warehouse.command()
@AS_JSON
@needs_database
def sync(as_json: bool) -> None:
    """Bring it up to date now; where that cannot be, make it anew."""
    _say(_done(""), as_json)


@warehouse.command()
@AS_JSON
@needs_database
def rebuild(as_json: bool) -> None:
    """Make it anew, here, whatever there is; what is there is read until the new one counts."""
    _say(_done("somebody asked for it"), as_json)


@warehouse.command()
@ENGINE
@AS_JSON
@needs_database
def credit(url: str, as_json: bool) -> None:
    """Give credit for won deals anew, of the version that counts, on any engine.

    The tables are the same on each. The worker, which makes them by itself, takes DuckDB.
    """
    with Steps() as steps:
        edition = make(steps, url or settings.ACCORD_WAREHOUSE_URL)
    if edition is None:
        raise WarehouseError("warehouse.none", "there is no warehouse yet", hint="run accord warehouse sync first")
    if as_json:
        click.echo(json.dumps({"edition": edition.number, "version": edition.version, "seconds": edition.seconds}))
        return
    took = words.duration(edition.seconds)
    click.echo(f"edition {edition.number} of version {edition.version} of the warehouse, made in {took}")


def _done(anew: str) -> Synced:
    with Steps() as steps:
        return bring_up_to_date(steps, anew=anew)


def _say(done: Synced, as_json: bool) -> None:
    version, rows = done.version, sum(done.rows.values())
    if as_json:
        said = {"version": version.number, "at": instant(version.at_us).isoformat(), "rebuilt": done.rebuilt}
        click.echo(json.dumps({**said, "rows": dict(done.rows), "seconds": round(done.seconds, 3)}, indent=2))
        return
    what = f"made anew ({done.rebuilt}), {rows:,} rows" if done.rebuilt else f"{rows:,} rows looked at again"
    click.echo(
        f"version {version.number} as of {instant(version.at_us):%Y-%m-%d %H:%M:%S} UTC: {what}, {done.seconds:.2f} s"
    )


def _as_json(found: Status) -> dict[str, object]:
    version = found.version
    return {
        "folder": str(found.folder),
        "version": version.number if version else None,
        "at": found.at.isoformat() if version else None,
        "seconds_old": round(found.age.total_seconds(), 3) if version else None,
        "horizon": version.horizon if version else None,
        "waiting": found.waiting,
        "kept_at": found.kept.place if found.kept else None,
        "tables": {
            name: {"rows": held.rows, "files": len(held.files), "delta_version": held.delta}
            for name, held in (version.tables if version else {}).items()
        },
    }


def _lines(found: Status) -> list[str]:
    waiting = f"{found.waiting:,} statements have changed something since" if found.waiting else "nothing waits for it"
    if found.version is None:
        where = f"; the database knows of one at {found.kept.place}" if found.kept else ""
        return [f"no warehouse in {found.folder}{where}", "accord warehouse sync makes one, and so does the worker"]
    lines = [
        f"version {found.version.number} in {found.folder}",
        f"as of {found.at:%Y-%m-%d %H:%M:%S} UTC, {words.duration(found.age)} ago; {waiting}",
    ]
    for name, held in found.version.tables.items():
        lines.append(f"  {name:<14}{held.rows:>12,} rows  {len(held.files):>5,} files  Delta version {held.delta}")
    return lines
