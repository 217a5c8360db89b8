"""What marketing owes to one lead by a time: to offer it, to fill in what is missing, to get in touch with it again.

Marketing's clocks follow the leads: whatever made a lead wait for marketing, or ended that, is found here by how the
lead stands, and a clock begins and stops at the instant at which that came about. So nothing is lost if a process dies
in between, and running this twice changes nothing.

What counts as getting in touch with a recycled lead: a call, mail or meeting that marketing, or the role that looks
after the lead, logs, and any call or mail of ours that is captured. That the lead comes back by itself is none.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accord.agreement import Agreement, MarketingDeadline
from accord.server.agreements.models import Revision
from accord.server.agreements.services import InForce, agreement_of, in_force_or_none
from accord.server.handoffs import clocks
from accord.server.handoffs.models import Clock, Question
from accord.server.people.models import Touchpoint
from accord.server.pipeline.facts import field_values
from accord.server.pipeline.models import DecidedBy, Lead, StageChange, StageName

log = logging.getLogger(__name__)

OURS = ("call_made", "mail_sent")
"""What our side does, among the touchpoints."""
LOOKS_BACK = timedelta(days=7)
"""How long after a lead was recycled its clock may still begin: longer than any worker stands still."""


def owing(promise: Clock.Promise) -> "QuerySet[Lead]":
    """Return the leads to which marketing owes something at present, agreed by a time or not."""
    leads = Lead.objects.all()
    match promise:
        case Clock.Promise.FILL_IN:
            return leads.filter(ended_at=None).exclude(held_for=[])
        case Clock.Promise.HAND_OVER:
            return leads.filter(ended_at=None, handed_over_at=None).exclude(held_for=[], ready_at=None)
        case Clock.Promise.ANSWER:
            return leads.filter(Exists(Question.objects.filter(lead=OuterRef("pk"), closed_at=None)))
        case _:
            later = Lead.objects.filter(person=OuterRef("person"), cycle__gt=OuterRef("cycle"))
            return leads.filter(stage=StageName.RECYCLED).exclude(Exists(later))


def deadline_for(agreement: Agreement, what: str) -> MarketingDeadline | None:
    """Return by when marketing owes something; None: it is not agreed. Of several the first applies."""
    return next((each for each in agreement.marketing_deadlines if each.what == what), None)


def follow(at: datetime) -> int:
    """Stop the clocks of what marketing owes no longer, and start those of what it owes by now; return how many."""
    count = sum(_release(key, at) for key in _to_release())
    law = in_force_or_none()
    if law is None or law.revision.in_force_from is None:
        return count
    for promise, fresh in _FRESH.items():
        deadline = deadline_for(law.agreement, promise)
        if deadline is not None:
            keys = list(fresh(law.revision.in_force_from, at).order_by("pk").values_list("pk", flat=True))
            count += sum(_begin(key, promise, deadline, law, at) for key in keys)
    return count


def start(lead: Lead, promise: Clock.Promise, deadline: MarketingDeadline, revision: Revision, at: datetime) -> Clock:
    """Start a clock of marketing's; the caller holds the lead's row lock."""
    clock = Clock(lead=lead, revision=revision, promise=promise, clause=deadline.name)
    return clocks.start_all([clock], agreement_of(revision), at)[0]


def release(clock: Clock, at: datetime) -> bool:
    """Stop a clock of marketing's if what it is about is done, or not owed any more; return whether it was.

    The caller holds the row locks of the lead and of the clock.
    """
    lead, promise = clock.lead, Clock.Promise(clock.promise)
    if promise == Clock.Promise.ANSWER_RECYCLED and (done := _got_in_touch(clock)):
        clocks.finish(clock, done)
        return True
    if owing(promise).filter(pk=lead.pk).exists():
        return False
    if lead.ended_at is None and _is_done(promise, lead):
        clocks.finish(clock, _until(promise, lead, at))
    else:
        clocks.call_off(clock, _until(promise, lead, at), f"The lead is {lead.get_stage_display().lower()}")
    return True


def answered(lead: Lead, at: datetime) -> None:
    """Stop the clock of a recycled lead, since somebody got in touch; the caller holds the lead's row lock."""
    for clock in running(lead, Clock.Promise.ANSWER_RECYCLED):
        clocks.finish(clock, at)


def running(lead: Lead, promise: Clock.Promise) -> list[Clock]:
    """Return the clock of marketing's that runs on a lead for something, if any, with its row locked."""
    found = Clock.objects.select_for_update().filter(lead=lead, offer=None, promise=promise, stopped_at=None)
    return list(found)


def _to_release() -> list[int]:
    """Return the running clocks of what is not owed any more, or done; asks only after what runs."""
    found: list[int] = []
    running_now = Clock.objects.filter(offer=None, stopped_at=None)
    for promise in map(Clock.Promise, running_now.values_list("promise", flat=True).distinct().order_by("promise")):
        ticking = running_now.filter(promise=promise)
        over = Q(~Exists(owing(promise).filter(pk=OuterRef("lead"))))
        if promise == Clock.Promise.ANSWER_RECYCLED:
            over |= Q(Exists(_ours(OuterRef("lead__person"), OuterRef("started_at"))))
        found += ticking.filter(over).order_by("pk").values_list("pk", flat=True)
    return found


def _release(key: int, at: datetime) -> bool:
    """Release a clock in a transaction of its own, unless its lead is in other hands at this moment."""
    try:
        with transaction.atomic():
            lead = _locked(Q(clocks=key))
            free = Clock.objects.select_for_update(of=("self",)).select_related("revision")
            clock = free.filter(pk=key, stopped_at=None).first()
            if lead is None or clock is None:
                return False
            clock.lead = lead
            return release(clock, at)
    except Exception:  # one clock must not hold up the others
        log.exception("clock %s could not be brought in step with its lead", key)
        return False


def _locked(which: Q) -> Lead | None:
    free = Lead.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person__company", "owner")
    return free.filter(which).first()


def _begin(key: int, promise: Clock.Promise, deadline: MarketingDeadline, law: InForce, at: datetime) -> bool:
    try:
        with transaction.atomic():
            since = law.revision.in_force_from
            lead = _locked(Q(pk=key))
            if lead is None or since is None or not _FRESH[promise](since, at).filter(pk=key).exists():
                return False
            start(lead, promise, deadline, law.revision, min(max(_since(promise, lead) or at, since), at))
            return True
    except Exception:  # likewise
        log.exception("lead %s: the clock of '%s' could not be started", key, promise)
        return False


def _waiting(promise: Clock.Promise) -> "QuerySet[Lead]":
    ticks = Clock.objects.filter(lead=OuterRef("pk"), promise=promise, offer=None, stopped_at=None)
    return owing(promise).exclude(Exists(ticks))


def _recycled_lately(since: datetime, at: datetime) -> "QuerySet[Lead]":
    """Return leads that were recycled here since the clause holds; what an import brings was recycled elsewhere."""
    imported = StageChange.objects.filter(lead=OuterRef("pk"), to_stage=StageName.RECYCLED, decided_by=DecidedBy.IMPORT)
    had = Clock.objects.filter(
        lead=OuterRef("pk"), promise=Clock.Promise.ANSWER_RECYCLED, started_at__gte=OuterRef("ended_at")
    )
    lately = owing(Clock.Promise.ANSWER_RECYCLED).filter(stage_since__gte=max(since, at - LOOKS_BACK))
    return lately.exclude(Exists(had)).exclude(Exists(imported))


_FRESH: Mapping[Clock.Promise, Callable[[datetime, datetime], "QuerySet[Lead]"]] = {
    Clock.Promise.FILL_IN: lambda since, at: _waiting(Clock.Promise.FILL_IN),
    Clock.Promise.HAND_OVER: lambda since, at: _waiting(Clock.Promise.HAND_OVER),
    Clock.Promise.ANSWER_RECYCLED: _recycled_lately,
}
"""Which leads have come to wait for what, without a clock yet; a question of sales starts its own."""


def _since(promise: Clock.Promise, lead: Lead) -> datetime | None:
    """Return since when marketing owes something to a lead."""
    if promise == Clock.Promise.ANSWER_RECYCLED:
        return lead.ended_at
    return lead.stage_since if lead.held_for else lead.ready_at


def _is_done(promise: Clock.Promise, lead: Lead) -> bool:
    """Return whether an open lead to which something is not owed any more got it; the fast lane waits for no fields."""
    match promise:
        case Clock.Promise.HAND_OVER:
            return lead.handed_over_at is not None
        case Clock.Promise.FILL_IN:
            law = in_force_or_none()
            known = field_values(lead, law.agreement) if law else {}
            return law is not None and set(law.agreement.handoff.marketing_hands_over) <= set(known)
        case _:
            return False


def _until(promise: Clock.Promise, lead: Lead, at: datetime) -> datetime:
    """Return when something ceased to be owed to a lead."""
    match promise:
        case Clock.Promise.ANSWER_RECYCLED:
            later = Lead.objects.filter(person=lead.person_id, cycle__gt=lead.cycle).order_by("cycle")
            return later.values_list("opened_at", flat=True).first() or at
        case Clock.Promise.ANSWER:
            closed = lead.questions.order_by("-closed_at").values_list("closed_at", flat=True).first()
            return closed or at
        case Clock.Promise.HAND_OVER:
            return lead.ended_at or lead.handed_over_at or at
        case _:
            return lead.ended_at or lead.ready_at or lead.handed_over_at or at


def _got_in_touch(clock: Clock) -> datetime | None:
    """Return when our side first called or wrote to somebody since a clock began; None: not yet."""
    ours = _ours(clock.lead.person_id, clock.started_at)
    return ours.order_by("at").values_list("at", flat=True).first()


def _ours(person: int | OuterRef, since: datetime | OuterRef) -> "QuerySet[Touchpoint]":
    return Touchpoint.objects.filter(person=person, event__in=OURS, at__gte=since)
