"""What sales does with a lead: accept, reject, take, try, qualify, deal, recycle.

Each verb is one transaction under the lead's row lock, says who did it and when, and refuses what the agreement or the
user's role does not allow. Doing the same thing twice changes nothing the second time.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accord.agreement import FieldType, RejectReason, Stage
from accord.agreement.judgement import rank
from accord.agreement.ways_out import after_lost_deal, reason_clause
from accord.errors import AccordError
from accord.rules import Value
from accord.server.accounts.access import SELLERS, AccessError, require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, Team, User
from accord.server.agreements.services import InForce, in_force
from accord.server.handoffs import clocks
from accord.server.handoffs.columns import COLUMNS, store_column
from accord.server.handoffs.models import Attempt, Clock, Offer, Snooze
from accord.server.handoffs.offers import give_to_another, settle
from accord.server.handoffs.recycling import Cause, let_go, recycle_unreached
from accord.server.people.history import record_field_change
from accord.server.people.models import Company, Person
from accord.server.pipeline import services as pipeline
from accord.server.pipeline.deals import close_deal, open_deal
from accord.server.pipeline.facts import typed
from accord.server.pipeline.judging import review
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageName


class HandoffError(AccordError):
    """A hand-off cannot go on as asked."""


def may_work(user: User, lead: Lead) -> bool:
    """Return whether a user may decide on a lead: its owner, their manager, their queue's team, or operations."""
    if not user.is_active or user.role not in SELLERS:
        return False
    if user.role == Role.OPERATIONS or lead.owner_id == user.pk:
        return True
    if lead.owner_id is None:
        return Team.objects.filter(Q(manager=user) | Q(memberships__user=user), name=lead.queue).exists()
    return Team.objects.filter(manager=user, memberships__user=lead.owner_id).exists()


def locked(lead_id: int, by: User) -> Lead:
    """Return a lead that a user may work, with its row locked.

    Raises:
        HandoffError: ``lead.unknown``.
        AccessError: It is not theirs to work.
    """
    lead = (
        Lead.objects.select_for_update(of=("self",))
        .select_related("person__company", "owner")
        .filter(pk=lead_id)
        .first()
    )
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {lead_id}")
    if not may_work(by, lead):
        whose = lead.owner.name if lead.owner else f"the team {lead.queue}" if lead.queue else "nobody yet"
        raise AccessError("access.not_yours", f"This lead belongs to {whose}", hint="ask them or their manager")
    return lead


def _last_offer(lead: Lead) -> Offer | None:
    return lead.offers.select_related("revision", "owner", "decided_by").order_by("-offered_at", "-pk").first()


def _still_open(last: Offer | None, lead: Lead) -> Offer:
    if last is None:
        raise HandoffError("handoff.not_offered", f"{lead.person} has not been offered to sales")
    if last.status != Offer.Status.OPEN:
        who = last.decided_by.name if last.decided_by else "the agreement"
        raise HandoffError(
            "handoff.already_decided", f"{last.get_status_display()} by {who} on {last.decided_at:%d %B %H:%M}"
        )
    return last


def open_offer(lead: Lead) -> Offer:
    """Return the offer of a lead that awaits a decision.

    Raises:
        HandoffError: ``handoff.not_offered`` or ``handoff.already_decided``.
    """
    return _still_open(_last_offer(lead), lead)


@transaction.atomic
def accept(lead_id: int, *, by: User, at: datetime) -> Lead:
    """Accept an offered lead; accepting one's own lead again changes nothing.

    Raises:
        HandoffError: ``handoff.not_offered`` or ``handoff.already_decided``.
        AccessError: It is not theirs to accept.
    """
    lead = locked(lead_id, by)
    last = _last_offer(lead)
    if last is not None and last.status == Offer.Status.ACCEPTED and last.decided_by_id == by.pk:
        return lead
    offer = _still_open(last, lead)
    if lead.owner is None:
        lead.owner, lead.queue = by, ""
        lead.save(update_fields=["owner", "queue"])
    _decide(offer, Offer.Status.ACCEPTED, by=by, at=at)
    if rank(Stage(lead.stage)) < rank(Stage.SAL):
        pipeline.move(
            lead, StageName.SAL, at=at, decided_by=DecidedBy.USER, user=by, revision=offer.revision, reason="Accepted"
        )
    record("lead.accepted", f"lead:{lead.pk}", actor=by, at=at)
    return lead


@transaction.atomic
def reject(lead_id: int, *, reason: str, note: str = "", by: User, at: datetime) -> Lead:
    """Reject an offered lead with an agreed reason, which decides where it goes.

    Raises:
        HandoffError: ``handoff.not_offered``, ``handoff.already_decided`` or ``handoff.unknown_reason``.
        LeadError: ``deal.already_open`` if another system has opened a deal on it.
        AccessError: It is not theirs to reject.
    """
    lead = locked(lead_id, by)
    last = _last_offer(lead)
    if (
        last is not None
        and last.status == Offer.Status.REJECTED
        and last.decided_by_id == by.pk
        and last.reject_reason == reason
    ):
        return lead
    offer = _still_open(last, lead)
    _refuse_with_open_deal(lead)
    law = in_force()
    agreed = agreed_reason(law, reason)
    offer.reject_reason, offer.note = agreed.name, note
    _decide(offer, Offer.Status.REJECTED, by=by, at=at)
    _let_go(lead, agreed, law, by=by, at=at)
    record("lead.rejected", f"lead:{lead.pk}", actor=by, at=at, reason=reason, note=note)
    return lead


def agreed_reason(law: InForce, name: str) -> RejectReason:
    """Return an agreed reason by its name.

    Raises:
        HandoffError: ``handoff.unknown_reason``.
    """
    reason = law.agreement.handoff.reject_reasons.get(name)
    if reason is None:
        agreed = ", ".join(law.agreement.handoff.reject_reasons)
        raise HandoffError("handoff.unknown_reason", f"'{name}' is not an agreed reason", hint=f"agreed are {agreed}")
    return reason


def _decide(offer: Offer, status: Offer.Status, *, by: User, at: datetime) -> None:
    offer.status, offer.decided_by, offer.decided_at = status, by, at
    offer.save(update_fields=["status", "decided_by", "decided_at", "reject_reason", "note"])
    clocks.stop(offer, Clock.Promise.DECIDE, at=at)
    if offer.questions.filter(closed_at=None).update(closed_at=at):
        clocks.resume(offer, at=at, why="Sales decided without the answer")


def _let_go(lead: Lead, agreed: RejectReason, law: InForce, *, by: User, at: datetime) -> None:
    """End the lead's cycle as the agreed reason says, and stop what runs on it."""
    cause = Cause(reason_clause(agreed.name), agreed.name, agreed.label)
    let_go(lead, agreed.then, cause, law, at=at, decided_by=DecidedBy.USER, by=by)


def _refuse_with_open_deal(lead: Lead) -> None:
    if lead.deals.filter(outcome=Deal.Outcome.OPEN).exists():
        raise pipeline.LeadError("deal.already_open", "this lead has an open deal", hint="win or lose it")


@transaction.atomic
def log_attempt(
    lead_id: int,
    *,
    channel: Attempt.Channel,
    outcome: Attempt.Outcome,
    note: str = "",
    action_id: UUID,
    by: User,
    at: datetime,
) -> Attempt:
    """Log a real try to reach the lead; the same ``action_id`` is logged once.

    If it was the last one owed, and nobody was reached, the lead leaves as agreed.

    Raises:
        HandoffError: ``lead.unknown``.
        LeadError: ``lead.ended``.
        AccessError: It is not theirs to work.
    """
    lead = locked(lead_id, by)
    if known := Attempt.objects.filter(action_id=action_id).first():
        return known
    if lead.ended_at is not None:
        raise pipeline.LeadError("lead.ended", f"{lead.person} is {lead.get_stage_display().lower()} already")
    attempt = Attempt.objects.create(
        lead=lead, by=by, channel=channel, outcome=outcome, note=note, at=at, action_id=action_id
    )
    Snooze.objects.filter(lead=lead, ended_at=None).update(ended_at=at)
    stopped = clocks.count_attempt(last, attempt) if (last := _last_offer(lead)) else []
    record("lead.attempted", f"lead:{lead.pk}", actor=by, at=at, channel=channel, outcome=outcome)
    recycle_unreached(lead, stopped, attempt)
    return attempt


@transaction.atomic
def fill_in(lead_id: int, values: Mapping[str, str], *, by: User, at: datetime) -> Lead:
    """Store what was learnt about a lead: fields of the agreement by full name; an empty value clears one.

    Sales fills in the leads they work, marketing and operations any. Whoever it is about is judged again.

    Raises:
        HandoffError: ``lead.unknown``, ``field.unknown`` or ``field.bad_value``, with nothing stored.
        FieldError: ``field.bad_value`` or ``field.taken``, with nothing stored.
        AccessError: The field belongs to another role.
    """
    agreement = in_force().agreement
    kinds = {name.partition(".")[0] for name in values}
    shared = "company" in kinds
    # Companies and people are not the lead's alone: whoever fills them in keeps what others have filled in.
    if shared:
        list(Company.objects.select_for_update(of=("self",), no_key=True).filter(people__leads=lead_id))
    if "person" in kinds:
        list(Person.objects.select_for_update(of=("self",), no_key=True).filter(leads=lead_id))
    lead = _editable(lead_id, by)
    for name, raw in values.items():
        field = agreement.fields.get(name)
        if field is None:
            raise HandoffError("field.unknown", f"the agreement knows no field '{name}'")
        if field.owner != by.role and by.role != Role.OPERATIONS:
            raise AccessError("access.not_your_field", f"{name} is {field.owner}'s to fill in")
        value = _given(raw.strip(), field.type)
        wrong_choice = bool(field.choices) and value is not None and value not in field.choices
        if raw.strip() and (value is None or wrong_choice):
            valid = f"one of {', '.join(field.choices)}" if field.choices else f"a value of type {field.type}"
            raise HandoffError("field.bad_value", f"'{raw}' does not fit {name}", hint=f"give {valid}")
        _store(lead, name, value if value is None or isinstance(value, str | int) else str(value), by, at)
    review(Q(pk=lead.person_id) | (Q(company=lead.person.company_id) if shared else Q()), at)
    record("lead.filled_in", f"lead:{lead.pk}", actor=by, at=at, fields=dict(values))
    return lead


def _editable(lead_id: int, by: User) -> Lead:
    if by.role == Role.SALES:
        return locked(lead_id, by)
    require(by, frozenset({Role.MARKETING, Role.OPERATIONS}), "change a lead")
    lead = Lead.objects.select_for_update(of=("self",)).select_related("person__company").filter(pk=lead_id).first()
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {lead_id}")
    return lead


def _given(raw: str, kind: FieldType) -> Value | None:
    """Return what somebody typed as the type that the agreement declares, or None if it does not fit."""
    if kind is FieldType.BOOLEAN:
        return {"true": True, "false": False}.get(raw.lower())
    return typed(raw, kind)


def _store(lead: Lead, name: str, value: str | int | None, by: User, at: datetime) -> None:
    kind, short = name.split(".", 1)
    row = {"lead": lead, "person": lead.person, "company": lead.person.company}[kind]
    if row is None:
        raise HandoffError("field.no_company", f"{lead.person} has no company to store {name} with")
    if short in COLUMNS[kind]:
        before = getattr(row, short)
        store_column(row, short, "" if value is None else str(value))
        record_field_change(name, row.pk, before, getattr(row, short), at=at, by=by)
        return
    record_field_change(name, row.pk, row.fields.get(short), value, at=at, by=by)
    row.fields = {key: kept for key, kept in row.fields.items() if key != short} | (
        {short: value} if value is not None else {}
    )
    row.save(update_fields=["fields"])


@transaction.atomic
def start_deal(
    lead_id: int,
    *,
    name: str = "",
    amount: Decimal | None,
    list_amount: Decimal | None = None,
    margin: Decimal | None = None,
    by: User,
    at: datetime,
) -> Deal:
    """Open a deal on an accepted lead, in the agreement's currency.

    Args:
        lead_id: An accepted lead.
        name: What it is about.
        amount: What it may bring.
        list_amount: What it would bring at list prices.
        margin: What would be left of the amount after what it costs the company.
        by: Who opens it.
        at: When.

    Raises:
        HandoffError: ``handoff.not_accepted``.
        LeadError: ``deal.already_open``, ``deal.bad_amount`` or ``lead.ended``.
    """
    lead = locked(lead_id, by)
    if rank(Stage(lead.stage)) < rank(Stage.SAL) and lead.ended_at is None:
        raise HandoffError("handoff.not_accepted", "a deal needs an accepted lead", hint="accept it first")
    currency = in_force().agreement.currency
    return open_deal(
        lead, name=name, amount=amount, list_amount=list_amount, margin=margin, currency=currency, by=by, at=at
    )


@transaction.atomic
def win(lead_id: int, *, by: User, at: datetime) -> Deal:
    """Win the lead's open deal; the lead becomes a customer and its clocks stop."""
    lead = locked(lead_id, by)
    deal = _open_deal(lead)
    close_deal(deal, Deal.Outcome.WON, by=by, at=at)
    pipeline.end(lead, StageName.CUSTOMER, at=at, decided_by=DecidedBy.USER, user=by, reason="won", label="Deal won")
    settle(lead, at)
    return deal


@transaction.atomic
def lose(lead_id: int, *, reason: str, by: User, at: datetime) -> Deal:
    """Lose the lead's open deal for an agreed reason; it, or what is agreed of lost deals, says where the lead goes."""
    lead = locked(lead_id, by)
    law = in_force()
    agreed = agreed_reason(law, reason)
    deal = _open_deal(lead)
    close_deal(deal, Deal.Outcome.LOST, by=by, at=at)
    clause, then = after_lost_deal(law.agreement, agreed.name)
    cause = Cause(clause, agreed.name, agreed.label)
    let_go(lead, then, cause, law, at=at, decided_by=DecidedBy.USER, by=by)
    return deal


def _open_deal(lead: Lead) -> Deal:
    deal = lead.deals.select_related("lead").select_for_update(of=("self",)).filter(outcome=Deal.Outcome.OPEN).first()
    if deal is None:
        raise pipeline.LeadError("deal.none_open", f"{lead.person} has no open deal", hint="open one first")
    return deal


@transaction.atomic
def recycle(lead_id: int, *, reason: str, by: User, at: datetime) -> Lead:
    """Give an accepted lead back with an agreed reason, which decides where it goes.

    Raises:
        HandoffError: ``handoff.unknown_reason``, or ``handoff.not_accepted`` for one that awaits a decision.
        LeadError: ``lead.ended``, or ``deal.already_open`` while a deal is open.
    """
    lead = locked(lead_id, by)
    if lead.ended_at is None and rank(Stage(lead.stage)) < rank(Stage.SAL):
        raise HandoffError("handoff.not_accepted", "this lead awaits a decision", hint="accept or reject it")
    _refuse_with_open_deal(lead)
    law = in_force()
    _let_go(lead, agreed_reason(law, reason), law, by=by, at=at)
    record("lead.recycled", f"lead:{lead.pk}", actor=by, at=at, reason=reason)
    return lead


@transaction.atomic
def pass_on(lead_id: int, *, by: User, at: datetime) -> Lead:
    """Give a lead to the next live owner of its team.

    Raises:
        HandoffError: ``handoff.nobody_else`` if nobody else there is live; the lead stays where it is.
    """
    lead = locked(lead_id, by)
    if lead.ended_at is not None:
        raise pipeline.LeadError("lead.ended", f"{lead.person} is {lead.get_stage_display().lower()} already")
    if not give_to_another(lead, at=at, reason=f"passed on by {by.name}", by=by):
        raise HandoffError("handoff.nobody_else", "nobody else in the team is free to take this lead")
    record("lead.passed_on", f"lead:{lead.pk}", actor=by, at=at)
    return lead
