"""Leads that spam opened: closed where nothing else speaks for them, and brought back if it was none after all."""

from datetime import datetime

from accord.server.accounts.models import AuditEntry, User
from accord.server.handoffs.offers import offer_again, settle
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import DecidedBy, Lead, StageChange
from accord.server.pipeline.models import StageName as Stage
from accord.server.pipeline.services import OPENED_BY_SPAM, end
from accord.server.queue import wake

WHY = "The form that opened it was spam"
FINE = "The form that opened it was no spam after all"


def lead_opened_by(touchpoint: Touchpoint) -> Lead | None:
    """Return the lead that a touchpoint opened, which began in the moment in which that came in; None if none did."""
    opened = Lead.objects.filter(person=touchpoint.person_id, opened_at=touchpoint.received_at, merged_into=None)
    return opened.first()


def speaks_for(lead: Lead, spam: Touchpoint) -> str:
    """Return what speaks for a lead besides the spam that opened it, as the end of a sentence; empty: nothing.

    What the same visit did is the sender's, and speaks for nobody.
    """
    worked = AuditEntry.objects.filter(subject=f"lead:{lead.pk}", actor__isnull=False).select_related("actor")
    last = worked.order_by("at", "pk").last()
    if last is not None and last.actor is not None:
        return f"{last.actor.name} has worked on it"
    if lead.deals.exists():
        return "it has a deal"
    if lead.attempts.exists():
        return "somebody has tried to reach them"
    others = Touchpoint.objects.filter(person=lead.person_id, counts=True).exclude(pk=spam.pk)
    if spam.visit_id is not None:
        others = others.exclude(visit=spam.visit_id)
    count = others.count()
    return f"{count} other touchpoint{'s' * (count > 1)} of theirs count{'s' * (count == 1)}" if count else ""


def fate_in_words(spam: Touchpoint) -> str:
    """Return what became of the lead that spam opened, and why, as a sentence; empty if it opened none."""
    lead = lead_opened_by(spam)
    if lead is None:
        return ""
    if lead.end_reason == OPENED_BY_SPAM:
        return "The lead that it opened was closed, since nothing else speaks for it."
    if lead.ended_at is not None:
        return ""
    why = speaks_for(lead, spam)
    return f"The lead that it opened stays open: {why}." if why else ""


def close(touchpoint: Touchpoint, *, at: datetime, by: User | None) -> bool:
    """End the lead that a touchpoint opened which is spam, in the caller's transaction; return whether it did.

    It stays where something else speaks for it. Its offer is withdrawn and its clocks stop, so that nobody owes it.
    """
    lead = _locked(touchpoint)
    if lead is None or lead.ended_at is not None or speaks_for(lead, touchpoint):
        return False
    decided = DecidedBy.USER if by else DecidedBy.AGREEMENT
    end(lead, Stage.DISQUALIFIED, at=at, decided_by=decided, user=by, reason=OPENED_BY_SPAM, label=WHY)
    settle(lead, at)
    return True


def bring_back(touchpoint: Touchpoint, *, at: datetime, by: User | None) -> bool:
    """Open a lead again that was closed for its spam, in the caller's transaction; return whether it did.

    It stands where it stood, and is judged anew. What was handed over is offered again, with clocks that begin now. It
    stays closed where the person has another lead by now.
    """
    people = Person.objects.select_for_update(of=("self",), no_key=True)
    list(people.filter(touchpoints=touchpoint))  # who opens another lead at the same moment waits here
    lead = _locked(touchpoint)
    if lead is None or lead.end_reason != OPENED_BY_SPAM:
        return False
    if Lead.objects.filter(person=lead.person_id, cycle__gt=lead.cycle).exists():
        return False
    before = lead.stage_changes.order_by("at", "pk").last()
    StageChange.objects.create(
        lead=lead,
        from_stage=lead.stage,
        to_stage=before.from_stage if before is not None else Stage.LEAD,
        at=at,
        decided_by=DecidedBy.USER if by else DecidedBy.AGREEMENT,
        user=by,
        revision=before.revision if before is not None else None,
        reason=FINE,
    )
    lead.stage, lead.stage_since = before.from_stage if before is not None else Stage.LEAD, at
    lead.ended_at, lead.end_reason, lead.review_at = None, "", at
    lead.save(update_fields=["stage", "stage_since", "ended_at", "end_reason", "review_at"])
    if lead.handed_over_at is not None:
        offer_again(lead, at=at)
    wake("pipeline.judge_due_leads")
    return True


def _locked(touchpoint: Touchpoint) -> Lead | None:
    found = lead_opened_by(touchpoint)
    if found is None:
        return None
    leads = Lead.objects.select_for_update(of=("self",)).select_related("person__company", "owner")
    return leads.get(pk=found.pk)
