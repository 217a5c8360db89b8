"""What ``accord doctor`` looks at in the warehouse: whether it follows the database."""

from accord.server.health import Finding
from accord.server.warehouse.status import LATE, status


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
    return Finding(
        "warehouse", found.age < LATE, detail, "see that accord worker runs, and its log; accord warehouse sync"
    )
