"""Where old ids lead, and what the Duplicates pages show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accord.server.accounts.models import Role, User
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.people.models import Company, Person
from accord.server.pipeline.models import Lead


def now_known_as(kind: Kind, key: int) -> int:
    """Return the id under which a person or company is known now: its own, or that of whoever it was merged into."""
    return ([key] + [merge.survivor for merge in chain(kind, key)])[-1]


def chain(kind: Kind, key: int) -> list[Merge]:
    """Return the merges that lead from an id to the one that is known now, in their order."""
    found: list[Merge] = []
    while True:
        merge = Merge.objects.filter(kind=kind, merged=key, undone_at=None).first()
        if merge is None:
            return found
        found.append(merge)
        key = merge.survivor


def proposals(reader: User, kind: str, status: Duplicate.Status, at: datetime) -> QuerySet[Duplicate]:
    """Return proposals that a reader may decide, the most probable first; what was decided, the latest first.

    Args:
        reader: Sales sees people whose open leads are theirs.
        kind: One of ``Kind``; empty: both.
        status: Open, or what was decided.
        at: Now; what is to be looked at later is left out until then.
    """
    found = Duplicate.objects.filter(status=status, **({"kind": kind} if kind else {}))
    if status == Duplicate.Status.OPEN:
        found = found.filter(Q(later_until=None) | Q(later_until__lte=at))
    if reader.role == Role.SALES:
        either = Q(person=OuterRef("first")) | Q(person=OuterRef("second"))
        leads = Lead.objects.filter(either, ended_at=None)
        found = found.filter(Exists(leads.filter(owner=reader)), kind=Kind.PERSON)
        found = found.exclude(Exists(leads.filter(~Q(owner=reader) | Q(owner=None))))
    if status == Duplicate.Status.OPEN:
        return found.order_by("-probability", "pk")
    return found.select_related("decided_by").order_by("-decided_at", "-pk")


def merges(reader: User, kind: str) -> QuerySet[Merge]:
    """Return merges, the latest first; sales sees those of people whose open leads are theirs."""
    found = Merge.objects.select_related("by", "undone_by").filter(**({"kind": kind} if kind else {}))
    if reader.role == Role.SALES:
        leads = Lead.objects.filter(person=OuterRef("survivor"), ended_at=None)
        found = found.filter(Exists(leads.filter(owner=reader)), kind=Kind.PERSON)
    return found.order_by("-at", "-pk")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records.

    Attributes:
        beside: What is said beside the name: the company, or the domain.
        leads: Of a person: each with stage, owner and whether it is open. Of a company: none.
        people: Of a company, how many work there.
    """

    key: int
    name: str
    beside: str
    since: datetime
    leads: Sequence[Lead]
    people: int


def sides(found: Iterable[Duplicate]) -> Mapping[tuple[str, int], Side]:
    """Return the records that proposals are about, by kind and id; those that are gone are left out."""
    found = list(found)
    keys = {kind: {key for each in found if each.kind == kind for key in (each.first, each.second)} for kind in Kind}
    return _people(keys[Kind.PERSON]) | _companies(keys[Kind.COMPANY])


def _people(keys: set[int]) -> dict[tuple[str, int], Side]:
    leads: dict[int, list[Lead]] = {}
    for lead in Lead.objects.filter(person__in=keys).select_related("owner").order_by("-cycle"):
        leads.setdefault(lead.person_id, []).append(lead)
    return {
        (Kind.PERSON.value, person.pk): Side(
            person.pk, str(person), str(person.company or ""), person.created_at, leads.get(person.pk, ()), 0
        )
        for person in Person.objects.filter(pk__in=keys).select_related("company")
    }


def _companies(keys: set[int]) -> dict[tuple[str, int], Side]:
    return {
        (Kind.COMPANY.value, company.pk): Side(
            company.pk, str(company), company.domain or "", company.created_at, (), company.people.count()
        )
        for company in Company.objects.filter(pk__in=keys)
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of two records beside each other.

    Attributes:
        first: What the first says, in words; empty if nothing.
        keeps_first: Which of the two is kept unless somebody chooses.
        differs: Whether there is something to choose.
    """

    field: str
    label: str
    first: str
    second: str
    keeps_first: bool
    differs: bool


def active_at(company: int) -> int:
    """Return how many people of a company have an open lead: each strengthens the company, none is a duplicate."""
    return Lead.objects.filter(person__company=company, ended_at=None).values("person").distinct().count()


def of_record(kind: Kind, key: int) -> tuple[Sequence[Merge], Sequence[Duplicate]]:
    """Return what was merged into a record and still is, and what it may be a duplicate of, most probable first."""
    into = Merge.objects.select_related("by").filter(kind=kind, survivor=key, undone_at=None).order_by("-pk")
    either = Q(first=key) | Q(second=key)
    open_ones = Duplicate.objects.filter(either, kind=kind, status=Duplicate.Status.OPEN)
    return list(into), list(open_ones.order_by(F("probability").desc(), "pk"))


def whom_to_ask(kind: Kind, key: int) -> str:
    """Return who can say more about a record: the owner of the open lead, else marketing."""
    if kind == Kind.PERSON:
        lead = Lead.objects.filter(person=key, ended_at=None).exclude(owner=None).select_related("owner").first()
        if lead is not None and lead.owner is not None:
            return lead.owner.name
    return "marketing"


def shown(value: Any) -> str:  # noqa: ANN401  # whatever a field holds
    """Return a value as people write it."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case _:
            return str(value)
