"""Parquet files as rows of text cells. The only module here that imports pyarrow, and imported only for such a file."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from accord.agreement import FieldType
from accord.server.capture.errors import ImportingError
from accord.server.capture.table import Row, Table, Unreadable, checked_header

BATCH = 10_000


def table(file: BinaryIO, name: str) -> Table:
    """Return an open Parquet file; its rows count as lines from 2 on, as if it had a header line.

    Raises:
        ImportingError: ``import.damaged``, ``import.duplicate_column``.
    """
    try:
        opened = pq.ParquetFile(file)
    except pa.ArrowException as error:
        raise ImportingError("import.damaged", f"{name} is not a whole Parquet file: {error}") from error
    schema = opened.schema_arrow
    header = checked_header(schema.names, name)
    read = [0]
    total = max(opened.metadata.num_rows, 1)
    types = {column.name: kind for column in schema if (kind := _type(column.type)) is not None}
    return Table(header, _rows(opened, name, read), lambda: read[0] / total, types=types)


def _type(kind: pa.DataType) -> FieldType | None:
    if pa.types.is_boolean(kind):
        return FieldType.BOOLEAN
    if pa.types.is_integer(kind):
        return FieldType.INTEGER
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return FieldType.DECIMAL
    return None


def _rows(file: pq.ParquetFile, name: str, read: list[int]) -> Iterator[Row | Unreadable]:
    line = 2
    try:
        for batch in file.iter_batches(batch_size=BATCH):
            columns = [_texts(column, batch.schema.names[place]) for place, column in enumerate(batch.columns)]
            for cells in zip(*columns, strict=True):
                yield line, cells
                line += 1
            read[0] = line - 2
    except pa.ArrowException as error:
        raise ImportingError("import.damaged", f"{name} is damaged after row {line - 2:,}: {error}") from error


def _texts(column: pa.Array, name: str) -> Sequence[str]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        # Such a column cannot be mapped; without a word in the file it would hold up the rows that do not need it.
        return [f"<{kind} in {name}>"] * len(column)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    return ["" if value is None else _text(value) for value in column.to_pylist()]


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return "" if value != value else repr(value)  # not a number is how many tools write a missing one
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else str(value)
