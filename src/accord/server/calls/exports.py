"""Calls as a CSV file, safe to open in a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.calls.models import Call
from accord.server.calls.queries import Wanted, matching
from accord.server.spreadsheet import csv_lines

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
CHUNK = 500
HEADS = (
    "Started", "Direction", "How it went", "Waits for a call back", "Seconds", "Their number", "Our number",
    "Person", "Company", "Tracking number", "Campaign", "By", "Recording",
)  # fmt: skip


def export_calls(by: User, wanted: Wanted, zone: ZoneInfo, *, at: datetime) -> Iterator[str]:
    """Return the file piece by piece, and write down who took it.

    Raises:
        AccessError: Their role does not see calls.
    """
    rows = matching(wanted, by)
    record("calls.exported", "calls", actor=by, at=at, rows=rows.count())
    return _pieces(rows.iterator(chunk_size=CHUNK), zone)


def _pieces(rows: Iterator[Call], zone: ZoneInfo) -> Iterator[str]:
    yield BOM + csv_lines([[f"{head} ({zone.key})" if head == "Started" else head for head in HEADS]])
    for call in rows:
        yield csv_lines([_row(call, zone)])


def _row(call: Call, zone: ZoneInfo) -> list[object]:
    company = call.company or (call.person.company if call.person else None)
    return [
        f"{call.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
        call.get_direction_display(),
        call.status.replace("_", " "),
        "yes" if getattr(call, "waits", False) else "no",
        call.seconds,
        call.theirs,
        call.ours,
        str(call.person) if call.person else call.name,
        str(company) if company else None,
        call.number.name if call.number else None,
        call.number.campaign if call.number else None,
        call.agent.name if call.agent else None,
        call.recording,
    ]
