"""Whether a database holds nothing, an unfinished demo, a demo, or something of somebody's own, which is left alone.

What tells them apart stands in the audit log, which nobody can edit: one entry when the demo is begun, and one when it
is complete.
"""

import time
from datetime import datetime
from enum import StrEnum

from django.core.management import call_command
from django.db import connection

from accord.demo.world import DemoError
from accord.server.accounts.audit import record
from accord.server.accounts.models import AuditEntry, User
from accord.server.agreements.models import Revision
from accord.server.people.models import Company, Person

BEGUN, COMPLETE = "demo.begun", "demo.complete"
SUBJECT = "demo"
PATIENCE = 3.0
"""Seconds in which the database notices that a process which used it was killed."""


class State(StrEnum):
    """What a database holds."""

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    DEMO = "demo"
    FOREIGN = "foreign"


def state() -> State:
    """Return what the database holds."""
    marks = set(AuditEntry.objects.filter(subject=SUBJECT).values_list("action", flat=True))
    if COMPLETE in marks:
        return State.DEMO
    if BEGUN in marks:
        return State.UNFINISHED
    foreign = any(model.objects.exists() for model in (User, Person, Company, Revision))
    return State.FOREIGN if foreign else State.EMPTY


def clear() -> None:
    """Empty the database of a demo; its tables stay.

    Raises:
        DemoError: ``demo.not_a_demo`` if it holds anything else, ``demo.in_use`` if something else works on it.
    """
    match state():
        case State.FOREIGN:
            raise DemoError(
                "demo.not_a_demo",
                "this database holds something else than a demo, so it is left as it is",
                hint="name another data folder: ACCORD_HOME=demo accord demo",
            )
        case State.EMPTY:
            return
    ensure_alone()
    call_command("flush", verbosity=0, interactive=False)


def ensure_alone() -> None:
    """Return if nothing else works on the database; what is about to end gets a moment for it.

    Raises:
        DemoError: ``demo.in_use``, since a worker would judge in the present what happened long ago.
    """
    until = time.monotonic() + PATIENCE
    while _others():
        if time.monotonic() > until:
            raise DemoError("demo.in_use", "the demo is running already", hint="stop it first, then start this again")
        time.sleep(0.1)


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def begin(at: datetime) -> None:
    """Write down that a demo is being made, so that it is known for one if it is never completed."""
    record(BEGUN, SUBJECT, actor=None, at=at)


def complete(at: datetime) -> None:
    """Write down that the demo is complete."""
    record(COMPLETE, SUBJECT, actor=None, at=at)
