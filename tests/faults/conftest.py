"""``accord serve`` as a real process with its own data folder, to be killed in every way."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

HERE = Path(__file__).parent
collect_ignore = ["fault_settings.py", "fault_pages.py", "fault_jobs.py"]  # what the product is run with, not tests


def environment(home: Path) -> dict[str, str]:
    """What the product is run with: the settings of these tests, and no database but its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACCORD_", "DATABASE_URL"))}
    own = {"ACCORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "fault_settings", "PYTHONPATH": str(HERE)}
    return {**kept, **own, "PYTHONWARNINGS": "default"}


def accord(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "accord", *arguments]


class Run:
    """One ``accord serve``, or another command, and what it prints."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            accord(home, *arguments),
            env=environment(home),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @staticmethod
    def until(happened: Callable[[], object], seconds: float = 30) -> object:
        """Return what ``happened`` returns as soon as it is true; fail if it is not so in time."""
        end = time.monotonic() + seconds
        while not (found := happened()):
            assert time.monotonic() < end, f"not within {seconds} s"
            time.sleep(0.02)
        return found

    @staticmethod
    def lives(process: psutil.Process) -> bool:
        try:
            return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip("\n"))

    def said(self, pattern: str, times: int = 1) -> re.Match[str] | None:
        found = [match for line in list(self.lines) if (match := re.search(pattern, line))]
        return found[times - 1] if len(found) >= times else None

    def says(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Wait until it has printed a line that matches, as often as asked."""
        try:
            return self.until(lambda: self.said(pattern, times))  # type: ignore[return-value]
        except AssertionError as error:
            raise AssertionError(f"never said {pattern!r} {times} times, but:\n" + "\n".join(self.lines)) from error

    def another(self, *arguments: str) -> "Run":
        """Run a command on the same data folder."""
        return Run(self.home, *arguments)

    def address(self) -> str:
        return self.says(r"serving at (http://\S+)")[1]

    def child(self, name: str) -> psutil.Process:
        """The process that runs ``accord NAME`` now."""

        def running() -> psutil.Process | None:
            for process in psutil.Process(self.process.pid).children():
                if name in process.cmdline() and self.lives(process):
                    return process
            return None

        return self.until(running)  # type: ignore[return-value]

    def all_processes(self) -> list[psutil.Process]:
        """The process, its children, and every PostgreSQL on its data folder."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True), *self.databases()]

    def databases(self) -> list[psutil.Process]:
        folder = str(self.home / "postgres")
        return [found for found in psutil.process_iter(["cwd"]) if found.info["cwd"] == folder and self.lives(found)]

    def ends(self, seconds: float = 30) -> int:
        """Wait for its end; return its exit code."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise AssertionError("does not end:\n" + "\n".join(self.lines)) from error
        self._reader.join(5)
        return code


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database is up to date; copied by each test, since migrating takes seconds."""
    home = tmp_path_factory.mktemp("migrated")
    subprocess.run(accord(home, "migrate"), env=environment(home), cwd=home, check=True)
    return home


@contextmanager
def own_copy(migrated: Path) -> Iterator[Path]:
    """A data folder with a short path that may be spoilt."""
    folder = Path(tempfile.mkdtemp(prefix="accord-fault-"))
    subprocess.run(["cp", "-a", f"{migrated}/.", str(folder)], check=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def starting(home: Path) -> Iterator[Callable[..., Run]]:
    """Run commands on a data folder; whatever is left of them at the end is killed."""
    runs: list[Run] = []

    def start(*arguments: str) -> Run:
        runs.append(Run(home, *arguments))
        return runs[-1]

    yield start
    for made in runs:
        if made.process.poll() is None:
            made.process.terminate()
            try:
                made.process.wait(30)
            except subprocess.TimeoutExpired:
                made.process.kill()
                made.process.wait()
    for process in [process for made in runs[:1] for process in made.databases()]:
        process.kill()


@pytest.fixture
def home(migrated: Path) -> Iterator[Path]:
    """A data folder of this test's own."""
    with own_copy(migrated) as folder:
        yield folder


@pytest.fixture
def run(home: Path) -> Iterator[Callable[..., Run]]:
    """Run a command on this test's data folder."""
    with starting(home) as start:
        yield start


@pytest.fixture
def serve(run: Callable[..., Run]) -> Callable[[], Run]:
    """Start ``accord serve`` on any free port."""
    return lambda: run("serve", "--port", "0")


@pytest.fixture(scope="module")
def served(migrated: Path) -> Iterator[Run]:
    """One ``accord serve`` for all tests that do it no harm."""
    with own_copy(migrated) as folder, starting(folder) as start:
        made = start("serve", "--port", "0")
        made.address()
        yield made
