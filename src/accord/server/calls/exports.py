"""Calls as a file."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.calls.models import Call
from accord.server.calls.queries import Wanted, matching
from accord.server.files import Cell, Column, Kind, Table

CHUNK = 500
COLUMNS = (
    Column("Started", Kind.INSTANT),
    Column("Direction"),
    Column("How it went"),
    Column("Waits for a call back", Kind.BOOLEAN),
    Column("Seconds", Kind.WHOLE),
    *map(Column, ("Their number", "Our number", "Person", "Company", "Tracking number", "Campaign", "By", "Recording")),
)


def calls_table(by: User, wanted: Wanted, zone: ZoneInfo, *, at: datetime) -> Table:
    """Return the calls that match, to be taken away, and write down who takes them.

    Raises:
        AccessError: Their role does not see calls.
    """
    rows = matching(wanted, by)
    record("calls.exported", "calls", actor=by, at=at, rows=rows.count())
    return Table("calls", COLUMNS, map(call_cells, rows.iterator(chunk_size=CHUNK)), zone)


def call_cells(call: Call) -> list[Cell]:
    """Return the values of ``COLUMNS`` of a call, with ``waits`` of ``with_waits``."""
    company = call.company or (call.person.company if call.person else None)
    return [
        call.started_at,
        call.get_direction_display(),
        call.status.replace("_", " "),
        bool(getattr(call, "waits", False)),
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
