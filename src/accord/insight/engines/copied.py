"""Rows as PostgreSQL copies them out, as Arrow: ``COPY … TO STDOUT (FORMAT csv, HEADER)``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

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
        parse_options=csv.ParseOptions(newlines_in_values=True),
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
