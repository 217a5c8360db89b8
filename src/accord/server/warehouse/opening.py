"""The version of the warehouse that counts, opened on an engine."""

from django.conf import settings

from accord.insight.engines import Opened
from accord.insight.engines.opening import open_version
from accord.insight.warehouse import Version, current
from accord.server.warehouse.errors import WarehouseError
from accord.server.warehouse.folder import folder
from accord.server.warehouse.star import fingerprint


def this_version() -> Version:
    """Return the version that counts now.

    Raises:
        WarehouseError: ``warehouse.none``, or ``warehouse.older`` if it is of another version of Accord.
    """
    version = current(folder())
    if version is None:
        raise WarehouseError("warehouse.none", f"there is no warehouse in {folder()}", hint="accord warehouse sync")
    if version.made_of.get("star") != fingerprint():
        raise WarehouseError(
            "warehouse.older", "the warehouse is of another version of Accord", hint="accord warehouse sync"
        )
    return version


def opened(url: str = "") -> Opened:
    """Return the version that counts now, opened on an engine; whoever has it closes it.

    Args:
        url: Names the engine, as ``open_version`` has it; empty: the setting ``ACCORD_WAREHOUSE_URL``.

    Raises:
        WarehouseError: As ``this_version``.
        InsightError: As ``open_version``.
    """
    return open_version(url or settings.ACCORD_WAREHOUSE_URL, folder(), this_version())
