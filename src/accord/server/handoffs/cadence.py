"""When to try next where several tries are promised: a suggestion, since the agreement promises their number alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import prefetch_related_objects

from accord.clock import Calendar, CalendarError, deadline, elapsed
from accord.server.agreements.models import Revision
from accord.server.agreements.services import readable
from accord.server.handoffs.clocks import leave_of
from accord.server.handoffs.models import Attempt, Clock
from accord.server.pipeline.models import Lead


def next_tries(
    leads: Iterable[Lead], running: Mapping[int, Iterable[Clock]], attempts: Mapping[int, Iterable[Attempt]]
) -> Mapping[int, datetime]:
    """Return by when to try next, by the id of the clock of the tries; with two queries, or none where nothing is due.

    Args:
        leads: With ``owner`` loaded.
        running: The clocks that run on each lead.
        attempts: What was tried with each lead, the earliest first.
    """
    begun = [
        (lead, clock, made)
        for lead in leads
        for clock in running.get(lead.pk, ())
        if clock.promise == Clock.Promise.ATTEMPTS
        and (made := [each.at for each in attempts.get(lead.pk, ()) if each.at >= clock.started_at])
        and len(made) < clock.needed
    ]
    prefetch_related_objects([lead.owner for lead, _, _ in begun if lead.owner], "leaves")
    revisions = Revision.objects.in_bulk({clock.revision_id for _, clock, _ in begun}) if begun else {}
    found: dict[int, datetime] = {}
    for lead, clock, made in begun:
        calendar = _calendar(clock, revisions[clock.revision_id])
        if calendar is not None:
            at = next_try(made[-1], clock.due_at, clock.needed - len(made), calendar.without(leave_of(lead.owner)))
            if at is not None:
                found[clock.pk] = at
    return found


def next_try(last: datetime, due: datetime, left: int, calendar: Calendar) -> datetime | None:
    """Return the end of the first of ``left`` equal parts of the working time from the last try to the deadline.

    None: no working time is left, or the calendar cannot say.
    """
    try:
        part = elapsed(last, due, calendar) / left if last < due else None
        return deadline(last, part, calendar) if part else None
    except CalendarError:
        return None


def _calendar(clock: Clock, revision: Revision) -> Calendar | None:
    agreement = readable(revision)
    promises = agreement.sales_promises if agreement else ()
    return next((promise.calendar for promise in promises if promise.name == clock.clause), None)
