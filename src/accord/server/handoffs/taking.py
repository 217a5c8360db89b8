"""Leads that change hands by somebody's word: taken from the team's queue, passed on, given to somebody by name."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from accord.server.accounts.access import AccessError
from accord.server.accounts.audit import record
from accord.server.accounts.models import Leave, Membership, Role, User
from accord.server.handoffs import decisions
from accord.server.handoffs.decisions import HandoffError, may_work
from accord.server.handoffs.giving import refuse_absent
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import hand_to, plan_by_hand
from accord.server.handoffs.routing import open_leads
from accord.server.pipeline import services as pipeline
from accord.server.pipeline.models import Lead


def locked_lead(lead_id: int) -> Lead:
    """Return a lead with its row locked.

    Raises:
        HandoffError: ``lead.unknown``.
    """
    lead = (
        Lead.objects.select_for_update(of=("self",))
        .select_related("person__company", "owner")
        .filter(pk=lead_id)
        .first()
    )
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {lead_id}")
    return lead


@transaction.atomic
def take(lead_id: int, *, by: User, at: datetime) -> Lead:
    """Take a lead from the team's queue: it is theirs, and accepted if it awaited a decision.

    Taking one's own lead again changes nothing.

    Raises:
        HandoffError: ``lead.unknown``, ``handoff.not_offered`` or ``handoff.already_decided`` if its cycle is over.
        AccessError: Somebody else has it, or it lies in another team's queue.
    """
    lead = locked_lead(lead_id)
    if lead.owner_id == by.pk:
        return lead
    if lead.owner is not None:
        raise AccessError("access.not_yours", f"{lead.owner.name} was faster: this lead is theirs", hint="take another")
    offer = lead.offers.order_by("-offered_at", "-pk").first()
    if offer is None or offer.status == Offer.Status.OPEN:
        return decisions.accept(lead_id, by=by, at=at)
    if not may_work(by, lead):
        raise AccessError("access.not_yours", f"This lead belongs to the team {lead.queue}", hint="ask their manager")
    if lead.ended_at is not None:
        raise HandoffError("handoff.already_decided", f"{lead.person} is {lead.get_stage_display().lower()} already")
    lead.owner, lead.queue = by, ""
    lead.save(update_fields=["owner", "queue"])
    record("lead.taken", f"lead:{lead.pk}", actor=by, at=at)
    return lead


@transaction.atomic
def pass_on(lead_id: int, *, offer_id: int | None, by: User, at: datetime) -> bool:
    """Give a lead to the next live owner of its team; return False if that has happened already.

    Args:
        lead_id: Which lead.
        offer_id: The offer that stood when the user asked; if another one stands by now, nothing changes.
        by: Who passes it on.
        at: When.

    Raises:
        HandoffError: ``lead.unknown`` or ``handoff.nobody_else``.
        LeadError: ``lead.ended``.
        AccessError: It is not theirs to pass on.
    """
    lead = locked_lead(lead_id)
    last = lead.offers.order_by("-offered_at", "-pk").first()
    former = lead.offers.filter(pk=offer_id).first() if offer_id is not None else None
    if last is not None and former is not None and last.pk != former.pk and former.owner_id == by.pk:
        return False
    if last is not None and offer_id is not None and last.pk != offer_id and may_work(by, lead):
        return False
    decisions.pass_on(lead_id, by=by, at=at)
    return True


@transaction.atomic
def give_to(lead_id: int, owner: User, *, by: User, at: datetime, anyway: bool = False) -> Lead:
    """Give a lead to somebody by name; giving it to who has it changes nothing.

    It is offered to them like any other, so that they have as long to answer as agreed; what sales has accepted is not
    asked twice. ``anyway``: also to somebody who is full, or away and has begun to work it.

    Raises:
        HandoffError: ``lead.unknown``, ``handoff.not_offered``, ``handoff.away``, ``handoff.full``, or
            ``handoff.cannot_take`` if they sell nothing, are no longer here, or are in none of the teams of who gives
            it.
        LeadError: ``lead.ended``.
        AccessError: It is not theirs to give.
    """
    lead = decisions.locked(lead_id, by)
    if lead.ended_at is not None:
        raise pipeline.LeadError("lead.ended", f"{lead.person} is {lead.get_stage_display().lower()} already")
    if lead.owner_id == owner.pk:
        return lead
    last = lead.offers.select_related("revision", "owner").order_by("-offered_at", "-pk").first()
    if last is None:
        raise HandoffError("handoff.not_offered", f"{lead.person} has not been offered to sales")
    if not colleagues_of(by).filter(pk=owner.pk).exists():
        raise HandoffError("handoff.cannot_take", f"{owner.name} cannot take leads from you", hint="name a colleague")
    refuse_absent(last, owner, room_of([owner]).get(owner.pk), at, anyway=anyway)
    why = f"given to {owner.name} by {by.name}"
    plan = plan_by_hand(lead, last, owner, last.queue, why, at, given_by=by)
    hand_to(lead, last, plan, at=at, why=why, news=f"{by.name} gave you a lead")
    record("lead.given", f"lead:{lead.pk}", actor=by, at=at, owner=owner.name)
    return lead


def colleagues_of(user: User) -> "QuerySet[User]":
    """Return whom somebody may give leads to: the active members of the teams that they manage or are in."""
    members = Membership.objects.all()
    if user.role != Role.OPERATIONS:
        members = members.filter(Q(team__manager=user) | Q(team__memberships__user=user))
    sellers = User.objects.filter(is_active=True, role__in=[Role.SALES, Role.OPERATIONS], pk__in=members.values("user"))
    return sellers.order_by("name", "pk")


def room_of(users: Iterable[User]) -> Mapping[int, int]:
    """Return how many open leads each of these users takes, in the team where that is least; any number: nothing."""
    places = Membership.objects.filter(user__in=list(users)).exclude(capacity=None)
    return dict(places.values_list("user").annotate(least=Min("capacity")).order_by())


def cautions(users: Iterable[User], more: int, at: datetime) -> Mapping[int, str]:
    """Return why it is no good idea to give somebody ``more`` leads, by their id; nothing where they have room."""
    users = list(users)
    rooms, loads = room_of(users), open_leads([user.pk for user in users])
    away = {leave.user_id: leave.end for leave in Leave.objects.filter(start__lte=at, end__gt=at).order_by("end")}
    found: dict[int, str] = {}
    for user in users:
        load, room = loads.get(user.pk, 0), rooms.get(user.pk)
        if user.pk in away:
            back = away[user.pk].astimezone(ZoneInfo(user.zone))
            found[user.pk] = f"away until {back:%a} {back.day} {back:%b}"
        elif room is not None and load + more > room:
            found[user.pk] = f"full: {load} of {room}" if load >= room else f"soon full: {load} of {room}"
    return found
