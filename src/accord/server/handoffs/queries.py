"""Reads of the queue: whose leads wait for what, most urgent first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from operator import or_
from uuid import UUID, uuid4

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, FilteredRelation, Min, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.functions import Least
from django.utils import timezone

from accord.agreement import english_words as words
from accord.server.accounts.models import Membership, Role, Team, User
from accord.server.handoffs.cadence import next_tries
from accord.server.handoffs.contact import mailto, tel
from accord.server.handoffs.explanations import why_in_words
from accord.server.handoffs.models import Attempt, Clock, Offer, Question, Snooze
from accord.server.handoffs.tasks import Running, Task, tasks_of
from accord.server.pipeline.models import Lead, ReadyVia, StageName

PER_PAGE = 50
UNDECIDED = Q(undecided__gt=0)


class Scope(StrEnum):
    """Whose leads a list shows."""

    MINE = "mine"
    TO_TAKE = "to_take"
    TEAM = "team"


class Show(StrEnum):
    """Which of them."""

    ALL = ""
    LATE = "late"
    NEW = "new"
    WORK = "work"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose leads somebody may work: their own, those of their teams' queues, those of the teams they manage."""

    user: User
    in_teams: tuple[str, ...]
    manages: tuple[str, ...]

    @property
    def everybody(self) -> bool:
        """Revenue operations works with everybody's leads."""
        return self.user.role == Role.OPERATIONS

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The lists that this person has, their first question in front."""
        if self.everybody or (self.manages and not self.in_teams):  # who gets no leads asks how the others are doing
            return (Scope.TEAM, Scope.TO_TAKE, Scope.MINE)
        team = (Scope.TEAM,) if self.manages else ()
        return (Scope.MINE, *((Scope.TO_TAKE,) if self.in_teams or self.manages else ()), *team)

    def condition(self, scope: Scope) -> Q:
        """Return the condition on ``Lead`` for one list."""
        everybody = Q(pk__gt=0) if self.everybody else Q(pk=None)
        unowned = Q(owner=None)
        match scope:
            case Scope.MINE:
                return Q(owner=self.user)
            case Scope.TO_TAKE:
                return unowned & (Q(queue__in={*self.in_teams, *self.manages}) | everybody)
            case Scope.TEAM:
                members = Membership.objects.filter(team__manager=self.user).values("user")
                return Q(owner__in=members) | unowned & Q(queue__in=self.manages) | everybody

    @property
    def anything(self) -> Q:
        """The condition on ``Lead`` for all lists together."""
        return Q() if self.everybody else reduce(or_, map(self.condition, self.scopes))


def reach_of(user: User) -> Reach:
    """Return whose leads somebody may work, with one query."""
    teams = Team.objects.filter(Q(manager=user) | Q(memberships__user=user)).distinct()
    rows = list(teams.annotate(member=Exists(Membership.objects.filter(team=OuterRef("pk"), user=user))))
    return Reach(
        user,
        tuple(team.name for team in rows if getattr(team, "member", False)),
        tuple(team.name for team in rows if team.manager_id == user.pk),
    )


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One lead of the queue.

    Attributes:
        title: What they do at their company.
        reason: Why this lead, in one sentence.
        offer_id: The offer that stands; a form sends it back, so that a stale page changes nothing.
        tasks: What is to be done, the most urgent first; never empty.
        question: What sales asks marketing about it, while its clocks are on hold for that.
        asleep_until: When somebody is to call back; None: it is not asleep.
        call_back: Why they are to be called back; empty: nobody is to.
        asked: They asked for that themselves.
        waits_in: The named queue in which it waits until somebody takes it.
        tries: How often somebody tried to reach them in this cycle.
        action_id: Of the next attempt logged from this row: sent twice, logged once.
    """

    lead_id: int
    name: str
    title: str
    company: str
    phone: str
    email: str
    grade: str
    fast_lane: bool
    stage: StageName
    stage_since: datetime
    reason: str
    owner: str
    team: str
    mine: bool
    takeable: bool
    undecided: bool
    offer_id: int | None
    tasks: tuple[Task, ...]
    tries: int
    question: str
    last_try: str
    last_try_at: datetime | None
    asleep_until: datetime | None
    call_back: str
    asked: bool
    waits_in: str
    action_id: UUID

    @property
    def tel(self) -> str:
        """The address that dials, empty without a number."""
        return tel(self.phone)

    @property
    def mailto(self) -> str:
        """The address that opens a mail, empty without one."""
        return mailto(self.email)

    @property
    def task(self) -> Task:
        """The most urgent thing to do."""
        return self.tasks[0]

    @property
    def due_at(self) -> datetime | None:
        """When the most urgent thing is due."""
        return self.tasks[0].due_at


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many leads each list and each filter holds, and on how many of the list a promise runs."""

    scopes: Mapping[Scope, int]
    shows: Mapping[Show, int]
    promised: int


def _open_leads() -> "QuerySet[Lead]":
    """Return open leads that sales has, each with the earliest deadline that runs on it and whether it is undecided.

    What stands beside the leads is joined to them all at once: looked up lead by lead, it takes seconds where thousands
    are open.
    """
    leads = Lead.objects.filter(ended_at=None, handed_over_at__isnull=False)
    runs = Q(clocks__offer__isnull=False, clocks__stopped_at=None, clocks__paused_at=None)
    return leads.annotate(
        running=FilteredRelation("clocks", condition=runs),
        offered=FilteredRelation("offers", condition=Q(offers__status=Offer.Status.OPEN)),
        call_back=FilteredRelation("snoozes", condition=Q(snoozes__ended_at=None)),
        due=Min("running__due_at"),
        undecided=Count("offered"),
        call_at=Min("call_back__until"),
    )


def _asleep(at: datetime) -> Q:
    """Return the condition that a lead is asleep: one whose promise has run out never is."""
    return Q(call_at__gt=at) & (Q(due=None) | Q(due__gt=at))


def _shown(show: Show, at: datetime) -> Q:
    match show:
        case Show.LATE:
            return Q(due__lte=at)
        case Show.NEW:
            return UNDECIDED
        case Show.WORK:
            return ~UNDECIDED
        case Show.ASLEEP:
            return _asleep(at)
        case Show.ALL:
            return Q(pk__gt=0)


def found_by(text: str) -> Q:
    """Return the condition that every word of ``text`` stands in a name, address, number or company."""
    found = Q()
    for word in text.split():
        found &= (
            Q(person__name__icontains=word)
            | Q(person__email__icontains=word)
            | Q(person__phone__icontains=word)
            | Q(person__company__name__icontains=word)
        )
    return found


def queue_counts(reach: Reach, scope: Scope, text: str, at: datetime) -> QueueCounts:
    """Return how many leads each list holds, and each filter of the list ``scope``, with one query."""
    wanted = {
        **{f"scope_{one.name}": Count("pk", filter=reach.condition(one)) for one in reach.scopes},
        **{f"show_{one.name}": Count("pk", filter=reach.condition(scope) & _shown(one, at)) for one in Show},
    }
    promised = Count("pk", filter=reach.condition(scope) & Q(due__isnull=False))
    within = _open_leads().filter(reach.anything, found_by(text))
    found = within.values("pk", "owner", "queue").aggregate(promised=promised, **wanted)
    return QueueCounts(
        {one: found[f"scope_{one.name}"] for one in reach.scopes},
        {one: found[f"show_{one.name}"] for one in Show},
        found["promised"],
    )


def queue_page(
    reach: Reach, scope: Scope, show: Show, text: str, at: datetime, page: int | str = 1, among: int | None = None
) -> "Page[QueueRow]":
    """Return one page of a list, most urgent first; leads on which no clock runs come last, the longest waiting first.

    A lead that is to be called back by now is as urgent as that is long ago; those that are asleep come after all.
    The number of SQL queries does not depend on the number of rows. ``among`` says how many there are, if they have
    been counted already.
    """
    leads = _open_leads().filter(reach.condition(scope), _shown(show, at), found_by(text))
    by_now = Case(When(call_at__lte=at, then=F("call_at")))
    leads = leads.annotate(urgent=Least("due", by_now), asleep=Case(When(_asleep(at), then=F("call_at"))))
    asleep_last = F("asleep").asc(nulls_first=True)
    ordered = leads.order_by(asleep_last, F("urgent").asc(nulls_last=True), "stage_since", "pk")
    paginator: Paginator[int] = Paginator(ordered.values_list("pk", flat=True), PER_PAGE)
    if among is not None:
        vars(paginator)["count"] = among  # which it would count once and keep there
    wanted = paginator.get_page(page)
    keys = list(wanted.object_list)
    found = Lead.objects.select_related("person__company", "owner").in_bulk(keys)
    rows = queue_rows([found[key] for key in keys if key in found], reach, at)
    return Page(rows, wanted.number, paginator)  # type: ignore[arg-type]  # the numbers are those of the leads


def queue_row(lead_id: int, reach: Reach, at: datetime) -> QueueRow | None:
    """Return the row of one lead, or None if it is not an open lead within reach."""
    within = Lead.objects.filter(reach.anything, ended_at=None, handed_over_at__isnull=False, pk=lead_id)
    return next(iter(queue_rows(list(within.select_related("person__company", "owner")), reach, at)), None)


def queue_rows(leads: Iterable[Lead], reach: Reach, at: datetime) -> list[QueueRow]:
    """Return the rows of leads in their order; person, company and owner are loaded already.

    With five queries, and two more where tries are owed.
    """
    leads = list(leads)
    keys = [lead.pk for lead in leads]
    running = Prefetch("clocks", Clock.objects.filter(stopped_at=None, paused_at=None), to_attr="running")
    last = Offer.objects.filter(lead__in=keys).order_by("lead_id", "-offered_at", "-pk").distinct("lead_id")
    offers = {offer.lead_id: offer for offer in last.prefetch_related(running)}
    asked = dict(Question.objects.filter(lead__in=keys, closed_at=None).values_list("lead", "text"))
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.filter(lead__in=keys).order_by("at", "pk"):
        attempts[attempt.lead_id].append(attempt)
    asleep = {snooze.lead_id: snooze for snooze in Snooze.objects.filter(lead__in=keys, ended_at=None)}
    nexts = next_tries(leads, {key: getattr(offer, "running", ()) for key, offer in offers.items()}, attempts)
    return [
        _row(
            lead, offers.get(lead.pk), attempts[lead.pk], nexts, asked.get(lead.pk, ""), asleep.get(lead.pk), reach, at
        )
        for lead in leads
    ]


def running_of(offer: Offer | None, attempts: Iterable[Attempt], nexts: Mapping[int, datetime]) -> list[Running]:
    """Return the clocks that run on an offer, as tasks want them; ``offer.running`` is prefetched.

    Args:
        offer: None: none was made.
        attempts: What was tried with the lead.
        nexts: By when to try next, by the id of the clock.
    """
    made = [attempt.at for attempt in attempts]
    return [
        Running(
            Clock.Promise(clock.promise),
            timezone.localtime(clock.due_at),
            clock.needed,
            sum(when >= clock.started_at for when in made),
            timezone.localtime(nexts[clock.pk]) if clock.pk in nexts else None,
        )
        for clock in (getattr(offer, "running", ()) if offer else ())
    ]


def _row(
    lead: Lead,
    offer: Offer | None,
    attempts: list[Attempt],
    nexts: Mapping[int, datetime],
    question: str,
    snooze: Snooze | None,
    reach: Reach,
    at: datetime,
) -> QueueRow:
    person = lead.person
    last = attempts[-1] if attempts else None
    undecided = offer is not None and offer.status == Offer.Status.OPEN
    stage = StageName(lead.stage)
    running = running_of(offer, attempts, nexts)
    late = any(clock.due_at <= at for clock in running)
    return QueueRow(
        lead_id=lead.pk,
        name=str(person),
        title=str(person.fields.get("title") or ""),
        company=str(person.company) if person.company else "",
        phone=person.phone,
        email=person.email,
        grade=lead.grade,
        fast_lane=offer is not None and offer.via == ReadyVia.FAST_LANE,
        stage=stage,
        stage_since=lead.stage_since,
        reason=why_in_words(offer.reason) if offer else "",
        owner=lead.owner.name if lead.owner else "",
        team=offer.queue if offer else lead.queue,
        mine=lead.owner_id == reach.user.pk,
        takeable=lead.owner_id is None and lead.queue in {*reach.in_teams, *reach.manages},
        undecided=undecided,
        offer_id=offer.pk if offer else None,
        tasks=tasks_of(
            str(person),
            stage,
            undecided=undecided,
            running=running,
            now=timezone.localtime(at),
            call_at=timezone.localtime(snooze.until) if snooze and snooze.until <= at else None,
        ),
        tries=len(attempts),
        question=question,
        last_try=f"{last.get_channel_display()}: {last.get_outcome_display().lower()}" if last else "",
        last_try_at=last.at if last else None,
        asleep_until=snooze.until if snooze and snooze.until > at and not late else None,
        call_back=snooze.why if snooze else "",
        asked=snooze is not None and snooze.attempt_id is not None,
        waits_in=words.label(offer.named_queue) if offer and offer.named_queue and lead.owner is None else "",
        action_id=uuid4(),
    )


def queue_badge(user: object) -> int | None:
    """Return how many leads wait for somebody: their own with a running promise; for operations, those that are late.

    The shell shows it beside *Queue* in the navigation.
    """
    if not isinstance(user, User) or user.role not in {Role.SALES, Role.OPERATIONS}:
        return None
    running = Clock.objects.filter(offer__isnull=False, stopped_at=None, paused_at=None)
    if user.role == Role.OPERATIONS:
        running = running.filter(due_at__lte=timezone.now())
    else:
        running = running.filter(lead__owner=user, lead__ended_at=None)
    return running.values("lead").distinct().count()
