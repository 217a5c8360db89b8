"""What happens when time passes: reminders, breaches, and leads that are taken away.

Workers claim due clocks one by one under ``SKIP LOCKED``, so two of them never carry out the same step. A clock that
fails is pushed ahead and reported; it never holds up the others.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from accord.agreement import Agreement, BreachStep, Stage
from accord.agreement.judgement import rank
from accord.server.accounts.audit import record
from accord.server.agreements.services import agreement_of
from accord.server.handoffs import clocks, marketing
from accord.server.handoffs.models import Clock, ClockEvent, Offer
from accord.server.handoffs.notices import Kind, say_that_nobody_is_there, tell
from accord.server.handoffs.offers import give_to_another
from accord.server.handoffs.offline import count_as_let_pass
from accord.server.handoffs.responsible import MARKETING, Reach, in_marketing, marketing_on_shift, on_shift_for
from accord.server.pipeline import services as pipeline
from accord.server.pipeline.models import DecidedBy, Lead, ReadyVia, StageName

log = logging.getLogger(__name__)

RETRY = timedelta(minutes=15)
"""How far a clock that failed is pushed ahead."""
AGAIN = timedelta(hours=1)
"""When a lead that should be taken away, but that nobody else can take, is looked at again."""


def sweep(at: datetime) -> int:
    """Carry out every step of every clock that is due by ``at``; return how many clocks had one.

    The clocks of a lead that is in other hands at that moment wait for the next sweep.
    """
    count = 0
    busy: set[int] = set()
    while (key := _next_due(at, busy)) is not None:
        try:
            with transaction.atomic():
                done = _check(key, at)
        except Exception:  # one bad row must not stop the clocks of everybody else
            log.exception("clock %s could not be checked", key)
            _push_ahead(key, at)
            continue
        if done is None:
            busy.add(key)
        count += bool(done)
    return count


def _next_due(at: datetime, busy: set[int]) -> int | None:
    due = Clock.objects.filter(stopped_at=None, next_check_at__lte=at).exclude(pk__in=busy)
    return due.order_by("next_check_at", "pk").values_list("pk", flat=True).first()


@transaction.atomic
def _push_ahead(key: int, at: datetime) -> None:
    Clock.objects.filter(pk=key).update(next_check_at=at + RETRY)
    ClockEvent.objects.get_or_create(clock_id=key, kind=ClockEvent.Kind.FAILED, step="", defaults={"at": at})


def _check(key: int, at: datetime) -> bool | None:
    """Return whether a clock had a step to carry out; None if somebody else holds its lead."""
    lead_id = Clock.objects.values_list("lead", flat=True).get(pk=key)
    free = Lead.objects.select_for_update(skip_locked=True, of=("self",))
    lead = free.select_related("person__company", "owner").filter(pk=lead_id).first()
    if lead is None:
        return None
    rows = Clock.objects.select_for_update(of=("self",))
    clock = rows.select_related("revision", "offer__revision", "offer__owner").get(pk=key)
    if clock.stopped_at is not None or clock.next_check_at is None or clock.next_check_at > at:
        return False
    clock.lead = lead
    if clock.offer is None:
        if marketing.release(clock, at):
            return True
    else:
        clock.offer.lead = lead
        if lead.ended_at is not None:
            clocks.stop_all(clock.offer, at=lead.ended_at)
            return True
    agreement = agreement_of(clock.revision)
    passed = clocks.steps_passed(clock, agreement, at)
    clock.save(update_fields=["next_check_at"])
    for step in passed:
        if Clock.objects.filter(pk=key, stopped_at=None).exists():  # an earlier step may have stopped it
            _carry_out(clock, step, agreement, at)
    return True


def _carry_out(clock: Clock, step: BreachStep | None, agreement: Agreement, at: datetime) -> None:
    """Do what falls due on a clock, unless it was done before, and write down what was done."""
    match step:
        case None:
            if event := _once(clock, ClockEvent.Kind.BREACHED, "", at):
                _breach(clock, event, agreement, at)
        case BreachStep(percent, "remind", whom):
            _remind_or_tell(clock, whom, percent, ClockEvent.Kind.REMINDED, at)
        case BreachStep(percent, "tell", whom):
            _remind_or_tell(clock, whom, percent, ClockEvent.Kind.TOLD, at)
        case BreachStep(percent, "take_offline", _, leads) if clock.offer is not None:
            count_as_let_pass(clock, clock.offer, percent, leads, at)
        case BreachStep(percent, _, _) if clock.offer is not None:
            _take_away(clock, clock.offer, percent, at)


def _once(clock: Clock, kind: ClockEvent.Kind, step: str, at: datetime) -> ClockEvent | None:
    """Write a step down and return it; None if it was carried out before."""
    event, fresh = ClockEvent.objects.get_or_create(clock=clock, kind=kind, step=step, defaults={"at": at})
    return event if fresh else None


def _remind_or_tell(clock: Clock, whom: str, percent: int, kind: ClockEvent.Kind, at: datetime) -> None:
    reach = _addressees(clock, whom, at)
    if not reach.users:
        return
    if event := _once(clock, kind, f"{whom} at {percent} %", at):
        clock.warned_at = clock.warned_at or at
        clock.save(update_fields=["warned_at"])
        reminds = kind == ClockEvent.Kind.REMINDED
        _tell(clock, reach, event, Kind.REMINDER if reminds else Kind.ESCALATION, at)


def _take_away(clock: Clock, offer: Offer, percent: int, at: datetime) -> None:
    """Give a lead that nobody has tried to somebody who has not let it pass yet.

    As long as all of them are away or full, look again later; once everybody has let it pass, it lies in the team's
    queue, and whoever answers for the team knows.
    """
    since = min(offer.offered_at, clock.started_at)  # a clock may run on from an offer before
    if clock.lead.attempts.filter(at__gte=since).exists():
        return
    with transaction.atomic():
        _once(clock, ClockEvent.Kind.REASSIGNED, f"at {percent} %", at)
        taken = give_to_another(clock.lead, at=at, reason="was not worked in time")
        if not taken:
            transaction.set_rollback(True)
    if not taken:
        clock.next_check_at = min(clock.next_check_at or at + AGAIN, at + AGAIN)
        clock.save(update_fields=["next_check_at"])


def _breach(clock: Clock, event: ClockEvent, agreement: Agreement, at: datetime) -> None:
    Clock.objects.filter(pk=clock.pk).update(breached_at=clock.due_at)
    record("clock.breached", f"lead:{clock.lead_id}", actor=None, at=at, promise=clock.promise, clause=clock.clause)
    if clock.offer is None:
        if not any((step.percent, step.action) == (clocks.BREACH, "tell") for step in agreement.breach_steps):
            _tell(clock, marketing_on_shift(at), event, Kind.ESCALATION, at)
        return
    if clock.promise != Clock.Promise.DECIDE or clock.offer.status != Offer.Status.OPEN:
        return
    if agreement.handoff.if_undecided == "accepted" and clock.offer.owner_id is not None:
        _accept_undecided(clock.offer, at)
    else:
        _tell(clock, on_shift_for(clock.offer.queue, at), event, Kind.ESCALATION, at)


def _accept_undecided(offer: Offer, at: datetime) -> None:
    """Take silence as acceptance, as the agreement says; a lead that stands further on already stays there."""
    Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.ACCEPTED, decided_at=at, note="Not decided in time")
    offer.status = Offer.Status.ACCEPTED
    clocks.stop(offer, Clock.Promise.DECIDE, at=at, outcome=Clock.Outcome.MISSED)
    if rank(Stage(offer.lead.stage)) >= rank(Stage.SAL):
        return
    pipeline.move(
        offer.lead,
        StageName.SAL,
        at=at,
        decided_by=DecidedBy.CLOCK,
        revision=offer.revision,
        reason="Not decided in time",
    )


PROMISED = {
    Clock.Promise.DECIDE: "Accept or reject",
    Clock.Promise.FIRST_ATTEMPT: "Call",
    Clock.Promise.ATTEMPTS: "Keep trying",
    Clock.Promise.HAND_OVER: "Offer to sales:",
    Clock.Promise.FILL_IN: "Fill in what is missing of",
    Clock.Promise.ANSWER: "Answer what sales asks about",
    Clock.Promise.ANSWER_RECYCLED: "Get in touch again with",
}


def _addressees(clock: Clock, whom: str, at: datetime) -> Reach:
    """Return whom a step is for; what is for the owner goes to the manager while there is none.

    What marketing owes has no owner: everybody there is reminded.
    """
    if clock.offer is None:
        return Reach(in_marketing(at)) if whom == "owner" else marketing_on_shift(at)
    owner = clock.lead.owner
    return Reach([owner]) if whom == "owner" and owner is not None else on_shift_for(clock.offer.queue, at)


def _tell(clock: Clock, reach: Reach, event: ClockEvent, kind: Kind, at: datetime) -> None:
    owner = clock.lead.owner.name if clock.lead.owner else "nobody"
    what = f"{PROMISED[Clock.Promise(clock.promise)]} {clock.lead.person}"
    text = what if kind == Kind.REMINDER else f"{what}: {owner if clock.offer else 'marketing'} is late"
    urgent = clock.offer is not None and clock.offer.via == ReadyVia.FAST_LANE
    about = f"clock_event:{event.pk}"
    if reach.waits:
        team = clock.offer.queue if clock.offer else MARKETING
        say_that_nobody_is_there(clock.lead_id, team, text, reach.users, about=about, at=at)
    for user in reach.users:
        tell(user.pk, clock.lead_id, kind, text, about=about, at=at, due=clock.due_at, urgent=urgent)
