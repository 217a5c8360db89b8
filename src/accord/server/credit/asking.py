"""The edition that pages ask, opened once for each process."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accord.insight.credit import store
from accord.insight.credit.store import Edition
from accord.rules import instant
from accord.server.credit.models import Restatement
from accord.server.warehouse.folder import folder
from accord.server.warehouse.models import Keeping

if TYPE_CHECKING:
    from accord.insight.engines.duck_tables import DuckTables

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
    """Return the edition that counts; None where none was made yet of the warehouse of this database."""
    edition = store.current(folder())
    kept = Keeping.objects.values_list("token", flat=True).first()
    return _open(edition) if edition is not None and str(kept) == edition.token else None


def restated_since(at: datetime) -> int:
    """Return how many times months that were over came to something else since an instant."""
    return Restatement.objects.filter(at__gte=at).count()


def _open(edition: Edition) -> Opened:
    # Loaded by the first page that asks: many a web process never does.
    from accord.insight.engines.duck_tables import DuckTables  # noqa: PLC0415

    global _opened  # noqa: PLW0603  # one for the process
    with _lock:
        if _opened is None or _opened.edition != edition:
            _opened = Opened(edition, DuckTables(folder() / store.FOLDER, edition.files))
        return _opened
