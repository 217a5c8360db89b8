"""Conversions as columns of numbers, and which journeys they belong to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from accord.attribution.arrays import Ints
from accord.attribution.errors import AttributionError
from accord.attribution.source import Columns, Table, as_array, microseconds, plain, plain_type, whole_numbers

NEVER = np.iinfo(np.int64).min
"""The instant of a mark that is not there: before all others."""

_WIDEST_TABLE = 1 << 27


@dataclass(frozen=True, slots=True, eq=False)
class Conversions:
    """Conversions in the order in which they were given, each column an array of one length.

    Attributes:
        journey: The index of the journey among those that convert.
        at: When, in microseconds.
        cents: The value.
        lead_at: When the lead came to be, or ``NEVER``.
        opportunity_at: When the opportunity came to be, or ``NEVER``.
    """

    journey: Ints
    at: Ints
    cents: Ints
    lead_at: Ints
    opportunity_at: Ints

    def __len__(self) -> int:
        return len(self.at)

    def some(self, rows: slice) -> "Conversions":
        """Return those in some rows."""
        return Conversions(
            self.journey[rows], self.at[rows], self.cents[rows], self.lead_at[rows], self.opportunity_at[rows]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Converting:
    """The journeys that convert: which of them a journey is, asked for many at once."""

    ids: pa.Array
    numbers: Ints | None
    first: int
    table: NDArray[np.int32] | None

    def index(self, journeys: pa.ChunkedArray) -> Ints:
        """Return the index of each journey among those that convert, or -1."""
        if self.numbers is None or self.table is None:
            found = pc.index_in(journeys, value_set=self.ids.cast(journeys.type))
            return as_array(found.fill_null(-1)).astype(np.int64)
        places = whole_numbers(journeys, "journey") - self.first
        within = (places >= 0) & (places < len(self.table))
        if within.all():
            return self.table[places].astype(np.int64)
        return np.where(within, self.table[np.where(within, places, 0)], -1)


def read_conversions(table: Table, columns: Columns, marks: tuple[str, ...]) -> tuple[Conversions, Converting]:
    """Read all conversions, with the marks that are asked for.

    Raises:
        AttributionError: A column is of another type, or holds nulls where it may not.
    """
    parts = pa.concat_tables(table.parts(columns.journey, columns.at, columns.cents, *marks)).unify_dictionaries()
    journeys = plain(parts.column(0))
    if journeys.null_count:
        raise AttributionError("attribution.null", f"{journeys.null_count:,} conversions have no {columns.journey!r}")
    encoded = journeys.combine_chunks().dictionary_encode()
    found = Conversions(
        journey=np.from_dlpack(encoded.indices).astype(np.int64),
        at=microseconds(parts.column(1), columns.at),
        cents=whole_numbers(parts.column(2), columns.cents),
        lead_at=_mark(parts, columns.lead_at, marks),
        opportunity_at=_mark(parts, columns.opportunity_at, marks),
    )
    return found, _converting(encoded.dictionary)


def _converting(ids: pa.Array) -> Converting:
    if not pa.types.is_signed_integer(ids.type) or not len(ids):
        return Converting(ids, None, 0, None)
    numbers = whole_numbers(pa.chunked_array([ids]), "journey")
    first, last = int(numbers.min()), int(numbers.max())
    if last - first >= _WIDEST_TABLE:
        return Converting(ids, numbers, first, None)
    table = np.full(last - first + 1, -1, np.int32)
    table[numbers - first] = np.arange(len(numbers))
    return Converting(ids, numbers, first, table)


def _mark(parts: pa.Table, name: str, marks: tuple[str, ...]) -> Ints:
    if name not in marks:
        return np.full(parts.num_rows, NEVER)
    column = parts.column(name)
    known = as_array(column.is_valid().cast(pa.int8())).astype(np.bool_)
    at = np.full(parts.num_rows, NEVER)
    at[known] = microseconds(column.drop_null(), name)
    return at


def same_kind(touchpoints: pa.DataType, conversions: pa.DataType) -> None:
    """Check that journeys are called alike in both tables.

    Raises:
        AttributionError: They are numbers in one and texts in the other.
    """
    kinds: list[Any] = [pa.types.is_integer(plain_type(kind)) for kind in (touchpoints, conversions)]
    if kinds[0] != kinds[1]:
        raise AttributionError(
            "attribution.journeys_differ",
            f"journeys are {touchpoints} in the touchpoints and {conversions} in the conversions",
            hint="make both whole numbers or both texts",
        )
