"""The table of networks of this machine: where it lies, and the one copy that each process has open."""

import logging
from pathlib import Path

from django.conf import settings

from accord.traffic.errors import TrafficError
from accord.traffic.networks import Networks

log = logging.getLogger(__name__)

_Stamp = tuple[str, int, int, int]
_open: list[tuple[_Stamp, Networks | None]] = []


def table() -> Path:
    """Return where the table lies, or would."""
    return Path(settings.ACCORD_NETWORKS)


def networks() -> Networks | None:
    """Return the table, opened anew when another was loaded since; None if there is none that can be used.

    A table that cannot be used is written to the log once, and is no reason to leave a visit out.
    """
    path = table()
    try:
        found = path.stat()
    except OSError:
        return None
    stamp = (str(path), found.st_ino, found.st_mtime_ns, found.st_size)
    if not _open or _open[0][0] != stamp:
        _open[:] = [(stamp, _opened(path))]
    return _open[0][1]


def _opened(path: Path) -> Networks | None:
    try:
        return Networks(path)
    except TrafficError:
        log.exception("the table of networks cannot be used; visits are taken in without")
        return None
