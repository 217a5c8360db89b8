"""Where the tables of ``CREDIT`` stand: Parquet files beside the warehouse, and one small file that says which count.

To replace that file is the one step by which readers see a newer edition; until then nobody does.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from accord.insight.credit.tables import CREDIT

FOLDER, NAME, FORMAT = "credit", "credit.json", 1
KEPT = 5
"""The files of so many editions stay, for those who read an earlier one still."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the tables.

    Attributes:
        number: One more with every edition.
        at_us: The instant as of which it is: that of the version of the warehouse it was made from.
        version: The number of that version.
        token: That of the warehouse.
        terms: By which terms it was made, as a text that differs where they do.
        counting: By which definitions of a touch and so on, likewise; an update of Accord may bring others.
        currency: In which amounts are, ISO 4217.
        seconds: How long it took to make.
        files: The name of each table's file.
    """

    number: int
    at_us: int
    version: int
    token: str
    terms: str
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
        return Edition(**found)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError):  # it was written whole, so somebody else has touched it
        return None


def switch(warehouse: Path, edition: Edition) -> None:
    """Make an edition the one that counts, and delete the files of those long before it."""
    folder = warehouse / FOLDER
    beside = folder / f".{NAME}.{os.getpid()}"
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"format": FORMAT, **asdict(edition)}, indent=1))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / NAME)
    stay = {file_of(name, number) for name in CREDIT for number in range(edition.number - KEPT + 1, edition.number + 1)}
    for path in folder.glob("*.parquet"):
        if path.name not in stay:
            path.unlink(missing_ok=True)


def file_of(name: str, number: int) -> str:
    """Return how the file of a table of an edition is called."""
    return f"{name}-{number:08d}.parquet"
