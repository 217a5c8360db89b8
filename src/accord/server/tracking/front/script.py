"""The browser snippet, as it is served: the same bytes to everybody, packed once."""

import gzip
import hashlib
from http import HTTPStatus
from pathlib import Path

from accord.server.bodies import Message as Scope
from accord.server.bodies import Send, answer, header

NAME = "accord.js"
FOLDER = Path(__file__).parents[1] / "snippet"
PLAIN = (FOLDER / "accord.min.js").read_bytes()
PACKED = gzip.compress(PLAIN, 9, mtime=0)
TAG = f'"{hashlib.sha256(PLAIN).hexdigest()[:16]}"'.encode()
_HEADERS = (
    # Its address never changes, so a browser asks once a day whether it has; until it knows, it uses what it has.
    (b"cache-control", b"public, max-age=86400, stale-while-revalidate=2592000"),
    (b"etag", TAG),
    (b"vary", b"accept-encoding"),
    # Any website may load it, also one that asks for leave (COEP) or states what it must be (SRI).
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)


async def give(scope: Scope, send: Send) -> None:
    """Answer a GET or HEAD for the snippet."""
    known = {each.strip().removeprefix(b"W/") for each in header(scope, b"if-none-match").split(b",")}
    if TAG in known or b"*" in known:
        await send({"type": "http.response.start", "status": HTTPStatus.NOT_MODIFIED.value, "headers": list(_HEADERS)})
        await send({"type": "http.response.body", "body": b""})
        return
    packed = b"gzip" in header(scope, b"accept-encoding").lower()
    more = (*_HEADERS, (b"content-encoding", b"gzip")) if packed else _HEADERS
    await answer(send, HTTPStatus.OK, PACKED if packed else PLAIN, b"text/javascript; charset=utf-8", more)
