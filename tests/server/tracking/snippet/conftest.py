"""A website on an origin of its own that loads the snippet from a running server, and what of it stands in the log."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from tests.emptying import empty_database
from tests.server.tracking.conftest import NOW
from tests.server.tracking.running import web

from accord.server.tracking.models import Message, Pending, Source

Until = Callable[[Callable[[], object]], Any]


@pytest.fixture(scope="module")
def accord_address(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A web process on the test's database, for all tests of a file; what they commit is removed when it has ended."""
    with django_db_blocker.unblock():
        with web(tmp_path_factory.mktemp("accord")) as address:
            yield address.replace("localhost", "127.0.0.1")
        empty_database()
        # While the loop of a browser runs, Django has a connection of its own for it, which nobody else would close.
        connections.close_all()


@dataclass
class Site:
    """A website. Browsers take every name below ``localhost`` for this machine, and keep their cookies apart.

    Attributes:
        pages: The text of each page, by its path; others are empty pages with the snippet.
        headers: What is said with each page.
        settings: Further attributes of the snippet's tag.
    """

    accord: str
    key: str
    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    settings: str = ""
    posted: list[bytes] = field(default_factory=list)

    def at(self, path: str, host: str = "www.northwind.localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def tag(self) -> str:
        return f'<script async src="{self.accord}/v1/accord.js" data-key="{self.key}" {self.settings}></script>'

    def text(self, path: str) -> str:
        body = self.pages.get(path, "<p>Hello</p>")
        return f"<!doctype html><html><head><title>Page {path}</title>{self.tag()}</head><body>{body}</body></html>"


@pytest.fixture
def site(accord_address: str) -> Iterator[Site]:
    """A website with a source of its own, which no other test has used."""
    site = Site(accord_address, secrets.token_hex(8))
    Source.objects.create(name=f"Website {site.key}", kind="browser", write_key=site.key, created_at=NOW)
    Pending.objects.all().delete()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/favicon.ico":
                self.send_error(404)
                return
            text = site.text(path).encode()
            self.send_response(200)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **site.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_POST(self) -> None:
            site.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    site.port = server.server_port
    yield site
    server.shutdown()
    server.server_close()


@dataclass
class Watched:
    """A page of a browser, what it sent, and what went wrong in it."""

    page: Any
    sent: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> Any:
        page.on("request", lambda request: self.sent.append(request.url) if "/v1/batch" in request.url else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def kept(self) -> dict[str, Any]:
        """Everything that a website can keep on a device."""
        found: dict[str, Any] = self.page.evaluate(
            "async () => ({cookies: document.cookie, local: {...localStorage}, session: {...sessionStorage},"
            " databases: await indexedDB.databases(), caches: window.caches ? await caches.keys() : []})"
        )
        found["jar"] = [each["name"] for each in self.page.context.cookies()]
        return {name: value for name, value in found.items() if value}

    def settle(self) -> None:
        """Wait until the snippet is there and has had the time to send."""
        self.page.wait_for_function("() => window.accord && window.accord.version")
        self.page.wait_for_timeout(600)

    def call(self, *arguments: object) -> None:
        self.page.wait_for_function("() => window.accord && window.accord.version")
        self.page.evaluate("given => { window.accord(...given) }", list(arguments))


@pytest.fixture
def watched(page: Any, db: None) -> Iterator[Watched]:
    """The page of a test; at the end nothing may have been thrown into it.

    Asked for after ``site``: what a test does to the database is undone, but the source must be there for others, too.
    """
    watched = Watched(page)
    watched.watch(page)
    yield watched
    assert watched.errors == []


@pytest.fixture
def until(page: Any) -> Until:
    def wait(happened: Callable[[], object]) -> object:
        for _ in range(150):
            if found := happened():
                return found
            page.wait_for_timeout(100)
        pytest.fail(f"it did not happen in 15 s; the log has {[told(each) for each in logged()]}")

    return wait


def stored() -> list[Message]:
    """What the source of this test, which is the latest, has in the log."""
    return list(Message.objects.filter(source=Source.objects.latest("pk")).order_by("id"))


def logged() -> list[dict[str, Any]]:
    return [json.loads(message.body) for message in stored()]


def told(message: dict[str, Any]) -> str:
    """What a message says, in short: ``page /pricing`` or ``Signed up``."""
    if message["type"] == "page":
        return f"page {message['context']['page']['path']}"
    return message.get("event") or message["type"]


def said() -> list[str]:
    """What stands in the log, in the order in which it happened."""
    return [told(message) for message in sorted(logged(), key=lambda each: (each["timestamp"], each["messageId"]))]


def of(what: str) -> list[dict[str, Any]]:
    return [message for message in logged() if told(message) == what]
