"""What an address of the Companies pages asks for; what cannot be understood is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from accord.server.accounts.models import Role
from accord.server.people.models import NetworkKind

READERS = frozenset({Role.MARKETING, Role.OPERATIONS, Role.SALES})
"""Who sees which companies are on the site, corrects it, and keeps the outreach list."""
CERTAINTIES = (40, 60, 80, 95)
DEFAULT_CERTAINTY = 60
"""In hundredths. Below, a name is alike and no more; see docs/explanation/traffic.md for what was measured."""
LONGEST_SEARCH = 100
SORTS = ("-seen", "seen", "-visits", "visits", "-people", "people")


class Period(StrEnum):
    """How far back to look."""

    NOW = "now"
    WEEK = "week"
    MONTH = "month"

    @property
    def length(self) -> timedelta:
        """Return how far back that is."""
        lengths = {Period.NOW: timedelta(minutes=30), Period.WEEK: timedelta(days=7), Period.MONTH: timedelta(days=30)}
        return lengths[self]


PERIOD_LABELS = {Period.NOW: "Now", Period.WEEK: "7 days", Period.MONTH: "30 days"}
PERIOD_WORDS = {
    Period.NOW: "in the last 30 minutes",
    Period.WEEK: "in the last 7 days",
    Period.MONTH: "in the last 30 days",
}


class Known(StrEnum):
    """Which rows are wanted: companies we know, organisations that are no known company yet, or the outreach list."""

    ALL = ""
    COMPANY = "company"
    ORGANISATION = "organisation"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are wanted.

    Attributes:
        sure: The least certainty, in hundredths, from which on a network names a company.
        kind: Of the network; empty: any of an organisation's own.
        text: Every word must occur in the name or the domain.
        sort: One of ``SORTS``.
    """

    period: Period = Period.WEEK
    sure: int = DEFAULT_CERTAINTY
    kind: str = ""
    known: Known = Known.ALL
    text: str = ""
    sort: str = SORTS[0]

    @property
    def filtered(self) -> bool:
        """Whether something but the period and the certainty narrows the rows."""
        return bool(self.kind or self.known or self.text)


def wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the parameters of an address ask for."""
    asked = {name: given.get(name, "") for name in ("period", "sure", "kind", "known", "q", "sort")}
    return Wanted(
        period=Period(asked["period"]) if asked["period"] in list(Period) else Period.WEEK,
        sure=int(asked["sure"]) if asked["sure"] in map(str, CERTAINTIES) else DEFAULT_CERTAINTY,
        kind=asked["kind"] if asked["kind"] in NetworkKind.values else "",
        known=Known(asked["known"]) if asked["known"] in list(Known) else Known.ALL,
        text=asked["q"].replace("\x00", "").strip()[:LONGEST_SEARCH],
        sort=asked["sort"] if asked["sort"] in SORTS else SORTS[0],
    )
