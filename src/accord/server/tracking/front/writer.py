"""Group commit: one thread commits what arrived together, and each request is answered after that commit."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import psycopg

from accord.server.tracking.log import STAGE, store
from accord.server.tracking.message import Row

BREATH_SECONDS = 0.0025
"""Between two commits, so that other writers on the database are not starved and the next commit is worth its while."""
MOST_ROWS = 20_000
MOST_BYTES = 48 * 1024 * 1024
"""What may wait in memory; beyond, senders are asked to come again."""
ROWS_A_COMMIT = 2_000
STATEMENT_SECONDS = 20

_logger = logging.getLogger(__name__)


class OverloadedError(Exception):
    """More is waiting to be written than is good for this process."""


class UnavailableError(Exception):
    """The database does not take anything now; the request may have been stored or not, and can be sent again."""


class NotStorableError(Exception):
    """The database refuses what this request holds."""


@dataclass(slots=True)
class _Request:
    rows: Sequence[Row]
    size: int
    done: asyncio.Future[None]
    fault: Exception | None = field(default=None)

    def settle(self) -> None:
        """Let whoever waits go on, in the loop in which it does; the client may have gone."""
        if self.done.done():
            return
        if self.fault is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(self.fault)


class Writer:
    """Writes rows of many requests in few transactions.

    Args:
        connect: Opens a connection, not in autocommit mode.
        on_commit: Called in the writer's thread after rows were committed; must not take long.
    """

    def __init__(self, connect: Callable[[], "psycopg.Connection[Any]"], on_commit: Callable[[], None]) -> None:
        self._connect = connect
        self._on_commit = on_commit
        self._connection: psycopg.Connection[Any] | None = None
        self._waiting: deque[_Request] = deque()
        self._rows = self._bytes = 0  # waiting or being written
        self._changed = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None

    async def write(self, rows: Sequence[Row]) -> None:
        """Return once the rows are committed.

        Raises:
            OverloadedError: Too much is waiting; nothing was kept of these.
            UnavailableError: The database cannot be reached, or takes nothing.
            NotStorableError: It refuses these.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._enter(_Request(rows, sum(len(row.line) for row in rows), done))
        await done

    def _enter(self, request: _Request) -> None:
        with self._changed:
            if self._closing:
                raise UnavailableError
            if self._rows + len(request.rows) > MOST_ROWS or self._bytes + request.size > MOST_BYTES:
                raise OverloadedError
            self._rows += len(request.rows)
            self._bytes += request.size
            self._waiting.append(request)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tracking-writer", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Write what waits, and end the thread; nothing is taken afterwards."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while requests := self._next():
            self._write(requests)
            with self._changed:
                self._rows -= sum(len(request.rows) for request in requests)
                self._bytes -= sum(request.size for request in requests)
            _tell(requests)
            time.sleep(BREATH_SECONDS)
        self._drop_connection()

    def _next(self) -> list[_Request]:
        """Return what has arrived, up to a sensible transaction; empty when it is time to end."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            taken: list[_Request] = []
            rows = 0
            while self._waiting and (not taken or rows + len(self._waiting[0].rows) <= ROWS_A_COMMIT):
                taken.append(self._waiting.popleft())
                rows += len(taken[-1].rows)
            return taken

    def _write(self, requests: Sequence[_Request]) -> None:
        """Commit all of them together; else one by one, so that a bad one costs only its sender."""
        fault = self._commit(requests)
        if isinstance(fault, NotStorableError) and len(requests) > 1:
            for request in requests:
                request.fault = self._commit([request])
        else:
            for request in requests:
                request.fault = fault
        if any(request.fault is None for request in requests):
            self._on_commit()

    def _commit(self, requests: Sequence[_Request]) -> Exception | None:
        """Return None if they are committed; what is wrong otherwise."""
        for attempt in (1, 2):
            try:
                self._store(requests)
            except (psycopg.DataError, psycopg.IntegrityError) as error:
                self._roll_back()
                _logger.warning("a message cannot be stored: %s", str(error).splitlines()[0])
                return NotStorableError()
            except (psycopg.Error, OSError) as error:
                # A connection that is gone says so only when it is used: the second attempt has a new one. Nothing is
                # stored twice should the first have come through.
                self._drop_connection()
                if attempt == 2:
                    _logger.warning("messages cannot be stored now: %s", (str(error).splitlines() or [""])[0])
            except Exception:
                self._drop_connection()
                _logger.exception("messages cannot be stored")
                return UnavailableError()
            else:
                return None
        return UnavailableError()

    def _store(self, requests: Sequence[_Request]) -> None:
        if self._connection is None:
            self._connection = self._connect()
            with self._connection.cursor() as cursor:
                cursor.execute("SET synchronous_commit = on")
                cursor.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
                cursor.execute(STAGE)
            self._connection.commit()
        with self._connection.cursor() as cursor:
            store(cursor, (row for request in requests for row in request.rows))
        self._connection.commit()

    def _roll_back(self) -> None:
        try:
            if self._connection is not None:
                self._connection.rollback()
        except psycopg.Error:
            self._drop_connection()

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _tell(requests: Sequence[_Request]) -> None:
    """Answer all of them with one wake of their loop: waking it costs more than the answer."""
    for loop, together in groupby(requests, lambda request: request.done.get_loop()):
        try:
            loop.call_soon_threadsafe(_settle, list(together))
        except RuntimeError:  # the loop has ended, and with it whoever waited
            _logger.debug("nobody waits for an answer any more")


def _settle(requests: Sequence[_Request]) -> None:
    for request in requests:
        request.settle()
