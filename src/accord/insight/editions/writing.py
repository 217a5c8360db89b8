"""Writes the tables of an edition; which edition counts is said by ``shelf.py``."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accord.insight.editions.shelf import file_of

_ROWS_OF_A_GROUP = 1 << 17
_JUDGED, _MANY = 1 << 13, 16


def write(folder: Path, number: int, tables: Iterable[tuple[str, pa.Table]]) -> Mapping[str, str]:
    """Write the tables of an edition, which nobody sees yet; return the name of each one's file.

    Args:
        folder: That of the shelf.
        number: That of the edition.
        tables: By name; each is let go of before the next is asked for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, rows in tables:
        files[name] = file_of(name, number)
        with (folder / files[name]).open("wb") as file:
            # To decode is most of the work of a question: what hardly ever repeats is written as it is.
            few = [column for column in rows.column_names if _repeats(rows[column])]
            pq.write_table(rows, file, compression="lz4", use_dictionary=few, row_group_size=_ROWS_OF_A_GROUP)
            file.flush()
            os.fsync(file.fileno())
    return files


def _repeats(values: pa.ChunkedArray) -> bool:
    """Return whether the same values stand there again and again, judged by the first rows."""
    first = values.slice(0, _JUDGED)
    return bool(pc.count_distinct(first, mode="all").as_py() * _MANY <= len(first))
