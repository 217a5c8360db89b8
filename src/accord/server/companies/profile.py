"""One company or organisation: from which networks it comes, what it read, who is known there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q, QuerySet

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.companies.asked import READERS, Period
from accord.server.companies.criteria import Standing, standings
from accord.server.companies.models import Outreach
from accord.server.companies.rows import KnownPerson, leads_of, visits_of_people
from accord.server.companies.services import CompaniesError
from accord.server.duplicates.queries import active_at
from accord.server.people.models import Company, NetworkCorrection, NetworkKind, Person, Touchpoint, Visit

MOST_PAGES = 10
MOST_PEOPLE = 50
MOST_PREFIXES = 12


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One organisation whose networks name the company, and how many visits came from there.

    Attributes:
        prefixes: Its networks from which they came, the first of them.
        more: How many further ones.
    """

    organisation: str
    kind: str
    certainty: int
    why: str
    visits: int
    seen: datetime
    prefixes: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a company, and what it did on the site in 30 days; ``active`` are people with an open lead."""

    company: Company
    visits: int
    seen: datetime | None
    networks: Sequence[NetworkRow]
    pages: Sequence[tuple[str, int]]
    ways: Sequence[tuple[str, int]]
    people: Sequence[KnownPerson]
    people_count: int
    active: int
    standings: Sequence[Standing]
    entry: Outreach | None
    former: Outreach | None
    corrections: Sequence[NetworkCorrection]


def company_visits(company: int, at: datetime) -> QuerySet[Visit]:
    """Return the visits of a company in 30 days: by whose browser it is, else by the network, however certain."""
    theirs = Q(visitor__person__company=company) | Q(visitor__person__company=None, company=company)
    return visits_of_people(Period.MONTH, at).filter(theirs)


def profile(key: int, at: datetime, reader: User) -> Profile:
    """Return what is known of a company.

    Raises:
        AccessError: Their role does not see visits.
        CompaniesError: ``companies.unknown``.
    """
    require(reader, READERS, "see which companies are on the site")
    company = Company.objects.filter(pk=key).first()
    if company is None:
        raise CompaniesError("companies.unknown", "there is no such company")
    visits = company_visits(key, at)
    whole = visits.aggregate(count=Count("pk"), seen=Max("last_at"))
    entries = Outreach.objects.filter(company=company).select_related("by", "removed_by")
    entry = entries.filter(removed_at=None).first()
    people = Person.objects.filter(company=company)
    return Profile(
        company=company,
        visits=whole["count"],
        seen=whole["seen"],
        networks=_networks(visits.filter(company=company)),
        pages=pages_of(visits),
        ways=ways_of(visits),
        people=_known(people.order_by("name", "pk")[:MOST_PEOPLE], visits),
        people_count=people.count(),
        active=active_at(key),
        standings=standings(company, at),
        entry=entry,
        former=None if entry else entries.order_by("-removed_at").first(),
        corrections=list(company.network_corrections.filter(undone_at=None).select_related("by")),
    )


def _networks(visits: QuerySet[Visit]) -> list[NetworkRow]:
    rows = (
        visits.order_by()
        .values("organisation", "network_kind", "certainty", "company_why")
        .annotate(count=Count("pk"), seen=Max("last_at"), prefixes=ArrayAgg("network", distinct=True))
        .order_by("-certainty", "-count")
    )
    return [
        NetworkRow(
            row["organisation"],
            row["network_kind"],
            row["certainty"],
            row["company_why"],
            row["count"],
            row["seen"],
            row["prefixes"][:MOST_PREFIXES],
            max(len(row["prefixes"]) - MOST_PREFIXES, 0),
        )
        for row in rows
    ]


def pages_of(visits: QuerySet[Visit]) -> list[tuple[str, int]]:
    """Return the paths that were read in these visits, most first."""
    read = Touchpoint.objects.filter(visit__in=visits.order_by().values("pk"), event="page_viewed").order_by()
    counted = read.values_list("properties__path").annotate(count=Count("pk")).order_by("-count", "properties__path")
    return [(str(path or "/"), count) for path, count in counted[:MOST_PAGES]]


def ways_of(visits: QuerySet[Visit]) -> list[tuple[str, int]]:
    """Return the channels and campaigns by which these visits came, most first."""
    counted = visits.order_by().exclude(channel="").values_list("channel", "campaign").annotate(count=Count("pk"))
    return [(" · ".join(filter(None, way)), count) for *way, count in counted.order_by("-count")[:MOST_PAGES]]


def _known(people: QuerySet[Person], visits: QuerySet[Visit]) -> list[KnownPerson]:
    known = list(people)
    came = set(
        visits.filter(visitor__person__in=[person.pk for person in known]).values_list("visitor__person", flat=True)
    )
    leads = leads_of(person.pk for person in known)
    found = [KnownPerson(str(person), leads.get(person.pk), person.pk in came) for person in known]
    return sorted(found, key=lambda person: not person.came)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation from whose networks people came, and that is no company we know.

    Attributes:
        suggestions: Companies that it may be, by a name alike, for somebody to decide.
    """

    name: str
    kind: str
    why: str
    visits: int
    seen: datetime
    pages: Sequence[tuple[str, int]]
    ways: Sequence[tuple[str, int]]
    suggestions: Sequence[Company]


def organisation(name: str, at: datetime, reader: User) -> Organisation:
    """Return what came from the networks of an organisation in 30 days.

    Raises:
        AccessError: Their role does not see visits.
        CompaniesError: ``companies.unknown_network``: nobody came from there.
    """
    require(reader, READERS, "see which companies are on the site")
    visits = visits_of_people(Period.MONTH, at).filter(organisation=name)
    latest = visits.order_by("-last_at").first()
    if not name or latest is None:
        raise CompaniesError("companies.unknown_network", "nobody has come from such a network in 30 days")
    likely = list(visits.exclude(company=None).values_list("company", flat=True).distinct()[:5])
    return Organisation(
        name,
        NetworkKind(latest.network_kind).value,
        latest.network_why,
        visits.count(),
        latest.last_at,
        pages_of(visits),
        ways_of(visits),
        list(Company.objects.filter(pk__in=likely)),
    )
