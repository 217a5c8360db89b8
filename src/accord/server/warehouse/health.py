"""What ``accord doctor`` looks at: whether the warehouse follows the database, and what is made of it the warehouse."""

from datetime import timedelta
from typing import Any

from accord.insight import facts
from accord.insight.editions import SHARE, Shelf
from accord.insight.warehouse import Version, current
from accord.rules import instant
from accord.server.health import Finding
from accord.server.warehouse import readers
from accord.server.warehouse.folder import folder
from accord.server.warehouse.origin import this_database
from accord.server.warehouse.status import LATE, status

REMEDY = "see that accord worker runs, and its log"


def warehouse_follows() -> Finding:
    """Check that the warehouse is brought up to date; without one, that none is late."""
    found = status()
    if found.version is None:
        detail = f"none in {found.folder}"
        if found.kept is None:
            return Finding("warehouse", True, f"{detail} yet; accord worker makes it")
        remedy = "see that accord worker runs, and that ACCORD_WAREHOUSE is the same for all"
        return Finding("warehouse", False, f"{detail}, but at {found.kept.place}", remedy)
    detail = f"version {found.version.number} of {found.at:%Y-%m-%d %H:%M} UTC, {found.version.rows:,} rows"
    return Finding("warehouse", found.age < LATE, detail, f"{REMEDY}; accord warehouse sync")


def facts_follow() -> Finding:
    """Check that the facts of leads are those of a warehouse that is not much older than the one that counts."""
    version = current(folder())
    if version is None or version.tables["leads"].rows < readers.MANY:
        return Finding("facts", True, f"none; they are gathered from {readers.MANY:,} leads on")
    return edition_follows("facts", facts.SHELF, version, REMEDY)


def edition_follows(name: str, shelf: Shelf[Any], version: Version, remedy: str) -> Finding:
    """Check that the edition that counts is of this database, and not much older than a version of the warehouse.

    It may be as much older as it may take to make it by its share of a worker's time, and ten minutes besides.
    """
    edition = shelf.current(folder())
    if edition is None:
        return Finding(name, False, "none has been made of the warehouse", remedy)
    made = f"edition {edition.number} of {instant(edition.at_us):%Y-%m-%d %H:%M} UTC, made in {edition.seconds:.0f} s"
    if edition.database != this_database():
        return Finding(name, False, f"{made}, of another database, so that no page shows it", remedy)
    behind = max(instant(version.at_us) - instant(edition.at_us), timedelta())
    usual = LATE + timedelta(seconds=SHARE * edition.seconds)
    return Finding(name, behind <= usual, f"{made}, {_minutes(behind)} behind the warehouse", remedy)


def _minutes(time: timedelta) -> str:
    minutes = time // timedelta(minutes=1)
    return f"{minutes:,} minute{'s' if minutes != 1 else ''}"
