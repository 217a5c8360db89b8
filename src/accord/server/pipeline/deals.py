"""Verbs on one deal: opening, closing, restating what it brings, and taking a win back.

Whatever changes what a deal brought, how it ended or when is written down in ``DealChange``, in the same transaction: a
refund or a late correction changes the figures of an earlier period, and the log says what, by whom and why.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.people.models import Person
from accord.server.pipeline.models import Deal, DealChange, DecidedBy, Lead, StageName
from accord.server.pipeline.services import BEFORE_FIRST_CONTACT, LeadError, move

LOGGED = ("amount", "list_amount", "margin", "currency", "outcome", "closed_at")
"""What of a deal is in the figures of a period."""
_LIMIT = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Figures:
    """What a deal brings, in its own currency; None: not known.

    Attributes:
        amount: What they pay, 0 or more.
        list_amount: What it would bring at list prices, 0 or more.
        margin: What is left of the amount after what it costs the company; it may be below 0.
    """

    amount: Decimal | None
    list_amount: Decimal | None
    margin: Decimal | None


def open_deal(
    lead: Lead,
    *,
    name: str,
    amount: Decimal | None,
    currency: str,
    by: User,
    at: datetime,
    list_amount: Decimal | None = None,
    margin: Decimal | None = None,
) -> Deal:
    """Open a deal on a lead, which becomes an opportunity; the caller holds the lead's row lock.

    Raises:
        LeadError: ``lead.ended``, ``deal.already_open`` or ``deal.bad_amount``.
    """
    if Deal.objects.filter(lead=lead, outcome=Deal.Outcome.OPEN).exists():
        raise LeadError("deal.already_open", f"{lead} has an open deal already", hint="close that one first")
    figures = _sound(Figures(amount, list_amount, margin))
    if lead.stage != StageName.OPPORTUNITY:
        move(lead, StageName.OPPORTUNITY, at=at, decided_by=DecidedBy.USER, user=by, reason="A deal was opened")
    deal = Deal.objects.create(
        lead=lead,
        company_id=_employer(lead),
        name=name,
        amount=figures.amount,
        list_amount=figures.list_amount,
        margin=figures.margin,
        currency=currency,
        opened_at=at,
        stated_at=at,
    )
    record("deal.opened", f"deal:{deal.pk}", actor=by, at=at, lead=lead.pk, amount=str(amount))
    return deal


def close_deal(deal: Deal, outcome: Deal.Outcome, *, by: User | None, at: datetime) -> None:
    """Close a deal as won or lost; the caller moves the lead on. ``by``: None, if the agreement does.

    Raises:
        LeadError: ``deal.closed`` if it is closed already.
    """
    if deal.outcome != Deal.Outcome.OPEN:
        raise LeadError("deal.closed", f"this deal is {deal.get_outcome_display().lower()} already")
    before = _logged(deal)
    deal.outcome, deal.closed_at = outcome, at
    if outcome == Deal.Outcome.WON:
        deal.company_id = _employer(deal.lead) or deal.company_id  # whoever moves on later leaves it there
        if at < deal.lead.first_contact_at:
            deal.flags = [*deal.flags, BEFORE_FIRST_CONTACT]
    deal.save(update_fields=["outcome", "closed_at", "flags", "company"])
    _write_down(deal, before, reason=f"Deal {outcome}", by=by, at=at)
    record(f"deal.{outcome}", f"deal:{deal.pk}", actor=by, at=at, lead=deal.lead_id, amount=str(deal.amount))


def restate_deal(deal: Deal, figures: Figures, *, reason: str, by: User, at: datetime) -> None:
    """Correct what a deal brings, open or closed; what is said twice changes nothing. The caller holds its row lock.

    Raises:
        LeadError: ``deal.bad_amount``.
    """
    before = _logged(deal)
    sound = _sound(figures)
    deal.amount, deal.list_amount, deal.margin = sound.amount, sound.list_amount, sound.margin
    if _logged(deal) == before:
        return
    deal.save(update_fields=["amount", "list_amount", "margin"])
    _write_down(deal, before, reason=reason, by=by, at=at)
    record("deal.restated", f"deal:{deal.pk}", actor=by, at=at, lead=deal.lead_id, amount=str(deal.amount))


def cancel_deal(deal: Deal, *, reason: str, by: User, at: datetime) -> None:
    """Make a deal that was won a lost one, from now on; the caller holds its row lock and moves the lead on.

    Raises:
        LeadError: ``deal.not_won``.
    """
    if deal.outcome != Deal.Outcome.WON:
        raise LeadError("deal.not_won", f"this deal is {deal.get_outcome_display().lower()}, so no win is to be undone")
    before = _logged(deal)
    deal.outcome, deal.closed_at = Deal.Outcome.LOST, at
    deal.flags = [flag for flag in deal.flags if flag != BEFORE_FIRST_CONTACT]
    deal.save(update_fields=["outcome", "closed_at", "flags"])
    _write_down(deal, before, reason=reason, by=by, at=at)
    record("deal.cancelled", f"deal:{deal.pk}", actor=by, at=at, lead=deal.lead_id, amount=str(deal.amount))


def _employer(lead: Lead) -> int | None:
    """Return the company of a lead's person, whose row is not locked: that would be the wrong way round.

    Nobody makes it one with another until this transaction has ended, since who merges companies locks the leads of
    their people, and the caller holds this one.
    """
    return Person.objects.values_list("company_id", flat=True).get(pk=lead.person_id)


def _sound(figures: Figures) -> Figures:
    """Return the figures if they can be.

    Raises:
        LeadError: ``deal.bad_amount``.
    """
    for amount in (figures.amount, figures.list_amount):
        if amount is not None and not 0 <= amount < _LIMIT:
            raise LeadError("deal.bad_amount", "the amount must be between 0 and 999,999,999,999.99")
    if figures.margin is not None and abs(figures.margin) >= _LIMIT:
        raise LeadError("deal.bad_amount", "the margin must be less than a million millions")
    return figures


def _logged(deal: Deal) -> dict[str, Any]:
    return {name: getattr(deal, name) for name in LOGGED}


def _write_down(deal: Deal, before: dict[str, Any], *, reason: str, by: User | None, at: datetime) -> None:
    was = {f"{name}_before": value for name, value in before.items()}
    now = {f"{name}_after": value for name, value in _logged(deal).items()}
    DealChange.objects.create(deal=deal, reason=reason, by=by, at=at, **was, **now)
