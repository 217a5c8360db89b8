"""What can wait a moment: knowing the sources, counting, waking intake. One thread for each process."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import Error, close_old_connections, connection

from accord.server.queue import wake
from accord.server.tracking import tally
from accord.server.tracking.log import TAKE_IN
from accord.server.tracking.models import Source

FRESH_SECONDS = 2.0
"""How old what is known of the sources may be: a key that is disabled works no longer than this, and the reading."""
ASK_AGAIN_SECONDS = 0.2
"""A key that is not known is looked for, but not more often than this."""
WAKE_SECONDS = 0.25
"""Intake is woken at most this often."""
COUNT_SECONDS = 1.0
PATIENCE_SECONDS = 5.0

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What the front must know of a source to take its messages.

    Attributes:
        until: When this key stops working; None for the one in use.
        rate: Messages a second; None for any number.
    """

    id: int
    from_visitor: bool
    disabled: bool
    origins: frozenset[str]
    rate: int | None
    until: datetime | None


class UnknowableError(Exception):
    """The sources cannot be read now."""


def read_sources() -> Mapping[str, Known]:
    """Return every write key by which messages are sent; reports of calls are signed, and mails are mailed."""
    found = {}
    for source in Source.objects.exclude(kind__in=[Source.Kind.CALL, Source.Kind.MAIL]):
        current = Known(
            source.pk,
            source.kind == Source.Kind.BROWSER,
            source.disabled_at is not None,
            frozenset(source.allowed_origins),
            source.rate_limit,
            None,
        )
        if source.old_key:
            found[source.old_key] = replace(current, until=source.old_key_until)
        found[source.write_key] = current
    return found


class Clerk:
    """Does its rounds while somebody sends; an idle process asks the database nothing."""

    def __init__(self) -> None:
        self._keys: Mapping[str, Known] = {}
        self._read_at = float("-inf")
        self._askers: list[Callable[[bool], object]] = []
        self._counts = tally.Counts()
        self._counted_at = self._woken_at = 0.0
        self._wake = False
        self._lock = threading.Lock()
        self._something = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    async def source(self, key: str) -> Known | None:
        """Return whose key it is; None if nobody's.

        Raises:
            UnknowableError: What is known is too old, and cannot be read anew.
        """
        age = time.monotonic() - self._read_at
        found = self._keys.get(key) if age < FRESH_SECONDS else None
        if found is None and age >= ASK_AGAIN_SECONDS:
            await self._read_anew()
            found = self._keys.get(key)
        if found is None or (found.until is not None and found.until <= datetime.now(UTC)):
            return None
        return found

    async def _read_anew(self) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()

        def settle(read: bool) -> None:
            if not done.done():
                done.set_result(read)

        with self._lock:
            self._askers.append(lambda read: loop.call_soon_threadsafe(settle, read))
        self._hurry()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if not await done:
                    raise UnknowableError
        except TimeoutError as error:
            raise UnknowableError from error

    def count(self, source_id: int | None, reason: str, number: int) -> None:
        """Count messages that were taken (``reason`` empty) or refused."""
        with self._lock:
            first = not self._counts
            self._counts.add(source_id, reason, number, datetime.now(UTC))
        if first:
            self._hurry()

    def committed(self) -> None:
        """Have intake woken soon."""
        if not self._wake:
            self._wake = True
            self._hurry()

    def close(self) -> None:
        """Write down what was counted, and end the thread."""
        self._closing = True
        self._something.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)

    def _hurry(self) -> None:
        self._something.set()
        self._start()

    def _start(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="tracking-clerk", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while not self._closing:
            self._something.wait(self._pause())
            self._something.clear()
            close_old_connections()
            self._read_for_askers()
            if self._wake and time.monotonic() - self._woken_at >= WAKE_SECONDS:
                self._wake, self._woken_at = False, time.monotonic()
                _guarded(lambda: wake(TAKE_IN), "intake cannot be woken")
            if time.monotonic() - self._counted_at >= COUNT_SECONDS:
                self._counted_at = time.monotonic()
                self._write_counts()
        self._write_counts()
        connection.close()

    def _pause(self) -> float | None:
        if self._wake:
            return WAKE_SECONDS
        return COUNT_SECONDS if self._counts else None

    def _read_for_askers(self) -> None:
        with self._lock:
            askers, self._askers = self._askers, []
        if not askers:
            return
        read = _guarded(self._read, "the sources cannot be read")
        for tell in askers:
            try:
                tell(read)
            except RuntimeError:  # its loop has ended
                _logger.debug("nobody waits for the sources any more")

    def _read(self) -> None:
        begun = time.monotonic()
        self._keys = read_sources()
        self._read_at = begun

    def _write_counts(self) -> None:
        with self._lock:
            counts, self._counts = self._counts, tally.Counts()
        if counts and not _guarded(lambda: tally.write(counts), "messages cannot be counted now"):
            with self._lock:
                self._counts.merge(counts)


def _guarded(work: Callable[[], None], fault: str) -> bool:
    """Return whether the work was done; a fault is reported, and its connection not used again."""
    try:
        work()
    except Error as error:
        _logger.warning("%s: %s", fault, (str(error).splitlines() or [""])[0])
        connection.close()
        return False
    except Exception:
        _logger.exception("%s", fault)
        connection.close()
        return False
    return True
