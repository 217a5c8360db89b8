"""Leave that is entered while a clock runs: the deadline follows, so that it and the time taken agree."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accord.clock import CalendarError
from accord.server.accounts.models import Leave
from accord.server.agreements.services import agreement_of
from accord.server.handoffs import clocks
from accord.server.handoffs.models import Clock
from accord.server.pipeline.models import Lead

log = logging.getLogger(__name__)


def follow(at: datetime) -> int:
    """Put off what is due from owners who are or will be on leave; return how many deadlines changed.

    What has run out by ``at`` stays run out.
    """
    leave = Leave.objects.filter(user=OuterRef("offer__owner"), end__gt=at, start__lt=OuterRef("due_at"))
    running = Clock.objects.filter(Exists(leave), stopped_at=None, due_at__gt=at)
    count = 0
    for clock in running.select_related("offer__owner", "revision").order_by("pk"):
        try:
            if clocks.extend(clock, agreement_of(clock.revision), at):
                count += _store(clock, at)
        except CalendarError as error:
            log.warning("clock %s keeps its deadline: %s", clock.pk, error)
    return count


@transaction.atomic
def _store(clock: Clock, at: datetime) -> bool:
    Lead.objects.select_for_update().get(pk=clock.lead_id)  # under which clocks are changed
    unchanged = Clock.objects.filter(pk=clock.pk, stopped_at=None, breached_at=None, paused_at=clock.paused_at)
    moved = bool(unchanged.update(due_at=clock.due_at, next_check_at=clock.next_check_at))
    if moved:
        clocks.move(clock, "Its owner is on leave", at)
    return moved
