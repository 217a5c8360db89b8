"""The product as real processes on the database of a test, for senders that need a network."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The address of the database that the test uses."""
    name = connection.settings_dict["NAME"]
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def web(home: Path, *more: str) -> Iterator[str]:
    """Run one web process; yield its address, and stop it in good order."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")},
        "DATABASE_URL": database_url(),
        "ACCORD_HOME": str(home),
        "ACCORD_SECRET_KEY": settings.SECRET_KEY,  # so that who is signed in here is so there
        "DJANGO_SETTINGS_MODULE": "accord.server.settings",
        "PYTHONWARNINGS": "default",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "accord", "web", "--port", "0", *more],
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("serving at "), line
        yield line.removeprefix("serving at ").strip()
        process.terminate()
        assert process.wait(30) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
