"""One connection of this process that listens to the database, and hands on what it hears."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

import psycopg
from django.db import close_old_connections, connections

from accord.server.accounts.models import Role
from accord.server.live.audience import NOBODY, Audience, Reader, audiences
from accord.server.own_connection import own_parameters

CHANNEL = "accord_live"
TOGETHER_SECONDS = 0.2
"""How long more is waited for once something was heard: a decision writes several rows."""
LATELY_SECONDS = 10.0
"""What was heard so long ago is said again to a page that joins: it may have happened while the page was drawn."""
LOOK_UP_SECONDS = PATIENCE_SECONDS = 5.0
AGAIN_SECONDS = 2.0
MOST = 2_000
"""Pages of one process that may listen at a time; further ones ask by themselves."""

T = TypeVar("T")

_logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Listener:
    """A page that is open.

    Attributes:
        lead: The lead that it shows, whose every change it wants to know; None if it shows a list or something else.
        leads: What it has not been told of yet; the one or other page cannot keep up, and is told the sum.
        everything: Many leads changed, or nobody knows which.
        notices: Its reader has been notified of something.
    """

    reader: Reader
    lead: int | None = None
    leads: set[int] = field(default_factory=set)
    everything: bool = False
    notices: bool = False
    closed: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, changed: Mapping[int, Audience], *, everything: bool, users: set[int]) -> None:
        """Take in what concerns it, and wake whoever writes to the page.

        The agency knows of no lead but those lent to it, so it hears that something changed and not which leads did.
        """
        outside = self.reader.role == Role.AGENCY
        shown = None if outside else self.lead
        mine = {key for key, audience in changed.items() if key == shown or audience.concerns(self.reader)}
        self.leads |= set() if outside else mine
        self.everything |= everything or (outside and bool(mine))
        self.notices |= self.reader.user in users
        if mine or everything or self.notices:
            self.woken.set()


class Hub:
    """Listens from the first page on, in one event loop."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()
        self._lately: deque[tuple[float, Mapping[int, Audience], bool, set[int]]] = deque(maxlen=200)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._closing = False

    async def join(self, reader: Reader, lead: int | None) -> Listener | None:
        """Begin to listen for a page, which has been drawn a moment ago; None if there is no room for it."""
        if self._closing or len(self._listeners) >= MOST:
            return None
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        with suppress(TimeoutError):  # without a database it listens from the moment at which there is one
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._listening.wait()
        listener = Listener(reader, lead)
        for at, changed, everything, users in self._lately:
            if at > monotonic() - LATELY_SECONDS:
                listener.hear(changed, everything=everything, users=users)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Listen for a page no longer."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """Let go of every page: the process ends."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()
        for listener in self._listeners:
            listener.closed = True
            listener.woken.set()
        self._thread.submit(connections.close_all)

    async def ask(self, question: Callable[..., T], *args: object) -> T:
        """Ask the database something, on the one thread that keeps a connection for it."""

        def asked() -> T:
            close_old_connections()
            return question(*args)

        return await asyncio.get_running_loop().run_in_executor(self._thread, asked)

    async def _listen(self) -> None:
        first = True
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **own_parameters("accord-live"), autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._listening.set()
                    if not first:  # nobody knows what was said meanwhile
                        self._tell({}, everything=True, users={one.reader.user for one in self._listeners})
                    first = False
                    await self._hear(connection)
            except psycopg.Error as error:
                _logger.warning("pages are not told of changes now: %s", (str(error).splitlines() or [""])[0])
                first = False
                await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        while True:
            heard = {notify.payload async for notify in connection.notifies(stop_after=1)}
            heard |= {notify.payload async for notify in connection.notifies(timeout=TOGETHER_SECONDS)}
            leads, users = _numbers(heard, "lead"), _numbers(heard, "user")
            changed: Mapping[int, Audience] = {}
            everything = "leads" in heard
            if leads and not everything:
                try:
                    async with asyncio.timeout(LOOK_UP_SECONDS):
                        changed = dict.fromkeys(leads, NOBODY) | dict(await self.ask(audiences, leads))
                except Exception:  # whatever it was, the pages can still ask for themselves
                    _logger.exception("it is not known whom a change concerns")
                    everything = True
            self._tell(changed, everything=everything, users=users)

    def _tell(self, changed: Mapping[int, Audience], *, everything: bool, users: set[int]) -> None:
        self._lately.append((monotonic(), changed, everything, users))
        for listener in self._listeners:
            listener.hear(changed, everything=everything, users=users)


def _numbers(heard: set[str], kind: str) -> set[int]:
    parts = [said.partition(":") for said in heard]
    return {int(number) for what, _, number in parts if what == kind and number.isdigit()}
