"""A website and a server that send, what stands in the log, and the tracking API without a network."""

import asyncio
import base64
import json
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from accord.server.tracking.front.api import Front
from accord.server.tracking.models import Message, Source

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def website(db: None) -> Source:
    return Source.objects.create(name="Website", kind="browser", write_key="web", created_at=NOW)


@pytest.fixture
def backend(db: None) -> Source:
    return Source.objects.create(name="Shop", kind="server", write_key="shop", created_at=NOW)


def logged() -> list[dict[str, Any]]:
    """The messages of the log as they were sent, in the order in which they came."""
    return [json.loads(body) for body in Message.objects.order_by("id").values_list("body", flat=True)]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: in a test's, the loop of a browser may be running from an earlier test."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json.get("code", "")


class Api:
    """Sends requests straight into the ASGI application."""

    def __init__(self, front: Front) -> None:
        self.front = front

    def __call__(
        self, path: str, body: object = b"", key: str = "shop", method: str = "POST", **headers: str
    ) -> Answer:
        return run(self.request(path, body, key, method, **headers))

    async def request(
        self, path: str, body: object = b"", key: str = "shop", method: str = "POST", **headers: str
    ) -> Answer:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        path, _, query = path.partition("?")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            names["authorization"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        scope = {
            "type": "http",
            "method": method,
            "path": f"/v1/{path}",
            "query_string": query.encode(),
            "scheme": "https",
            "client": ("198.51.100.23", 4711),
            "headers": [(name.encode(), value.encode()) for name, value in names.items()],
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": text, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.front(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent[1:]))


@pytest.fixture
def api(transactional_db: None) -> Iterator[Api]:
    """The tracking API on the test's database; what it counts and commits is there when it is closed."""
    front = Front()
    yield Api(front)
    run(front.close())
