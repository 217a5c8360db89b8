"""What is done with a deal after the fact, from the page of its lead: correcting its figures, taking a win back."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accord.server.accounts.access import SELLERS, for_roles, signed_in
from accord.server.handoffs import restating
from accord.server.handoffs.actions import Act, Asked, with_form, workable
from accord.server.handoffs.explanations import agreed_reasons, choices_of
from accord.server.handoffs.forms import CorrectionForm, ReasonForm
from accord.server.pipeline.deals import Figures
from accord.server.pipeline.models import Deal
from accord.server.pipeline.services import LeadError


def _asked_for(asked: Asked) -> Deal:
    """Return the deal that an address names.

    Raises:
        HandoffError: ``lead.unknown``.
        AccessError: The lead is somebody else's.
        LeadError: ``deal.unknown``.
    """
    lead = workable(asked.lead_id, asked.by)
    named = asked.request.POST.get("deal") or asked.request.GET.get("deal") or ""
    known = named.isdecimal() and len(named) < 19
    deal = lead.deals.filter(pk=int(named)).first() if known else None
    if deal is None:
        raise LeadError("deal.unknown", f"{lead.person} has no such deal", hint="load the page anew")
    return deal


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def correct(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Ask what a deal brings indeed and why it changes, or store it."""
    asked = Asked(request, lead_id, signed_in(request), timezone.now())
    deal = _asked_for(asked)

    def do(asked: Asked, given: Mapping[str, Any]) -> str:
        figures = Figures(given["amount"], given["list_amount"], given["margin"])
        restating.correct_deal(asked.lead_id, deal.pk, figures, reason=given["why"], by=asked.by, at=asked.at)
        return "Corrected. What it was before is kept."

    stands = {name: getattr(deal, name) for name in ("amount", "list_amount", "margin")}
    act = Act(
        "correct",
        "Correct a deal",
        "Correct it",
        "handoffs/act_correct.html",
        lambda _, sent: CorrectionForm(sent, initial=stands),
        do,
        lambda *_: {"deal": deal},
    )
    return with_form(asked, act)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def cancel(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Ask why a win is taken back, or take it back."""
    asked = Asked(request, lead_id, signed_in(request), timezone.now())
    deal = _asked_for(asked)

    def do(asked: Asked, given: Mapping[str, Any]) -> str:
        restating.cancel_win(asked.lead_id, deal.pk, reason=given["reason"], by=asked.by, at=asked.at)
        return "The win is taken back: the deal counts as lost. That it was won is kept."

    act = Act(
        "cancel",
        "Take a win back",
        "Take it back",
        "handoffs/act_cancel.html",
        lambda law, sent: ReasonForm(sent, reasons=agreed_reasons(law.agreement), noted=False),
        do,
        lambda _, law: {"deal": deal, "reasons": choices_of(law.agreement, deal_lost=True)},
    )
    return with_form(asked, act)
