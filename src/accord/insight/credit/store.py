"""Where the tables of ``CREDIT`` stand: Parquet files beside the warehouse, and one small file that says which count.

To replace that file is the one step by which readers see a newer edition; until then nobody does.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from accord.insight.credit.tables import CREDIT

FOLDER, NAME, FORMAT = "credit", "credit.json", 3
KEPT_SECONDS = 60
"""How long the files of the edition before stay, for those who read it still."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the tables.

    Attributes:
        number: One more with every edition.
        at_us: The instant as of which it is: that of the version of the warehouse it was made from.
        version: The number of that version.
        token: That of the warehouse.
        database: What tells the database from any other whose rows have other meanings.
        terms: By which terms it was made, as a text that differs where they do.
        rates: Which exchange rates were known, as a text that differs where they do.
        counting: By which definitions of a touch and so on, likewise; an update of Accord may bring others.
        currency: In which amounts are, ISO 4217.
        seconds: How long it took to make.
        files: The name of each table's file.
    """

    number: int
    at_us: int
    version: int
    token: str
    database: str
    terms: str
    rates: str
    counting: str
    currency: str
    seconds: float
    files: Mapping[str, str]


def current(warehouse: Path) -> Edition | None:
    """Return the edition that counts; None where there is none, or none that this Accord can read."""
    try:
        found = json.loads((warehouse / FOLDER / NAME).read_text(encoding="utf-8"))
        if found.pop("format") != FORMAT or set(found["files"]) != set(CREDIT):
            return None
        edition = Edition(**found)
        there = all((warehouse / FOLDER / name).is_file() for name in edition.files.values())
        return edition if there else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError):  # it was written whole, so somebody else has touched it
        return None


def switch(warehouse: Path, edition: Edition) -> None:
    """Make an edition the one that counts."""
    folder = warehouse / FOLDER
    beside = folder / f".{NAME}.{os.getpid()}"
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"format": FORMAT, **asdict(edition)}, indent=1))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / NAME)


def forget(warehouse: Path, now: float) -> None:
    """Delete the files of earlier editions, once nobody reads them any more; ``now`` in seconds since 1970."""
    folder, edition = warehouse / FOLDER, current(warehouse)
    if edition is None or now - (folder / NAME).stat().st_mtime < KEPT_SECONDS:
        return
    for path in folder.glob("*.parquet"):
        if int(path.stem.rpartition("-")[2]) < edition.number:  # later ones are being written
            path.unlink(missing_ok=True)


def file_of(name: str, number: int) -> str:
    """Return how the file of a table of an edition is called."""
    return f"{name}-{number:08d}.parquet"
