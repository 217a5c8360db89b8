"""Dry runs of the routing: who would get the leads that are ready now, or would have got those of a past time.

The dry run is the run: the same ``route`` decides, lead by lead and in the same order, on a floor that begins as the
real one stood. What is not written down is taken as it stands today, and said so (``CAUTIONS``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accord.agreement import Agreement
from accord.agreement.plan import RoutingRule
from accord.agreement.terms import terms_for
from accord.routing import Reason, RoutingDecision, gini
from accord.server.accounts.models import Membership, User
from accord.server.agreements.services import agreement_of, in_force
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import ready_leads, scored, scored_facts
from accord.server.pipeline.models import Lead, ReadyVia
from accord.server.pipeline.past import past_of
from accord.server.teams.floor import Floor, Held, Taken, Turn

CAUTIONS = (
    "Teams, weights, bounds, coverage and working hours are those of today; leave and deactivation count as they are "
    "written down.",
    "A lead that was taken from somebody is given away again at the same time here, and whoever was left out then is "
    "left out here.",
)
"""What a dry run of the past does not know."""


@dataclass(frozen=True, slots=True)
class Share:
    """One member of a team in a dry run.

    Attributes:
        owner: The user's id; None: the team's queue.
        weight: None for the queue, and for whoever is not in the team any more.
        would: How many leads they get in the dry run.
        did: How many they got.
    """

    owner: int | None
    name: str
    weight: int | None
    would: int
    did: int

    @property
    def difference(self) -> str:
        """How many more or fewer they get in the dry run, such as "+3"; empty: as many."""
        return f"{self.would - self.did:+d}".replace("-", "−") if self.would != self.did else ""


@dataclass(frozen=True, slots=True)
class TeamTrial:
    """One team in a dry run.

    Attributes:
        shares: By name, the queue last.
        fairness: The Gini coefficient of leads per weight among the members of a weight above zero, in the dry run.
        was: The same of what really happened.
    """

    team: str
    shares: tuple[Share, ...]
    fairness: float
    was: float


@dataclass(frozen=True, slots=True)
class DryRun:
    """What came of a dry run.

    Attributes:
        turns: How many leads were given away.
        same: How many of them went to the same person or queue as in the run.
        teams: By name.
        by_lead: The lead's id, and who gets it in the dry run (None: a queue), in order.
    """

    turns: int
    same: int
    teams: tuple[TeamTrial, ...]
    by_lead: tuple[tuple[int, int | None], ...]


def try_past(
    start: datetime, end: datetime, draft: Agreement | None = None, progress: Callable[[int], None] = lambda _: None
) -> DryRun:
    """Return who would have got the leads that were offered in ``[start, end)``.

    Args:
        start: It begins with the leads that everybody had then, and with the turns as they stood.
        end: Exclusive.
        draft: By which agreement; None: by the one under which each lead was offered.
        progress: Called with 1 after each lead.
    """
    turns = _past_turns(start, end, draft)
    floor = Floor(_held_at(start, turns), _credits_at(start, turns), _taken(start, end), start)
    return _tried(turns, floor, progress)


def try_ready(at: datetime, progress: Callable[[int], None] = lambda _: None) -> DryRun:
    """Return who would get the leads that are ready to be offered at ``at``, which is now, in the order of the run."""
    law = in_force().agreement
    turns = []
    for lead in ready_leads(at).select_related("person__company"):
        fast_lane = lead.ready_via == ReadyVia.FAST_LANE
        terms = terms_for(law, scored_facts(lead, law, at), at, fast_lane=fast_lane)
        turns.append(Turn(lead, at, None, terms.team, law, terms.rule))
    places = Membership.objects.values_list("team__name", "user", "credit")
    owed = {(team, user): credit for team, user, credit in places}
    return _tried(turns, Floor(_held_now(turns), owed, (), at), progress)


def count_past(start: datetime, end: datetime) -> int:
    """Return how many leads ``try_past`` would go through."""
    return Offer.objects.filter(offered_at__gte=start, offered_at__lt=end).count()


def _past_turns(start: datetime, end: datetime, draft: Agreement | None) -> list[Turn]:
    offers = Offer.objects.filter(offered_at__gte=start, offered_at__lt=end).order_by("offered_at", "pk")
    return [_past_turn(offer, draft) for offer in offers.select_related("lead__person__company", "revision")]


def _past_turn(offer: Offer, draft: Agreement | None) -> Turn:
    law = draft or agreement_of(offer.revision)
    if offer.preference == Offer.CameFirst.GIVEN:  # by hand, which no agreement would have done otherwise
        rule = RoutingRule(offer.queue, None)
        return Turn(offer.lead, offer.offered_at, offer.owner_id, offer.queue, law, rule, given=True)
    rule = _agreed_rule(offer, law) if draft is None else _rule_by(offer, draft)
    left_out = frozenset(
        int(row["owner"]) for row in offer.routing if row.get("reason") == Reason.EXCLUDED and row.get("owner")
    )
    kept = offer.preference == Offer.CameFirst.KEPT
    return Turn(offer.lead, offer.offered_at, offer.owner_id, offer.queue, law, rule, left_out, kept)


def _agreed_rule(offer: Offer, law: Agreement) -> RoutingRule:
    place = offer.clause.removeprefix("routing[").removesuffix("]")
    return law.routing[int(place)] if place.isdigit() else RoutingRule(offer.queue, None)


def _rule_by(offer: Offer, draft: Agreement) -> RoutingRule:
    """Return the rule of a draft that would have applied, by what was known when the lead was offered."""
    at = offer.offered_at
    facts = scored(past_of(offer.lead, draft, at).facts, draft, at)
    return terms_for(draft, facts, at, fast_lane=offer.via == ReadyVia.FAST_LANE).rule


def _tried(turns: list[Turn], floor: Floor, progress: Callable[[int], None]) -> DryRun:
    would: Counter[tuple[str, int | None]] = Counter()
    did: Counter[tuple[str, int | None]] = Counter()
    by_lead = []
    same = 0
    for turn in turns:
        decision: RoutingDecision = floor.give(turn)
        by_lead.append((turn.lead.pk, decision.owner))
        same += (decision.owner, turn.rule.to if decision.owner is None else "") == (
            turn.owner,
            turn.team if turn.owner is None else "",
        )
        would[turn.rule.to, decision.owner] += 1
        did[turn.team, turn.owner] += 1
        progress(1)
    teams = sorted({team for team, _ in (*would, *did)})
    names = dict(User.objects.values_list("pk", "name"))
    return DryRun(len(turns), same, tuple(_trial(team, floor, would, did, names) for team in teams), tuple(by_lead))


def _trial(
    team: str,
    floor: Floor,
    would: Counter[tuple[str, int | None]],
    did: Counter[tuple[str, int | None]],
    names: dict[int, str],
) -> TeamTrial:
    came = {owner for where, owner in (*would, *did) if where == team}
    weights = {m.user_id: m.weight for m in floor.members(team) if m.user_id in came or not floor.is_gone(m.user_id)}
    owners = {owner for owner in came if owner is not None} | set(weights)
    shares = [
        Share(owner, names[owner], weights.get(owner), would[team, owner], did[team, owner])
        for owner in sorted(owners, key=lambda owner: (names[owner], owner))
    ]
    fair = [share for share in shares if share.weight]
    return TeamTrial(
        team,
        (*shares, Share(None, "Queue", None, would[team, None], did[team, None])),
        gini(share.would / (share.weight or 1) for share in fair),
        gini(share.did / (share.weight or 1) for share in fair),
    )


_KEPT = ("lead__person", "lead__cycle", "lead__person__company", "lead__opened_at", "lead__ended_at")


def _asked_for(turns: Iterable[Turn]) -> tuple[set[int], set[int]]:
    """Return the companies and the people whose earlier leads a rule asks for."""
    companies = {t.lead.person.company_id for t in turns if t.rule.company_owner_first}
    people = {t.lead.person_id for t in turns if t.rule.last_owner_first}
    return {company for company in companies if company is not None}, people


def _held_at(start: datetime, turns: list[Turn]) -> dict[int, Held]:
    companies, people = _asked_for(turns)
    open_then = Q(lead__ended_at=None) | Q(lead__ended_at__gte=start)
    needed = open_then | Q(lead__person__company__in=companies) | Q(lead__person__in=people)
    last = Offer.objects.filter(needed, offered_at__lt=start).order_by("lead", "-offered_at", "-pk").distinct("lead")
    held = {}
    for lead, owner, by, decided_at, status, *rest in last.values_list(
        "lead", "owner", "decided_by", "decided_at", "status", *_KEPT
    ):
        taken = status == Offer.Status.ACCEPTED and decided_at < start
        held[lead] = Held(owner if owner is not None else by if taken else None, *rest)
    return held


def _held_now(turns: list[Turn]) -> dict[int, Held]:
    companies, people = _asked_for(turns)
    needed = Q(ended_at=None) | Q(person__company__in=companies) | Q(person__in=people)
    owned = Lead.objects.filter(needed).exclude(owner=None)
    kept = (name.removeprefix("lead__") for name in _KEPT)
    return {lead: Held(owner, *rest) for lead, owner, *rest in owned.values_list("pk", "owner", *kept)}


def _credits_at(start: datetime, turns: list[Turn]) -> dict[tuple[str, int], int]:
    """Return the turns as each team's last offer before ``start`` left them; everybody level if there is none."""
    return {
        (team, int(row["owner"])): int(row["credit"])
        for team in {turn.rule.to for turn in turns}
        for row in _last_trace(team, start)
        if row.get("owner") is not None and row.get("credit") is not None
    }


def _last_trace(team: str, start: datetime) -> Iterator[dict[str, int]]:
    by_turns = Offer.objects.exclude(preference__in=(Offer.CameFirst.KEPT, Offer.CameFirst.GIVEN))
    asked = by_turns.filter(queue=team, offered_at__lt=start)
    last = asked.order_by("-offered_at", "-pk").values_list("routing", flat=True).first()
    yield from last or ()


def _taken(start: datetime, end: datetime) -> list[Taken]:
    by_hand = Offer.objects.filter(
        owner=None, status=Offer.Status.ACCEPTED, decided_at__gte=start, decided_at__lt=end
    ).exclude(decided_by=None)
    return [
        Taken(offer.decided_at, offer.lead_id, offer.decided_by_id)
        for offer in by_hand.order_by("decided_at", "pk")
        if offer.decided_at is not None and offer.decided_by_id is not None
    ]
