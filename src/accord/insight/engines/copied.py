"""Rows as PostgreSQL copies them out, as Arrow: ``COPY … TO STDOUT (FORMAT csv, HEADER)``."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from pyarrow import csv

BLOCK = 8 << 20
"""Bytes that are read at a time."""


def batches(source: Path | IO[bytes], types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file, or of what is read like one, in batches; an empty text is no NULL.

    Args:
        source: With a line of names first.
        types: The columns that are wanted, in their order, and what they hold.
    """
    with csv.open_csv(
        source,
        read_options=csv.ReadOptions(block_size=BLOCK),
        # A row of one column that is NULL is an empty line.
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=dict(types),
            include_columns=list(types),
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ) as reader:
        yield from reader


class Copied(io.RawIOBase):
    """What a COPY of psycopg gives, as a file."""

    def __init__(self, copy: Any) -> None:  # noqa: ANN401  # whatever can be read in pieces of its own size
        super().__init__()
        self._copy = copy
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401  # a buffer
        """Put what comes next into a buffer; return how much."""
        if not self._left:
            self._left = memoryview(self._copy.read())
        some = self._left[: len(into)]
        into[: len(some)] = some
        self._left = self._left[len(some) :]
        return len(some)
