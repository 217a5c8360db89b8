"""A sales floor in memory, on which leads are given away without anything being stored.

Who gets a lead is decided by ``accord.routing.route``, as in the run; what the run reads from the database about the
leads given before, the floor knows of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accord.agreement import Agreement
from accord.agreement.plan import RoutingRule
from accord.clock import is_open
from accord.routing import Candidate, RoutingDecision, Wish, route
from accord.server.accounts.models import AuditEntry, Membership
from accord.server.handoffs.routing import candidate_of, hours_of, ranked_owners, territories
from accord.server.pipeline.models import Lead
from accord.server.pipeline.past import values_at


@dataclass(frozen=True, slots=True)
class Turn:
    """A lead that was given away, or is to be.

    Attributes:
        lead: With person and company loaded.
        at: When.
        owner: Who got it; None: the team's queue, or nobody yet.
        team: To which it went or goes.
        agreement: By which it is given away.
        rule: The rule of its routing that applies.
        excluding: Who was left out.
        kept: It stayed with its owner; nobody was asked.
        given: Somebody gave it to its owner by hand.
    """

    lead: Lead
    at: datetime
    owner: int | None
    team: str
    agreement: Agreement
    rule: RoutingRule
    excluding: frozenset[int] = frozenset()
    kept: bool = False
    given: bool = False


@dataclass(slots=True)
class Held:
    """A lead on the floor, and whose it is; ``owner`` None: it lies in a queue."""

    owner: int | None
    person: int
    cycle: int
    company: int | None
    opened_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A lead that somebody took out of a queue by hand."""

    at: datetime
    lead: int
    by: int


class Floor:
    """The leads in everybody's hands, and what is owed to whom.

    Args:
        held: The leads that are or have been in somebody's hands, by id.
        owed: What is owed to each member of each team, by team and user.
        taken: What is taken by hand later on, in order.
        at: When it begins; leads that ended before are nobody's work.
    """

    def __init__(
        self, held: dict[int, Held], owed: Mapping[tuple[str, int], int], taken: Iterable[Taken], at: datetime
    ) -> None:
        self._held, self._owed, self._taken = held, dict(owed), list(taken)[::-1]
        self._members: dict[str, list[Membership]] = {}
        self._gone: dict[int, datetime] = {}
        self._open: Counter[int] = Counter()
        self._ends: list[tuple[datetime, int]] = []
        self._of_company: dict[int, set[int]] = defaultdict(set)
        self._of_person: dict[int, set[int]] = defaultdict(set)
        for key, each in held.items():
            self._enter(key, each, at)
        self._ends.sort(reverse=True)

    def give(self, turn: Turn) -> RoutingDecision:
        """Give a lead away as ``handoffs.routing.decide`` does, and remember it. Turns come in the order of time."""
        self._pass_time(turn.at)
        if turn.kept:
            mine = self._held.get(turn.lead.pk)
            return RoutingDecision(mine.owner if mine is not None else turn.owner, (), {})
        if turn.given:
            self._hand_over(turn.lead, turn.owner, turn.at)
            return RoutingDecision(turn.owner, (), {})
        decision = route(self.candidates(turn), turn.at, self._wish(turn))
        for owner, credit in decision.credits.items():
            self._owed[turn.rule.to, owner] = credit
        self._hand_over(turn.lead, decision.owner, turn.at)
        return decision

    def candidates(self, turn: Turn) -> list[Candidate]:
        """Return the team of a turn as routing sees it then."""
        rule = turn.rule
        found = []
        for member in self.members(rule.to):
            away = [leave.end for leave in member.user.leaves.all() if leave.start <= turn.at < leave.end]
            member.credit = self._owed.get((rule.to, member.user_id), 0)
            member.user.is_active = member.user_id not in self._gone or turn.at < self._gone[member.user_id]
            found.append(
                candidate_of(
                    member,
                    open_leads=self._open[member.user_id],
                    away_until=max(away, default=None),
                    on_shift=not rule.only_on_shift or is_open(turn.at, hours_of(member, turn.agreement)),
                    at=turn.at,
                )
            )
        return found

    def members(self, team: str) -> list[Membership]:
        """Return the places in a team as they stand today, with all leave ever entered."""
        if team not in self._members:
            found = Membership.objects.filter(team__name=team).select_related("user").prefetch_related("user__leaves")
            self._members[team] = list(found.order_by("user_id"))
            gone = [member.user for member in self._members[team] if not member.user.is_active]
            entries = AuditEntry.objects.filter(
                action="user.deactivated", subject__in=[f"user:{user.pk}" for user in gone]
            )
            since = dict(entries.values_list("subject").annotate(at=Max("at")).order_by())
            for user in gone:
                self._gone[user.pk] = since.get(f"user:{user.pk}", user.created_at)
        return self._members[team]

    def is_gone(self, user: int) -> bool:
        """Return whether a member of one of the teams is deactivated by today."""
        return user in self._gone

    def _wish(self, turn: Turn) -> Wish:
        rule, lead = turn.rule, turn.lead
        members = frozenset(member.user_id for member in self.members(rule.to))
        return Wish(
            company_owners=self._company_owners(lead, members) if rule.company_owner_first else (),
            last_owner=self._last_owner(lead) if rule.last_owner_first else None,
            territories=territories(rule, values_at(lead, turn.agreement, turn.at)) if rule.match else (),
            at_most=rule.at_most,
            only_on_shift=rule.only_on_shift,
            queue=rule.queue or "",
            excluding=turn.excluding,
        )

    def _company_owners(self, lead: Lead, members: frozenset[int]) -> tuple[frozenset[int], ...]:
        company = lead.person.company_id
        if company is None:
            return ()
        latest: dict[int, tuple[bool, datetime]] = {}
        for key in self._of_company[company] - {lead.pk}:
            each = self._held[key]
            if each.owner in members and each.owner is not None:
                still, last = latest.get(each.owner, (False, each.opened_at))
                latest[each.owner] = (still or each.ended_at is None, max(last, each.opened_at))
        return ranked_owners((owner, still, last) for owner, (still, last) in latest.items())

    def _last_owner(self, lead: Lead) -> int | None:
        earlier = [self._held[key] for key in self._of_person[lead.person_id]]
        owned = [each for each in earlier if each.cycle < lead.cycle and each.owner is not None]
        return max(owned, key=lambda each: each.cycle).owner if owned else None

    def _hand_over(self, lead: Lead, owner: int | None, at: datetime) -> None:
        each = self._held.get(lead.pk)
        if each is None:
            each = Held(None, lead.person_id, lead.cycle, lead.person.company_id, lead.opened_at, lead.ended_at)
            self._held[lead.pk] = each
            self._enter(lead.pk, each, at)
            self._ends.sort(reverse=True)
        if each.owner is not None and each.ended_at is None:
            self._open[each.owner] -= 1
        each.owner = owner
        if owner is not None and each.ended_at is None:
            self._open[owner] += 1

    def _enter(self, key: int, each: Held, at: datetime) -> None:
        """Put a lead on the floor; one that ends later is open until then."""
        if each.ended_at is not None and each.ended_at > at:
            self._ends.append((each.ended_at, key))
            each.ended_at = None
        if each.owner is not None and each.ended_at is None:
            self._open[each.owner] += 1
        if each.company is not None:
            self._of_company[each.company].add(key)
        self._of_person[each.person].add(key)

    def _pass_time(self, at: datetime) -> None:
        while self._taken and self._taken[-1].at <= at:
            taken = self._taken.pop()
            each = self._held.get(taken.lead)
            if each is not None and each.owner is None:
                each.owner = taken.by
                self._open[taken.by] += each.ended_at is None
        while self._ends and self._ends[-1][0] <= at:
            ended_at, key = self._ends.pop()
            each = self._held[key]
            each.ended_at = ended_at
            if each.owner is not None:
                self._open[each.owner] -= 1
