"""What a deal brought is corrected, or a win taken back, after the fact: refunds, cancellations, slips of the pen."""

from datetime import datetime

from django.db import transaction

from accord.agreement.ways_out import after_lost_deal
from accord.server.accounts.models import User
from accord.server.agreements.services import in_force
from accord.server.handoffs.decisions import agreed_reason, locked
from accord.server.handoffs.recycling import Cause, let_go
from accord.server.pipeline.deals import Figures, cancel_deal, restate_deal
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageName
from accord.server.pipeline.services import LeadError


@transaction.atomic
def correct_deal(lead_id: int, deal_id: int, figures: Figures, *, reason: str, by: User, at: datetime) -> Deal:
    """Correct what a deal brings, open or closed; the log of its changes says what it was.

    Raises:
        AccessError: The lead is not theirs to work.
        LeadError: ``deal.unknown`` or ``deal.bad_amount``.
    """
    deal = _locked_deal(locked(lead_id, by), deal_id)
    restate_deal(deal, figures, reason=reason, by=by, at=at)
    return deal


@transaction.atomic
def cancel_win(lead_id: int, deal_id: int, *, reason: str, by: User, at: datetime) -> Deal:
    """Take a win back for an agreed reason: the deal is lost from now on, and the lead goes where lost deals lead.

    A lead that has another won deal stays a customer. Doing it twice changes nothing the second time.

    Raises:
        AccessError: The lead is not theirs to work.
        HandoffError: ``handoff.unknown_reason``.
        LeadError: ``deal.unknown`` or ``deal.not_won``.
    """
    lead = locked(lead_id, by)
    law = in_force()
    agreed = agreed_reason(law, reason)
    deal = _locked_deal(lead, deal_id)
    if deal.outcome == Deal.Outcome.LOST and deal.changes.filter(outcome_before=Deal.Outcome.WON).exists():
        return deal
    cancel_deal(deal, reason=agreed.label, by=by, at=at)
    if lead.stage != StageName.CUSTOMER or lead.deals.filter(outcome=Deal.Outcome.WON).exists():
        return deal
    clause, then = after_lost_deal(law.agreement, agreed.name)
    lead.ended_at = None  # its cycle ends anew, in another way; it is never stored as open
    cause = Cause(clause, agreed.name, agreed.label)
    let_go(lead, then, cause, law, at=at, decided_by=DecidedBy.USER, by=by)
    return deal


def _locked_deal(lead: Lead, deal_id: int) -> Deal:
    deal = lead.deals.select_for_update(of=("self",)).filter(pk=deal_id).first()
    if deal is None:
        raise LeadError("deal.unknown", f"{lead.person} has no such deal", hint="load the page anew")
    return deal
