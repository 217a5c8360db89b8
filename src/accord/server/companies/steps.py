"""The accounting: of all visits, how many people made, from whose networks, how many name a company, and a person.

Every step lies within the one before, and the parts beside it add up to it, so that nothing is counted twice or lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.companies.asked import READERS, Period
from accord.server.people.models import NetworkKind, Visit
from accord.server.people.recognition import OWN_KINDS


@dataclass(frozen=True, slots=True)
class Step:
    """One number of the accounting: its label, and what exactly is counted."""

    label: str
    meaning: str


STEPS: Mapping[str, Step] = {
    "all": Step("Visits", "Visits to the site, whoever made them"),
    "human": Step("By people", "Nothing speaks for a robot: neither what the browser says, nor its network, nor pace"),
    "organisation": Step(
        "From an organisation’s network",
        "The network is a business’s, a school’s or an authority’s own, or it names a company at this certainty",
    ),
    "company": Step("Company named", "The network names a company we know, at this certainty or more"),
    "person": Step("Person known there", "Of these visits, those of somebody who has told who they are"),
}
PARTS: Mapping[str, Step] = {
    "robot": Step("robots and scanners", "They are kept and count nothing"),
    "unclear": Step("robot or person", "Browsers from data centres, and apps that may act by themselves"),
    "access": Step(
        "providers, data centres and VPNs", "From home, by telephone, or hidden: no network names a company"
    ),
    "untold": Step("networks of unknown kind", "Their name does not say what they are, and no company bears it"),
    "business": Step("businesses", "By the name of the network’s organisation"),
    "education": Step("schools and universities", "By the name of the network’s organisation"),
    "government": Step("authorities", "By the name of the network’s organisation"),
    "other": Step("other networks that name a company", "By its name, or because a colleague said so"),
    "anyone": Step("people known, from any network", "Visits of people who have told who they are"),
}


def conditions(sure: int) -> Mapping[str, Q]:
    """Return what each step and part counts, as a condition on ``Visit``; ``sure`` is the least certainty."""
    people = Q(agent=Visit.Agent.HUMAN)
    robots = Q(agent__in=[Visit.Agent.ROBOT, Visit.Agent.SCANNER])
    own = Q(network_kind__in=[kind.value for kind in OWN_KINDS])
    named = Q(company__isnull=False, certainty__gte=sure)
    known = Q(visitor__person__isnull=False)
    unknown = Q(network_kind=NetworkKind.UNKNOWN)
    return {
        "all": Q(),
        "human": people,
        "organisation": people & (own | named),
        "company": people & named,
        "person": people & named & known,
        "robot": robots,
        "unclear": ~people & ~robots,
        "access": people & ~named & ~own & ~unknown,
        "untold": people & ~named & unknown,
        "business": people & Q(network_kind=NetworkKind.BUSINESS),
        "education": people & Q(network_kind=NetworkKind.EDUCATION),
        "government": people & Q(network_kind=NetworkKind.GOVERNMENT),
        "other": people & named & ~own,
        "anyone": people & known,
    }


@dataclass(frozen=True, slots=True)
class Accounting:
    """How many visits each step and part counts, and of how many visitors nobody knows who they are.

    Attributes:
        visitors: Browsers that people came with.
        unknown: Those of them that belong to nobody known.
        unknown_named: Of these, those whose network named a company.
    """

    counts: Mapping[str, int]
    visitors: int
    unknown: int
    unknown_named: int

    @property
    def unknown_share(self) -> float | None:
        """Which share of visitors remained unknown; None if none came."""
        return self.unknown / self.visitors if self.visitors else None

    @property
    def named_share(self) -> float | None:
        """Of which share of those the network named a company; None if there are none."""
        return self.unknown_named / self.unknown if self.unknown else None


def in_period(period: Period, at: datetime) -> QuerySet[Visit]:
    """Return all visits in a period, those of robots included."""
    return Visit.objects.filter(last_at__gt=at - period.length, last_at__lte=at)


def accounting(period: Period, sure: int, at: datetime, reader: User) -> Accounting:
    """Return the accounting of a period.

    Raises:
        AccessError: Their role does not see visits.
    """
    require(reader, READERS, "see which companies are on the site")
    asked = conditions(sure)
    unknown = asked["human"] & Q(visitor__person=None)
    found = in_period(period, at).aggregate(
        **{f"n_{name}": Count("pk", filter=condition) for name, condition in asked.items() if condition},
        n_all=Count("pk"),
        visitors=Count("visitor", distinct=True, filter=asked["human"]),
        unknown=Count("visitor", distinct=True, filter=unknown),
        unknown_named=Count("visitor", distinct=True, filter=unknown & asked["company"]),
    )
    return Accounting(
        {name: found[f"n_{name}"] for name in asked}, found["visitors"], found["unknown"], found["unknown_named"]
    )
