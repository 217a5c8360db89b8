"""Where the warehouse is."""

import socket
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Return the folder of the warehouse, which need not be there."""
    found: Path = settings.ACCORD_WAREHOUSE
    return found


def place() -> str:
    """Return this machine and the folder, as they are told to others."""
    return f"{socket.gethostname()}:{folder()}"
