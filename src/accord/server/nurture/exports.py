"""Near misses as a CSV file, safe to open in a spreadsheet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce
from accord.server.nurture.near_misses import NearMissRow, Wanted, rows_of, sorted_ids
from accord.server.nurture.readers import require_reader
from accord.server.spreadsheet import csv_lines

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
CHUNK = 200
HEADS = (
    "Lead", "Person", "E-mail", "Company", "Stage", "In stage since", "Grade", "Fit", "Engagement",
    "Points missing", "Lacks",
    "What would close it", "Then still to fill in",
)  # fmt: skip


def export_near_misses(by: User, law: InForce, asked: Wanted, zone: ZoneInfo, *, at: datetime) -> Iterator[str]:
    """Return the file piece by piece, and write down who took it.

    Raises:
        AccessError: They may not read of near misses.
    """
    require_reader(by)
    keys = list(sorted_ids(law, asked))
    record("near_misses.exported", "near_misses", actor=by, at=at, lacks=asked.lacks, rows=len(keys))
    return _pieces(keys, law, asked, zone, at)


def _pieces(keys: Sequence[int], law: InForce, asked: Wanted, zone: ZoneInfo, at: datetime) -> Iterator[str]:
    yield BOM + csv_lines([[f"{head} ({zone.key})" if head == "In stage since" else head for head in HEADS]])
    for start in range(0, len(keys), CHUNK):
        yield csv_lines([_row(row, zone) for row in rows_of(keys[start : start + CHUNK], law, asked, at)])


def _row(row: NearMissRow, zone: ZoneInfo) -> list[object]:
    return [
        row.lead_id,
        row.name,
        row.email,
        row.company,
        row.stage,
        f"{row.stage_since.astimezone(zone):%Y-%m-%d %H:%M}",
        row.grade,
        row.fit,
        row.engagement,
        row.missing,
        " or: ".join(closing.says for closing in row.closings),
        " or: ".join(way for closing in row.closings for way in closing.ways),
        row.then,
    ]
