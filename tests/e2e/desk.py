"""Somebody at their browser, and a worker beside the server."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accord.server.accounts.models import User

PASSWORD = "both sides have signed"
WINDOW = {"width": 1280, "height": 900}


@pytest.fixture
def worker() -> Iterator[None]:
    """A real ``accord worker`` on the database of this test."""
    name = str(connection.settings_dict["NAME"])
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    process = subprocess.Popen(
        [sys.executable, "-m", "accord", "worker"],
        env={**os.environ, "DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    process.terminate()
    process.wait(30)


def waits(page: Any, happened: Callable[[], object], seconds: float = 60) -> None:
    """Let the browser go on until something has happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"not within {seconds} s"
        page.wait_for_timeout(100)


class Desk:
    """Somebody at their browser."""

    def __init__(self, browser: Any, url: str, user: User, **window: Any) -> None:
        self.url = url
        self.context = browser.new_context(**{"viewport": WINDOW, "timezone_id": "Europe/Berlin", **window})
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        self._signs_in(user)

    def _signs_in(self, user: User) -> None:
        user.set_password(PASSWORD)
        user.save()
        self.page.goto(self.url)
        self.page.get_by_label("Email").fill(user.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(re.compile("/(queue|todo|leads|scoreboard|agreement)/"))

    def opens(self, path: str) -> Any:
        self.page.goto(self.url + path)
        return self.page


class SignedIn(Desk):
    """Somebody who has signed in before: what is tried is something else, and a password takes its time."""

    def _signs_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
