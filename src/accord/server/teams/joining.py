"""Who is in a team: taking somebody in, and letting somebody go, whose leads others get. Both can be undone."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from accord.server.accounts.access import SELLERS, AccessError
from accord.server.accounts.audit import record
from accord.server.accounts.models import AuditEntry, Membership, Team, User
from accord.server.handoffs.leaving import give_away, leads_of
from accord.server.queue import wake
from accord.server.teams.places import Place, TeamError, managed_by, place_of

ADDED, REMOVED = "team.member_added", "team.member_removed"


@transaction.atomic
def add(team_id: int, user_id: int, place: Place, *, by: User, at: datetime) -> Membership:
    """Take somebody into a team; what waits in its queue is offered again. Whoever is in it already stays as they are.

    Raises:
        TeamError: ``team.unknown``, or ``team.no_seller`` if they work no leads or are deactivated.
        AccessError: ``by`` neither manages the team nor is of revenue operations.
    """
    team = _team(team_id, by)
    known = Membership.objects.filter(team=team, user=user_id).first()
    if known is not None:
        return known
    user = User.objects.filter(pk=user_id, is_active=True, role__in=SELLERS).first()
    if user is None:
        hint = "choose somebody of sales or revenue operations who can sign in"
        raise TeamError("team.no_seller", "they cannot work leads", hint=hint)
    Team.objects.select_for_update().get(pk=team.pk)
    made = Membership.objects.create(team=team, user=user, **asdict(place))
    record(ADDED, f"team:{team.pk}", actor=by, at=at, user=user.pk, place=asdict(place))
    wake("handoffs.reoffer_orphans")
    return made


@transaction.atomic
def remove(membership_id: int, *, by: User, at: datetime) -> int:
    """Let somebody go from a team, and return how many leads of it others got, or its queue.

    Raises:
        TeamError: ``team.unknown_place``, or ``team.busy`` if they got a lead at this very moment.
        AccessError: As ``add``.
    """
    place = Membership.objects.filter(pk=membership_id).select_related("user", "team").first()
    if place is None:
        raise TeamError("team.unknown_place", "this place in a team does not exist any more")
    team = _team(place.team_id, by)
    leads = leads_of(place.user, team.name)  # before the team's row, as whoever offers a lead locks them
    Team.objects.select_for_update().get(pk=team.pk)
    if len(leads_of(place.user, team.name)) != len(leads):
        raise TeamError("team.busy", f"{place.user.name} got a lead this very moment", hint="try again")
    record(REMOVED, f"team:{team.pk}", actor=by, at=at, user=place.user_id, place=asdict(place_of(place)))
    place.delete()
    give_away(leads, at=at, reason=f"{place.user.name} left the team {team.name}")
    return len(leads)


@transaction.atomic
def undo(entry_id: int, *, by: User, at: datetime) -> str:
    """Take back that somebody came or went; return it in words. Leads stay with those who have got them meanwhile.

    Raises:
        TeamError: ``team.unknown_place`` if there is no such change.
        AccessError: As ``add``.
    """
    entry = AuditEntry.objects.filter(pk=entry_id, action__in=(ADDED, REMOVED)).first()
    if entry is None:
        raise TeamError("team.unknown_place", "there is no such change")
    team_id, user_id = int(entry.subject.partition(":")[2]), entry.details["user"]
    if entry.action == REMOVED:
        back = add(team_id, user_id, Place(**entry.details["place"]), by=by, at=at)
        return f"{back.user.name} is in {back.team.name} again; their former leads stay where they are"
    team = _team(team_id, by)
    place = Membership.objects.filter(team=team, user=user_id).select_related("user").first()
    if place is not None:
        remove(place.pk, by=by, at=at)
    return f"{User.objects.get(pk=user_id).name} is not in {team.name} any more"


def _team(team_id: int, by: User) -> Team:
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise TeamError("team.unknown", "there is no such team")
    if team.name not in managed_by(by):
        raise AccessError(
            "access.denied", f"You do not manage the team {team.name}", hint="ask its manager or operations"
        )
    return team
