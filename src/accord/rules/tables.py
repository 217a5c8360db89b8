"""The tables over which a compiled rule runs: which column holds what, and what a value looks like in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from accord.rules.errors import RulesError
from accord.rules.instant import day_number
from accord.rules.value import Kind, Value, checked_text, compared_field, kind_of


class ColumnType(Enum):
    """The type of a field's column.

    Text is stored by its key, whole numbers as BIGINT, decimals as ``DECIMAL(20, 4)``, days as BIGINT: days since 1970,
    since no two engines reckon with days alike.
    """

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"

    @property
    def kind(self) -> Kind:
        """The kind of the values in such a column."""
        return _KINDS[self]


_KINDS = {
    ColumnType.TEXT: Kind.TEXT,
    ColumnType.INTEGER: Kind.NUMBER,
    ColumnType.DECIMAL: Kind.NUMBER,
    ColumnType.BOOLEAN: Kind.BOOLEAN,
    ColumnType.DATE: Kind.DAY,
}


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """The column of the lead table that holds one field; NULL is a missing value."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class PropertyColumns:
    """The columns of the touchpoint table that hold one property, as ``property_columns`` fills them.

    Attributes:
        text: A text column.
        number: A ``DECIMAL(20, 4)`` column.
    """

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The names under which a query knows the leads and their touchpoints.

    Attributes:
        lead: The alias of the lead table in the query that the compiled rule becomes part of.
        lead_key: The column of ``lead`` by which touchpoints refer to it.
        lead_company: The column of ``lead`` that holds the key of its company; never NULL: a person without a company
            is one of its own. Read by ``PeopleRule`` only, as are the next two of touchpoints.
        fields: By the name of the field.
        touchpoints: The table of touchpoints.
        touchpoint: Its alias inside a compiled rule; unlike ``lead``.
        touchpoint_lead: The column of a touchpoint that holds the key of its lead.
        touchpoint_company: The column of a touchpoint that holds the key of its person's company, as ``lead_company``.
        touchpoint_person: The column of a touchpoint that tells the people of one company apart; never NULL.
        event: The column that holds the name of the event, as captured.
        at: The BIGINT column that holds the instant, in microseconds since 1970 in UTC.
        day: The BIGINT column that holds the calendar day of the touchpoint in the agreement's zone, in days since
            1970, as ``local_day`` gives it. Read by ``DaysRule`` only.
        properties: By the name of the property.

    Raises:
        RulesError: ``touchpoint`` hides ``lead``.
    """

    lead: str = "lead"
    lead_key: str = "id"
    lead_company: str = "company_id"
    fields: Mapping[str, FieldColumn] = field(default_factory=dict)
    touchpoints: str = "touchpoints"
    touchpoint: str = "touchpoint"
    touchpoint_lead: str = "lead_id"
    touchpoint_company: str = "company_id"
    touchpoint_person: str = "person_id"
    event: str = "event"
    at: str = "at"
    day: str = "day"
    properties: Mapping[str, PropertyColumns] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.touchpoint.casefold() == self.lead.casefold():
            raise RulesError("rules.alias", f"the alias {self.touchpoint!r} of the touchpoints hides the leads")


def field_column(value: Value | None, column: ColumnType) -> Value | None:
    """Return what a column of this type holds of a field's value; None is NULL.

    Raises:
        RulesError: The value is of another kind, or the column cannot hold it exactly.

    Examples:
        >>> field_column(" Straße", ColumnType.TEXT), field_column(Decimal(5), ColumnType.INTEGER)
        ('strasse', 5)
    """
    compared = compared_field(value)
    if compared is None:
        return None
    if kind_of(compared) is not column.kind:
        raise RulesError("rules.column", f"{value!r} does not belong in a column for {column.value}")
    match compared:
        case str():
            return checked_text(compared)
        case Decimal() if column is ColumnType.INTEGER:
            return _whole(compared)
        case date():
            return day_number(compared)
        case int() | Decimal():
            return compared


def _whole(number: Decimal) -> int:
    if number != int(number):
        raise RulesError("rules.column", f"{number} is not a whole number")
    return int(number)
