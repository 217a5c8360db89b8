"""Which companies were on the site: one row for each, with how certain that is and what they did.

A visit is a company's by the person whose browser it is, else by its network, if that is certain enough. What is left
over is shown by the name of the organisation, where the network is an organisation's own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.companies.asked import READERS, Known, Period, Wanted
from accord.server.companies.models import Outreach
from accord.server.people.models import Company, NetworkKind, Person, Touchpoint, Visit
from accord.server.people.recognition import OWN_KINDS
from accord.server.pipeline.models import Lead

BY_PERSON = 99
"""Certainty, in hundredths, where the person whose visit it is says it."""
READ = 5_000
"""So many visits, the latest, tell what the companies of one page of rows did."""
SHOWN = 3
"""Pages, people and campaigns that a row names."""

Key = tuple[int | None, str]
"""A company's id, or None and the name of an organisation that is no company we know."""


@dataclass(frozen=True, slots=True)
class Group:
    """The visits of one company or organisation, counted; ``people`` are those known there, even if they never came."""

    key: Key
    visits: int
    seen: datetime
    sure: int
    people: int


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody known there; ``lead`` is the id of their latest lead, None without one."""

    name: str
    lead: int | None
    came: bool


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """What the visits of one company or organisation say.

    Attributes:
        company: None for an organisation that is no company we know.
        why: Why it is thought to be them, in a sentence.
        pages: Paths with how often they were read, most first.
        people: Those known there, who came first.
        ways: Channels and campaigns that brought them, with how many visits, most first.
        listed: On the outreach list.
    """

    group: Group
    company: Company | None
    name: str
    kind: str
    why: str
    pages: Sequence[tuple[str, int]]
    people: Sequence[KnownPerson]
    ways: Sequence[tuple[str, int]]
    listed: bool


def visits_of_people(period: Period, at: datetime) -> QuerySet[Visit]:
    """Return the visits in a period that no robot made, as far as anybody can tell."""
    return Visit.objects.filter(agent=Visit.Agent.HUMAN, last_at__gt=at - period.length, last_at__lte=at)


def whose(visits: QuerySet[Visit], sure: int) -> QuerySet[Any]:
    """Return visits with ``named`` (the id of their company), ``unnamed`` (else the organisation) and ``sure``."""
    by_person = Q(visitor__person__company__isnull=False)
    return visits.annotate(
        named=Case(
            When(by_person, then=F("visitor__person__company_id")),
            When(certainty__gte=sure, then=F("company_id")),
            default=None,
            output_field=BigIntegerField(null=True),
        ),
        sure=Case(When(by_person, then=BY_PERSON), default=F("certainty"), output_field=IntegerField()),
    ).annotate(unnamed=Case(When(named=None, then=F("organisation")), default=Value("")))


def _matching(wanted: Wanted, at: datetime) -> QuerySet[Any]:
    visits = whose(visits_of_people(wanted.period, at), wanted.sure)
    if wanted.kind:
        visits = visits.filter(network_kind=wanted.kind)
        visits = visits.exclude(named=None, unnamed="")
    else:
        own = Q(network_kind__in=[kind.value for kind in OWN_KINDS]) & ~Q(unnamed="")
        visits = visits.filter(Q(named__isnull=False) | own)
    match wanted.known:
        case Known.COMPANY:
            visits = visits.filter(named__isnull=False)
        case Known.ORGANISATION:
            visits = visits.filter(named=None)
        case Known.LISTED:
            visits = visits.filter(named__in=Outreach.objects.filter(removed_at=None).values("company"))
    for word in wanted.text.split():
        called = Company.objects.filter(Q(name__icontains=word) | Q(domain__icontains=word))
        visits = visits.filter(Q(named__in=called.values("pk")) | Q(unnamed__icontains=word))
    return visits


def groups(wanted: Wanted, at: datetime, reader: User) -> list[Group]:
    """Return the companies and organisations that match, sorted; of equals the one seen later comes first.

    Raises:
        AccessError: Their role does not see visits.
    """
    require(reader, READERS, "see which companies are on the site")
    counted = _matching(wanted, at).order_by().values("named", "unnamed")
    rows = list(counted.annotate(visits=Count("pk"), seen=Max("last_at"), best=Max("sure")))
    there = dict(
        Person.objects.filter(company__in={row["named"] for row in rows} - {None})
        .order_by()
        .values_list("company")
        .annotate(Count("pk"))
    )
    found = [
        Group((row["named"], row["unnamed"]), row["visits"], row["seen"], row["best"], there.get(row["named"], 0))
        for row in rows
    ]
    found.sort(key=lambda group: group.seen, reverse=True)
    name = wanted.sort.removeprefix("-")
    return sorted(found, key=lambda group: getattr(group, name), reverse=wanted.sort.startswith("-"))


@dataclass(slots=True)
class _Doings:
    """What the visits of one row say, gathered."""

    pages: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    came: set[int] = field(default_factory=set)
    best: dict[str, Any] = field(default_factory=dict)


_READ = (
    "pk", "named", "unnamed", "sure", "channel", "campaign", "organisation", "network_kind", "network_why",
    "company_why", "visitor__person", "visitor__person__company",
)  # fmt: skip


def detailed(some: Sequence[Group], wanted: Wanted, at: datetime) -> list[CompanyRow]:
    """Return the rows of some groups, in their order, with a handful of queries for all of them."""
    ids = {group.key[0] for group in some} - {None}
    names = {group.key[1] for group in some if group.key[0] is None}
    theirs = _matching(wanted, at).filter(Q(named__in=ids) | Q(named=None, unnamed__in=names))
    doings = _doings(list(theirs.order_by("-last_at").values(*_READ)[:READ]))
    companies = Company.objects.in_bulk(list(ids))
    came = {person for each in doings.values() for person in each.came}
    people = _people(ids, came)
    listed = set(Outreach.objects.filter(removed_at=None, company__in=ids).values_list("company", flat=True))
    return [_row(group, doings[group.key], companies, people, listed) for group in some if group.key in doings]


def _doings(visits: Iterable[dict[str, Any]]) -> dict[Key, _Doings]:
    found: dict[Key, _Doings] = {}
    of: dict[int, _Doings] = {}
    for visit in visits:
        doings = found.setdefault((visit["named"], visit["unnamed"]), _Doings())
        of[visit["pk"]] = doings
        way = " · ".join(filter(None, (visit["channel"], visit["campaign"])))
        if way:
            doings.ways[way] += 1
        if visit["visitor__person"]:
            doings.came.add(visit["visitor__person"])
        if not doings.best or visit["sure"] > doings.best["sure"]:
            doings.best = visit
    read = Touchpoint.objects.filter(visit__in=of, event="page_viewed").order_by()
    for visit_id, path, count in read.values_list("visit", "properties__path").annotate(Count("pk")):
        of[visit_id].pages[str(path or "/")] += count
    return found


@dataclass(slots=True)
class _People:
    by_key: dict[int, Person]
    of_company: dict[int | None, list[Person]]
    leads: dict[int, int]


def _people(companies: set[int | None], came: set[int]) -> _People:
    known = list(Person.objects.filter(Q(company__in=companies) | Q(pk__in=came)).order_by("name", "pk"))
    of_company = defaultdict(list)
    for person in known:
        of_company[person.company_id].append(person)
    return _People({person.pk: person for person in known}, of_company, leads_of({person.pk for person in known}))


def leads_of(people: Iterable[int]) -> dict[int, int]:
    """Return the latest lead of each of these people who has one."""
    rows = Lead.objects.filter(person__in=set(people)).order_by("person", "-cycle").distinct("person")
    return dict(rows.values_list("person", "pk"))


def _row(group: Group, doings: _Doings, companies: dict[int, Company], people: _People, listed: set[int]) -> CompanyRow:
    company = companies.get(group.key[0]) if group.key[0] is not None else None
    came = [people.by_key[key] for key in sorted(doings.came) if key in people.by_key]
    others = [person for person in people.of_company[company.pk] if person.pk not in doings.came] if company else []
    known = [KnownPerson(str(each), people.leads.get(each.pk), came=True) for each in came]
    known += [KnownPerson(str(each), people.leads.get(each.pk), came=False) for each in others]
    return CompanyRow(
        group=group,
        company=company,
        name=str(company) if company else group.key[1],
        kind=doings.best["network_kind"],
        why=_why(doings.best, people),
        pages=doings.pages.most_common(SHOWN),
        people=known,
        ways=doings.ways.most_common(SHOWN),
        listed=group.key[0] in listed,
    )


def _why(visit: dict[str, Any], people: _People) -> str:
    if visit["sure"] == BY_PERSON and visit["visitor__person__company"] is not None:
        return f"{people.by_key[visit['visitor__person']]} works there."
    if visit["named"] is not None:
        return str(visit["company_why"])
    kind = NetworkKind(visit["network_kind"])
    if kind is NetworkKind.UNKNOWN:
        return "No company that is known bears this name; it may be a company or sell access to others."
    return f"No company that is known bears this name; the network is of this kind since {visit['network_why']}."
