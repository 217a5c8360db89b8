"""What a table is: columns, each with a kind, and rows that are taken once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

Cell = str | int | Decimal | date | datetime | bool | None
"""A value; None and an empty text are an empty cell."""


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    INSTANT = "instant"
    DATE = "date"
    BOOLEAN = "boolean"


MONEY_PLACES = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: Its heading; that of money names the currency, unless a column of texts beside it does.
        kind: What its values are: instants are aware ``datetime``, whole numbers ``int``.
        places: Decimals that are kept, of a column of decimals.
    """

    name: str
    kind: Kind = Kind.TEXT
    places: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """What is taken away.

    Attributes:
        name: How its file is called, before the day; plain letters, digits and hyphens.
        columns: In their order.
        rows: Each with a value for every column; they are read once, and never held together.
        zone: In which instants are written where a format knows no time zone.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    zone: ZoneInfo

    def headings(self) -> list[str]:
        """Return the headings with the zone beside those of instants, for formats that know no time zone."""
        return [f"{each.name} ({self.zone.key})" if each.kind is Kind.INSTANT else each.name for each in self.columns]


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a number with as many decimals as its column keeps; halves go to the even neighbour.

    Examples:
        >>> rounded(Decimal("12.345"), 2), rounded(Decimal("40"), 2)
        (Decimal('12.34'), Decimal('40.00'))
    """
    return value.quantize(Decimal(1).scaleb(-places))
