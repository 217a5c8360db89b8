"""Taking messages out of the log, each exactly once: what intake works with."""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from accord.server.queue import wake
from accord.server.tracking.log import TAKE_IN
from accord.server.tracking.models import Message, Pending

LONGEST_ERROR = 2000
UNREADABLE = "the body cannot be read: "


@dataclass(frozen=True, slots=True)
class Captured:
    """One message that is to be taken in.

    Attributes:
        anonymous_id: Empty if the message has none; as is ``user_id``, and ``user_agent``.
        at: When it happened; never after ``received_at``.
        ip: The whole address, which goes with this row; None if it is not known.
        body: The message. What PostgreSQL cannot store as text (NUL) is U+FFFD here.
    """

    id: int
    source_id: int
    source_name: str
    source_kind: str
    type: str
    message_id: str
    anonymous_id: str
    user_id: str
    at: datetime
    received_at: datetime
    ip: str | None
    user_agent: str
    body: Mapping[str, Any]


CLAIM = """
SELECT m.id, m.source_id, s.name, s.kind, m.type, m.message_id, m.anonymous_id, m.user_id, m.at, m.received_at,
       host(p.ip), m.user_agent, m.body
FROM (
    SELECT id, received_at, ip FROM tracking_pending
    WHERE set_aside_at IS NULL AND (next_try_at IS NULL OR next_try_at <= statement_timestamp())
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) AS p
JOIN tracking_message m ON m.id = p.id AND m.received_at = p.received_at
JOIN tracking_source s ON s.id = m.source_id
ORDER BY m.id
"""


def claim(limit: int) -> list[Captured]:
    """Return messages that are due, in the order of their arrival; nobody else gets them before the transaction ends.

    To be called inside a transaction. One whose body cannot be read is set aside and left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [limit])
        rows = cursor.fetchall()
    claimed = []
    for *columns, body in rows:
        try:
            claimed.append(Captured(*[*columns, read(body)]))
        except (ValueError, RecursionError) as error:
            set_aside(columns[0], UNREADABLE + str(error))
    return claimed


def read(body: str) -> Mapping[str, Any]:
    """Return a message from its text, with nothing in it that PostgreSQL cannot store.

    Raises:
        ValueError: It is no JSON object.
        RecursionError: It is nested too deeply.
    """
    found = json.loads(body, parse_float=_finite)
    if not isinstance(found, dict):
        msg = "no JSON object"
        raise ValueError(msg)
    cleaned: Mapping[str, Any] = _clean(found) if "\\u0000" in body else found
    return cleaned


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _clean(value: object) -> Any:  # noqa: ANN401  (whatever JSON holds)
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    return value


def done(ids: Collection[int]) -> None:
    """Say that messages have been taken in, in the transaction that has done so."""
    Pending.objects.filter(pk__in=ids).delete()


def later(ids: Collection[int], error: str, after: timedelta) -> None:
    """Have messages tried again after a while, for a fault that will pass by itself."""
    Pending.objects.filter(pk__in=ids).update(
        tries=F("tries") + 1, error=_storable(error), next_try_at=timezone.now() + after
    )


def set_aside(message_id: int, error: str) -> None:
    """Put a message aside with its error until somebody has looked at it; the others go on."""
    Pending.objects.filter(pk=message_id).update(
        tries=F("tries") + 1, error=_storable(error), set_aside_at=timezone.now(), next_try_at=None
    )


def retry(ids: Collection[int]) -> int:
    """Have messages that were set aside tried again at once; return how many they are."""
    again = Pending.objects.filter(pk__in=ids, set_aside_at__isnull=False).update(set_aside_at=None, next_try_at=None)
    if again:
        wake(TAKE_IN)
    return again


def _storable(error: str) -> str:
    return error.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:LONGEST_ERROR]


def withdraw(source_id: int, message_id: str, received_at: datetime) -> bool:
    """Have a message not taken in, in the caller's transaction; return False if that has happened already.

    Waits for whoever takes it in at this moment.
    """
    return bool(Pending.objects.filter(pk__in=_logged(source_id, message_id, received_at)).delete()[0])


def put_back(source_id: int, message_id: str, received_at: datetime) -> bool:
    """Have a message of the log taken in again; return False if the log has it no longer.

    What it led to before is known by its id, so that nothing happens twice. Its whole address is gone.
    """
    found = _logged(source_id, message_id, received_at)
    Pending.objects.bulk_create((Pending(id=pk, received_at=received_at) for pk in found), ignore_conflicts=True)
    if found:
        wake(TAKE_IN)
    return bool(found)


def _logged(source_id: int, message_id: str, received_at: datetime) -> list[int]:
    rows = Message.objects.filter(received_at=received_at, source_id=source_id, message_id=message_id)
    return list(rows.values_list("pk", flat=True))
