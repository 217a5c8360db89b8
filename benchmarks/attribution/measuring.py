"""What a whole process takes."""

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Measured(NamedTuple):
    """Seconds by the clock and of the processor, and the peak of memory in MB."""

    wall: float
    cpu: float
    peak: float


def measured(command: Sequence[str | Path]) -> Measured:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1_000)
