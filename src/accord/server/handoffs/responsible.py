"""Who is told of what goes wrong in a team, and answers for what lies in its queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accord.server.accounts.models import Leave, Role, Team, User
from accord.server.handoffs.hours import begins, works

MARKETING = "marketing"
"""The team whose manager answers for what marketing owes."""


def answers_for(team: str, at: datetime) -> list[User]:
    """Return who answers for a team at ``at``: its manager, if they work here and are not on leave.

    Else everybody in revenue operations; if all of these are away, the same again whether on leave or not; and if there
    is nobody of them, whoever else of the house can sign in: sales, marketing, the executives. Somebody must know: a
    word about a lead that goes to nobody is a lead that nobody works. Empty only if nobody can sign in at all.
    """
    manager = Q(pk__in=_managers(team))
    operations = Q(role=Role.OPERATIONS)
    away = Exists(Leave.objects.filter(user=OuterRef("pk"), start__lte=at, end__gt=at))
    house = [Q(role=role) for role in (Role.SALES, Role.MARKETING, Role.EXECUTIVE)]
    here: QuerySet[User] = User.objects.filter(is_active=True).order_by("pk")
    for who in (manager & ~away, operations & ~away, manager, operations, *house):
        found = list(here.filter(who))
        if found:
            return found
    return []


@dataclass(frozen=True, slots=True)
class Reach:
    """Who is told of something, and whether they are there.

    Attributes:
        users: Whom it reaches.
        waits: Nobody of them is on shift; it waits until the first of them comes.
    """

    users: Sequence[User]
    waits: bool = False


JUST_LEFT = timedelta(minutes=15)
"""Whoever went home so lately still counts as being there: promises in days end when everybody goes."""


def on_shift_for(team: str, at: datetime) -> Reach:
    """Return whom a word about a team reaches at ``at``: its manager if they are on shift, else operations.

    Nobody on leave is. If nobody of all these is on shift, it waits for whoever begins first, the manager before the
    others; if all are on leave, for whoever answers for the team anyway.
    """
    return _on_shift(team, Q(pk__in=_managers(team)), at)


def marketing_on_shift(at: datetime) -> Reach:
    """Return whom a word about what marketing owes reaches at ``at``, as ``on_shift_for`` the team *marketing*.

    Where that team has no manager, everybody in marketing stands for them.
    """
    managers = _managers(MARKETING)
    managed = User.objects.filter(pk__in=managers, is_active=True).exists()
    return _on_shift(MARKETING, Q(pk__in=managers) if managed else Q(role=Role.MARKETING), at)


def _managers(team: str) -> "QuerySet[Team, int | None]":
    return Team.objects.filter(name=team).exclude(manager=None).values_list("manager", flat=True)


def _on_shift(team: str, first: Q, at: datetime) -> Reach:
    away = Exists(Leave.objects.filter(user=OuterRef("pk"), start__lte=at, end__gt=at))
    waiting: list[User] = []
    for who in (first, Q(role=Role.OPERATIONS)):
        here = list(User.objects.filter(who, ~away, is_active=True).order_by("pk"))
        if there := [user for user in here if works(user, at) or works(user, at - JUST_LEFT)]:
            return Reach(there)
        waiting += here
    if not waiting:
        return Reach(answers_for(team, at), waits=True)
    return Reach([min(waiting, key=lambda user: begins(user, at))], waits=True)


def in_marketing(at: datetime) -> list[User]:
    """Return everybody who works in marketing; while nobody does, everybody in revenue operations."""
    staff = User.objects.filter(role=Role.MARKETING, is_active=True).order_by("pk")
    return list(staff) or answers_for(MARKETING, at)
