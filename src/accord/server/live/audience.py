"""Whom a change of a lead concerns, and who it is that listens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accord.server.accounts.models import Role, Team, User
from accord.server.handoffs.models import Clock, Offer, Question
from accord.server.handoffs.queries import reach_of
from accord.server.pipeline.models import Lead


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever has a page open.

    Attributes:
        teams: The teams in which they take leads, or that they manage.
    """

    user: int
    role: Role
    teams: frozenset[str]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose lists a lead may stand on, or has stood on until just now.

    Attributes:
        users: Its owner, the one before, and the managers of the team.
        team: In whose queue it lies for anybody to take; empty: in nobody's.
        marketing: Whether marketing owes something for it, or has owed it.
        lent: Whether it is lent to the agency, or an earlier cycle of its person was.
    """

    users: frozenset[int]
    team: str
    marketing: bool = False
    lent: bool = False

    def concerns(self, reader: Reader) -> bool:
        """Return whether a reader's list may show the lead; revenue operations and executives see everybody's."""
        if reader.role == Role.AGENCY:
            return self.lent
        if reader.role in SEE_ALL or (reader.role == Role.MARKETING and self.marketing):
            return True
        return reader.user in self.users or self.team in reader.teams


SEE_ALL = frozenset({Role.OPERATIONS, Role.EXECUTIVE})
NOBODY = Audience(frozenset(), "")


def reader_of(session_key: str) -> Reader | None:
    """Return who is signed in by a session; None if nobody is."""
    request = HttpRequest()
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    request.session = store(session_key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    reach = reach_of(user)
    return Reader(user.pk, Role(user.role), frozenset({*reach.in_teams, *reach.manages}))


def audiences(leads: Iterable[int]) -> Mapping[int, Audience]:
    """Return whom changes of leads concern, with five queries however many there are."""
    keys = list(leads)
    owners = {lead.pk: {lead.owner_id} for lead in Lead.objects.filter(pk__in=keys).only("pk", "owner", "queue")}
    queues = dict(Lead.objects.filter(pk__in=keys, owner=None).values_list("pk", "queue"))
    owed = Exists(Clock.objects.filter(lead=OuterRef("pk"), offer=None)) | ~Q(held_for=[]) | Q(ended_at__isnull=False)
    asked = Exists(Question.objects.filter(lead=OuterRef("pk")))
    marketing = set(Lead.objects.filter(owed | asked, pk__in=keys).values_list("pk", flat=True))
    earlier = Lead.objects.filter(person=OuterRef("person"), caretaker=Role.AGENCY)
    lent = set(Lead.objects.filter(Exists(earlier), pk__in=keys).values_list("pk", flat=True))
    teams: dict[int, str] = {}
    for lead, owner, team in Offer.objects.filter(lead__in=keys).order_by("pk").values_list("lead", "owner", "queue"):
        owners.setdefault(lead, set()).add(owner)
        teams[lead] = team
    managers = dict(Team.objects.filter(name__in=teams.values()).values_list("name", "manager"))
    return {
        key: Audience(
            frozenset(one for one in {*found, managers.get(teams.get(key, ""))} if one is not None),
            queues.get(key, ""),
            key in marketing,
            key in lent,
        )
        for key, found in owners.items()
    }
