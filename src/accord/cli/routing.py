"""``accord routing``: dry runs of who gets the leads."""

import json
from dataclasses import asdict
from datetime import date, datetime, time
from itertools import count
from pathlib import Path

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from accord.agreement import Agreement, read
from accord.cli.check import UNREADABLE, print_issues
from accord.cli.database import needs_database
from accord.cli.steps import Steps
from accord.server.agreements.services import in_force
from accord.server.teams.dry_run import CAUTIONS, DryRun, TeamTrial, count_past, try_past, try_ready

BROKEN = 1


@click.group(short_help="Try out who gets the leads")
def routing() -> None:
    """Try out who gets the leads; nothing is stored."""


@routing.command("try")
@click.option("--from", "first", metavar="DAY", help="The first day of a past time, such as 2026-09-01.")
@click.option("--to", "last", metavar="DAY", help="The day before which it ends.  [default: now]")
@click.option(
    "--agreement", "draft", type=click.Path(path_type=Path), metavar="FILE", help="Try a draft, with --from only."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read, with every lead.")
@click.pass_context
@needs_database
def try_(ctx: click.Context, first: str | None, last: str | None, draft: Path | None, as_json: bool) -> None:
    """Say who would get how many leads.

    With --from, of the leads that were offered in a past time, one after the other as they came, beside who got them:
    by the agreement of that time, or by the draft in FILE. Without it, of the leads that are ready to be offered now.
    Days are those of the agreement's zone.

    Ends with 1 if the draft has errors, all of which it names, and with 2 if it cannot be read.
    """
    now = timezone.now()
    if first is None:
        if last is not None or draft is not None:
            raise click.UsageError("--to and --agreement are about a past time: say --from as well")
        found, past = try_ready(now), False
    else:
        start, end = _midnight(first, "--from"), now if last is None else _midnight(last, "--to")
        if end <= start:
            raise click.UsageError("the time ends before it begins: exchange --from and --to")
        tried = None if draft is None else _read(ctx, draft)
        total = count_past(start, end)
        with Steps() as steps:
            given = count(1)
            found = try_past(start, end, tried, lambda _: steps("giving leads away", next(given) / total))
        past = True
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        _print(Console(), found, past)


def _midnight(written: str, option: str) -> datetime:
    """Return the instant at which a day begins in the zone of the agreement in force."""
    try:
        return datetime.combine(date.fromisoformat(written), time(), in_force().agreement.zone)
    except ValueError:
        text = f"'{written}' is not a day; write it like 2026-09-01"
        raise click.BadParameter(text, param_hint=f"'{option}'") from None


def _read(ctx: click.Context, file: Path) -> Agreement:
    """Return the agreement in a file, or end the command with all that is wrong with it."""
    try:
        loaded = read(file)
    except OSError as error:
        click.secho(f"{file}: cannot be read: {error.strerror or error}", fg="red", err=True)
        ctx.exit(UNREADABLE)
    if loaded.agreement is None:
        print_issues(list(loaded.issues), 1)
        ctx.exit(BROKEN)
    return loaded.agreement


def _print(console: Console, found: DryRun, past: bool) -> None:
    if not found.turns:
        console.print("No lead was offered in that time." if past else "No lead is ready to be offered.")
        return
    for team in found.teams:
        console.print(_table(team, past))
    if past:
        console.print(f"{found.same} of {found.turns} leads go to the same person or queue as they did.")
        for caution in CAUTIONS:
            console.print(caution, style="dim")


def _table(team: TeamTrial, past: bool) -> Table:
    spread = f"Gini {team.fairness:.2f}" + (f", was {team.was:.2f}" if past else "")
    table = Table(title=f"{team.team} ({spread})", title_justify="left")
    table.add_column("Who")
    for head in ("Weight", "Would get", *(("Got",) if past else ())):
        table.add_column(head, justify="right")
    for share in team.shares:
        weight = "" if share.weight is None else str(share.weight)
        table.add_row(share.name, weight, str(share.would), *((str(share.did),) if past else ()))
    return table
