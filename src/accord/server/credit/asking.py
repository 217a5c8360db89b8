"""The edition that pages ask, opened once for each process."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accord.insight.credit import store
from accord.insight.credit.store import Edition
from accord.rules import instant
from accord.server.credit.asked import COST_READERS
from accord.server.credit.models import Restatement
from accord.server.warehouse.folder import folder
from accord.server.warehouse.origin import this_database

if TYPE_CHECKING:
    from accord.insight.engines.duck_tables import DuckTables

SHARE = 10
"""To make one may take one part in so many of a worker's time: the longer it takes, the more seldom it is made."""

_lock = threading.Lock()
_opened: "Opened | None" = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An edition with what answers questions about it."""

    edition: Edition
    tables: "DuckTables"

    @property
    def at(self) -> datetime:
        """The instant as of which it is."""
        return instant(self.edition.at_us)


def opened() -> Opened | None:
    """Return the last edition of this database, as of whenever it is; None where none was made yet.

    While the warehouse is made anew, and until credit is given of it, that is one of the warehouse before.
    """
    edition = store.current(folder())
    return _open(edition) if edition is not None and edition.database == this_database() else None


def restatements(role: str) -> QuerySet[Restatement]:
    """Return the restatements that a role may read: those of costs are for who may read costs."""
    rows = Restatement.objects.all()
    return rows if role in COST_READERS else rows.exclude(what=Restatement.What.COSTS)


def _open(edition: Edition) -> Opened:
    # Loaded by the first page that asks: many a web process never does.
    from accord.insight.engines.duck_tables import DuckTables  # noqa: PLC0415

    global _opened  # noqa: PLW0603  # one for the process
    with _lock:
        if _opened is None or _opened.edition != edition:
            _opened = Opened(edition, DuckTables(folder() / store.FOLDER, edition.files))
        return _opened
