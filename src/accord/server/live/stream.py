"""The stream of one open page: server-sent events, in front of Django, so that a waiting page takes no thread.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import json
from http import HTTPStatus
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie

from accord.server.bodies import Message, Receive, Send, answer, header
from accord.server.live.audience import reader_of
from accord.server.live.hub import Hub, Listener
from accord.server.notifications.bell import bell_of

PATH = "/live/"
BEAT_SECONDS = 15.0
"""How often something is said, so that no proxy takes a quiet stream for a dead one."""
LASTS_SECONDS = 300.0
"""After which a stream ends: the browser opens another one, for which whoever signed out has no right."""
AGAIN_MILLISECONDS = 3000
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Stream:
    """The ASGI application behind ``/live/``."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; one that nobody may make is answered with 204, after which a browser asks no more."""
        if scope["method"] != "GET":
            await answer(send, HTTPStatus.METHOD_NOT_ALLOWED, b"", b"text/plain", ((b"allow", b"GET"),))
            return
        reader = await self.hub.ask(reader_of, _session_key(scope))
        listener = await self.hub.join(reader, _lead(scope)) if reader is not None else None
        if listener is None:
            await answer(send, HTTPStatus.NO_CONTENT, b"", b"text/plain")
            return
        try:
            await self._serve(listener, receive, send)
        finally:
            self.hub.leave(listener)

    async def _serve(self, listener: Listener, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": HTTPStatus.OK.value, "headers": HEADERS})
        await _say(send, f"retry: {AGAIN_MILLISECONDS}\n\n")
        gone = asyncio.create_task(_disconnected(receive))
        try:
            async with asyncio.timeout(LASTS_SECONDS):
                while not gone.done() and not listener.closed:
                    await _say(send, await self._next(listener, gone))
        except TimeoutError:
            pass
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _next(self, listener: Listener, gone: "asyncio.Task[None]") -> str:
        """Return what is to be said next; a comment if there has been nothing for a while."""
        woken = asyncio.create_task(listener.woken.wait())
        await asyncio.wait({woken, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        woken.cancel()
        listener.woken.clear()
        leads, listener.leads = listener.leads, set()
        everything, listener.everything = listener.everything, False
        notices, listener.notices = listener.notices, False
        said = ""
        if leads or everything:
            said += _event("leads", {"leads": sorted(leads), "everything": everything})
        if notices:
            bell = await self.hub.ask(bell_of, listener.reader.user)
            said += _event("notices", {"count": bell.count, "text": bell.text, "link": bell.link})
        return said or ": still here\n\n"


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _session_key(scope: Message) -> str:
    return parse_cookie(header(scope, b"cookie").decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")


def _lead(scope: Message) -> int | None:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lead", [""])[0]
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
