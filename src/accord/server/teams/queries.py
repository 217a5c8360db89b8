"""What the Teams page shows: members as routing sees them now, their leave, and what was changed lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q

from accord.agreement import Agreement
from accord.agreement.english_words import label
from accord.clock import is_open
from accord.server.accounts.access import SELLERS
from accord.server.accounts.models import AuditEntry, Leave, Membership, Role, Team, User
from accord.server.handoffs.responsible import answers_for
from accord.server.handoffs.routing import hours_of, open_leads
from accord.server.pipeline.models import Lead
from accord.server.teams.joining import ADDED, REMOVED
from accord.server.teams.places import ACTION, managed_by

DAYS = 28
"""How many days the leave calendar shows."""
LATEST = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the leave calendar of one person: ``away`` all of it or a part."""

    day: date
    away: bool
    weekend: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a team.

    Attributes:
        covers: In words, such as "company country: DE, AT".
        hours: The calendar by which they work, in words.
        back: When the leave of now ends; None: they are here.
        offline_since: Since when they get no leads because they let some pass; None: they are on the rota.
        open: How many leads they have open.
        full: Whether that is all they can have.
        days: The leave calendar, from today on.
    """

    key: int
    user: User
    weight: int
    capacity: int | None
    covers: tuple[str, ...]
    hours: str
    on_shift: bool
    back: datetime | None
    offline_since: datetime | None
    open: int
    full: bool
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team.

    Attributes:
        waiting: How many leads lie in its queue.
        holders: Who answers for these.
        mine: Whether the reader may change it.
    """

    key: int
    name: str
    manager: User | None
    waiting: int
    holders: tuple[User, ...]
    members: tuple[MemberRow, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of somebody's place, which can be undone: what is different, in words."""

    key: int
    at: datetime
    by: str
    who: str
    text: str


def team_cards(reader: User, agreement: Agreement | None, at: datetime) -> tuple[TeamCard, ...]:
    """Return the teams that somebody may see: their own and those they manage; revenue operations, all."""
    mine = managed_by(reader)
    seen = Q() if reader.role == Role.OPERATIONS else Q(manager=reader) | Q(memberships__user=reader)
    coming = Leave.objects.filter(end__gt=at)
    members = Membership.objects.select_related("user").prefetch_related(Prefetch("user__leaves", coming))
    teams = Team.objects.filter(seen).distinct().select_related("manager")
    found = list(teams.prefetch_related(Prefetch("memberships", members.order_by("user__name", "pk"))))
    load = open_leads({place.user_id for team in found for place in team.memberships.all()})
    queued = Lead.objects.filter(owner=None, ended_at=None, handed_over_at__isnull=False)
    waiting = dict(queued.values_list("queue").annotate(number=Count("pk")).order_by())
    return tuple(
        TeamCard(
            team.pk,
            team.name,
            team.manager,
            waiting.get(team.name, 0),
            tuple(answers_for(team.name, at)),
            tuple(_row(place, load.get(place.user_id, 0), agreement, at) for place in team.memberships.all()),
            team.name in mine,
        )
        for team in found
    )


def _row(place: Membership, load: int, agreement: Agreement | None, at: datetime) -> MemberRow:
    leaves = list(place.user.leaves.all())
    return MemberRow(
        key=place.pk,
        user=place.user,
        weight=place.weight,
        capacity=place.capacity,
        covers=covers_in_words(place.covers),
        hours=label(place.calendar).capitalize() if place.calendar else "As the hand-off",
        on_shift=agreement is None or is_open(at, hours_of(place, agreement)),
        back=max((leave.end for leave in leaves if leave.start <= at), default=None),
        offline_since=place.offline_since,
        open=load,
        full=place.capacity is not None and load >= place.capacity,
        days=_days(place.user, leaves, at),
    )


def _days(user: User, leaves: list[Leave], at: datetime) -> tuple[Day, ...]:
    zone = ZoneInfo(user.zone)
    today = at.astimezone(zone).date()
    spans = [(leave.start.astimezone(zone), leave.end.astimezone(zone)) for leave in leaves]
    days = []
    for day in (today + timedelta(days=number) for number in range(DAYS)):
        opens = datetime.combine(day, datetime.min.time(), zone)
        closes = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        days.append(Day(day, any(start < closes and end > opens for start, end in spans), day.weekday() > 4))
    return tuple(days)


def covers_in_words(covers: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return what somebody covers, a sentence for each field.

    Examples:
        >>> covers_in_words({"company.country": ["DE", "AT"]})
        ('Company country: DE, AT',)
    """
    return tuple(f"{label(name).capitalize()}: {', '.join(values)}" for name, values in covers.items() if values)


def leaves_for(reader: User, at: datetime) -> list[Leave]:
    """Return the leave of now and to come that somebody may change: their own, and that of whom they manage."""
    mine = Q(user=reader) | Q(user__memberships__team__manager=reader)
    seen = Q(user__memberships__isnull=False) if reader.role == Role.OPERATIONS else mine
    return list(
        Leave.objects.filter(seen, end__gt=at).select_related("user").distinct().order_by("start", "user__name", "pk")
    )


def people_for(reader: User) -> list[User]:
    """Return whose leave somebody may enter: themselves first."""
    seen = Q(memberships__isnull=False) if reader.role == Role.OPERATIONS else Q(memberships__team__manager=reader)
    others = User.objects.filter(seen, is_active=True).exclude(pk=reader.pk).distinct().order_by("name", "pk")
    return [reader, *others]


def latest_changes(reader: User) -> tuple[ChangeRow, ...]:
    """Return the latest changes of places that somebody may undo, newest first."""
    places = Membership.objects.filter(team__name__in=managed_by(reader)).select_related("user", "team")
    by_subject = {f"membership:{place.pk}": place for place in places}
    entries = AuditEntry.objects.filter(action=ACTION, subject__in=by_subject).select_related("actor")
    changed = [
        ChangeRow(
            entry.pk,
            entry.at,
            _actor(entry),
            f"{by_subject[entry.subject].user.name} in {by_subject[entry.subject].team.name}",
            _difference(entry.details["before"], entry.details["after"]),
        )
        for entry in entries[:LATEST]
    ]
    newest = sorted([*changed, *_comings_and_goings(reader)], key=lambda row: (row.at, row.key), reverse=True)
    return tuple(newest[:LATEST])


def _comings_and_goings(reader: User) -> list[ChangeRow]:
    teams = {f"team:{team.pk}": team.name for team in Team.objects.filter(name__in=managed_by(reader))}
    found = AuditEntry.objects.filter(action__in=(ADDED, REMOVED), subject__in=teams).select_related("actor")
    entries = list(found[:LATEST])
    names = dict(User.objects.filter(pk__in=[entry.details["user"] for entry in entries]).values_list("pk", "name"))
    words = {ADDED: "came into the team", REMOVED: "left the team"}
    return [
        ChangeRow(
            entry.pk,
            entry.at,
            _actor(entry),
            f"{names.get(entry.details['user'], 'Somebody')} in {teams[entry.subject]}",
            words[entry.action],
        )
        for entry in entries
    ]


def _actor(entry: AuditEntry) -> str:
    return entry.actor.name if entry.actor else "the software"


def who_may_join(team: Team) -> list[User]:
    """Return everybody who can work leads and is not in a team yet."""
    others = User.objects.filter(is_active=True, role__in=SELLERS).exclude(memberships__team=team)
    return list(others.order_by("name", "pk"))


def _difference(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    return "; ".join(
        f"{name}: {_shown(before[name])} → {_shown(after[name])}" for name in before if before[name] != after[name]
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(covers_in_words(value)) or "nothing"
    return "no limit" if value is None else str(value) or "as the hand-off"
