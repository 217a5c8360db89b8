"""The leads behind a number, with what the number counted about each; a page of them, or all as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accord.agreement import FUNNEL, Agreement
from accord.rules import instant
from accord.server.files import Cell as FileCell
from accord.server.files import Column as FileColumn
from accord.server.files import Kind as FileKind
from accord.server.files import Table
from accord.server.pipeline.models import Lead, StageName
from accord.server.scoreboard import queries
from accord.server.scoreboard.drilldown import Asked, Column, Kind
from accord.server.ui import words
from accord.server.warehouse.asking import listed

PAGE = 50
CHUNK = 2000
"""Leads looked up at once for an export."""

WHY = {
    "no_owner": "Has no owner",
    "owner_inactive": "Its owner no longer works here",
    "not_tried": "First attempt overdue, and nobody has tried",
    "silent": f"Nothing has happened for {queries.SILENCE.days} days",
}
WORDS = {
    "kept": ("Kept", "ok"),
    "late": ("Late", "late"),
    "missed": ("Missed", "late"),
    "overdue": ("Overdue now", "late"),
    "tight": ("Little time left", "soon"),
    "running": ("Running", "neutral"),
    "on_hold": ("On hold", "neutral"),
    "accepted": ("Accepted", "ok"),
    "rejected": ("Rejected", "late"),
    "silent": ("Accepted in silence", "neutral"),
    "waiting": ("Awaits a decision", "soon"),
    "held": ("Not handed over", "neutral"),
    "won": ("Won in a later cycle", "ok"),
    "back": ("Came back", "soon"),
    "away": ("Not back yet", "neutral"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as a page shows it.

    Attributes:
        label: The heading of its column.
        text: In words; empty where ``at`` is shown.
        at: An instant, which the page shows in the reader's zone.
        tone: The tone of a pill; empty: plain text.
        number: Whether it stands on the right.
    """

    label: str
    text: str
    at: Any = None
    tone: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One lead behind a number."""

    lead: Lead
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows, and how many there are in all."""

    rows: tuple[Row, ...]
    total: int


def reasons(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why nobody is working a lead, in words, from the columns of ``black_hole``."""
    return tuple(said for name, said in WHY.items() if found[name])


def page_of(wanted: Asked, number: int, currency: str, agreement: Agreement | None) -> Rows:
    """Return one page of rows, the first being 1; an empty one beyond the last."""
    found, total = _fetch(wanted, skip=(number - 1) * PAGE, limit=PAGE)
    leads = _leads(found)
    rows = (
        Row(leads[each["lead_id"]], tuple(_cell(c, each, currency, agreement) for c in wanted.drilldown.columns))
        for each in found
        if each["lead_id"] in leads  # the warehouse may have one that was deleted a moment ago
    )
    return Rows(tuple(rows), total)


LEAD_COLUMNS = (
    FileColumn("Lead", FileKind.WHOLE),
    *map(FileColumn, ("Person", "Email", "Company", "Source", "Stage", "Owner")),
)
FILE_KINDS = {
    Kind.INSTANT: FileKind.INSTANT,
    Kind.WORKING_TIME: FileKind.WHOLE,
    Kind.DAYS: FileKind.WHOLE,
    Kind.CENTS: FileKind.MONEY,
    Kind.WON: FileKind.BOOLEAN,
}
"""As what a column stands in a file; texts, where it is not said."""


def table(wanted: Asked, currency: str, agreement: Agreement | None, name: str) -> Table:
    """Return every row, to be taken away; working time in seconds."""
    columns = (
        FileColumn(_heading(each, currency), FILE_KINDS.get(each.kind, FileKind.TEXT))
        for each in wanted.drilldown.columns
    )
    return Table(name, [*LEAD_COLUMNS, *columns], _file_rows(wanted, agreement), wanted.period.zone)


def _file_rows(wanted: Asked, agreement: Agreement | None) -> Iterator[list[FileCell]]:
    found, _ = _fetch(wanted, skip=0, limit=2**40)
    columns = wanted.drilldown.columns
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        leads = _leads(chunk)
        for each in (each for each in chunk if each["lead_id"] in leads):
            yield [*_lead_values(leads[each["lead_id"]]), *(_value(c, each, agreement) for c in columns)]


def _fetch(wanted: Asked, skip: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    from_question = listed(
        wanted.drilldown.question,
        {**wanted.given, "skip": skip, "limit": limit},
        equal=wanted.equal,
        at_least=wanted.at_least,
        order=wanted.order,
        descending=wanted.descending,
    )
    names = (*wanted.drilldown.names, "total")
    found = [dict(zip(names, row, strict=True)) for row in from_question]
    return found, found[0]["total"] if found else 0


def _leads(found: list[dict[str, Any]]) -> dict[int, Lead]:
    return Lead.objects.select_related("person__company", "owner").in_bulk({each["lead_id"] for each in found})


def _cell(column: Column, found: Mapping[str, Any], currency: str, agreement: Agreement | None) -> Cell:
    value = found[column.name]
    match column.kind:
        case Kind.INSTANT:
            return Cell(column.label, "" if value is not None else words.MISSING, value and instant(value))
        case Kind.WORKING_TIME:
            return Cell(column.label, words.duration(_span(value)), number=True)
        case Kind.DAYS:
            tone = "soon" if found["flagged"] else ""
            text = f"{value:,} day{'' if abs(value) == 1 else 's'}".replace("-", "−")
            return Cell(column.label, f"{text}, before first contact" if tone else text, tone=tone, number=not tone)
        case Kind.CENTS:
            amount = None if value is None else Decimal(value) / 100
            return Cell(column.label, words.money(amount, currency), number=True)
        case Kind.WON:
            return Cell(column.label, "Won" if value else "Not yet", tone="ok" if value else "neutral")
        case Kind.WORD:
            text, tone = WORDS.get(value, (value, "neutral"))
            return Cell(column.label, text, tone=tone)
        case Kind.STAGE | Kind.REASON | Kind.WHY:
            return Cell(column.label, _said(column, found, agreement) or words.MISSING)


def _said(column: Column, found: Mapping[str, Any], agreement: Agreement | None) -> str:
    value = found[column.name]
    match column.kind:
        case Kind.STAGE:
            return StageName(FUNNEL[value].value).label
        case Kind.REASON:
            return reason_label(value, agreement)
        case _:
            return "; ".join(reasons(found))


def reason_label(name: str, agreement: Agreement | None) -> str:
    """Return a reason for a rejection as people read it; one that is no longer agreed keeps its name."""
    known = agreement.handoff.reject_reasons.get(name) if agreement else None
    return known.label if known else name.replace("_", " ").capitalize()


def _span(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(microseconds=value)


def _heading(column: Column, currency: str) -> str:
    unit = {Kind.WORKING_TIME: "seconds", Kind.CENTS: currency}.get(column.kind)
    return f"{column.label} ({unit})" if unit else column.label


def _lead_values(lead: Lead) -> list[FileCell]:
    person = lead.person
    company, owner = person.company, lead.owner
    return [
        lead.pk,
        person.name,
        person.email,
        str(company) if company else "",
        lead.source,
        lead.get_stage_display(),
        owner.name if owner else "",
    ]


def _value(column: Column, found: Mapping[str, Any], agreement: Agreement | None) -> FileCell:
    value = found[column.name]
    if value is None:
        return None
    match column.kind:
        case Kind.INSTANT:
            return instant(value)
        case Kind.WORKING_TIME:
            return int(value // 1_000_000)
        case Kind.CENTS:
            return Decimal(value) / 100
        case Kind.DAYS:
            return int(value)
        case Kind.WON:
            return bool(value)
        case Kind.WORD:
            return WORDS.get(value, (value,))[0]
        case Kind.STAGE | Kind.REASON | Kind.WHY:
            return _said(column, found, agreement)
