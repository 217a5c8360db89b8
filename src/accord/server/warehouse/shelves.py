"""The editions beside the warehouse that pages ask, each opened once for a process."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from accord.insight.editions import Edition, Shelf
from accord.rules import instant
from accord.server.warehouse.folder import folder
from accord.server.warehouse.origin import this_database

if TYPE_CHECKING:
    from accord.insight.engines.duck_tables import DuckTables

E = TypeVar("E", bound=Edition)

_lock = threading.Lock()
_opened: "dict[Path, Opened[Any]]" = {}


@dataclass(frozen=True, slots=True)
class Opened(Generic[E]):
    """An edition with what answers questions about it."""

    edition: E
    tables: "DuckTables"

    @property
    def at(self) -> datetime:
        """The instant as of which it is."""
        return instant(self.edition.at_us)


def opened(shelf: Shelf[E], names: Mapping[str, str] | None = None) -> Opened[E] | None:
    """Return the last edition of this database, as of whenever it is; None where none was made yet.

    While the warehouse is made anew, and until an edition is made of it, that is one of the warehouse before.

    Args:
        shelf: Of what.
        names: How its tables are called in questions, if not by their own names: which table each name stands for.
    """
    edition = shelf.current(folder())
    return _open(shelf, edition, names) if edition is not None and edition.database == this_database() else None


def _open(shelf: Shelf[E], edition: E, names: Mapping[str, str] | None) -> Opened[E]:
    # Loaded by the first page that asks: many a web process never does.
    from accord.insight.engines.duck_tables import DuckTables  # noqa: PLC0415

    place = shelf.folder(folder())
    with _lock:
        found = _opened.get(place)
        if found is None or found.edition != edition:
            files = {
                name: edition.files[table] for name, table in (names or {name: name for name in edition.files}).items()
            }
            found = _opened[place] = Opened(edition, DuckTables(place, files))
        return found
