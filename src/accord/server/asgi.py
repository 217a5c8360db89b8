"""The front that serves requests: ASGI, with the tracking API and the streams of pages, and Django behind it as WSGI.

Django's own ASGI handler opens a thread per request, leaks database connections and costs several times the CPU of
its WSGI handler; here a fixed number of threads runs the WSGI application.
"""

import os
from http import HTTPStatus
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from accord.server.bodies import CLOSING, GoneError, Message, Receive, Send, TooLargeError, answer, whole_body
from accord.server.wsgi import application as django

THREADS = int(os.environ.get("ACCORD_WEB_THREADS", "12"))

# Its own types name every message there is; plain mappings are what ASGI asks for.
_wsgi = cast("Any", WSGIMiddleware(cast("Any", django), workers=THREADS))

# Its models can be imported only now that Django is set up.
from accord.server.live.stream import PATH, Stream  # noqa: E402
from accord.server.tracking.front.api import PREFIX, Front  # noqa: E402

_front = Front()
live = Stream()

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a request; an agreement, the largest thing that anybody sends, has at most a quarter of it."""


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one connection.

    A request gets one of the few threads only once its whole body is here: a slow client keeps none of them waiting,
    and half a form, which a2wsgi would take for a whole one, is never acted upon.
    """
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] != "http":
        await _wsgi(scope, receive, send)
    elif scope["path"].startswith(PREFIX):
        await _front(scope, receive, send)
    elif scope["path"] == PATH:
        await live(scope, receive, send)
    else:
        await _serve_django(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Begin and end with the process; by the end, uvicorn has seen every request answered."""
    while True:
        match (await receive())["type"]:
            case "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            case "lifespan.shutdown":
                await _front.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _serve_django(scope: Message, receive: Receive, send: Send) -> None:
    try:
        body = await whole_body(scope, receive, LARGEST_BODY)
    except GoneError:
        return
    except TooLargeError:
        await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        await _refuse(send, HTTPStatus.REQUEST_TIMEOUT)
    else:
        await _wsgi(_as_wsgi_reads_it(scope, body), _handing_over(body), send)


def _as_wsgi_reads_it(scope: Message, body: bytes) -> Message:
    """Return the request with the length of its body, which one in chunks does not state and Django goes by.

    Names of headers with an underscore are left out: WSGI cannot tell them from those with a hyphen, so that a client
    could say what only a proxy may.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name and name != b"content-length"]
    if body:
        headers.append((b"content-length", b"%d" % len(body)))
    return {**scope, "headers": headers}


def _handing_over(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _refuse(send: Send, status: HTTPStatus) -> None:
    """Answer without Django, and close the connection: what is left of the body is not read."""
    await answer(send, status, f"{status.phrase}\n".encode(), b"text/plain; charset=utf-8", (CLOSING,))
