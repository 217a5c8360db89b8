"""What ``accord doctor`` looks at in credit: whether it follows the warehouse."""

from datetime import timedelta

from accord.insight.credit.store import SHELF, Edition
from accord.insight.editions import SHARE
from accord.insight.warehouse import Version, current
from accord.rules import instant
from accord.server.health import Finding
from accord.server.warehouse.folder import folder
from accord.server.warehouse.origin import this_database
from accord.server.warehouse.status import LATE

REMEDY = "see that accord worker runs, and its log; accord warehouse credit"


def credit_follows() -> Finding:
    """Check that credit is given of a warehouse that is not much older than the one that counts."""
    version, edition = current(folder()), SHELF.current(folder())
    if version is None:
        return Finding("credit", True, "none yet; it is given of the warehouse, once there is one")
    if edition is None:
        return Finding("credit", False, "none has been given of the warehouse", REMEDY)
    made = f"edition {edition.number} of {instant(edition.at_us):%Y-%m-%d %H:%M} UTC, made in {edition.seconds:.0f} s"
    if edition.database != this_database():
        return Finding("credit", False, f"{made}, of another database, so that no page shows it", REMEDY)
    behind = _behind(version, edition)
    usual = LATE + timedelta(seconds=SHARE * edition.seconds)
    return Finding("credit", behind <= usual, f"{made}, {_minutes(behind)} behind the warehouse", REMEDY)


def _behind(version: Version, edition: Edition) -> timedelta:
    return max(instant(version.at_us) - instant(edition.at_us), timedelta())


def _minutes(time: timedelta) -> str:
    minutes = time // timedelta(minutes=1)
    return f"{minutes:,} minute{'s' if minutes != 1 else ''}"
