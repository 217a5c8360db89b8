"""Leads as a CSV file: the whole filtered set, streamed row by row, safe to open in a spreadsheet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from zoneinfo import ZoneInfo

from accord.scoring import HUNDREDTHS
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.pipeline.facts import raw_values
from accord.server.pipeline.models import Lead
from accord.server.pipeline.queries import LeadFilter, leads_matching, ordered
from accord.server.spreadsheet import csv_lines

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
CHUNK = 1000

HEADS = (
    "Lead", "Foreign id", "Person", "E-mail", "Phone", "Company", "Domain", "Cycle", "Stage", "In stage since", "Grade",
    "Fit", "Engagement", "Source", "Owner", "Queue", "First contact", "Cycle opened", "Handed over", "Held for",
    "Ended", "End reason", "Returns",
)  # fmt: skip
INSTANTS = frozenset({"In stage since", "First contact", "Cycle opened", "Handed over", "Ended", "Returns"})
IN_HEADS = frozenset({"person.name", "person.email", "person.phone", "company.name", "company.domain", "lead.source"})
"""Fields of the agreement that have a column already."""


def export_leads(
    by: User, wanted: LeadFilter, sort: str, grades: Sequence[str], fields: Sequence[str], *, at: datetime
) -> Iterator[str]:
    """Return the file piece by piece, and write down who took it; nothing but one piece is ever in memory.

    Args:
        by: Who takes it.
        wanted: Which leads; times are written in its zone, without an offset, since spreadsheets read no other.
        sort: In which order.
        grades: Best first.
        fields: The fields of the agreement, each a column of its own unless it has one already.
        at: When.

    Raises:
        AccessError: An outside agency sees only what is lent to it.
    """
    leads = ordered(leads_matching(by, wanted), sort, grades).select_related("person__company", "owner")
    record("leads.exported", "leads", actor=by, at=at, filter=_in_short(wanted), sort=sort)
    return _pieces(leads.iterator(CHUNK), [name for name in fields if name not in IN_HEADS], wanted.zone)


def _in_short(wanted: LeadFilter) -> dict[str, str]:
    names = ("show", "stage", "source", "owner", "grade", "held", "first", "last", "text")
    return {name: str(value) for name in names if (value := getattr(wanted, name)) not in (None, False)}


def _pieces(leads: Iterator[Lead], fields: Sequence[str], zone: ZoneInfo) -> Iterator[str]:
    heads = [f"{head} ({zone.key})" if head in INSTANTS else head for head in HEADS]
    yield BOM + csv_lines([[*heads, *fields]])
    while chunk := list(islice(leads, CHUNK)):
        yield csv_lines([_row(lead, fields, zone) for lead in chunk])


def _row(lead: Lead, fields: Sequence[str], zone: ZoneInfo) -> list[object]:
    person, company = lead.person, lead.person.company
    values = raw_values(lead) if fields else {}
    return [
        lead.pk,
        lead.external_id,
        person.name,
        person.email,
        person.phone,
        company.name if company else None,
        company.domain if company else None,
        lead.cycle,
        lead.get_stage_display(),
        _wall(lead.stage_since, zone),
        lead.grade,
        Decimal(lead.fit) / HUNDREDTHS,
        Decimal(lead.engagement) / HUNDREDTHS,
        lead.source,
        lead.owner.name if lead.owner else None,
        lead.queue,
        _wall(lead.first_contact_at, zone),
        _wall(lead.opened_at, zone),
        _wall(lead.handed_over_at, zone),
        ", ".join(lead.held_for),
        _wall(lead.ended_at, zone),
        lead.end_reason,
        _wall(lead.returns_at, zone),
        *(values.get(name) for name in fields),
    ]


def _wall(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
