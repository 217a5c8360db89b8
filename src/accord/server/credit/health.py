"""What ``accord doctor`` looks at in credit: whether it follows the warehouse."""

from accord.insight.credit.store import SHELF
from accord.insight.warehouse import current
from accord.server.health import Finding
from accord.server.warehouse.folder import folder
from accord.server.warehouse.health import REMEDY, edition_follows


def credit_follows() -> Finding:
    """Check that credit is given of a warehouse that is not much older than the one that counts."""
    version = current(folder())
    if version is None:
        return Finding("credit", True, "none yet; it is given of the warehouse, once there is one")
    return edition_follows("credit", SHELF, version, f"{REMEDY}; accord warehouse credit")
