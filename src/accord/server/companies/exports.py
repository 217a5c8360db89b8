"""The companies on the site as a file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.companies.asked import Wanted
from accord.server.companies.rows import CompanyRow, Group, detailed, groups
from accord.server.files import Cell, Column, Kind, Table

CHUNK = 100
COLUMNS = (
    Column("Company"),
    Column("Domain"),
    Column("Known company", Kind.BOOLEAN),
    Column("Certainty", Kind.WHOLE),
    Column("Why"),
    Column("Network"),
    Column("Visits", Kind.WHOLE),
    Column("Last seen", Kind.INSTANT),
    Column("Pages read"),
    Column("People known there"),
    Column("Came by"),
    Column("On the outreach list", Kind.BOOLEAN),
)


def companies_table(by: User, wanted: Wanted, zone: ZoneInfo, *, at: datetime) -> Table:
    """Return the companies that match, to be taken away, and write down who takes them.

    Raises:
        AccessError: Their role does not see visits.
    """
    found = groups(wanted, at, by)
    record("companies.exported", "companies", actor=by, at=at, period=wanted.period, rows=len(found))
    return Table("companies", COLUMNS, _rows(found, wanted, at), zone)


def _rows(found: Sequence[Group], wanted: Wanted, at: datetime) -> Iterator[list[Cell]]:
    for start in range(0, len(found), CHUNK):
        yield from map(_row, detailed(found[start : start + CHUNK], wanted, at))


def _row(row: CompanyRow) -> list[Cell]:
    company = row.company
    return [
        row.name,
        company.domain if company else None,
        company is not None,
        row.group.sure if company else None,
        row.why,
        row.kind,
        row.group.visits,
        row.group.seen,
        ", ".join(f"{path} ({count})" for path, count in row.pages),
        ", ".join(person.name for person in row.people),
        ", ".join(f"{way} ({count})" for way, count in row.ways),
        row.listed,
    ]
