"""Reading a request to its end before anything is done with it, with limits of size and time."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_SECONDS = 60.0
"""How long a client may take to send its body."""


class TooLargeError(Exception):
    """A body has more bytes than it may."""


class GoneError(Exception):
    """The client went away before its request was complete."""


async def whole_body(scope: Message, receive: Receive, most: int) -> bytes:
    """Return the body of a request.

    Raises:
        TooLargeError: It has more than ``most`` bytes; what is too many is not read.
        GoneError: The client went away.
        TimeoutError: It takes longer than ``BODY_SECONDS``.
    """
    stated = header(scope, b"content-length")
    if stated.isdigit() and int(stated) > most:
        raise TooLargeError
    body = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            body += message.get("body", b"")
            if len(body) > most:
                raise TooLargeError
            if not message.get("more_body", False):
                return bytes(body)


def header(scope: Message, name: bytes) -> bytes:
    """Return the first value of a header; empty if there is none."""
    for found, value in scope["headers"]:
        if found == name:
            return bytes(value)
    return b""


async def answer(
    send: Send, status: HTTPStatus, body: bytes, content_type: bytes, more: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    """Answer a request without Django."""
    headers = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"content-security-policy", b"default-src 'none'"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})


CLOSING = (b"connection", b"close")
"""Said where what is left of a body is not read."""
