"""Makes the tables of ``accord.insight.facts`` of the warehouse."""

import time
from dataclasses import replace
from datetime import datetime

from accord.insight.editions import Edition
from accord.insight.editions.writing import write
from accord.insight.engines.duck_files import DuckFiles
from accord.insight.facts import SHELF, counting, facts
from accord.insight.warehouse import Version
from accord.server.warehouse import readers
from accord.server.warehouse.folder import folder
from accord.server.warehouse.one_writer import FACTS, one_writer
from accord.server.warehouse.star import current_of_this_star

MEMORY = "4GB"


def is_due(now: datetime) -> bool:
    """Return whether the warehouse is newer than the facts, large enough to be asked, and these may be made already."""
    version, edition = current_of_this_star(folder()), SHELF.current(folder())
    if version is None or version.tables["leads"].rows < readers.MANY:
        return False
    if edition is None or edition.counting != counting() or not edition.is_of(version):
        return True
    return edition.may_be_followed(version, now)


def make() -> Edition | None:
    """Make the tables of the version that counts, and let them count; None where this Accord has no warehouse yet.

    Raises:
        WarehouseError: ``warehouse.busy`` if they are being made already.
    """
    started = time.perf_counter()
    with one_writer(FACTS, "accord-facts", "the facts of leads are being gathered already"):
        version = current_of_this_star(folder())
        if version is None:
            return None
        edition = replace(_made(version), seconds=round(time.perf_counter() - started, 3))
        SHELF.switch(folder(), edition)
        return edition


def _made(version: Version) -> Edition:
    number = SHELF.last_number(folder()) + 1
    with DuckFiles(folder(), version, memory=MEMORY) as warehouse:
        files = write(SHELF.folder(folder()), number, facts(warehouse, version.at_us))
    return Edition(
        number=number,
        at_us=version.at_us,
        version=version.number,
        token=version.made_of.get("token", ""),
        database=version.made_of.get("database", ""),
        seconds=0.0,
        counting=counting(),
        files=files,
    )
