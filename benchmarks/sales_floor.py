"""A sales floor of 50 people and 20,000 leads over a quarter, simulated under three routing policies.

Who gets a lead is decided by ``accord.routing``, as in the product. All else is made up, and said here:

- Time is working time alone: 65 days of 480 minutes. Leads come evenly over it, at random instants.
- Ten of the 50 work half days, the mornings. Everybody is on leave for a week of their own in the quarter.
- A first attempt takes 6 to 14 minutes. The rest of a lead is log-normal with a mean of 45 minutes, done in pieces of
  at most 20; a first attempt goes before any of it. What was begun is finished, in overtime if need be.
- Of the leads, 40 % are German, 20 % French, 15 % Polish, 15 % Italian, 10 % Dutch; everybody covers one country, so
  that the people are spread as the leads are. 30 % are of a company that had a lead before.
- Who has the company already, or covers the country, needs a fifth less time for the rest; that nobody measured.
- The promise is a first attempt within an hour. Nothing is rejected, taken away or escalated.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from accord.routing import ANYBODY, Candidate, Territory, Wish, gini, route

PEOPLE, LEADS, DAYS, DAY = 50, 20_000, 65, 480
PROMISE = 60
SHARES = {"DE": 40, "FR": 20, "PL": 15, "IT": 15, "NL": 10}
START = datetime(2026, 1, 5, tzinfo=UTC)
FIELD = "company.country"


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead; times in minutes of working time since the quarter began."""

    at: float
    country: str
    company: int
    first: float
    rest: float


@dataclass(slots=True)
class Seller:
    """One salesperson, and what lies on their desk."""

    owner: int
    covers: str
    half: bool
    leave: int
    first: deque[Lead] = field(default_factory=deque)
    later: deque[tuple[float, Lead]] = field(default_factory=deque)
    busy: bool = False
    open: int = 0
    work: float = 0.0
    credit: int = 0

    def away_until(self, at: float) -> float | None:
        """Return the minute at which a leave of ``at`` ends."""
        return float((self.leave + 5) * DAY) if self.leave * DAY <= at < (self.leave + 5) * DAY else None

    def works(self, at: float) -> bool:
        """Return whether they are at their desk."""
        return self.away_until(at) is None and (not self.half or at % DAY < DAY / 2)

    @property
    def minutes(self) -> float:
        """How long they are there in the quarter."""
        return (DAYS - 5) * DAY / (2 if self.half else 1)


def quarter(chance: random.Random) -> list[Lead]:
    """Return the leads of the quarter in the order in which they come."""
    leads: list[Lead] = []
    for number, at in enumerate(sorted(chance.uniform(0, DAYS * DAY) for _ in range(LEADS))):
        known = chance.choice(leads) if leads and chance.random() < 0.3 else None
        country = known.country if known else chance.choices(list(SHARES), list(SHARES.values()))[0]
        company = known.company if known else number
        rest = chance.lognormvariate(3.556, 0.7)  # a mean of 45: e to the power of 3.556 + 0.7 squared over 2
        leads.append(Lead(at, country, company, chance.uniform(6, 14), rest))
    return leads


def staff(chance: random.Random) -> list[Seller]:
    """Return who works there."""
    countries = [country for country, share in SHARES.items() for _ in range(share * PEOPLE // 100)]
    return [
        Seller(owner, countries[owner], owner % 5 == 0, chance.randrange(0, DAYS - 5))
        for owner in range(len(countries))
    ]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company might agree."""

    name: str
    weighted: bool
    preferring: bool


POLICIES = (
    Policy("pure round robin", weighted=False, preferring=False),
    Policy("weighted, capacity and leave", weighted=True, preferring=False),
    Policy("the same, owner and country first", weighted=True, preferring=True),
)
CAPACITY = {False: 24, True: 12}
"""Most open leads, of full and of half days."""


@dataclass(slots=True)
class Outcome:
    """What came of a quarter."""

    waits: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    unfinished: int = 0

    @property
    def breaches(self) -> float:
        """The share of leads without a first attempt in time."""
        return (sum(wait > PROMISE for wait in self.waits) + self.unfinished) / LEADS

    def quantile(self, share: float) -> float:
        """Return how long that share of the leads waited at most."""
        return sorted(self.waits)[int(len(self.waits) * share)]


class Quarter:
    """One quarter under one policy; what happens when is kept in ``events``, in the order of time."""

    def __init__(self, policy: Policy, people: list[Seller]) -> None:
        self.policy, self.people, self.outcome = policy, people, Outcome()
        self.owners: dict[int, int] = {}
        self.pool: deque[Lead] = deque()
        self.events: list[tuple[float, int, Callable[[float], None]]] = []
        self.order = count()

    def run(self, leads: list[Lead]) -> Outcome:
        """Return what comes of the leads."""
        for lead in leads:
            self.later(lead.at, partial(self.arrive, lead))
        for day in range(DAYS):
            for seller in self.people:
                self.later(day * DAY, partial(self.begin, seller))
        while self.events and self.events[0][0] <= DAYS * DAY:
            at, _, what = heapq.heappop(self.events)
            what(at)
        self.outcome.unfinished = LEADS - len(self.outcome.waits)
        self.outcome.loads = [seller.work / seller.minutes for seller in self.people]
        return self.outcome

    def later(self, at: float, what: Callable[[float], None]) -> None:
        """Let something happen at an instant."""
        heapq.heappush(self.events, (at, next(self.order), what))

    def arrive(self, lead: Lead, at: float) -> None:
        """Give a lead away, or let it wait until somebody has room."""
        if not self.give(lead, at):
            self.pool.append(lead)

    def give(self, lead: Lead, at: float) -> bool:
        """Return whether somebody got the lead."""
        team = [self.candidate(seller, at) for seller in self.people]
        decision = route(team, START + timedelta(minutes=at), self.wish(lead))
        for owner, credit in decision.credits.items():
            self.people[owner].credit = credit
        if decision.owner is None:
            return False
        seller = self.people[decision.owner]
        seller.first.append(lead)
        seller.open += 1
        self.begin(seller, at)
        return True

    def candidate(self, seller: Seller, at: float) -> Candidate:
        """Return somebody as the policy lets routing see them."""
        if not self.policy.weighted:
            return Candidate(seller.owner, str(seller.owner), credit=seller.credit)
        back = seller.away_until(at)
        return Candidate(
            seller.owner,
            str(seller.owner),
            weight=1 if seller.half else 2,
            open_leads=seller.open,
            capacity=CAPACITY[seller.half],
            on_leave_until=None if back is None else START + timedelta(minutes=back),
            credit=seller.credit,
            covers=frozenset({(FIELD, seller.covers)}),
        )

    def wish(self, lead: Lead) -> Wish:
        """Return what the policy asks of whoever gets a lead."""
        if not self.policy.preferring:
            return ANYBODY
        owner = self.owners.get(lead.company)
        had = () if owner is None else (frozenset({owner}),)
        return Wish(company_owners=had, territories=(Territory(FIELD, lead.country, lead.country),))

    def begin(self, seller: Seller, at: float) -> None:
        """Let somebody who is there and free begin with what comes next."""
        if seller.busy or not seller.works(at) or not (seller.first or seller.later):
            return
        if seller.first:
            lead = seller.first.popleft()
            self.outcome.waits.append(at - lead.at)
            known = self.owners.get(lead.company) == seller.owner or lead.country == seller.covers
            self.owners[lead.company] = seller.owner
            spent, left = lead.first, lead.rest * (0.8 if known else 1)
        else:
            left, lead = seller.later.popleft()
            spent = min(20.0, left)
            left -= spent
        seller.busy = True
        seller.work += spent
        self.later(at + spent, partial(self.done, seller, lead, left))

    def done(self, seller: Seller, lead: Lead, left: float, at: float) -> None:
        """Let somebody who has finished a piece of work go on."""
        seller.busy = False
        if left > 0:
            seller.later.append((left, lead))
        else:
            seller.open -= 1
            while self.pool and self.give(self.pool[0], at):
                self.pool.popleft()
        self.begin(seller, at)


def report(seed: int = 7) -> None:
    """Print what came of one and the same quarter under each policy."""
    leads = quarter(random.Random(seed))
    print(f"{PEOPLE} people, {LEADS:,} leads, a quarter; seed {seed}")
    print(f"{'':<36}{'Gini of work':>13}{'late':>8}{'median':>9}{'p90':>9}{'busiest':>9}{'idlest':>8}")
    for policy in POLICIES:
        found = Quarter(policy, staff(random.Random(seed))).run(leads)
        times = "".join(f"{found.quantile(share):>5.0f} min" for share in (0.5, 0.9))
        ends = f"{max(found.loads):>9.0%}{min(found.loads):>8.0%}"
        print(f"{policy.name:<36}{gini(found.loads):>13.3f}{found.breaches:>8.1%}{times}{ends}")
