"""Leads as a file: the whole filtered set, read row by row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from accord.agreement import FieldType
from accord.scoring import HUNDREDTHS
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.files import Cell, Column, Kind, Table
from accord.server.pipeline.facts import raw_values, typed
from accord.server.pipeline.models import Lead
from accord.server.pipeline.queries import LeadFilter, leads_matching, ordered

CHUNK = 1000

COLUMNS = (
    Column("Lead", Kind.WHOLE),
    *map(Column, ("Foreign id", "Person", "E-mail", "Phone", "Company", "Domain")),
    Column("Cycle", Kind.WHOLE),
    Column("Stage"),
    Column("In stage since", Kind.INSTANT),
    Column("Grade"),
    *(Column(name, Kind.DECIMAL) for name in ("Fit", "Engagement")),
    *map(Column, ("Source", "Owner", "Queue")),
    *(Column(name, Kind.INSTANT) for name in ("First contact", "Cycle opened", "Handed over")),
    Column("Held for"),
    Column("Ended", Kind.INSTANT),
    Column("End reason"),
    Column("Returns", Kind.INSTANT),
)
FIELD_PLACES = 4
"""As rules keep them."""
KINDS = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.CHOICE: Kind.TEXT,
    FieldType.INTEGER: Kind.WHOLE,
    FieldType.DECIMAL: Kind.DECIMAL,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
}
"""As what the values of the agreement's fields stand in the file."""
IN_COLUMNS = frozenset({"person.name", "person.email", "person.phone", "company.name", "company.domain", "lead.source"})
"""Fields of the agreement that have a column already."""


def leads_table(
    by: User, wanted: LeadFilter, sort: str, grades: Sequence[str], fields: Mapping[str, FieldType], *, at: datetime
) -> Table:
    """Return the leads that match, to be taken away, and write down who takes them.

    Args:
        by: Who takes them.
        wanted: Which leads, and in whose zone days begin.
        sort: In which order.
        grades: Best first.
        fields: The fields of the agreement and their types, each a column of its own unless it has one already; a value
            that is not of its type is left out, as rules leave it out.
        at: When.

    Raises:
        AccessError: An outside agency sees only what is lent to it.
    """
    leads = ordered(leads_matching(by, wanted), sort, grades).select_related("person__company", "owner")
    record("leads.exported", "leads", actor=by, at=at, filter=_in_short(wanted), sort=sort)
    own = {name: kind for name, kind in fields.items() if name not in IN_COLUMNS}
    columns = [*COLUMNS, *(Column(name, KINDS[kind], FIELD_PLACES) for name, kind in own.items())]
    return Table("leads", columns, (_row(lead, own) for lead in leads.iterator(CHUNK)), wanted.zone)


def _in_short(wanted: LeadFilter) -> dict[str, str]:
    names = ("show", "stage", "source", "owner", "grade", "held", "first", "last", "text")
    return {name: str(value) for name in names if (value := getattr(wanted, name)) not in (None, False)}


def _row(lead: Lead, fields: Mapping[str, FieldType]) -> list[Cell]:
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
        lead.stage_since,
        lead.grade,
        Decimal(lead.fit) / HUNDREDTHS,
        Decimal(lead.engagement) / HUNDREDTHS,
        lead.source,
        lead.owner.name if lead.owner else None,
        lead.queue,
        lead.first_contact_at,
        lead.opened_at,
        lead.handed_over_at,
        ", ".join(lead.held_for),
        lead.ended_at,
        lead.end_reason,
        lead.returns_at,
        *(typed(values.get(name), kind) for name, kind in fields.items()),
    ]
