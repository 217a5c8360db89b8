"""Answering the requests of the tracking API, as the HTTP API of Segment does (docs/reference/tracking-api.md)."""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec
import psycopg

from accord.server.bodies import CLOSING, GoneError, Receive, Send, TooLargeError, answer, header, whole_body
from accord.server.bodies import Message as Scope
from accord.server.own_connection import own_parameters
from accord.server.tracking.front import cors, request, script, trap
from accord.server.tracking.front.clerk import Clerk, Known, UnknowableError
from accord.server.tracking.front.writer import NotStorableError, OverloadedError, UnavailableError, Writer
from accord.server.tracking.message import Fields, RefusedError, Row, Sender, fields_of, instant_in, shape
from accord.server.tracking.models import Tally

PREFIX = "/v1/"
SINGLE = {
    **{type_: type_ for type_ in ("track", "identify", "page", "screen", "group", "alias")},
    "t": "track",
    "i": "identify",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
}
"""What follows the prefix; the letters are what browser libraries use."""
BATCH = frozenset({"batch", "b", "import"})
METRICS = "m"
"""Where Segment's browser library reports on itself: it is told that all is well, and nothing is kept."""
MOST_READING = 64 * 1024 * 1024
"""Bytes of bodies that may be arriving at once."""
AGAIN_SECONDS = 2
"""When a sender is asked to come again if this process has too much to do."""
MOST_NAMED = 20
"""Refused messages of a batch that its answer names."""
STATUS = {
    "no_write_key": HTTPStatus.UNAUTHORIZED,
    "unknown_write_key": HTTPStatus.UNAUTHORIZED,
    "source_disabled": HTTPStatus.UNAUTHORIZED,
    "origin_not_allowed": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "timeout": HTTPStatus.REQUEST_TIMEOUT,
    "unsupported_encoding": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "overloaded": HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Of what is not a fault of the messages themselves, which is 400."""
UNREAD = frozenset({"batch_too_large", "timeout", "overloaded"})
"""What may be answered before the body is here; the connection is closed then."""

UNCACHED = (b"cache-control", b"no-store")

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)
class _Bucket:
    """How many messages a source may still send; below zero, it has to wait."""

    left: float
    at: float


class _LaterError(RefusedError):
    """A request that may come again after a while."""

    def __init__(self, reason: str, message: str, seconds: int) -> None:
        super().__init__(reason, message)
        self.seconds = seconds


class Front:
    """The ASGI application behind ``/v1/``."""

    def __init__(self) -> None:
        self._clerk = Clerk()
        self._writer = Writer(connect, self._clerk.committed)
        self._buckets: dict[int, _Bucket] = {}
        self._reading = 0

    async def close(self) -> None:
        """Write what waits, and end the threads."""
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._clerk.close)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        more = cors.headers(scope)
        try:
            match scope["method"], scope["path"].removeprefix(PREFIX).rstrip("/").split("/"):
                case "OPTIONS", _:
                    await answer(send, HTTPStatus.OK, b"", b"text/plain", more + cors.preflight(scope))
                case "POST", [name] if name in SINGLE or name in BATCH:
                    await _say(send, HTTPStatus.OK, await self._take(name, scope, receive), more)
                case "POST", [name] if name == METRICS:
                    await _say(send, HTTPStatus.OK, {"success": True}, (*more, CLOSING))
                case "GET" | "HEAD", [name] if name == script.NAME:
                    await script.give(scope, send)
                case "GET" | "HEAD", [trap.NAME, key]:
                    await _say(send, HTTPStatus.OK, await self._trapped(key, scope), (UNCACHED,))
                case "GET" | "HEAD", ["projects", key, "settings"]:
                    await _say(send, HTTPStatus.OK, await self._settings(key, scope), more)
                case _, [name] if name in SINGLE or name in BATCH:
                    await self._body(scope, receive)  # whoever is answered before they have sent it all sees a reset
                    raise RefusedError("method_not_allowed", "messages are sent by POST")
                case _:
                    await self._body(scope, receive)
                    raise RefusedError("not_found", "there is nothing here")
        except GoneError:
            return
        except RefusedError as refused:
            await _refuse(send, refused, more)

    async def _take(self, name: str, scope: Scope, receive: Receive) -> dict[str, Any]:
        received_at = datetime.now(UTC)
        source: Known | None = None
        try:
            fields, items = _read(name, request.unpacked(scope, await self._body(scope, receive)))
            source = await self._source(request.key_of(scope, fields), scope)
            self._limit(source, len(items))
            sender = Sender(
                source.id,
                source.from_visitor,
                scope["client"][0] if scope.get("client") else "",
                header(scope, b"user-agent").decode("utf-8", "replace"),
                received_at,
                instant_in(fields.get("sentAt")),
            )
            rows, refused = _shaped(SINGLE.get(name, ""), items, sender)
            if refused and not rows:
                raise refused[0][1]
            await self._write(rows)
        except RefusedError as error:
            self._clerk.count(source.id if source else None, error.reason, 1)
            raise
        self._clerk.count(source.id, Tally.TAKEN, len(rows))
        for _, why in refused:
            self._clerk.count(source.id, why.reason, 1)
        return _taken(refused)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        stated = header(scope, b"content-length")
        expected = int(stated) if stated.isdigit() else request.LARGEST_BATCH
        expected = min(expected, request.LARGEST_BATCH)
        if self._reading + expected > MOST_READING:
            raise _overloaded()
        self._reading += expected
        try:
            return await whole_body(scope, receive, request.LARGEST_BATCH)
        except TooLargeError as error:
            raise request.too_large() from error
        except TimeoutError as error:
            raise RefusedError("timeout", "the body took too long") from error
        finally:
            self._reading -= expected

    async def _source(self, key: str, scope: Scope) -> Known:
        if not key:
            raise RefusedError("no_write_key", "send the write key of a source by Basic authentication or as writeKey")
        try:
            source = await self._clerk.source(key)
        except UnknowableError as error:
            raise _unavailable() from error
        if source is None:
            raise RefusedError("unknown_write_key", "no source has this write key")
        if source.disabled:
            raise RefusedError("source_disabled", "the source of this write key is disabled")
        origin = header(scope, b"origin").decode("latin-1")
        if origin and source.origins and origin.lower() not in source.origins and not cors.is_own(scope):
            raise RefusedError("origin_not_allowed", f"the source does not take messages from {origin[:200]}")
        return source

    def _limit(self, source: Known, number: int) -> None:
        """Let a source send its rate, counted by this process; a batch passes whole, and is waited for afterwards."""
        if source.rate is None:
            return
        now = time.monotonic()
        bucket = self._buckets.setdefault(source.id, _Bucket(source.rate, now))
        bucket.left = min(source.rate, bucket.left + (now - bucket.at) * source.rate)
        bucket.at = now
        if bucket.left < 1:
            seconds = max(1, math.ceil((1 - bucket.left) / max(source.rate, 1)))
            raise _LaterError("rate_limited", f"the source may send {source.rate} messages a second", seconds)
        bucket.left -= number

    async def _write(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        try:
            await self._writer.write(rows)
        except OverloadedError as error:
            raise _overloaded() from error
        except UnavailableError as error:
            raise _unavailable() from error
        except NotStorableError as error:
            raise RefusedError("not_storable", "the database cannot store this") from error

    async def _trapped(self, key: str, scope: Scope) -> dict[str, Any]:
        """Keep that a link was opened that no reader can see."""
        source = await self._source(key, scope)
        self._limit(source, 1)
        await self._write([trap.opened(scope, source, datetime.now(UTC))])
        self._clerk.count(source.id, Tally.TAKEN, 1)
        return _taken(())

    async def _settings(self, key: str, scope: Scope) -> dict[str, Any]:
        """Say what Segment's browser library asks for before it sends: where to, and that it is alone."""
        await self._source(key, scope)
        host = header(scope, b"host").decode("latin-1")
        to = {"apiKey": key, "apiHost": f"{host}{PREFIX.rstrip('/')}", "protocol": scope.get("scheme", "https")}
        return {
            "integrations": {"Segment.io": {**to, "type": "server", "unbundledIntegrations": []}},
            "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "metrics": {"sampleRate": 0},
        }


def _read(name: str, body: bytes) -> tuple[Fields, Sequence[request.Item]]:
    fields = fields_of(body)
    return fields, request.batch(fields) if name in BATCH else request.single(body, fields)


def _shaped(
    type_: str, items: Sequence[request.Item], sender: Sender
) -> tuple[list[Row], list[tuple[int, RefusedError]]]:
    rows, refused = [], []
    for place, item in enumerate(items):
        try:
            if item.refused:
                raise item.refused
            rows.append(shape(item.fields, type_, sender))
        except RefusedError as error:
            refused.append((place, error))
    return rows, refused


def _taken(refused: Sequence[tuple[int, RefusedError]]) -> dict[str, Any]:
    if not refused:
        return {"success": True}
    named = [{"index": place, "code": error.reason, "message": error.message} for place, error in refused[:MOST_NAMED]]
    return {"success": True, "refused": len(refused), "errors": named}


def _overloaded() -> _LaterError:
    return _LaterError("overloaded", "too much arrives at once", AGAIN_SECONDS)


def _unavailable() -> _LaterError:
    return _LaterError("unavailable", "messages cannot be stored now", AGAIN_SECONDS)


async def _refuse(send: Send, refused: RefusedError, more: Headers) -> None:
    status = STATUS.get(refused.reason, HTTPStatus.BAD_REQUEST)
    if isinstance(refused, _LaterError):
        seconds = str(refused.seconds).encode()
        more = (*more, (b"retry-after", seconds), (b"x-ratelimit-reset", seconds))
    if refused.reason == "method_not_allowed":
        more = (*more, (b"allow", b"POST, OPTIONS"))
    said = {"success": False, "code": refused.reason, "message": refused.message}
    await _say(send, status, said, (*more, CLOSING) if refused.reason in UNREAD else more)


async def _say(send: Send, status: HTTPStatus, said: dict[str, Any], more: Headers) -> None:
    await answer(send, status, msgspec.json.encode(said), b"application/json", more)


def connect() -> "psycopg.Connection[Any]":
    """Open a connection of one's own to the database that Django uses."""
    return psycopg.connect(**own_parameters("accord-tracking"))
