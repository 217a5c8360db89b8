"""Writes the tables of an edition; which edition counts is said by ``store.py``."""

import os
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from accord.insight.credit.store import FOLDER, file_of

_ROWS_OF_A_GROUP = 1 << 17


def write(warehouse: Path, number: int, tables: Mapping[str, pa.Table]) -> Mapping[str, str]:
    """Write the tables of an edition, which nobody sees yet; return the name of each one's file."""
    folder = warehouse / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: file_of(name, number) for name in tables}
    for name, rows in tables.items():
        with (folder / files[name]).open("wb") as file:
            pq.write_table(rows, file, compression="zstd", row_group_size=_ROWS_OF_A_GROUP)
            file.flush()
            os.fsync(file.fileno())
    return files
