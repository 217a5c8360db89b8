"""What ``accord doctor`` looks at in the warehouse: whether it follows the database."""

from accord.server.health import Finding
from accord.server.warehouse.status import LATE, status


def warehouse_follows() -> Finding:
    """Check that the warehouse is brought up to date; without one, that none is late."""
    found = status()
    if found.version is None:
        waiting = found.kept is None
        detail = f"none yet in {found.folder}" if waiting else f"kept at {found.kept.place}, not found in {found.folder}"
        return Finding("warehouse", waiting, detail, "see that accord worker runs, and ACCORD_WAREHOUSE")
    detail = f"version {found.version.number} of {found.at:%Y-%m-%d %H:%M} UTC, {found.version.rows:,} rows"
    return Finding("warehouse", found.age < LATE, detail, "see that accord worker runs, and its log; accord warehouse sync")
