"""Changing somebody's place in a team: which leads they get, and how many. Each change can be undone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accord.errors import AccordError
from accord.server.accounts.access import AccessError
from accord.server.accounts.audit import record
from accord.server.accounts.models import AuditEntry, Membership, Role, Team, User
from accord.server.queue import wake

ACTION = "team.place_changed"


class TeamError(AccordError):
    """A place in a team cannot be changed as asked."""


@dataclass(frozen=True, slots=True)
class Place:
    """What routing knows of a member of a team.

    Attributes:
        weight: How many leads they get for each that a member of weight 1 gets; 0: none.
        capacity: Most open leads at a time; None: no limit.
        covers: Values for which they come first, by field.
        calendar: The agreement's calendar by which they work; empty: that of the hand-off.
    """

    weight: int
    capacity: int | None
    covers: Mapping[str, list[str]]
    calendar: str


def managed_by(user: User) -> frozenset[str]:
    """Return the names of the teams whose places a user may change: of revenue operations, all."""
    teams = Team.objects.all() if user.role == Role.OPERATIONS else Team.objects.filter(manager=user)
    return frozenset(teams.values_list("name", flat=True))


def place_of(membership: Membership) -> Place:
    """Return what routing knows of a member."""
    return Place(membership.weight, membership.capacity, membership.covers, membership.calendar)


@transaction.atomic
def change_place(membership_id: int, place: Place, *, by: User, at: datetime) -> Membership:
    """Change somebody's place in a team; what waits for somebody with room is offered again.

    Raises:
        TeamError: ``team.unknown_place``.
        AccessError: ``by`` neither manages the team nor is of revenue operations.
    """
    membership = _locked(membership_id, by)
    before = place_of(membership)
    if before != place:
        _write(membership, before, place, by, at)
    return membership


@transaction.atomic
def undo(entry_id: int, *, by: User, at: datetime) -> Membership:
    """Take a change back; taking it back again changes nothing.

    Raises:
        TeamError: ``team.unknown_place``, or ``team.changed_since`` if somebody has changed the place after it.
        AccessError: As ``change_place``.
    """
    entry = AuditEntry.objects.filter(pk=entry_id, action=ACTION).first()
    if entry is None:
        raise TeamError("team.unknown_place", "there is no such change")
    membership = _locked(int(entry.subject.partition(":")[2]), by)
    before, after = (Place(**entry.details[which]) for which in ("before", "after"))
    now = place_of(membership)
    if now == before:
        return membership
    if now != after:
        text = f"the place of {membership.user.name} was changed again since"
        raise TeamError("team.changed_since", text, hint="open it and change what you want")
    _write(membership, now, before, by, at)
    return membership


@transaction.atomic
def put_back(membership_id: int, *, by: User, at: datetime) -> Membership:
    """Put somebody back on the rota of a team who let leads pass; what they let pass until now counts no more.

    Raises:
        TeamError: ``team.unknown_place``.
        AccessError: As ``change_place``.
    """
    membership = _locked(membership_id, by)
    if membership.offline_since is not None:
        since = membership.offline_since.isoformat()
        membership.offline_since, membership.back_at = None, at
        membership.save(update_fields=["offline_since", "back_at"])
        record("team.put_back", f"membership:{membership.pk}", actor=by, at=at, since=since)
        wake("handoffs.reoffer_orphans")
    return membership


def _locked(membership_id: int, by: User) -> Membership:
    """Return a place under the lock of its team, under which routing writes its credit."""
    found = Membership.objects.filter(pk=membership_id).select_related("user", "team").first()
    if found is None:
        raise TeamError("team.unknown_place", "this place in a team does not exist any more")
    if found.team.name not in managed_by(by):
        raise AccessError(
            "access.denied", f"You do not manage the team {found.team.name}", hint="ask its manager or operations"
        )
    Team.objects.select_for_update().get(pk=found.team_id)
    return Membership.objects.select_related("user", "team").get(pk=membership_id)


def _write(membership: Membership, before: Place, place: Place, by: User, at: datetime) -> None:
    membership.weight, membership.capacity = place.weight, place.capacity
    membership.covers, membership.calendar = dict(place.covers), place.calendar
    membership.save(update_fields=["weight", "capacity", "covers", "calendar"])
    details: dict[str, Any] = {"before": asdict(before), "after": asdict(place)}
    record(ACTION, f"membership:{membership.pk}", actor=by, at=at, **details)
    wake("handoffs.reoffer_orphans")
