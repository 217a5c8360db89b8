"""Near misses as a file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce
from accord.server.files import Cell, Column, Kind, Table
from accord.server.nurture.near_misses import NearMissRow, Wanted, rows_of, sorted_ids
from accord.server.nurture.readers import require_reader

CHUNK = 200
COLUMNS = (
    Column("Lead", Kind.WHOLE),
    *map(Column, ("Person", "E-mail", "Company", "Stage")),
    Column("In stage since", Kind.INSTANT),
    Column("Grade"),
    *(Column(name, Kind.DECIMAL) for name in ("Fit", "Engagement", "Points missing")),
    *map(Column, ("Lacks", "What would close it", "Then still to fill in")),
)


def near_misses_table(by: User, law: InForce, asked: Wanted, zone: ZoneInfo, *, at: datetime) -> Table:
    """Return the near misses that match, to be taken away, and write down who takes them.

    Raises:
        AccessError: They may not read of near misses.
    """
    require_reader(by)
    keys = list(sorted_ids(law, asked))
    record("near_misses.exported", "near_misses", actor=by, at=at, lacks=asked.lacks, rows=len(keys))
    return Table("near-misses", COLUMNS, _rows(keys, law, asked, at), zone)


def _rows(keys: Sequence[int], law: InForce, asked: Wanted, at: datetime) -> Iterator[list[Cell]]:
    for start in range(0, len(keys), CHUNK):
        yield from map(_row, rows_of(keys[start : start + CHUNK], law, asked, at))


def _row(row: NearMissRow) -> list[Cell]:
    return [
        row.lead_id,
        row.name,
        row.email,
        row.company,
        row.stage,
        row.stage_since,
        row.grade,
        Decimal(row.fit),
        Decimal(row.engagement),
        Decimal(row.missing) if row.missing else None,
        " or: ".join(closing.says for closing in row.closings),
        " or: ".join(way for closing in row.closings for way in closing.ways),
        row.then,
    ]
