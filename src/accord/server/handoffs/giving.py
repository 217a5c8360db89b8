"""A manager gives a lead to somebody by hand, with a reason, and can take that back for a moment."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accord.server.accounts.access import SELLERS, AccessError
from accord.server.accounts.audit import record
from accord.server.accounts.models import Membership, Role, Team, User
from accord.server.handoffs import clocks
from accord.server.handoffs.decisions import HandoffError
from accord.server.handoffs.models import Offer
from accord.server.handoffs.notices import Kind, notify
from accord.server.handoffs.offers import hand_to, plan_by_hand
from accord.server.handoffs.routing import open_leads
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import LeadError
from accord.server.queue import wake

UNDO_WITHIN = timedelta(minutes=10)
"""How long a lead that was given to somebody can be taken back, unless they have done something with it."""
REASON_LENGTH = 200


def may_give(user: User, lead: Lead) -> bool:
    """Return whether a user may give a lead to others: the manager of its owner or of its queue, or operations."""
    if not user.is_active or user.role not in SELLERS:
        return False
    if user.role == Role.OPERATIONS:
        return True
    managed = Team.objects.filter(manager=user)
    return managed.filter(Q(memberships__user=lead.owner_id) if lead.owner_id else Q(name=lead.queue)).exists()


@transaction.atomic
def give(
    lead_id: int,
    *,
    to: int,
    team: str,
    reason: str,
    offer_id: int | None = None,
    anyway: bool = False,
    by: User,
    at: datetime,
) -> Lead:
    """Give a lead to a member of a team; giving it to whoever has it changes nothing.

    Its clocks begin anew for the new owner, as when it is passed on. Both owners are told.

    Args:
        lead_id: An open lead that sales has.
        to: Who shall have it.
        team: The team of which they are a member, whose turn it then is.
        reason: Why, in words; it stands in the history of the lead.
        offer_id: The offer that stood when the user asked; if another one stands by now, nothing changes.
        anyway: Also to somebody who is full, or away and has begun to work it.
        by: The manager of the one who has it and of ``team``, or operations.
        at: When.

    Raises:
        HandoffError: ``lead.unknown``, ``handoff.not_offered``, ``handoff.moved``, ``handoff.no_words``,
            ``handoff.not_in_team``, ``handoff.away`` or ``handoff.full``.
        LeadError: ``lead.ended``.
        AccessError: It is not theirs to give.
    """
    lead, last = _locked(lead_id)
    if not may_give(by, lead):
        raise AccessError("access.not_yours", "This lead is not yours to give", hint="ask the manager of its team")
    if lead.owner_id == to:
        return lead
    if offer_id is not None and last.pk != offer_id:
        where = lead.owner.name if lead.owner else f"the queue of {lead.queue}"
        raise HandoffError("handoff.moved", f"{lead.person} is with {where} by now", hint="look again, then give it")
    if not reason.strip():
        raise HandoffError(
            "handoff.no_words", "giving a lead to somebody needs a reason", hint="say why in a few words"
        )
    member = _member(to, team, by)
    refuse_absent(last, member.user, member.capacity, at, anyway=anyway)
    former = lead.owner
    why = f"given to {member.user.name} by {by.name}: {reason.strip()[:REASON_LENGTH]}"
    plan = plan_by_hand(lead, last, member.user, team, why, at, given_by=by)
    offer = hand_to(lead, last, plan, at=at, why=why, news=f"{by.name} gave you a lead")
    _tell_former(former, offer, f"{lead.person} was {why}", at)
    details = {"to": to, "from": former.pk if former else None, "team": team, "reason": reason.strip()}
    record("lead.given", f"lead:{lead.pk}", actor=by, at=at, **details)
    return lead


@transaction.atomic
def undo(lead_id: int, *, offer_id: int, by: User, at: datetime) -> Lead:
    """Take back that a lead was given to somebody or passed on: its former owner or queue has it again.

    The clocks ran meanwhile. Both steps stay in its history. Undoing it again changes nothing.

    Raises:
        HandoffError: ``lead.unknown``, or ``handoff.too_late`` if it was not they who gave it in the last minutes, the
            new owner has done something with it, or the former owner is no longer here.
        LeadError: ``lead.ended``.
    """
    lead, last = _locked(lead_id)
    given = lead.offers.select_related("owner").filter(pk=offer_id, given_by=by).first()
    former = given and lead.offers.select_related("owner", "revision").filter(pk__lt=given.pk).order_by("-pk").first()
    if given is not None and given.status == Offer.Status.WITHDRAWN and _undoes(last, given):
        return lead
    if given is None or former is None or last.pk != given.pk or not untouched(given, at) or _is_gone(former.owner):
        raise HandoffError(
            "handoff.too_late",
            f"that {lead.person} was given away can no longer be undone",
            hint=f"that takes the one who gave it, within {UNDO_WITHIN.seconds // 60} minutes",
        )
    why = f"taken back by {by.name}"
    plan = plan_by_hand(lead, given, former.owner, former.queue, why, at, named_queue=former.named_queue)
    offer = hand_to(lead, given, plan, at=at, why=why, news=f"{by.name} gave you back a lead")
    clocks.go_on(
        offer, former, since=given.offered_at, at=at, why=f"{by.name} took the move back: it runs on as before"
    )
    _tell_former(given.owner, offer, f"{lead.person} was {why}", at)
    record("lead.give_undone", f"lead:{lead.pk}", actor=by, at=at)
    wake("handoffs.sweep_clocks")
    return lead


def untouched(given: Offer, at: datetime) -> bool:
    """Return whether an offer made by hand is fresh, and nobody has decided on it or tried to reach the lead."""
    stands = given.status == Offer.Status.OPEN or given.decided_at == given.offered_at
    tried = given.lead.attempts.filter(at__gte=given.offered_at).exists()
    return stands and given.offered_at > at - UNDO_WITHIN and not tried


def _undoes(last: Offer, given: Offer) -> bool:
    return last.preference == Offer.CameFirst.GIVEN and last.given_by_id is None and last.pk > given.pk


def _is_gone(owner: User | None) -> bool:
    return owner is not None and not owner.is_active


def _locked(lead_id: int) -> tuple[Lead, Offer]:
    rows = Lead.objects.select_for_update(of=("self",)).select_related("person__company", "owner")
    lead = rows.filter(pk=lead_id).first()
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {lead_id}")
    if lead.ended_at is not None:
        raise LeadError("lead.ended", f"{lead.person} is {lead.get_stage_display().lower()} already")
    last = lead.offers.select_related("owner", "revision").order_by("-offered_at", "-pk").first()
    if last is None:
        raise HandoffError("handoff.not_offered", f"{lead.person} has not been offered to sales")
    return lead, last


def _member(to: int, team: str, by: User) -> Membership:
    """Return somebody's place in a team, under the team's lock, so that two leads do not take the same last room."""
    Team.objects.select_for_update().filter(name=team).first()
    places = Membership.objects.filter(user=to, team__name=team, user__is_active=True).select_related("user")
    place = (places if by.role == Role.OPERATIONS else places.filter(team__manager=by)).first()
    if place is None:
        hint = "choose a member of a team that you manage"
        raise HandoffError("handoff.not_in_team", f"they take no leads of the team {team}", hint=hint)
    return place


def refuse_absent(last: Offer, user: User, capacity: int | None, at: datetime, *, anyway: bool) -> None:
    """Return if somebody can be given the lead of an offer by hand.

    Args:
        last: The offer that stands.
        user: To whom it would go.
        capacity: How many open leads they take; None: any number.
        at: Now.
        anyway: Also to somebody who is full, or away and has begun to work it.

    Raises:
        HandoffError: ``handoff.away`` or ``handoff.full``.
    """
    leave = user.leaves.filter(start__lte=at, end__gt=at).order_by("-end").first()
    if leave is not None and last.status == Offer.Status.OPEN:
        text = f"{user.name} is away, and what nobody has accepted would go on to others at once"
        raise HandoffError("handoff.away", text, hint="choose somebody who is here")
    if anyway:
        return
    if leave is not None:
        raise HandoffError("handoff.away", f"{user.name} is away", hint="give it to them all the same if it can wait")
    load = open_leads([user.pk]).get(user.pk, 0)
    if capacity is not None and load >= capacity:
        text = f"{user.name} is full: {load} of {capacity} leads are open"
        raise HandoffError("handoff.full", text, hint="give it to them all the same, or choose somebody else")


def _tell_former(former: User | None, offer: Offer, text: str, at: datetime) -> None:
    if former is not None and former.is_active:
        notify(former.pk, offer, Kind.GIVEN_AWAY, text, at=at)
