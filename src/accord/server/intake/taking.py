"""Taking messages in: in the order of their arrival, each in a transaction with whatever it leads to."""

import logging

from django.db import DataError, IntegrityError, connection, transaction
from psycopg.errors import DeadlockDetected

from accord.errors import AccordError
from accord.server.intake.batch import Batch
from accord.server.tracking.work import Captured, claim, set_aside

log = logging.getLogger(__name__)

BATCH = 500
_ONE_AT_A_TIME = 6_021_023
"""The advisory lock under which one process takes messages in, so that their order is kept."""


def take_in() -> int:
    """Take in everything that is pending; return how many messages that were, those that failed included."""
    count = 0
    while taken := _batch(BATCH):
        count += taken
    return count


def _batch(limit: int) -> int:
    """Take in a batch in one transaction; if one of it fails, each by itself, so that only that one is set aside."""
    try:
        with transaction.atomic():
            messages = _claimed(limit)
            Batch(messages).take()
            return len(messages)
    except (AccordError, DataError, IntegrityError, ValueError, TypeError, ArithmeticError, LookupError):
        log.info("a batch is taken in one by one", exc_info=True)
    return sum(_one() for _ in range(limit))


def _one() -> int:
    with transaction.atomic():
        messages = _claimed(1)
        for message in messages:
            try:
                with transaction.atomic():
                    Batch([message]).take()
            except Exception as error:
                if isinstance(error.__cause__, DeadlockDetected):
                    raise  # no fault of the message: it is taken in when the job begins again
                log.exception("message %s is set aside", message.id)
                set_aside(message.id, f"{type(error).__name__}: {error}")
        return len(messages)


def _claimed(limit: int) -> list[Captured]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        mine = cursor.fetchone()[0]
    return claim(limit) if mine else []
