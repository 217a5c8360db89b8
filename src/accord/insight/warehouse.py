"""A version of the warehouse: which files hold the star, as of which moment. Nothing here opens a data file.

The warehouse is a folder with one Delta table for each table of the star, and one small file, ``warehouse.json``, that
names the version that counts: of each table its Delta version and its files, all of one moment. To replace that file is
the one atomic step by which a reader sees a newer version; until then what was written for it is seen by nobody.

The rows of a table stand in *buckets* of ids, one Parquet file each, so that a few changes rewrite a few files.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from accord.insight.star import STAR, Table

NAME = "warehouse.json"
FORMAT = 1
BUCKET = 1 << 14
"""Ids in one file. Fewer make a small sync a little cheaper, and each question of many rows a little dearer."""
TABLES: Mapping[str, Table] = {name: table for name, table in STAR.items() if name != "stages"}
"""What the warehouse holds; ``stages`` is the same everywhere and is part of each query."""


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file, by its name in the folder of its table, and how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Held:
    """A table in one version of the warehouse.

    Attributes:
        delta: The version of the Delta table.
        files: By bucket; a bucket without rows has none.
    """

    delta: int
    files: Mapping[int, File]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(file.rows for file in self.files.values())


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the warehouse.

    Attributes:
        number: One more with every version.
        at_us: The instant as of which it is: whatever was committed by then is in it. In microseconds since 1970.
        horizon: The transactions that it holds, as PostgreSQL writes a snapshot: ``xmin:xmax:those under way``.
        made_of: What it was made of and from; where any of it is not the same, horizons cannot be compared.
        tables: Every table of the star.
    """

    number: int
    at_us: int
    horizon: str
    made_of: Mapping[str, str]
    tables: Mapping[str, Held]

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(held.rows for held in self.tables.values())


def key_of(table: Table) -> str:
    """Return the column by which the rows of a table are told apart: its first."""
    return table.columns[0].name


def bucket_of(key: int) -> int:
    """Return the bucket in which the row of an id stands.

    Examples:
        >>> bucket_of(0), bucket_of(32767), bucket_of(32768)
        (0, 1, 2)
    """
    return key // BUCKET


def current(folder: Path) -> Version | None:
    """Return the version that counts now; None where there is none, or none that this Accord can read."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return _version(found) if found.get("format") == FORMAT else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError, AttributeError):  # it was written whole, so somebody else has touched it
        return None


def switch(folder: Path, version: Version) -> None:
    """Make a version the one that counts, in one step that also survives a power cut."""
    text = json.dumps({"format": FORMAT, **asdict(version)}, indent=1)
    beside = folder / f".{NAME}.{os.getpid()}"
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / NAME)
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _version(found: Mapping[str, Any]) -> Version:
    tables = {
        name: Held(held["delta"], {int(bucket): File(**file) for bucket, file in held["files"].items()})
        for name, held in found["tables"].items()
    }
    return Version(found["number"], found["at_us"], found["horizon"], found["made_of"], tables)
