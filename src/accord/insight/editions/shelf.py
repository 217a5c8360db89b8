"""A shelf of editions: Parquet files in a folder beside the warehouse, and one small file that says which count.

To replace that file is the one step by which readers see a newer edition; until then nobody does.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from accord.insight.star import Table
from accord.insight.warehouse import Version
from accord.rules import instant

KEPT_SECONDS = 60
"""How long the files of the edition before stay, for those who read it still."""
SHARE = 10
"""To make one may take one part in so many of a worker's time: the longer it takes, the more seldom it is made."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of some tables.

    Attributes:
        number: Higher with every edition, also where earlier ones were lost.
        at_us: The instant as of which it is: that of the version of the warehouse it was made from.
        version: The number of that version.
        token: That of the warehouse.
        database: What tells the database from any other whose rows have other meanings.
        seconds: How long it took to make.
        counting: By which definitions, as a text that differs where they do; an update of Accord may bring others.
        files: The name of each table's file.
    """

    number: int
    at_us: int
    version: int
    token: str
    database: str
    seconds: float
    counting: str
    files: Mapping[str, str]

    def is_of(self, version: Version) -> bool:
        """Return whether it was made of the same warehouse as a version, if perhaps of an earlier one."""
        return self.token == version.made_of.get("token", "")

    def may_be_followed(self, version: Version, now: datetime) -> bool:
        """Return whether a version is another than its own, and to make the next one would keep to the ``SHARE``."""
        age = (now - instant(self.at_us)).total_seconds()
        return version.number != self.version and age > SHARE * self.seconds


_FILES = f"*-{'[0-9]' * 8}.parquet"

E = TypeVar("E", bound=Edition)


@dataclass(frozen=True, slots=True)
class Shelf(Generic[E]):
    """Where the editions of some tables stand, one of which counts.

    Attributes:
        name: That of the folder and of the small file.
        format: Differs where earlier files cannot be read any more; where it does there is no edition, and one is made.
        kind: What is known of an edition.
        tables: The names of its tables.
    """

    name: str
    format: str
    kind: type[E]
    tables: Collection[str]

    def folder(self, warehouse: Path) -> Path:
        """Return where the files of a warehouse's editions are."""
        return warehouse / self.name

    def _named_in(self, warehouse: Path) -> Path:
        return self.folder(warehouse) / f"{self.name}.json"

    def current(self, warehouse: Path) -> E | None:
        """Return the edition that counts; None where there is none, or none that this Accord can read."""
        try:
            found = json.loads(self._named_in(warehouse).read_text(encoding="utf-8"))
            if found.pop("format") != self.format or set(found["files"]) != set(self.tables):
                return None
            edition = self.kind(**found)
            there = all((self.folder(warehouse) / name).is_file() for name in edition.files.values())
            return edition if there else None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, KeyError, TypeError):  # it was written whole, so somebody else has touched it
            return None

    def last_number(self, warehouse: Path) -> int:
        """Return the highest number that a file of any edition bears; 0: there is none."""
        return max(map(_number, self.folder(warehouse).glob(_FILES)), default=0)

    def switch(self, warehouse: Path, edition: E) -> None:
        """Make an edition the one that counts."""
        beside = self.folder(warehouse) / f".{self.name}.json.{os.getpid()}"
        with beside.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"format": self.format, **asdict(edition)}, indent=1))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._named_in(warehouse))

    def forget(self, warehouse: Path, now: float) -> None:
        """Delete the files of earlier editions, once nobody reads them any more; ``now`` in seconds since 1970."""
        edition = self.current(warehouse)
        if edition is None or now - self._named_in(warehouse).stat().st_mtime < KEPT_SECONDS:
            return
        for path in self.folder(warehouse).glob(_FILES):
            if _number(path) < edition.number:  # later ones are being written
                path.unlink(missing_ok=True)


def file_of(name: str, number: int) -> str:
    """Return how the file of a table of an edition is called."""
    return f"{name}-{number:08d}.parquet"


def columns(tables: Mapping[str, Table]) -> str:
    """Return what tells tables from those with other columns."""
    named = {name: [column.name for column in table.columns] for name, table in tables.items()}
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:16]


def _number(file: Path) -> int:
    return int(file.stem.rpartition("-")[2])
