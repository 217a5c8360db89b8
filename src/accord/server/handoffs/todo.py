"""What marketing has to do for leads: questions of sales, fields that are missing, leads that went back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from accord.agreement import Agreement
from accord.agreement.explanation import field_in_words
from accord.agreement.ways_out import way_back
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce, in_force_or_none
from accord.server.handoffs import marketing
from accord.server.handoffs.contact import mailto, tel
from accord.server.handoffs.explanations import trigger_in_words
from accord.server.handoffs.models import Clock, Question
from accord.server.handoffs.queries import PER_PAGE, found_by
from accord.server.handoffs.questions import ANSWERERS
from accord.server.handoffs.tasks import before
from accord.server.pipeline.models import Lead


class Due(StrEnum):
    """What a lead waits for."""

    QUESTION = "question"
    FIELDS = "fields"
    RECYCLED = "recycled"
    CARE = "care"


WAITING = (Due.QUESTION, Due.FIELDS, Due.RECYCLED)
"""What somebody waits for; a lead in care waits for its date or trigger, and for nobody."""
PROMISES: Mapping[Due, tuple[Clock.Promise, ...]] = {
    Due.QUESTION: (Clock.Promise.ANSWER,),
    Due.FIELDS: (Clock.Promise.FILL_IN, Clock.Promise.HAND_OVER),
    Due.RECYCLED: (Clock.Promise.ANSWER_RECYCLED,),
}


@dataclass(frozen=True, slots=True)
class TodoRow:
    """One lead for which marketing has something to do.

    Attributes:
        due: What it waits for.
        task: What is to be done, as a sentence.
        why: What sales asks, which fields are missing, or why it went back.
        asked_by: Who asks.
        since: Since when it waits.
        due_at: By when it is promised; None: no time was agreed.
        caretaker: The role that looks after it, if it went back.
        returns_at: When it comes back by itself, if it went back until a date.
        trigger: What brings it back before that, in words; only of leads in care.
        action_id: Of the next attempt logged from this row: sent twice, logged once.
    """

    lead_id: int
    name: str
    title: str
    company: str
    phone: str
    email: str
    grade: str
    due: Due
    task: str
    why: str
    asked_by: str
    since: datetime
    due_at: datetime | None
    caretaker: str
    returns_at: datetime | None
    trigger: str
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
    def icon(self) -> str:
        """The sign that stands before the sentence."""
        return {Due.QUESTION: "help", Due.FIELDS: "edit", Due.RECYCLED: "refresh"}[self.due]


def _waiting(due: Due) -> "QuerySet[Lead]":
    """Return the leads that wait for marketing; of those that went back, the ones with whom nobody got in touch.

    In care are all that went back, whoever looks after them, until their next cycle begins.
    """
    match due:
        case Due.QUESTION:
            return marketing.owing(Clock.Promise.ANSWER)
        case Due.FIELDS:
            return marketing.owing(Clock.Promise.FILL_IN)
        case Due.RECYCLED:
            ticking = Clock.objects.filter(promise=Clock.Promise.ANSWER_RECYCLED, offer=None, stopped_at=None)
            return marketing.owing(Clock.Promise.ANSWER_RECYCLED).filter(pk__in=ticking.values("lead"))
        case Due.CARE:
            return marketing.owing(Clock.Promise.ANSWER_RECYCLED)


def _all() -> "QuerySet[Lead]":
    each = [_waiting(due).order_by().values("pk") for due in WAITING]
    return Lead.objects.filter(pk__in=each[0].union(*each[1:]))


def late_count(at: datetime) -> int:
    """Return how many leads have waited for marketing longer than agreed."""
    late = Clock.objects.filter(offer=None, stopped_at=None, due_at__lte=at).values("lead")
    return _all().filter(pk__in=late).count()


def todo_counts(text: str) -> Mapping[str, int]:
    """Return how many leads wait for each thing, and under the empty name for any."""
    counts = {due.value: _waiting(due).filter(found_by(text)).count() for due in WAITING}
    return {"": _all().filter(found_by(text)).count(), **counts}


def todo_page(
    due: Due | None, text: str, labels: Mapping[str, str], at: datetime, page: int | str = 1
) -> "Page[TodoRow]":
    """Return one page of what marketing has to do, the earliest deadline first; in care, whoever comes back first.

    Args:
        due: Only leads that wait for this; None: for anything.
        text: Words that stand in a name, address, number or company.
        labels: The words of each reason with which leads go back, by its name.
        at: Now.
        page: Which page.
    """
    ticking = Clock.objects.filter(lead=OuterRef("pk"), offer=None, stopped_at=None).order_by("due_at")
    leads = (
        (_waiting(due) if due else _all()).filter(found_by(text)).annotate(due=Subquery(ticking.values("due_at")[:1]))
    )
    asked = Prefetch(
        "questions", Question.objects.filter(closed_at=None).select_related("asked_by"), to_attr="open_questions"
    )
    clocks = Prefetch("clocks", Clock.objects.filter(offer=None, stopped_at=None), to_attr="ticking")
    first = "returns_at" if due is Due.CARE else "due"
    ordered = leads.order_by(F(first).asc(nulls_last=True), "stage_since", "pk").select_related("person__company")
    paginator: Paginator[Lead] = Paginator(ordered.prefetch_related(asked, clocks), PER_PAGE)
    wanted = paginator.get_page(page)
    law = in_force_or_none() if due is Due.CARE else None
    rows = [_row(lead, labels, law, timezone.localtime(at)) for lead in wanted.object_list]
    return Page(rows, wanted.number, paginator)  # type: ignore[arg-type]  # the numbers are those of the leads


def _row(lead: Lead, labels: Mapping[str, str], law: InForce | None, now: datetime) -> TodoRow:
    person = lead.person
    question: Question | None = next(iter(getattr(lead, "open_questions", ())), None)
    due = Due.QUESTION if question else Due.FIELDS if lead.held_for else Due.RECYCLED
    ticking = [clock.due_at for clock in getattr(lead, "ticking", ()) if clock.promise in PROMISES[due]]
    due_at = min(ticking, default=None)
    what = {
        Due.QUESTION: f"Answer {question.asked_by.name if question else ''}",
        Due.FIELDS: f"Fill in {_listed(lead.held_for)}",
        Due.RECYCLED: f"Get in touch with {person}" if ticking or law is None else f"Keep in touch with {person}",
    }[due]
    why = {
        Due.QUESTION: question.text if question else "",
        Due.FIELDS: "Ready for sales, and held until this is known",
        Due.RECYCLED: f"Went back: {labels.get(lead.end_reason, lead.end_reason)}",
    }[due]
    return TodoRow(
        lead_id=lead.pk,
        name=str(person),
        title=str(person.fields.get("title") or ""),
        company=str(person.company) if person.company else "",
        phone=person.phone,
        email=person.email,
        grade=lead.grade,
        due=due,
        task=f"{what} {before(timezone.localtime(due_at), now)}" if due_at else what,
        why=why,
        asked_by=question.asked_by.name if question else "",
        since=question.asked_at if question else lead.stage_since,
        due_at=due_at,
        caretaker=lead.caretaker,
        returns_at=lead.returns_at if law else None,
        trigger=_trigger(lead, law.agreement) if law else "",
        action_id=uuid4(),
    )


def _trigger(lead: Lead, agreement: Agreement) -> str:
    way = way_back(agreement, lead.end_clause)
    return trigger_in_words(way.or_when, agreement) if way and way.or_when else ""


def _listed(names: list[str]) -> str:
    words = [field_in_words(name).lower() for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def todo_badge(user: object) -> int | None:
    """Return how many leads wait for marketing; the shell shows it beside *To do* in the navigation."""
    if not isinstance(user, User) or user.role not in ANSWERERS:
        return None
    return _all().count()
