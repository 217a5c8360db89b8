"""``accord backtest``: a draft of the agreement, tried on the past."""

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from accord.agreement import Agreement, read
from accord.cli.check import UNREADABLE, print_issues
from accord.cli.database import needs_database
from accord.cli.steps import Steps
from accord.insight.backtest import Fate, HandedOver, HandoversOf
from accord.rules import instant
from accord.server.agreements.models import Revision
from accord.server.agreements.services import RevisionError, agreement_of, in_force
from accord.server.backtests.forms import last_quarter
from accord.server.backtests.queries import deciding, in_words
from accord.server.backtests.replay import Asked, Replayed, replay
from accord.server.backtests.services import BacktestError, check_days
from accord.server.people.models import Person
from accord.server.ui import words

BROKEN = 1
NAMED = 20
"""People that are listed of each kind; --json has all."""
NOTHING = "nothing"


@click.command(short_help="Try a draft of the agreement on the past")
@click.argument("draft", type=click.Path(path_type=Path))
@click.option("--against", default="in-force", show_default=True, metavar="in-force|NUMBER|FILE|nothing")
@click.option("--from", "first", metavar="DAY", help="The first day that counts.  [default: thirteen weeks ago]")
@click.option("--to", "last", metavar="DAY", help="The last one, itself included.  [default: last Sunday]")
@click.option("--capacity", type=click.IntRange(0), metavar="N", help="Leads that sales can take in a week.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read, with everybody's instants.")
@click.pass_context
@needs_database
def backtest(
    ctx: click.Context,
    draft: Path,
    against: str,
    first: str | None,
    last: str | None,
    capacity: int | None,
    as_json: bool,
) -> None:
    """Try the draft in the file DRAFT on the past, by what was known at each instant.

    Says whom it would have handed over to sales and when, beside what the agreement of --against would have done and
    what really happened. Days are those of the draft's time zone. Nothing is stored.

    Ends with 1 if a document has errors, all of which it names, and with 2 if one cannot be read.
    """
    tried = _read(ctx, draft)
    other, name = _against(ctx, against)
    today = timezone.now().astimezone(tried.zone).date()
    usual = last_quarter(today)
    asked = Asked(tried, other, _day(first) or usual[0], _day(last) or usual[1], capacity)
    check_days(asked.first, asked.last)
    with Steps() as steps:
        replayed = replay(asked, steps)
    if as_json:
        click.echo(json.dumps(_as_json(asked, replayed), indent=2, ensure_ascii=False, default=str))
    else:
        _print(Console(), asked, replayed, name)


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


def _against(ctx: click.Context, said: str) -> tuple[Agreement | None, str]:
    """Return what to compare with, and what to call it."""
    if said == NOTHING:
        return None, ""
    if said == "in-force":
        law = in_force()
        return law.agreement, f"revision {law.revision.number}"
    if said.isdecimal() and len(said) < 9:
        revision = Revision.objects.filter(number=int(said)).first()
        if revision is None:
            raise RevisionError("revision.unknown", f"there is no revision {said}")
        return agreement_of(revision), f"revision {said}"
    return _read(ctx, Path(said)), Path(said).name


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise BacktestError("backtest.bad_day", f"'{said}' is no day", hint="say it as 2026-03-31") from error


def _as_json(asked: Asked, replayed: Replayed) -> dict[str, Any]:
    found = asdict(replayed.comparison)
    found.pop("period")
    shares = {
        side: {name: getattr(of, name).value for name in ("precision", "recall", "recall_won")}
        for side, of in (("draft", replayed.comparison.draft), ("other", replayed.comparison.other))
        if of is not None
    }
    for side, values in shares.items():
        found[side] |= {f"{name}_share": value for name, value in values.items()}
    return {
        "data_as_of": replayed.at.isoformat(),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "zone": asked.draft.zone.key,
        "currency": asked.draft.currency,
        "draft_fingerprint": asked.draft.outcome_fingerprint,
        "other_fingerprint": asked.other.outcome_fingerprint if asked.other else None,
        **found,
        "weights": asdict(replayed.weights),
        "handed_over": [asdict(each) for each in replayed.people],
    }


def _print(console: Console, asked: Asked, replayed: Replayed, against: str) -> None:
    comparison = replayed.comparison
    for caution in comparison.cautions:
        console.print(Text(f"! {caution.message[:1].upper()}{caution.message[1:]}.", style="yellow"))
    said = in_words(comparison, against, ("", 0))
    console.print(Text(f"{asked.first} to {asked.last}, {asked.draft.zone.key}", style="dim"))
    console.print(Text(said, style="bold"))
    console.print(_weeks(replayed, against))
    console.print(_totals(replayed, against, asked.draft.currency))
    names = _names(replayed)
    kinds = [(Fate.ONLY_DRAFT, "Only under the draft"), (Fate.ONLY_OTHER, f"Only under {against}")]
    for fate, title in kinds if comparison.other else []:
        _print_people(console, title, [each for each in replayed.people if each.fate is fate], names, asked)
    table = _table("The clauses that decide most", ["Clause", "What it decides"])
    for weight in deciding(replayed.weights, asked.draft):
        table.add_row(Text(weight.sentence), Text(weight.says))
    if table.row_count:
        console.print(table)
    console.print(Text(f"Data as of {replayed.at:%Y-%m-%d %H:%M:%S} UTC.", style="dim"))


def _table(title: str, heads: list[str], numbers: bool = False) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if numbers and place else "left", overflow="fold")
    return table


def _weeks(replayed: Replayed, against: str) -> Table:
    comparison = replayed.comparison
    capacity = any(week.capacity is not None for week in comparison.weeks)
    heads = ["Week of", "Draft", *([against.capitalize()] if comparison.other else [])]
    table = _table("Hand-overs by week", [*heads, *(["Sales can take"] if capacity else [])], numbers=True)
    for week in comparison.weeks:
        cells = [f"{week.starts}", f"{week.draft:,}"]
        cells += [f"{week.other or 0:,}"] if comparison.other else []
        cells += [f"{week.capacity or 0:,}"] if capacity else []
        table.add_row(*cells, style="red" if week.over_capacity else None)
    return table


def _totals(replayed: Replayed, against: str, currency: str) -> Table:
    comparison = replayed.comparison
    sides = [comparison.draft, *([comparison.other] if comparison.other else [])]
    heads = ["Of those handed over", "Draft", *([against.capitalize()] if comparison.other else [])]
    table = _table("What really became of them", heads, numbers=True)
    rows: list[tuple[str, Any]] = [
        ("Handed over", lambda side: f"{side.people:,}"),
        ("By the fast lane", lambda side: f"{side.by_fast_lane:,}"),
        ("Accepted by sales", lambda side: f"{side.accepted:,}"),
        ("Rejected", lambda side: f"{side.rejected:,}"),
        ("Never decided", lambda side: f"{side.undecided:,}"),
        ("Never offered", lambda side: f"{side.never_offered:,}"),
        ("Won", lambda side: f"{side.won:,}"),
        ("Amount won", lambda side: words.money(Decimal(side.revenue_cents) / 100, currency, 0)),
        ("Precision", lambda side: _share(side, "precision")),
        ("Recall of accepted leads", lambda side: _share(side, "recall")),
        ("Recall of won leads", lambda side: _share(side, "recall_won")),
    ]
    for label, shown in rows:
        table.add_row(label, *[shown(side) for side in sides])
    return table


def _share(side: HandoversOf, name: str) -> str:
    share = getattr(side, name)
    return f"{words.percent(share.value)} ({share.part:,} of {share.whole:,})"


def _names(replayed: Replayed) -> dict[int, str]:
    listed: list[int] = []
    for fate in (Fate.ONLY_DRAFT, Fate.ONLY_OTHER):
        listed += [each.person_id for each in replayed.people if each.fate is fate][:NAMED]
    people = Person.objects.select_related("company").filter(pk__in=listed)
    return {person.pk: f"{person}, {person.company}" if person.company else str(person) for person in people}


def _print_people(console: Console, title: str, people: list[HandedOver], names: dict[int, str], asked: Asked) -> None:
    if not people:
        return
    table = _table(f"{title}: {len(people):,}", ["Who", "Handed over", "What sales said"])
    for each in people[:NAMED]:
        at = each.draft_us if each.fate is Fate.ONLY_DRAFT else each.other_us
        when = "" if at is None else f"{_local(instant(at), asked):%Y-%m-%d %H:%M}"
        really = "accepted" if each.accepted_us else "rejected" if each.rejected else "nothing"
        table.add_row(Text(names.get(each.person_id, str(each.person_id))), when, "won" if each.won_us else really)
    console.print(table)
    if len(people) > NAMED:
        console.print(f"  and {len(people) - NAMED:,} more; --json lists all", highlight=False)


def _local(at: datetime, asked: Asked) -> datetime:
    return at.astimezone(asked.draft.zone)
