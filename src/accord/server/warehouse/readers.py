"""Whether the warehouse is to be asked, and of which of its versions."""

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accord.insight.warehouse import Version
from accord.rules import instant
from accord.server.warehouse.folder import folder
from accord.server.warehouse.models import Keeping
from accord.server.warehouse.star import current_of_this_star

if TYPE_CHECKING:
    from accord.insight.engines.duck_files import DuckFiles

FRESH = timedelta(minutes=5)
"""A version that is older is not asked: five syncs have failed, or there is no worker."""
MANY = 20_000
"""Leads; with fewer the star in place answers as fast, and as of now."""

_lock = threading.Lock()
_opened: "DuckFiles | None" = None


def large_and_fresh(now: datetime) -> "DuckFiles | None":
    """Return the version that counts if it is worth asking; None: ask in place."""
    version = worth_asking(now)
    return None if version is None else opened(version)


def worth_asking(now: datetime) -> Version | None:
    """Return the version that counts if it is of this database, large, and fresh."""
    version = current_of_this_star(folder())
    if version is None or version.tables["leads"].rows < MANY or now - instant(version.at_us) > FRESH:
        return None
    kept = Keeping.objects.values_list("token", flat=True).first()
    return version if str(kept) == version.made_of.get("token") else None


def opened(version: Version) -> "DuckFiles":
    """Return a version, opened once for all threads of this process; whoever still asks an earlier one goes on."""
    # Loaded by the first page that asks the warehouse: many a web process never does.
    from accord.insight.engines.duck_files import DuckFiles  # noqa: PLC0415

    global _opened  # noqa: PLW0603  # one for the process
    with _lock:
        if _opened is None or _opened.folder != folder() or _opened.version != version:
            _opened = DuckFiles(folder(), version)
        return _opened
