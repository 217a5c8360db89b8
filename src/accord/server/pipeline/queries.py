"""Reads of the Leads page: which leads match, in which order, and how many stand at each stage.

Nothing here is indexed for one filter alone: at 100,000 leads every filter, order and page takes one pass over narrow
rows, and only the fifty leads that are shown are joined to their people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf

from accord.agreement.english_words import label
from accord.agreement.judgement import points_in_words
from accord.server.accounts.access import STAFF, require
from accord.server.accounts.models import Membership, Team, User
from accord.server.people.models import Company, Person
from accord.server.pipeline.models import Lead, ReadyVia, StageName

PAGE_SIZE = 50
MOST_SOURCES = 60
"""Sources offered as a filter, the most frequent first; a file may bring thousands, which no list can show."""

ENDED = (StageName.CUSTOMER, StageName.RECYCLED, StageName.DISQUALIFIED)
OPEN = tuple(stage for stage in StageName if stage not in ENDED)


class Show(StrEnum):
    """Whether a lead's cycle still runs."""

    OPEN = "open"
    ENDED = "ended"
    ALL = "all"

    @property
    def stages(self) -> tuple[StageName, ...]:
        """Return the stages at which such leads stand."""
        return {Show.OPEN: OPEN, Show.ENDED: ENDED, Show.ALL: tuple(StageName)}[self]


class OwnerKind(StrEnum):
    """What an owner filter names."""

    USER = "user"
    TEAM = "team"
    QUEUE = "queue"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class OwnerWanted:
    """Whose leads: a user's (``key`` is the id), a team's members' and queue's, one queue's, or nobody's yet."""

    kind: OwnerKind
    key: str = ""

    def condition(self) -> Q:
        """Return the condition on ``Lead``."""
        match self.kind:
            case OwnerKind.USER:
                return Q(owner=int(self.key))
            case OwnerKind.TEAM:
                return Q(owner__in=Membership.objects.filter(team__name=self.key).values("user")) | Q(queue=self.key)
            case OwnerKind.QUEUE:
                return Q(queue=self.key, owner=None)
            case OwnerKind.NOBODY:
                return Q(queue="", owner=None)


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads are wanted; what is None, false or empty does not narrow.

    Attributes:
        source: As stated; "" are those whose source is not stated.
        grade: "" are those without one.
        held: Only those that wait for marketing to fill in a field.
        first: The first day of the first contact, in ``zone``.
        last: The last one.
        text: Every word must occur in the person's name or address or the company's name.
    """

    zone: ZoneInfo
    show: Show = Show.OPEN
    stage: StageName | None = None
    source: str | None = None
    owner: OwnerWanted | None = None
    grade: str | None = None
    held: bool = False
    first: date | None = None
    last: date | None = None
    text: str = ""

    def but_stage(self) -> Q:
        """Return the condition on ``Lead`` without what stage it stands at and whether it is open.

        What is merged into another lead is that lead's.
        """
        condition = Q(merged_into=None)
        if self.source is not None:
            condition &= Q(source=self.source)
        if self.owner is not None:
            condition &= self.owner.condition()
        if self.grade is not None:
            condition &= Q(grade=self.grade)
        if self.held:
            condition &= ~Q(held_for=[])
        if self.first is not None:
            condition &= Q(first_contact_at__gte=_midnight(self.first, self.zone))
        if self.last is not None:
            condition &= Q(first_contact_at__lt=_midnight(self.last + timedelta(days=1), self.zone))
        return condition & _found(self.text)

    @property
    def stages(self) -> tuple[StageName, ...]:
        """Return the stages that are wanted."""
        return (self.stage,) if self.stage else self.show.stages

    def condition(self) -> Q:
        """Return the condition on ``Lead``."""
        at_stage = Q() if self.stages == tuple(StageName) else Q(stage__in=self.stages)
        return self.but_stage() & at_stage


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _found(text: str) -> Q:
    condition = Q()
    for word in text.split():
        companies = Company.objects.filter(name__icontains=word)
        named = Q(name__icontains=word) | Q(email__icontains=word) | Q(company__in=companies.values("pk"))
        condition &= Q(person__in=Person.objects.filter(named).values("pk"))
    return condition


PERSON = Lower(Coalesce(NullIf(F("person__name"), Value("")), F("person__email")))
COMPANY = Lower(Coalesce(NullIf(F("person__company__name"), Value("")), F("person__company__domain")))


def _sort_keys(grades: Sequence[str]) -> Mapping[str, Case | F | Func]:
    return {
        "person": NullIf(PERSON, Value("")),
        "company": COMPANY,
        "stage": _ranked("stage", [stage.value for stage in StageName]),
        "grade": _ranked("grade", grades) if grades else NullIf(F("grade"), Value("")),
        "fit": F("fit"),
        "engagement": F("engagement"),
        "source": Lower(NullIf(F("source"), Value(""))),
        "owner": Lower(Coalesce(F("owner__name"), NullIf(F("queue"), Value("")))),
        "contact": F("first_contact_at"),
        "since": F("stage_since"),
    }


SORTS = ("person", "company", "stage", "grade", "fit", "engagement", "source", "owner", "contact", "since")
DEFAULT_SORT = "-contact"
NEVER_NULL = frozenset({"fit", "engagement", "contact", "since"})
"""An order that says where nulls go cannot walk an index that does not."""


def _ranked(column: str, values: Sequence[str]) -> Case:
    places = [When(**{column: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*places, default=Value(None), output_field=IntegerField())


def ordered(leads: QuerySet[Lead], sort: str, grades: Sequence[str]) -> QuerySet[Lead]:
    """Return the leads in the order ``sort`` (``-`` first: descending); what is not known comes last either way.

    Args:
        leads: Any.
        sort: One of ``SORTS``, with or without ``-``.
        grades: Best first, as the agreement lists them; a grade that it does not list comes last.
    """
    key, down = sort.removeprefix("-"), sort.startswith("-")
    order = _sort_keys(grades)[key]
    last = None if key in NEVER_NULL else True
    return leads.order_by(order.desc(nulls_last=last) if down else order.asc(nulls_last=last), "-pk" if down else "pk")


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead as the list shows it; ``missing`` are the fields that marketing has yet to fill in."""

    pk: int
    person: str
    email: str
    company: str
    cycle: int
    stage: str
    stage_since: datetime
    grade: str
    fit: str
    engagement: str
    source: str
    owner: str
    queue: str
    first_contact_at: datetime
    first_contact: str
    missing: str
    missing_in_full: str
    fast_lane: bool
    returns_at: datetime | None


def lead_row(lead: Lead, zone: ZoneInfo, today: date) -> LeadRow:
    """Return a lead as the list shows it; ``person``, ``person.company`` and ``owner`` are loaded."""
    contact = lead.first_contact_at.astimezone(zone)
    person, company = lead.person, lead.person.company
    return LeadRow(
        pk=lead.pk,
        person=str(person),
        email=person.email if person.name else "",
        company=str(company) if company else "",
        cycle=lead.cycle,
        stage=lead.stage,
        stage_since=lead.stage_since,
        grade=lead.grade,
        fit=points_in_words(lead.fit),
        engagement=points_in_words(lead.engagement),
        source=lead.source,
        owner=lead.owner.name if lead.owner else "",
        queue=lead.queue,
        first_contact_at=lead.first_contact_at,
        first_contact=f"{contact.day} {contact:%b}" + ("" if contact.year == today.year else f" {contact.year}"),
        missing=", ".join(label(name.partition(".")[2]) for name in lead.held_for),
        missing_in_full=", ".join(label(name) for name in lead.held_for),
        fast_lane=lead.ready_via == ReadyVia.FAST_LANE and lead.ended_at is None,
        returns_at=lead.returns_at if lead.stage == StageName.RECYCLED else None,
    )


def leads_matching(by: User, wanted: LeadFilter) -> QuerySet[Lead]:
    """Return the leads that match, in no order.

    Raises:
        AccessError: An outside agency sees only what is lent to it.
    """
    require(by, STAFF, "see all leads")
    return Lead.objects.filter(wanted.condition())


def lead_page(
    by: User, wanted: LeadFilter, sort: str, grades: Sequence[str], number: str, total: int, today: date
) -> Page[LeadRow]:
    """Return one page of the leads that match; the nearest one there is if ``number`` is none.

    The page's ids are found first, so that sorting a hundred thousand leads moves ids and not whole rows.
    """
    ids = ordered(leads_matching(by, wanted), sort, grades).values_list("pk", flat=True)
    pages: Paginator[Any] = Paginator(ids, PAGE_SIZE)
    pages.count = total  # a cached property; whoever asks has counted already
    page = pages.get_page(number)
    keys = list(page.object_list)
    leads = Lead.objects.select_related("person__company", "owner").in_bulk(keys)
    page.object_list = [lead_row(leads[key], wanted.zone, today) for key in keys if key in leads]
    return page


def stage_counts(by: User, wanted: LeadFilter) -> dict[StageName, int]:
    """Return how many leads match at each stage, whatever stage is wanted; every stage is there."""
    require(by, STAFF, "count all leads")
    counted = Lead.objects.filter(wanted.but_stage()).order_by().values_list("stage").annotate(count=Count("pk"))
    found = dict(counted)
    return {stage: found.get(stage.value, 0) for stage in StageName}


@dataclass(frozen=True, slots=True)
class Held:
    """The open leads that wait for marketing: how many, and for which fields (name and count, most first)."""

    leads: int
    fields: tuple[tuple[str, int], ...]


def held_leads() -> Held:
    """Return what marketing has to fill in before leads can be offered."""
    rows = Lead.objects.filter(~Q(held_for=[]), ended_at=None).order_by()
    total, fields = 0, dict[str, int]()
    for names, count in rows.values_list("held_for").annotate(count=Count("pk")):
        total += count
        for name in names:
            fields[name] = fields.get(name, 0) + count
    return Held(total, tuple(sorted(fields.items(), key=lambda field: (-field[1], field[0]))))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: sources (most frequent first), people who have leads, and teams."""

    sources: tuple[str, ...]
    users: tuple[tuple[int, str], ...]
    teams: tuple[str, ...]


def filter_choices() -> Choices:
    """Return what the filters offer, from the leads there are."""
    sources = Lead.objects.exclude(source="").order_by().values_list("source").annotate(count=Count("pk"))
    most = sources.order_by("-count", "source")[:MOST_SOURCES]
    owners = User.objects.filter(Exists(Lead.objects.filter(owner=OuterRef("pk")))).order_by("name", "pk")
    return Choices(
        tuple(source for source, _ in most),
        tuple(owners.values_list("pk", "name")),
        tuple(Team.objects.values_list("name", flat=True)),
    )


def any_lead() -> bool:
    """Return whether there is any lead at all."""
    return Lead.objects.exists()
