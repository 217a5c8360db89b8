"""Getting messages into the log: exactly once, in one transaction, whoever writes at the same time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db import connection, transaction

from accord.errors import AccordError
from accord.server.queue import wake
from accord.server.tracking import tally
from accord.server.tracking.message import RefusedError, Row, Sender, raw, shape
from accord.server.tracking.models import Source

TAKE_IN = "intake.take_in"
"""The job that works pending messages off."""

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS tracking_arrival (
    place int NOT NULL, digest uuid NOT NULL, source_id bigint NOT NULL,
    received_at timestamptz NOT NULL, at timestamptz NOT NULL,
    type text NOT NULL, event text NOT NULL, message_id text NOT NULL, anonymous_id text NOT NULL,
    user_id text NOT NULL, user_agent text NOT NULL, ip_prefix text NOT NULL, ip inet, body text NOT NULL
) ON COMMIT DELETE ROWS
"""
COPY = "COPY pg_temp.tracking_arrival FROM STDIN"
# Two writers meet in the same order of digests, so that neither waits for the other while it is waited for.
TAKE = """
WITH fresh AS (
    INSERT INTO tracking_receipt (digest, received_at)
    SELECT digest, received_at FROM pg_temp.tracking_arrival ORDER BY digest
    ON CONFLICT DO NOTHING RETURNING digest
), taken AS MATERIALIZED (
    SELECT nextval('tracking_message_id_seq') AS id, arrived.*
    FROM (SELECT * FROM pg_temp.tracking_arrival JOIN fresh USING (digest) ORDER BY place) AS arrived
), logged AS (
    INSERT INTO tracking_message (id, received_at, source_id, at, type, event, message_id, anonymous_id, user_id,
                                  user_agent, ip_prefix, body)
    SELECT id, received_at, source_id, at, type, event, message_id, anonymous_id, user_id, user_agent, ip_prefix, body
    FROM taken
), pending AS (
    INSERT INTO tracking_pending (id, received_at, ip, tries, error)
    SELECT id, received_at, ip, 0, '' FROM taken
)
SELECT count(*) FROM taken
"""


class TrackingError(AccordError):
    """A message or a source cannot be what somebody wants it to be."""


class Cursor(Protocol):
    """What is asked of a cursor: psycopg's own, or Django's around it."""

    def execute(self, query: Any, /) -> Any: ...  # noqa: ANN401, D102  (as both have it)

    def fetchone(self) -> Any: ...  # noqa: ANN401, D102

    def copy(self, statement: Any, /) -> Any: ...  # noqa: ANN401, D102


def store(cursor: Cursor, rows: Iterable[Row]) -> int:
    """Write rows in the cursor's transaction; return how many had not been taken before.

    The staging table must be there (``STAGE``) and empty, which it is at the begin of a transaction.
    """
    once = {row.digest: row.line for row in rows}
    with cursor.copy(COPY) as copy:
        copy.write(b"".join(b"%d\t%b\n" % (place, line) for place, line in enumerate(once.values())))
    cursor.execute(TAKE)
    return int(cursor.fetchone()[0])


def append(source: Source, messages: Sequence[Mapping[str, object]], *, received_at: datetime) -> int:
    """Add messages of a source to the log, in the caller's transaction; return how many are fresh.

    For forms, calls and mails, which arrive inside Django. A message has the shape of the Segment specification: a
    ``type``, a ``userId`` or ``anonymousId``, a ``messageId`` by which it is known when it comes again, the whole
    address in ``context.ip`` and the agent in ``context.userAgent``.

    Raises:
        TrackingError: ``tracking.refused`` if one of them lacks what it must have; nothing is stored.
    """
    sender = Sender(source.pk, from_visitor=False, ip="", user_agent="", received_at=received_at, sent_at=None)
    try:
        rows = [shape(raw(message), "", sender) for message in messages]
    except RefusedError as error:
        raise TrackingError("tracking.refused", error.message) from error
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.execute("TRUNCATE pg_temp.tracking_arrival")  # of an earlier call in the same transaction
        fresh = store(cursor, rows)
        transaction.on_commit(partial(tally.taken, source.pk, len(rows), received_at), robust=True)
        wake(TAKE_IN)
    return fresh
