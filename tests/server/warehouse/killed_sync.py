"""Run by ``test_killed.py``: syncs in processes of their own, each killed at one point that it comes to.

Reads lines ``POINT NUMBER FOLDER`` and answers each with how the process ended: ``-9``; ``0`` if it never came there.
Forked from one that has loaded everything and started no thread, since to load takes longer than to sync.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings

django.setup()

from accord.insight.engines.lake import Lake  # noqa: E402  # after Django is set up
from accord.server.warehouse import sync as syncing  # noqa: E402  # likewise

POINTS = {"write": Lake, "commit": Lake, "switch": syncing, "forget": syncing}


def killed_before(point: str, number: int) -> None:
    """Sync, and die before a point is passed for the ``number``-th time."""
    owner: Any = POINTS[point]
    name = {"write": "_write", "commit": "_commit"}.get(point, point)
    real: Callable[..., Any] = getattr(owner, name)
    passed = 0

    def or_die(*given: Any, **named: Any) -> Any:
        nonlocal passed
        passed += 1
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)

    setattr(owner, name, or_die)
    syncing.sync()


for line in sys.stdin:
    point, number, folder = line.rstrip("\n").split(" ", 2)
    child = os.fork()
    if not child:
        settings.ACCORD_WAREHOUSE = Path(folder)
        killed_before(point, int(number))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  # the answer
