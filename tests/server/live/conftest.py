"""Somebody who has a page open at a real web process."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from tests.server.tracking.running import web

from accord.server.accounts.models import User

PATIENCE = 10.0
"""Seconds; what is said is said within two, on a machine that has nothing else to do."""


class Page:
    """An open stream, and what was heard on it."""

    def __init__(self, address: str, user: User | None, query: str = "") -> None:
        headers = {}
        if user is not None:
            client = Client()
            client.force_login(user)
            self.session = client.session
            headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._connection.request("GET", f"/live/{query}", headers=headers)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = self._answer.headers
        self.heard: list[tuple[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        if self.status == http.client.OK:
            self._reader.start()

    def _read(self) -> None:
        event = ""
        for line in self._answer:
            name, _, value = line.decode().strip().partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                self.heard.append((event, json.loads(value)))

    @property
    def ended(self) -> bool:
        """Whether the server has said its last word."""
        return not self._reader.is_alive()

    @property
    def leads(self) -> set[int]:
        """The leads that were named so far."""
        return {lead for event, said in self.heard if event == "leads" for lead in said["leads"]}

    @property
    def everything(self) -> bool:
        """Whether it was told to look at everything."""
        return any(event == "leads" and said["everything"] for event, said in self.heard)

    @property
    def notices(self) -> list[Any]:
        """What the bell said."""
        return [said for event, said in self.heard if event == "notices"]

    def close(self) -> None:
        """Leave the page."""
        with contextlib.suppress(OSError):  # the server was faster
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._reader.ident is not None:
            self._reader.join()
        self._answer.close()
        self._connection.close()
        self._socket.close()


def until(what: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait for something; return whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return False


Opens = Callable[..., Page]


@pytest.fixture
def opens() -> Iterator[Opens]:
    """Opens a page for a user at an address; each is left at the end."""
    pages: list[Page] = []

    def open_page(address: str, user: User | None, query: str = "") -> Page:
        pages.append(Page(address, user, query))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def address(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One web process on the database of the tests, for all of a module."""
    with web(tmp_path_factory.mktemp("live")) as found:
        yield found
