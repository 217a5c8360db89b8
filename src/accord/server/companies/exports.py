"""The companies on the site as a CSV file, safe to open in a spreadsheet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.companies.asked import Wanted
from accord.server.companies.rows import CompanyRow, Group, detailed, groups
from accord.server.spreadsheet import csv_lines

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
CHUNK = 100
HEADS = (
    "Company", "Domain", "Known company", "Certainty", "Why", "Network", "Visits", "Last seen", "Pages read",
    "People known there", "Came by", "On the outreach list",
)  # fmt: skip


def export_companies(by: User, wanted: Wanted, zone: ZoneInfo, *, at: datetime) -> Iterator[str]:
    """Return the file piece by piece, and write down who took it.

    Raises:
        AccessError: Their role does not see visits.
    """
    found = groups(wanted, at, by)
    record("companies.exported", "companies", actor=by, at=at, period=wanted.period, rows=len(found))
    return _pieces(found, wanted, zone, at)


def _pieces(found: Sequence[Group], wanted: Wanted, zone: ZoneInfo, at: datetime) -> Iterator[str]:
    yield BOM + csv_lines([[f"{head} ({zone.key})" if head == "Last seen" else head for head in HEADS]])
    for start in range(0, len(found), CHUNK):
        yield csv_lines([_row(row, zone) for row in detailed(found[start : start + CHUNK], wanted, at)])


def _row(row: CompanyRow, zone: ZoneInfo) -> list[object]:
    company = row.company
    return [
        row.name,
        company.domain if company else None,
        "yes" if company else "no",
        row.group.sure if company else None,
        row.why,
        row.kind,
        row.group.visits,
        f"{row.group.seen.astimezone(zone):%Y-%m-%d %H:%M}",
        ", ".join(f"{path} ({count})" for path, count in row.pages),
        ", ".join(person.name for person in row.people),
        ", ".join(f"{way} ({count})" for way, count in row.ways),
        "yes" if row.listed else "no",
    ]
