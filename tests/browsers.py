"""The browser that tests drive. Without one they are not run, and under ``CI=true`` fail."""

import os
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

SYSTEM = ("chromium", "chromium-browser", "google-chrome")
WITHOUT_WINDOWS = "chromium-headless-shell"
"""Quicker, and all that most tests need; it shows no notifications."""
_CLOSING_SECONDS = 30
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Chromium:
    """The browser of a worker process, started when a test first asks for it.

    Chromium now and then never answers that it has thrown a context away. That is no fault of what is tested: it is
    then killed, and the next test gets a new one.
    """

    def __init__(self, playwright: Any, names: Iterable[str]) -> None:
        system = next(filter(None, map(shutil.which, names)), None)
        self._path = system or playwright.chromium.executable_path
        if not Path(self._path).exists():
            end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            end("not run: no browser; scripts/ensure_browser gets one")
        self._type = playwright.chromium
        self._running: Any = None

    def running(self) -> Any:
        if self._running is None or not self._running.is_connected():
            flags = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*_QUIET]
            self._running = self._type.launch(executable_path=self._path, args=flags)
        return self._running

    def close_contexts(self) -> None:
        """Throw away what a test has opened."""
        watchdog = threading.Timer(_CLOSING_SECONDS, self._kill)
        watchdog.start()
        try:
            for context in self._running.contexts:
                context.close()
        except Exception:
            if self._running.is_connected():
                raise
        finally:
            watchdog.cancel()

    def close(self) -> None:
        if self._running is not None:
            self._running.close()

    def _kill(self) -> None:
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if child.exe() == os.path.realpath(self._path) or "--remote-debugging-pipe" in child.cmdline():
                    child.kill()
