"""Writes files and mappings, and imports them."""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accord.server.capture.imports import Imported, Wish, import_file

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

LEADS = """\
accord_import: 1
kind: leads
id: id
columns:
  lead.source: source
  lead.first_contact_at: since
  person.email: email
  person.name: name
  person.phone: phone
  company.name: company
  company.domain: domain
"""
LEAD_COLUMNS = ("id", "source", "since", "email", "name", "phone", "company", "domain")
TOUCHPOINTS = """\
accord_import: 1
kind: touchpoints
id: id
columns:
  touchpoint.at: at
  touchpoint.event: event
  touchpoint.source: source
  person.email: email
  lead.external_id: lead
  property.form: form
  property.minutes: {column: minutes, type: integer}
"""
TOUCHPOINT_COLUMNS = ("id", "at", "event", "source", "email", "lead", "form", "minutes")
DEALS = """\
accord_import: 1
kind: deals
id: id
columns:
  lead.external_id: lead
  deal.name: name
  deal.amount: amount
  deal.margin: margin
  deal.currency: currency
  deal.opened_at: opened
  deal.won_at: won
  deal.lost_at: lost
"""
DEAL_COLUMNS = ("id", "lead", "name", "amount", "currency", "opened", "won", "lost", "margin")
COSTS = """\
accord_import: 1
kind: costs
columns:
  cost.day: day
  cost.source: source
  cost.medium: medium
  cost.campaign: campaign
  cost.amount: amount
  cost.currency: currency
  cost.clicks: clicks
  cost.impressions: impressions
"""
COST_COLUMNS = ("day", "source", "medium", "campaign", "amount", "currency", "clicks", "impressions")
RATES = """\
accord_import: 1
kind: rates
columns:
  rate.day: day
  rate.base: {constant: EUR}
  rate.currency: currency
  rate.rate: rate
"""
RATE_COLUMNS = ("day", "currency", "rate")
KINDS = {
    "leads": (LEADS, LEAD_COLUMNS),
    "touchpoints": (TOUCHPOINTS, TOUCHPOINT_COLUMNS),
    "deals": (DEALS, DEAL_COLUMNS),
    "costs": (COSTS, COST_COLUMNS),
    "rates": (RATES, RATE_COLUMNS),
}


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV; short ones are filled up with empty cells."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([[*row, *[""] * (len(header) - len(row))] for row in rows])
    return out.getvalue()


@dataclass
class Importer:
    """Imports what a test writes down."""

    folder: Path

    def wish(self, kind: str, content: str | bytes, mapping: str | None = None, name: str = "") -> Wish:
        path = self.folder / (name or f"{kind}.csv")
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        where = self.folder / f"{kind}.yaml"
        where.write_text(mapping or KINDS[kind][0], encoding="utf-8")
        return Wish(path, kind, where)

    def content(
        self,
        kind: str,
        content: str | bytes,
        mapping: str | None = None,
        *,
        name: str = "",
        at: datetime = NOW,
        **how: object,
    ) -> Imported:
        """Import a file as it is."""
        return import_file(replace(self.wish(kind, content, mapping, name), **how), at)  # type: ignore[arg-type]

    def rows(self, kind: str, *rows: dict[str, str], at: datetime = NOW, **how: object) -> Imported:
        """Import rows of the usual columns of their kind."""
        _, columns = KINDS[kind]
        return self.content(kind, csv_text(columns, [[row.get(c, "") for c in columns] for row in rows]), at=at, **how)

    def leads(self, *rows: dict[str, str], **how: object) -> Imported:
        return self.rows("leads", *rows, **how)  # type: ignore[arg-type]

    def touchpoints(self, *rows: dict[str, str], **how: object) -> Imported:
        return self.rows("touchpoints", *rows, **how)  # type: ignore[arg-type]

    def deals(self, *rows: dict[str, str], **how: object) -> Imported:
        filled = [{"currency": "EUR"} | row for row in rows]
        return self.rows("deals", *filled, **how)  # type: ignore[arg-type]

    def costs(self, *rows: dict[str, str], **how: object) -> Imported:
        filled = [{"day": "2026-02-10", "source": "google", "medium": "cpc", "currency": "EUR"} | row for row in rows]
        return self.rows("costs", *filled, **how)  # type: ignore[arg-type]

    def rates(self, *rows: dict[str, str], **how: object) -> Imported:
        filled = [{"day": "2026-02-10", "currency": "USD"} | row for row in rows]
        return self.rows("rates", *filled, **how)  # type: ignore[arg-type]


@pytest.fixture
def importer(db: None, tmp_path: Path) -> Importer:
    return Importer(tmp_path)


def counts(result: Imported) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused."""
    return result.created, result.updated, result.unchanged, result.refused


@pytest.fixture(name="counts")
def counts_of() -> object:
    return counts
