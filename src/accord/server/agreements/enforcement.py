"""How a revision ends or comes into force: at once, on its day, or never.

A revision is signed as a change of what is in force. So when another one comes into force first, every proposal that is
still open is superseded: what its signers agreed to is no longer what signing it would do. It stays readable, and a
draft can be made from it.
"""

import logging
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements import telling
from accord.server.agreements.models import Revision
from accord.server.queue import wake

log = logging.getLogger(__name__)

TASK = "agreements.enforce_due"


def enforce(revision: Revision, at: datetime, *, by: User) -> None:
    """Bring a revision into force with its last signature, or let it await its day; the caller holds the lock."""
    if revision.planned_from is not None and revision.planned_from > at:
        revision.status = Revision.Status.SIGNED
        revision.save(update_fields=["status"])
        record(
            "revision.awaits_its_day",
            f"revision:{revision.number}",
            actor=None,
            at=at,
            planned_from=revision.planned_from.isoformat(),
        )
        _wake_at(revision.planned_from)
        return
    _bring_into_force(revision, at, by)


def enforce_due(at: datetime) -> int:
    """Bring into force what both sides signed for a time that has come; return how many revisions."""
    count = 0
    while _enforce_next(at):
        count += 1
    return count


def drop(revision: Revision, status: Revision.Status, *, by: User | None, at: datetime, why: str = "") -> None:
    """End a revision that has not come into force; the caller holds the lock."""
    revision.status, revision.dropped_at, revision.dropped_by, revision.dropped_why = status, at, by, why
    revision.save(update_fields=["status", "dropped_at", "dropped_by", "dropped_why"])
    record(f"revision.{status}", f"revision:{revision.number}", actor=by, at=at, why=why)
    telling.dropped(revision, at)


@transaction.atomic
def _enforce_next(at: datetime) -> bool:
    due = Revision.objects.filter(status=Revision.Status.SIGNED, planned_from__lte=at)
    if not due.exists():
        return False
    with connection.cursor() as cursor:  # as whoever signs does
        cursor.execute(f"LOCK TABLE {Revision._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    revision = due.order_by("planned_from", "number").first()
    if revision is None:  # another worker was quicker
        return False
    _bring_into_force(revision, at, None)
    return True


def _bring_into_force(revision: Revision, at: datetime, by: User | None) -> None:
    Revision.objects.filter(status=Revision.Status.IN_FORCE).update(status=Revision.Status.RETIRED, retired_at=at)
    revision.status = Revision.Status.IN_FORCE
    revision.in_force_from = at
    revision.save(update_fields=["status", "in_force_from"])
    record("revision.in_force", f"revision:{revision.number}", actor=None, at=at)
    telling.came_into_force(revision, at, by=by)
    why = f"Revision {revision.number} came into force first"
    for other in Revision.objects.filter(status__in=Revision.OPEN).exclude(pk=revision.pk).order_by("number"):
        drop(other, Revision.Status.SUPERSEDED, by=None, at=at, why=why)
    wake("pipeline.review_open_leads")
    wake("backtests.verify")


def _wake_at(instant: datetime) -> None:
    """Enqueue the job for an instant; should that be lost, its own period finds the revision within a minute."""

    def enqueue() -> None:
        try:
            with transaction.atomic():
                lock = f"{TASK} at {instant.isoformat()}"
                app.configure_task(TASK, queueing_lock=lock, schedule_at=instant).defer()
        except AlreadyEnqueued:
            log.debug("%s is enqueued for %s already", TASK, instant)

    transaction.on_commit(enqueue, robust=True)
