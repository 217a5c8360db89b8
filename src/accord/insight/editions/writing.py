"""Writes the tables of an edition; which edition counts is said by ``shelf.py``."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from accord.insight.editions.shelf import file_of

_ROWS_OF_A_GROUP = 1 << 17


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
            # To decode is most of the work of a question: instants hardly ever repeat, and are written as they are.
            texts = [field.name for field in rows.schema if pa.types.is_string(field.type)]
            pq.write_table(rows, file, compression="lz4", use_dictionary=texts, row_group_size=_ROWS_OF_A_GROUP)
            file.flush()
            os.fsync(file.fileno())
    return files
