"""The report of calls and the rows behind its numbers as files."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.calls.exports import COLUMNS as CALL_COLUMNS
from accord.server.calls.exports import call_cells
from accord.server.calls.report import WEEKDAYS, CallReport, Counts
from accord.server.channels.asked import Period
from accord.server.files import Cell, Column, Kind, Table
from accord.server.files.table import rounded
from accord.server.pipeline.models import Lead

CHUNK = 500
SHARE_PLACES = 4
REPORT_COLUMNS = (
    *map(Column, ("Part", "Name", "Number or source", "Weekday")),
    *(Column(name, Kind.WHOLE) for name in ("Hour", "Calls", "First-time callers", "Answered", "Missed")),
    Column("Share missed", Kind.DECIMAL, SHARE_PLACES),
    Column("Called back", Kind.WHOLE),
    Column("Seconds to call back (median)", Kind.WHOLE),
    Column("Seconds of talk (median)", Kind.WHOLE),
    *(Column(name, Kind.WHOLE) for name in ("Leads", "MQL", "Accepted", "Won")),
)
LEAD_COLUMNS = (
    Column("Lead", Kind.WHOLE),
    *map(Column, ("Person", "E-mail", "Phone", "Company", "Stage", "Source", "Owner")),
    Column("Opened", Kind.INSTANT),
)


def report_table(found: CallReport, period: Period, by: User, *, at: datetime) -> Table:
    """Return every number of the report, to be taken away, and write down who takes it."""
    record("calls_report.exported", "calls", actor=by, at=at, period=f"{period.first} to {period.last}")
    return Table("calls-report", REPORT_COLUMNS, _report_rows(found), period.zone)


def _report_rows(found: CallReport) -> Iterator[list[Cell]]:
    yield _report_row(["All", "All calls", None, None, None], found.total)
    parts = (
        ("Tracking number", found.numbers),
        ("Campaign", found.campaigns),
        ("How it went", found.statuses),
        ("Who answered", found.agents),
    )
    for part, lines in parts:
        for line in lines:
            yield _report_row([part, line.name, line.note, None, None], line.counts)
    for (weekday, hour), counts in sorted(found.hours.items()):
        day = WEEKDAYS[weekday - 1]
        yield _report_row(["Weekday and hour", f"{day} {hour}:00", None, day, hour], counts)


def _report_row(named: list[Cell], counts: Counts) -> list[Cell]:
    share = None if counts.missed_share is None else rounded(Decimal(counts.missed_share), SHARE_PLACES)
    times = [None if seconds is None else round(seconds) for seconds in (counts.back_seconds, counts.talk_seconds)]
    came: list[Cell] = [counts.calls, counts.first, counts.answered, counts.missed, share, counts.back, *times]
    return [*named, *came, counts.leads, counts.mql, counts.accepted, counts.won]


def calls_behind_table(rows: Any, period: Period, by: User, *, at: datetime) -> Table:  # noqa: ANN401  # annotated rows
    """Return calls behind a number, to be taken away, and write down who takes them."""
    record("calls.exported", "calls", actor=by, at=at, rows=rows.count())
    columns = [*CALL_COLUMNS, Column("Called back", Kind.INSTANT)]
    return Table("calls", columns, map(_call_cells, rows.iterator(CHUNK)), period.zone)


def _call_cells(call: Any) -> list[Cell]:  # noqa: ANN401  # annotated with back_at
    return [*call_cells(call), call.back_at if call.is_missed and call.theirs else None]


def leads_behind_table(rows: Any, period: Period, by: User, *, at: datetime) -> Table:  # noqa: ANN401  # as above
    """Return leads behind a number, to be taken away, and write down who takes them."""
    record("leads.exported", "leads", actor=by, at=at, rows=rows.count())
    return Table("leads-of-calls", LEAD_COLUMNS, map(_lead_cells, rows.iterator(CHUNK)), period.zone)


def _lead_cells(lead: Lead) -> list[Cell]:
    person, company = lead.person, lead.person.company
    who: list[Cell] = [lead.pk, person.name, person.email, person.phone, str(company) if company else None]
    return [*who, lead.get_stage_display(), lead.source, lead.owner.name if lead.owner else None, lead.opened_at]
