"""What ``accord doctor`` says of the table of networks; none at all is no fault."""

from datetime import UTC, datetime

from accord.server.health import Finding
from accord.server.people.networks import networks, table


def networks_are_known() -> Finding:
    """Look whether a table of networks is loaded, and can be used."""
    path = table()
    if not path.exists():
        return Finding("networks", True, "no table: where visits come from stays unknown (accord networks load FILE…)")
    if networks() is None:
        return Finding("networks", False, f"{path} cannot be used", "accord networks load FILE… makes it anew")
    loaded = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Finding("networks", True, f"loaded {loaded:%Y-%m-%d}")
