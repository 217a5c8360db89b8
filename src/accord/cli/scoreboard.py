"""``accord scoreboard``: the numbers of the scoreboard in the terminal, or as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import click
from django.utils import timezone
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from accord.agreement import Agreement
from accord.cli.database import needs_database
from accord.errors import AccordError
from accord.insight import ALL_TIME, DaysToWin, Period, ResponseTimes, SourceWins, Verdict
from accord.server.pipeline.models import StageName
from accord.server.scoreboard import queries
from accord.server.scoreboard.ledger import Ledger, Side, ledger
from accord.server.scoreboard.listing import reason_label
from accord.server.ui import words

COLOURS = {
    Verdict.KEPT: "green",
    Verdict.ON_PACE: "green",
    Verdict.AT_RISK: "yellow",
    Verdict.BROKEN: "red",
    Verdict.NO_DATA: "dim",
}


class ScoreboardError(AccordError):
    """The scoreboard cannot be shown as asked."""


@click.command(short_help="Show what each side owed and did")
@click.option("--month", metavar="YYYY-MM", help="The month to show.  [default: the present one]")
@click.option("--from", "first", metavar="DAY", help="Count wins of leads first heard of on or after this day.")
@click.option("--to", "last", metavar="DAY", help="Count wins of leads first heard of until this day, itself included.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")
@needs_database
def scoreboard(month: str | None, first: str | None, last: str | None, as_json: bool) -> None:
    """Show what each side owed and did.

    Promises, response times and rejections are of one month. Win rates and the days to win are of everything there is,
    or of the days given by --from and --to. Days are those of the agreement's time zone.
    """
    now = timezone.now()
    known = queries.laws()
    shown = _month(month, known, now)
    wins = _span(first, last, known)
    law = known.at_end_of(shown, now)
    latest = known.latest()
    found = _Found(
        shown,
        wins,
        ledger(known, law, shown, now) if law else None,
        queries.currency(known),
        latest.agreement if latest else None,
        now,
    )
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        found.print(Console())


def _month(asked: str | None, known: queries.Laws, now: datetime) -> Period:
    shown = queries.month(known.zone, now, asked or "")
    if asked is not None and (shown.first is None or f"{shown.first:%Y-%m}" != asked):
        raise ScoreboardError("scoreboard.bad_month", f"'{asked}' is no month until now", hint="say it as 2026-03")
    return shown


def _span(first: str | None, last: str | None, known: queries.Laws) -> Period:
    if first is None and last is None:
        return ALL_TIME
    start = _day(first) if first else queries.EARLIEST
    end = _day(last) if last else date(2100, 1, 1)
    if end < start:
        raise ScoreboardError("scoreboard.bad_days", f"{end} is before {start}", hint="give --from before --to")
    return Period(start, end + timedelta(days=1), known.zone)


def _day(text: str) -> date:
    try:
        return min(max(date.fromisoformat(text), queries.EARLIEST), date(2100, 1, 1))
    except ValueError as error:
        raise ScoreboardError("scoreboard.bad_day", f"'{text}' is no day", hint="say it as 2026-03-31") from error


class _Found:
    """Everything that is shown, asked once."""

    def __init__(
        self,
        month: Period,
        span: Period,
        kept: Ledger | None,
        currency: str,
        agreement: Agreement | None,
        now: datetime,
    ) -> None:
        self.month, self.span, self.kept = month, span, kept
        self.currency, self.agreement = currency, agreement
        self.forgotten = queries.black_hole(now)
        self.responses = queries.response_times(month, now)
        self.funnel = queries.funnel(month)
        self.rejections = queries.rejections(month)
        self.wins = queries.win_rates(span, currency)
        self.days = queries.days_to_win(span)

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine: numbers whole, shares between 0 and 1, null where there is nothing to divide by."""
        return {
            "month": f"{self.month.first:%Y-%m}",
            "zone": self.month.zone.key,
            "currency": self.currency,
            "promises": [
                {"side": name, "clause": promise.path, "revision": promise.revision, "sentence": promise.sentence}
                | {"counted": line.label, "done": line.reached, "of": line.most, "verdict": line.verdict.value}
                for name, side in self._sides()
                for promise in side.promises
                for line in promise.lines
            ],
            "nobody_is_working": [asdict(row) for row in self.forgotten],
            "response_times": asdict(self.responses),
            "funnel": [asdict(row) for row in self.funnel],
            "rejections": [asdict(row) for row in self.rejections],
            "win_rate_by_source": [asdict(row) for row in self.wins],
            "days_to_win": asdict(self.days),
        }

    def _sides(self) -> list[tuple[str, Side]]:
        return [("marketing", self.kept.marketing), ("sales", self.kept.sales)] if self.kept else []

    def print(self, console: Console) -> None:
        """Print it for people."""
        console.print(f"[bold]Who kept their word in {self.month.first:%B %Y}[/]")
        if self.kept is None:
            console.print("No agreement was in force.", style="dim")
        for name, side in self._sides():
            console.print(_promises(name, side))
        hole = len(self.forgotten)
        console.print(f"Leads that nobody is working: [{'red' if hole else 'green'}]{hole:,}[/]")
        console.print(_responses(self.responses), highlight=False)
        funnel = [[StageName(row.stage).label, f"{row.leads:,}", words.percent(row.of_previous)] for row in self.funnel]
        console.print(
            _table(f"Funnel: leads that began in {self.month.first:%B}", ["Stage", "Leads", "Of those before"], funnel)
        )
        if self.rejections:
            rejected = [[reason_label(row.reason, self.agreement), f"{row.leads:,}"] for row in self.rejections]
            console.print(_table("Rejections by reason", ["Reason", "Leads"], rejected))
        console.print(_wins(self.wins, self.span, self.currency))
        console.print(_days(self.days), highlight=False)


def _table(title: str, heads: Iterable[str], rows: Iterable[list[str]]) -> Table:
    """Return a table whose first column is words and the others numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for at, head in enumerate(heads):
        table.add_column(head, justify="right" if at else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _promises(name: str, side: Side) -> Group:
    """Return the promises of a side: each sentence with its lines below, in one column for all."""
    parts: list[RenderableType] = [Text(name.capitalize(), style="bold")]
    for promise in side.promises:
        lines = Table.grid(padding=(0, 2))
        for width in (22, None, None):
            lines.add_column(min_width=width)
        for line in promise.lines:
            more = "".join(f", {text}" for text, _ in line.more)
            verdict = Text(line.verdict.value, style=COLOURS[line.verdict])
            lines.add_row(Text(line.label, style="dim"), Text(line.said + more), verdict)
        parts += [Padding(Text(promise.sentence), (0, 0, 0, 2)), Padding(lines, (0, 0, 0, 4))]
    return Group(*parts, "")


def _responses(times: ResponseTimes) -> str:
    median, slow = (
        words.duration(None if micros is None else timedelta(microseconds=micros))
        for micros in (times.median_us, times.p90_us)
    )
    return (
        f"First attempts: median {median}, nine of ten within {slow}, in working time; "
        f"{times.kept:,} kept, {times.late:,} late, {times.missed:,} missed, {times.overdue:,} overdue"
    )


def _wins(wins: tuple[SourceWins, ...], span: Period, currency: str) -> Table:
    def amount(cents: int | None) -> str:
        return words.money(None if cents is None else Decimal(cents) / 100, currency, 0)

    def row(name: str, leads: int, won: int, rate: float | None, cents: int | None) -> list[str]:
        return [name, f"{leads:,}", f"{won:,}", words.rate(rate), amount(cents)]

    heads = ["Source", "Leads", "Won", "Win rate", "Amount won"]
    rows = [row(each.source or "(not stated)", each.leads, each.won, each.win_rate, each.amount_cents) for each in wins]
    table = _table(f"Win rate by source: {_said(span)}", heads, rows)
    leads, won = sum(each.leads for each in wins), sum(each.won for each in wins)
    priced = [each.amount_cents for each in wins if each.amount_cents is not None]
    table.add_section()
    table.add_row(*row("All", leads, won, won / leads if leads else None, sum(priced) if priced else None))
    return table


def _said(span: Period) -> str:
    if span.first is None or span.end is None:
        return "every lead there is"
    return f"leads first heard of from {span.first} to {span.end - timedelta(days=1)}"


def _days(days: DaysToWin) -> str:
    if not days.deals:
        return "Days to win: no deal was won"
    won = "deal" if days.deals == 1 else "deals"
    odd = f"{days.flagged:,} deal{'s' if days.flagged > 1 else ''} won before first contact" if days.flagged else ""
    return (
        f"Days to win: median {days.median_days:,}, nine of ten within {days.p90_days:,}, of {days.deals:,} {won} won"
        + (f" ({odd})" if odd else "")
    )
