"""Where the tables of ``CREDIT`` stand: Parquet files beside the warehouse, and one small file that says which count.

To replace that file is the one step by which readers see a newer edition; until then nobody does.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from accord.insight.credit.tables import CREDIT

FOLDER, NAME = "credit", "credit.json"
_COLUMNS = {name: [column.name for column in table.columns] for name, table in CREDIT.items()}
FORMAT = f"3-{hashlib.sha256(json.dumps(_COLUMNS).encode()).hexdigest()[:16]}"
"""What this Accord can read: how ``credit.json`` is written, and which columns every table has. Where it is any other,
there is no edition, and one is made at once."""
KEPT_SECONDS = 60
"""How long the files of the edition before stay, for those who read it still."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the tables.

    Attributes:
        number: Higher with every edition, also where earlier ones were lost.
        at_us: The instant as of which it is: that of the version of the warehouse it was made from.
        version: The number of that version.
        token: That of the warehouse.
        database: What tells the database from any other whose rows have other meanings.
        terms: By which terms it was made, as a text that differs where they do.
        model: The model that was agreed on then.
        scope: Whose touches counted, as agreed.
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
    model: str
    scope: str
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


def last_number(warehouse: Path) -> int:
    """Return the highest number that a file of any edition bears; 0: there is none."""
    return max(map(_number, (warehouse / FOLDER).glob("*.parquet")), default=0)


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
        if _number(path) < edition.number:  # later ones are being written
            path.unlink(missing_ok=True)


def file_of(name: str, number: int) -> str:
    """Return how the file of a table of an edition is called."""
    return f"{name}-{number:08d}.parquet"


def _number(file: Path) -> int:
    return int(file.stem.rpartition("-")[2])
