"""Weighted turns among those who can take a lead.

The method is the *smooth weighted round robin* of nginx (``src/http/ngx_http_upstream_round_robin.c``, commit
"Upstream: smooth weighted round-robin balancing", May 2012): at each lead everybody live is credited their share of it,
who then has the most credit gets the lead, and is charged one. Heavier members come more often, but their turns are
spread: weights 5, 1 and 1 give a a b a c a a.

How fair it is, for a constant set of k live members and from zero credits (weights may change from lead to lead): the
credit of a member is the sum of their shares less the leads that they got, and all credits sum to zero. So

- Nobody is ahead of their share by a whole lead: who is charged had at least the mean credit of 1/k before, so has
  more than -1 after.
- Nobody is behind by more than 1/2 + 1/3 + … + 1/k leads (k = 4: 1.08; k = 10: 1.93). For the j members with most
  credit have at most 1/(j+1) + … + 1/k on average, by induction over the leads. If the one who was charged is among
  them, they gained at most one lead and lost one. If not, they have at most the mean that they had together with that
  one, the highest, before the charge: for these j+1 it was at most 1/(j+2) + … + 1/k, and grew by at most 1/(j+1).
  (This is the greedy emptier of the "cup game", see Dietz and Sleator, "Two algorithms for maintaining order in a
  list", STOC 1987.) With constant weights, the worst found by a search over thousands of teams was 1.27.

A lead for which some come first (``Wish``) is a matter among those: they share it, one of them is charged, and what is
owed to the others stays as it was. Who alone comes first for a lead is owed one and charged one: it is no turn of
theirs. So a salesperson with many companies keeps their turns, and nobody's credit grows without end because leads
went to somebody else by right. (Turns among whichever part of a group is concerned is the carpool problem: Fagin and
Williams, "A fair carpool scheduling algorithm", IBM Journal of Research and Development 27(2), 1983.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import gcd

from accord.routing.candidate import Candidate, RoutingError
from accord.routing.decision import Considered, Reason, RoutingDecision
from accord.routing.wish import ANYBODY, Preferred, Wish, preferred

LEAD = 720_720
"""One lead in units of credit: divisible by 1 to 16, so that the shares of all common teams are exact.

Credits are parts of a lead rather than sums of weights (as in nginx), so that they keep their meaning when a weight is
changed or somebody comes or goes.
"""

MONTHS = (  # not from the locale
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def route(candidates: Iterable[Candidate], at: datetime, wish: Wish = ANYBODY) -> RoutingDecision:
    """Return who gets the lead that is given away at ``at``, and why everybody else does not.

    Live is who is active, not excluded, not on leave, on shift if the wish says so, not full and of a weight above
    zero. Of the live, those come first whom the wish prefers. It goes to the one of them with the most credit after
    shares are added; of equals, to the lowest id. The others neither gain nor lose credit, so that nobody who comes
    back finds a pile of leads owed to them. The credits of the live are first shifted to a mean of zero, which does not
    change their order: so a newcomer starts level with the others, whoever has left being owed or owing a lead.

    Args:
        candidates: The team; the order does not matter.
        at: An aware instant.
        wish: What the agreement asks of whoever gets it.

    Raises:
        RoutingError: Two candidates have the same id, or ``at`` has no zone.

    Examples:
        >>> from datetime import UTC
        >>> team = [Candidate(1, "Ada", weight=2), Candidate(2, "Ben"), Candidate(3, "Cy", active=False)]
        >>> route(team, datetime(2026, 3, 2, 9, tzinfo=UTC)).sentence
        'Ada, because it is their turn: they take 2 of every 3 leads; passed over: Cy (deactivated).'
        >>> route(team, datetime(2026, 3, 2, 9, tzinfo=UTC), Wish(last_owner=2)).sentence
        'Ben, because they had this person in the last cycle; passed over: Cy (deactivated).'
    """
    team = sorted(candidates, key=lambda candidate: candidate.owner)
    _check(team, at)
    passed_over = [found for c in team if (found := _passed_over(c, at, wish)) is not None]
    out = {found.owner for found in passed_over}
    live = [c for c in team if c.owner not in out]
    owed = {c.owner: c.credit for c in team}
    if wish.queue:
        words = f"may take it from the queue “{wish.queue.replace('_', ' ')}”"
        may_take = (Considered(c.owner, c.name, Reason.MAY_TAKE, words) for c in live)
        return RoutingDecision(None, (*may_take, *passed_over), owed, queue=wish.queue)
    if not live:
        return RoutingDecision(None, tuple(passed_over), owed)
    mean = sum(c.credit for c in live) // len(live)
    for candidate in live:
        owed[candidate.owner] -= mean
    return _shared(live, preferred(wish, live), owed, passed_over)


def _shared(
    live: Sequence[Candidate], first: Preferred, owed: dict[int, int], passed_over: Sequence[Considered]
) -> RoutingDecision:
    """Return to whom of those who come first it goes, by what is ``owed``."""
    group = [c for c in live if c.owner in first.owners]
    for candidate, share in zip(group, _shares(group), strict=True):
        owed[candidate.owner] += share
    turns = sorted(group, key=lambda c: -owed[c.owner])
    chosen, waiting = turns[0], turns[1:]
    owed[chosen.owner] -= LEAD
    total = sum(c.weight for c in group)
    later = [c for c in live if c.owner not in first.owners]
    considered = (
        Considered(chosen.owner, chosen.name, Reason.CHOSEN, _turn(chosen, total, first)),
        *(Considered(c.owner, c.name, Reason.WAITING_TURN, _wait(c, chosen, total)) for c in waiting),
        *(Considered(c.owner, c.name, Reason.COMES_LATER, f"{chosen.name} comes first, {first.who}") for c in later),
        *passed_over,
    )
    return RoutingDecision(chosen.owner, considered, owed, first.why)


def plan(
    candidates: Iterable[Candidate], leads: int, at: datetime, wish: Wish = ANYBODY
) -> tuple[RoutingDecision, ...]:
    """Return the decisions about ``leads`` leads, one after the other: the dry run of what ``route`` would do.

    Each lead given counts among its owner's open leads from the next one on, so that capacities are kept.

    Raises:
        RoutingError: ``leads`` is negative; or as ``route``.
    """
    if leads < 0:
        raise RoutingError("routing.bad_count", f"{leads} leads cannot be given away", hint="say zero or more")
    team = tuple(candidates)
    decisions = []
    for _ in range(leads):
        decision = route(team, at, wish)
        decisions.append(decision)
        team = carried_out(team, decision)
    return tuple(decisions)


def carried_out(candidates: Iterable[Candidate], decision: RoutingDecision) -> tuple[Candidate, ...]:
    """Return the team after the decision: credits kept, and the lead among its owner's open leads."""
    return tuple(
        replace(c, credit=decision.credits[c.owner], open_leads=c.open_leads + (c.owner == decision.owner))
        for c in candidates
    )


def _check(team: Sequence[Candidate], at: datetime) -> None:
    if at.utcoffset() is None:
        raise RoutingError("routing.naive_time", f"the time {at} has no zone", hint="give it the zone it is meant in")
    seen: dict[int, Candidate] = {}
    for candidate in team:
        if candidate.owner in seen:
            raise RoutingError(
                "routing.duplicate_owner",
                f"{seen[candidate.owner].name} and {candidate.name} have the same id, {candidate.owner}",
                hint="name each member of the team once",
            )
        seen[candidate.owner] = candidate


def _passed_over(candidate: Candidate, at: datetime, wish: Wish) -> Considered | None:
    """Return why the candidate cannot get this lead, or None if they can."""
    c = candidate
    away = c.on_leave_until
    if not c.active:
        found = Reason.DEACTIVATED, "deactivated"
    elif c.owner in wish.excluding:
        found = Reason.EXCLUDED, "left out for this lead"
    elif not c.online:
        found = Reason.OFFLINE, "off the rota until their manager puts them back"
    elif away is not None and away > at:
        found = Reason.ON_LEAVE, f"on leave until {_until(away)}"
    elif wish.only_on_shift and not c.on_shift:
        found = Reason.OFF_SHIFT, "not at work at this hour"
    elif (most := _most(c, wish)) is not None and c.open_leads >= most:
        found = Reason.FULL, f"{c.open_leads} of {most} leads open"
    elif c.weight == 0:
        found = Reason.NO_WEIGHT, "takes no leads: weight 0"
    else:
        return None
    return Considered(c.owner, c.name, *found)


def _most(candidate: Candidate, wish: Wish) -> int | None:
    """Return how many leads the candidate may have open: the lesser of their own bound and the rule's."""
    return min((most for most in (candidate.capacity, wish.at_most) if most is not None), default=None)


def _shares(live: Sequence[Candidate]) -> list[int]:
    """Return the share of one lead that is due to each by weight; they sum to ``LEAD``, by largest remainder."""
    total = sum(c.weight for c in live)
    shares, remainders = zip(*(divmod(LEAD * c.weight, total) for c in live), strict=True)
    missing = LEAD - sum(shares)
    rounded_up = set(sorted(range(len(live)), key=lambda place: -remainders[place])[:missing])
    return [share + (place in rounded_up) for place, share in enumerate(shares)]


def _turn(chosen: Candidate, total: int, first: Preferred) -> str:
    if chosen.weight == total:
        return first.theirs or "nobody else can take it"
    return f"{first.theirs and f'{first.theirs}, and '}it is their turn: they take {_of_every(chosen, total)}"


def _wait(candidate: Candidate, chosen: Candidate, total: int) -> str:
    return f"takes {_of_every(candidate, total)}; this one is {chosen.name}'s turn"


def _of_every(candidate: Candidate, total: int) -> str:
    common = gcd(candidate.weight, total)
    return f"{candidate.weight // common} of every {total // common} leads"


def _until(back: datetime) -> str:
    """Return the end of a leave in words; midnight belongs to the day that it ends."""
    if (back.hour, back.minute, back.second, back.microsecond) == (0, 0, 0, 0):
        last = back.date() - timedelta(days=1)
        return f"the end of {last.day} {MONTHS[last.month - 1]} {last.year}"
    return f"{back.day} {MONTHS[back.month - 1]} {back.year}, {back:%H:%M}"
