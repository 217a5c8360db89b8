"""Where rows are read from: Parquet on disk, or anything that hands over Arrow, without a copy where it can."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accord.attribution.arrays import Floats, Ints
from accord.attribution.errors import AttributionError


class ArrowStream(Protocol):
    """A table of pandas, Polars, PyArrow, DuckDB, …: whatever speaks the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Rows = str | Path | ArrowStream
"""A Parquet file, a folder of Parquet files, or a table."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are called in the tables that are given.

    Attributes:
        journey: In both tables: whose touch or conversion it is, as a whole number or a text. Who belongs to one
            journey, a person or everybody in the buying company, is decided by whoever makes the tables.
        at: In both tables: the instant, as a timestamp, or as a whole number of microseconds.
        touch: In the touchpoints: the dimension that gets the credit, as a text or a whole number.
        cents: In the conversions: the value in whole cents; negative for a refund.
        lead_at: In the conversions, where a model asks for it: when the lead came to be, or null.
        opportunity_at: In the conversions, where a model asks for it: when the opportunity came to be, or null.
        id: In the touchpoints, for a trace: which one it is, as a whole number; None: nobody asks.
    """

    journey: str = "journey"
    at: str = "at"
    touch: str = "channel"
    cents: str = "cents"
    lead_at: str = "lead_at"
    opportunity_at: str = "opportunity_at"
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Some columns of a table that may be read again and again, a part at a time."""

    name: str
    columns: tuple[str, ...]
    files: tuple[Path, ...]
    held: pa.Table | None

    def parts(self, *wanted: str) -> Iterator[pa.Table]:
        """Read the wanted columns, in parts of at most a few million rows."""
        if self.held is not None:
            held = self.held.select(wanted)
            if not held.num_rows:
                yield held
            yield from (pa.Table.from_batches([batch]) for batch in held.to_batches(max_chunksize=_ROWS_OF_A_PART))
            return
        yield from _ahead(self._groups(wanted))

    def _groups(self, wanted: tuple[str, ...]) -> Iterator[pa.Table]:
        for file in self.files:
            with pq.ParquetFile(file, read_dictionary=list(wanted[2:3])) as parquet:
                for group in range(parquet.num_row_groups):
                    yield parquet.read_row_group(group, columns=list(wanted)).select(wanted)

    def bounds(self, column: str) -> tuple[int, int] | None:
        """Return the least and the greatest of a column of whole numbers or instants, or None if it has no rows."""
        found = [self._stated(column)] if self.held is None else []
        if not found or found[0] is None:
            found = [_bounds(part.column(0)) for part in self.parts(column)]
        lows_and_highs = [pair for pair in found if pair is not None]
        if not lows_and_highs:
            return None
        return min(low for low, _ in lows_and_highs), max(high for _, high in lows_and_highs)

    def type_of(self, column: str) -> pa.DataType:
        """Return the type of a column."""
        schema = self.held.schema if self.held is not None else pq.read_schema(self.files[0])
        return schema.field(column).type

    def rows(self) -> int:
        """Return the number of rows."""
        if self.held is not None:
            return int(self.held.num_rows)
        return sum(int(pq.read_metadata(file).num_rows) for file in self.files)

    def _stated(self, column: str) -> tuple[int, int] | None:
        """The bounds that the files state about themselves, or None if one of them says nothing."""
        found = []
        for file in self.files:
            metadata = pq.read_metadata(file)
            index = metadata.schema.names.index(column)
            for group in range(metadata.num_row_groups):
                stated = metadata.row_group(group).column(index).statistics
                if stated is None or not stated.has_min_max or metadata.schema.column(index).physical_type != "INT64":
                    return None
                unit = getattr(self.type_of(column), "unit", None)
                found.append((_in_microseconds(stated.min_raw, unit), _in_microseconds(stated.max_raw, unit)))
        return (min(low for low, _ in found), max(high for _, high in found)) if found else None


_ROWS_OF_A_PART = 1 << 20


def _ahead(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield parts, and read the next one while one is looked at."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = reader.submit(next, parts, None)
            yield part


def opened(rows: Rows, name: str, columns: tuple[str, ...]) -> Table:
    """Return the table with these columns, checked to be there.

    Raises:
        AttributionError: There is no such file, it is none that can be read, or a column is missing.
    """
    if not isinstance(rows, (str, Path)):
        return _held(rows, name, columns)
    path = Path(rows)
    files = tuple(sorted(path.glob("*.parquet"))) if path.is_dir() else (path,)
    if not files or not all(file.is_file() for file in files):
        raise AttributionError("attribution.no_file", f"there is no Parquet file of {name}", at=str(path))
    for file in files:
        try:
            _check_columns(pq.read_schema(file).names, columns, name, str(file))
        except pa.ArrowInvalid as error:
            raise AttributionError("attribution.not_parquet", f"no Parquet file: {error}", at=str(file)) from error
    return Table(name, columns, files, None)


def _held(rows: ArrowStream, name: str, columns: tuple[str, ...]) -> Table:
    if not hasattr(rows, "__arrow_c_stream__"):
        raise AttributionError(
            "attribution.not_a_table",
            f"{name} cannot be read from {type(rows).__name__}",
            hint="give a path to Parquet, or a table of pandas, Polars or PyArrow",
        )
    table: pa.Table = rows if isinstance(rows, pa.Table) else pa.RecordBatchReader.from_stream(rows).read_all()
    _check_columns(table.column_names, columns, name, None)
    return Table(name, columns, (), table.select(columns))


def _check_columns(found: list[str], wanted: tuple[str, ...], name: str, at: str | None) -> None:
    missing = [column for column in wanted if column not in found]
    if missing:
        raise AttributionError(
            "attribution.missing_column",
            f"{name} have no column {', '.join(repr(column) for column in missing)}",
            at=at,
            hint=f"they have {', '.join(found)}; say with Columns(…) what they are called",
        )


def as_array(column: pa.ChunkedArray) -> Ints:
    """Return whole numbers without nulls as they are; ``to_numpy`` would load pandas for it, where there is one."""
    chunks: list[Ints] = [np.from_dlpack(chunk) for chunk in column.chunks if len(chunk)]  # type: ignore[misc]
    if len(chunks) == 1:
        return chunks[0]
    return np.concatenate(chunks) if chunks else np.empty(0, np.int64)


def numbers(values: Ints | Floats) -> pa.Array:
    """Return numbers as Arrow has them, without a copy; ``pa.array`` would load pandas, where there is one."""
    kind = pa.int64() if values.dtype == np.int64 else pa.float64()
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def texts(values: Sequence[str]) -> pa.Array:
    """Return texts as Arrow has them; ``pa.array`` would load pandas, where there is one."""
    written = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, written)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(ends), pa.py_buffer(b"".join(written)))


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column without a dictionary, and texts in a form that the kernels of PyArrow know."""
    return column.cast(plain_type(column.type))


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the type of a column of this type made plain."""
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    return pa.large_string() if pa.types.is_string_view(kind) else kind


def whole_numbers(column: pa.ChunkedArray, name: str) -> Ints:
    """Return a column of whole numbers.

    Raises:
        AttributionError: It holds something else, or nulls.
    """
    if not pa.types.is_integer(column.type):
        raise _bad_type(name, column.type, "whole numbers")
    return as_array(_without_nulls(column, name).cast(pa.int64()))


def microseconds(column: pa.ChunkedArray, name: str) -> Ints:
    """Return a column of instants in microseconds, since 1970 in UTC where they are timestamps; finer ones are cut.

    Raises:
        AttributionError: It holds something else, or nulls.
    """
    kind = column.type
    if pa.types.is_integer(kind):
        return whole_numbers(column, name)
    if not (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        raise _bad_type(name, kind, "timestamps, or whole numbers of microseconds")
    zone = getattr(kind, "tz", None)
    fine = _without_nulls(column, name).cast(pa.timestamp("us", zone), safe=False)
    return as_array(fine.cast(pa.int64()))


def codes(column: pa.ChunkedArray, labels: dict[Any, int], name: str) -> Ints:
    """Return a column as codes, and add what is new to the labels, in the order in which it is met.

    Raises:
        AttributionError: It holds something other than texts and whole numbers, or nulls.
    """
    kind = plain_type(column.type)
    if not (pa.types.is_integer(kind) or _is_text(kind)):
        raise _bad_type(name, kind, "texts or whole numbers")
    found = []
    for chunk in _without_nulls(column, name).chunks:
        coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        values = coded.dictionary.to_pylist()
        for index in pc.unique(coded.indices).to_pylist():  # a dictionary may hold more than occurs
            labels.setdefault(values[index], len(labels))
        table = np.array([labels.get(value, -1) for value in values], np.int64)
        found.append(table[np.from_dlpack(coded.indices)])
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _without_nulls(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    if column.null_count:
        raise AttributionError(
            "attribution.null",
            f"{column.null_count:,} rows have no {name!r}",
            hint="fill them, with a label such as 'not stated', or leave these rows out",
        )
    return column


def _bad_type(name: str, found: pa.DataType, wanted: str) -> AttributionError:
    return AttributionError(
        "attribution.bad_type", f"the column {name!r} is of type {found}", hint=f"it holds {wanted}"
    )


def _bounds(column: pa.ChunkedArray) -> tuple[int, int] | None:
    numbers = column if pa.types.is_integer(column.type) else pa.chunked_array([microseconds(column, "at")])
    found = pc.min_max(numbers).as_py()
    return None if found["min"] is None else (found["min"], found["max"])


def _in_microseconds(raw: int, unit: str | None) -> int:
    match unit:
        case "s":
            return raw * 1_000_000
        case "ms":
            return raw * 1_000
        case "ns":
            return raw // 1_000
        case _:
            return raw
