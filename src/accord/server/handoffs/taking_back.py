"""Second thoughts: what somebody did with a lead a moment ago is taken back, as far as nobody has built on it.

A rejection and a giving back are taken back on the spot, a move by moving the lead back. The history keeps both steps;
clocks run on as if they had never stopped, so that nothing is won by doing and undoing.
"""

from datetime import datetime

from django.db import transaction

from accord.agreement.ways_out import reason_clause
from accord.server.accounts.access import AccessError
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.handoffs import giving
from accord.server.handoffs.decisions import HandoffError, may_work
from accord.server.handoffs.giving import UNDO_WITHIN
from accord.server.handoffs.models import Clock, ClockEvent, Offer
from accord.server.handoffs.taking import locked_lead
from accord.server.pipeline import services as pipeline
from accord.server.pipeline.models import DecidedBy, Lead, StageChange, StageName
from accord.server.queue import wake


@transaction.atomic
def take_back(lead_id: int, *, by: User, at: datetime) -> Lead:
    """Take back what somebody did with a lead a moment ago: rejected it, gave it back, or moved it to somebody else.

    Stage, owner, offer and clocks are as they were, and the clocks ran meanwhile. Taking it back again changes nothing.

    Raises:
        HandoffError: ``lead.unknown``, or ``handoff.too_late`` if it was not they, if it is longer ago, if its next
            cycle has begun, or if whoever got it has begun to work on it.
        AccessError: It is not theirs.
    """
    lead = locked_lead(lead_id)
    offers = list(lead.offers.select_for_update(of=("self",)).order_by("-offered_at", "-pk")[:1])
    if offers and lead.ended_at is None and offers[0].given_by_id == by.pk:
        return giving.undo(lead_id, offer_id=offers[0].pk, by=by, at=at)
    if not may_work(by, lead):
        raise AccessError("access.not_yours", "This lead is not yours", hint="ask its owner or their manager")
    if offers and lead.ended_at is None:
        return lead
    if not offers or not _fresh(lead, offers[0], by, at):
        raise _too_late(lead, "what was decided about", "who decided it")
    return _reopen(lead, offers[0], by, at)


def _too_late(lead: Lead, what: str, who: str) -> HandoffError:
    minutes = UNDO_WITHIN.seconds // 60
    return HandoffError(
        "handoff.too_late",
        f"{what} {lead.person} can no longer be taken back",
        hint=f"that takes {who}, within {minutes} minutes, and nobody who has built on it",
    )


def _fresh(lead: Lead, offer: Offer, by: User, at: datetime) -> bool:
    if lead.ended_at is None or lead.ended_at <= at - UNDO_WITHIN:
        return False
    if Lead.objects.filter(person=lead.person_id, cycle__gt=lead.cycle).exists():
        return False
    if offer.status == Offer.Status.REJECTED:
        return offer.decided_by_id == by.pk
    return given_back_by(lead) == by.pk


def given_back_by(lead: Lead) -> int | None:
    """Return who gave an accepted lead back; None: nobody did, or it took a deal with it."""
    last = lead.stage_changes.order_by("at", "pk").last()
    if lead.end_clause != reason_clause(lead.end_reason):
        return None
    if last is None or last.at != lead.ended_at or lead.deals.filter(closed_at__gte=last.at).exists():
        return None
    return last.user_id if last.to_stage in {StageName.RECYCLED, StageName.DISQUALIFIED} else None


def _reopen(lead: Lead, offer: Offer, by: User, at: datetime) -> Lead:
    """Put a lead that was rejected or given back where it was."""
    ended_at = lead.ended_at
    rejected = offer.status == Offer.Status.REJECTED
    _restore_lead(lead, by, at, "Rejection taken back" if rejected else "Giving back taken back")
    if rejected:
        offer.status, offer.decided_at, offer.decided_by = Offer.Status.OPEN, None, None
        offer.reject_reason = offer.note = ""
        offer.save(update_fields=["status", "decided_at", "decided_by", "reject_reason", "note"])
    for clock in offer.clocks.select_for_update().filter(stopped_at=ended_at):
        _restart(clock, at)
    record(f"lead.{'rejection' if rejected else 'giving_back'}_taken_back", f"lead:{lead.pk}", actor=by, at=at)
    wake("handoffs.sweep_clocks")
    wake("pipeline.judge_due_leads")
    return lead


def _restore_lead(lead: Lead, by: User, at: datetime, reason: str) -> None:
    last = lead.stage_changes.order_by("at", "pk").last()
    before = last.from_stage if last else lead.stage
    StageChange.objects.create(
        lead=lead,
        from_stage=lead.stage,
        to_stage=before,
        at=at,
        decided_by=DecidedBy.USER,
        user=by,
        revision=last.revision if last else None,
        reason=reason,
    )
    lead.stage, lead.stage_since, lead.review_at = before, at, at
    lead.ended_at = lead.returns_at = None
    lead.end_reason = lead.end_clause = lead.caretaker = ""
    lead.save(update_fields=["stage", "stage_since", *pipeline.ENDING])


def _restart(clock: Clock, at: datetime) -> None:
    """Let a clock run on as if it had never stopped; the sweep carries out whatever fell due meanwhile."""
    # A clock does each step once, so the stop that did not last makes room for the one that will.
    ClockEvent.objects.filter(clock=clock, kind=ClockEvent.Kind.STOPPED, step=clock.outcome).update(
        step=f"{clock.outcome}, taken back {at:%H:%M:%S.%f}"
    )
    clock.stopped_at, clock.outcome, clock.response, clock.next_check_at = None, "", None, at
    clock.save(update_fields=["stopped_at", "outcome", "response", "next_check_at"])
