"""The facts of leads as the rules read them, from the rows of the database."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import InvalidOperation

from accord.agreement import Agreement, FieldType
from accord.rules import ColumnType, Facts, RulesError, Value, decimal_value, field_column
from accord.server.pipeline.happenings import colleagues_of, own_happenings
from accord.server.pipeline.models import Lead


def facts_of(leads: Iterable[Lead], agreement: Agreement, at: datetime) -> dict[int, Facts]:
    """Return the facts of each lead by its id, with one query, and a second one if the agreement asks for colleagues.

    Args:
        leads: With ``person`` and ``person.company`` loaded.
        agreement: Declares the fields and their types; a value that is not of its type counts as missing.
        at: Touchpoints after this instant are left out.
    """
    leads = list(leads)
    values = {lead.pk: typed_values(raw_values(lead), agreement) for lead in leads}
    return facts_with(values, leads, agreement, at)


def facts_with(
    values: Mapping[int, Mapping[str, Value]], leads: Iterable[Lead], agreement: Agreement, at: datetime
) -> dict[int, Facts]:
    """Return the facts of each lead by its id, with these values of its fields, as ``facts_of``."""
    leads = list(leads)
    own, colleagues = own_happenings(leads, at), colleagues_of(leads, agreement, at)
    return {
        lead.pk: Facts(values[lead.pk], tuple(own.get(lead.person_id, ())), colleagues[lead.pk], agreement.zone)
        for lead in leads
    }


def field_values(lead: Lead, agreement: Agreement) -> dict[str, Value]:
    """Return the values of the agreement's fields that the lead has, by full name."""
    return typed_values(raw_values(lead), agreement)


def typed_values(raw: Mapping[str, object], agreement: Agreement) -> dict[str, Value]:
    """Return stored values of the agreement's fields as their types; what does not fit is left out."""
    values: dict[str, Value] = {}
    for name, field in agreement.fields.items():
        value = typed(raw.get(name), field.type)
        if value is not None:
            values[name] = value
    return values


COLUMN = {
    FieldType.TEXT: ColumnType.TEXT,
    FieldType.CHOICE: ColumnType.TEXT,
    FieldType.INTEGER: ColumnType.INTEGER,
    FieldType.DECIMAL: ColumnType.DECIMAL,
    FieldType.BOOLEAN: ColumnType.BOOLEAN,
    FieldType.DATE: ColumnType.DATE,
}
"""How each type of the agreement stands in a table; what fits no column is no value."""


def raw_values(lead: Lead) -> Mapping[str, object]:
    """Return everything known of the lead by full name, as it is stored."""
    person, company = lead.person, lead.person.company
    values: dict[str, object] = {f"lead.{name}": value for name, value in lead.fields.items()}
    values |= {f"person.{name}": value for name, value in person.fields.items()}
    values |= {"person.name": person.name, "person.email": person.email, "person.phone": person.phone}
    values |= {"lead.source": lead.source}
    if company is not None:
        values |= {f"company.{name}": value for name, value in company.fields.items()}
        values |= {"company.name": company.name, "company.domain": company.domain}
    return values


def typed(raw: object, kind: FieldType) -> Value | None:
    """Return a stored value as the type that the agreement declares, or None if there is none or it does not fit.

    Examples:
        >>> typed("42", FieldType.INTEGER), typed("many", FieldType.INTEGER), typed(" ", FieldType.TEXT)
        (42, None, None)
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        value = _parsed(raw, kind)
        if value is not None:
            field_column(value, COLUMN[kind])
    except (ValueError, InvalidOperation, RulesError):
        return None
    return value


def _parsed(raw: object, kind: FieldType) -> Value | None:
    match kind:
        case FieldType.TEXT | FieldType.CHOICE:
            return str(raw)
        case FieldType.BOOLEAN:
            return raw if isinstance(raw, bool) else None
        case FieldType.DATE:
            return date.fromisoformat(str(raw))
        case _ if isinstance(raw, bool):
            return None
        case FieldType.INTEGER:
            return int(str(raw))
        case FieldType.DECIMAL:
            return decimal_value(str(raw))
