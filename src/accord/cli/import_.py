"""``accord import``: leads, touchpoints, deals, costs or exchange rates from a file."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from accord.cli.database import needs_database
from accord.cli.errors import exit_code
from accord.cli.qualify import Bars
from accord.cli.user import active_user_of
from accord.server.agreements.services import RevisionError
from accord.server.capture.errors import MappingError
from accord.server.capture.imports import Imported, Wish, import_file
from accord.server.capture.qualifying import Qualified, qualify_due
from accord.server.capture.targets import KINDS, WITHOUT_ID

PATH = click.Path(path_type=Path)


@click.command(name="import", short_help="Import leads, touchpoints, deals, costs or rates from a file")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=PATH)
@click.option("--mapping", required=True, type=PATH, help="Which column becomes what: a YAML file.")
@click.option("--by", metavar="EMAIL", help="The user who imports it, for the record.")
@click.option("--strict", is_flag=True, help="Import nothing if any row is refused.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--refused", type=PATH, help="Where refused rows are written.  [default: FILE.refused.csv, beside it]")
@click.option("--no-judge", is_flag=True, help="Leave judging the leads to the worker.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON on standard output.")
@click.pass_context
@needs_database
def import_(  # one argument for each option
    ctx: click.Context,
    kind: str,
    file: Path,
    mapping: Path,
    by: str | None,
    strict: bool,
    dry_run: bool,
    refused: Path | None,
    no_judge: bool,
    as_json: bool,
) -> None:
    """Import leads, touchpoints, deals, costs or exchange rates from a CSV (plain or gzipped) or Parquet FILE.

    All of its good rows are imported, or, if anything goes wrong, nothing. Rows that are refused are written to a file
    with their reasons; mend them there and import that file. Importing a file again changes nothing.

    Ends with 0 when the file was imported, refused rows included, and with 4 when it was not: the mapping or the file
    cannot be used, or a row was refused with --strict.
    """
    console = Console(stderr=True, soft_wrap=True)
    wish = Wish(file, kind, mapping, active_user_of(by) if by else None, strict, dry_run, refused)
    try:
        with Bars(console) as bars:
            imported = import_file(wish, timezone.now(), bars)
    except MappingError as error:
        for issue in error.issues:
            click.secho(f"error: {issue}", fg="red", err=True)
        ctx.exit(exit_code(error.code))
    judges = kind not in WITHOUT_ID and not no_judge and not dry_run
    qualified = _qualify(console) if judges else None
    if as_json:
        click.echo(json.dumps(_as_json(wish, imported, qualified), ensure_ascii=False))
        return
    _show(Console(soft_wrap=True), wish, imported)
    if qualified is not None:
        click.echo(qualified.in_words())
    elif judges:
        click.echo("No agreement is in force yet: the leads wait until one is signed.")


def _qualify(console: Console) -> Qualified | None:
    """Judge and offer what is due; None where no agreement is in force."""
    try:
        with Bars(console) as bars:
            return qualify_due(timezone.now(), bars)
    except RevisionError:
        return None


def _as_json(wish: Wish, imported: Imported, qualified: Qualified | None) -> dict[str, object]:
    counts = {name: getattr(imported, name) for name in ("run", *_COUNTS)}
    return {
        "kind": wish.kind,
        "file": str(wish.path),
        "dry_run": wish.dry_run,
        **counts,
        "seconds": round(imported.seconds, 3),
        "refused_rows": [
            {"line": row.line, "code": row.code, "message": row.message} for row in imported.first_refused
        ],
        "flagged_lines": list(imported.flagged_lines),
        "report": str(imported.report) if imported.report else None,
        "qualified": asdict(qualified) if qualified else None,
    }


_COUNTS = ("rows", "created", "updated", "unchanged", "refused", "flagged")


def _show(console: Console, wish: Wish, imported: Imported) -> None:
    title = f"{wish.kind.capitalize()} from {wish.path.name}"
    table = Table(title=f"{title} (dry run: nothing was stored)" if wish.dry_run else title, title_justify="left")
    for name in _COUNTS:
        table.add_column(name, justify="right")
    table.add_row(*[f"{getattr(imported, name):,}" for name in _COUNTS])
    console.print(table)
    speed = imported.rows / imported.seconds if imported.seconds else 0
    console.print(f"{imported.rows:,} rows in {imported.seconds:.1f} s ({speed:,.0f} rows/s)", highlight=False)
    for row in imported.first_refused:
        console.print(f"  line {row.line:,}: {row.message}", highlight=False, markup=False)
    if imported.report is not None:
        more = imported.refused - len(imported.first_refused)
        rest = f"and {more:,} more. " if more else ""
        console.print(f"  {rest}Mend them in {imported.report} and import that file.", highlight=False, markup=False)
    if imported.flagged:
        lines = ", ".join(f"{line:,}" for line in imported.flagged_lines[:5])
        more_lines = ", …" if imported.flagged > 5 else ""
        console.print(
            f"  Odd, but imported: won before the lead's first contact, in line {lines}{more_lines}.", highlight=False
        )
