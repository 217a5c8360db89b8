"""Jobs that write down each run of theirs, and that wait as long as they are asked to."""

import os
import signal
import time
from pathlib import Path

from procrastinate.contrib.django import app

RUNS = "fault-runs"


def _note(word: str) -> None:
    with (Path(os.environ["ACCORD_HOME"]) / RUNS).open("a") as file:
        file.write(f"{word}\n")


@app.task(name="fault.wait")
def wait(seconds: float) -> None:
    _note("began")
    time.sleep(seconds)
    _note("ended")


@app.task(name="fault.wait_first_time")
def wait_first_time() -> None:
    """Wait for ever at the first run, as one that is about to be killed; end at once at any other."""
    first = not (Path(os.environ["ACCORD_HOME"]) / RUNS).exists()
    _note("began")
    if first:
        time.sleep(600)
    _note("ended")


@app.task(name="fault.take_worker_down")
def take_worker_down() -> None:
    _note("began")
    os.kill(os.getpid(), signal.SIGKILL)
