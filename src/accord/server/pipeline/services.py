"""Verbs on one lead: opening, moving, ending, reopening.

Each is called inside the transaction of whatever caused it; a lead is always moved through here, so that its state and
its history cannot differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accord.agreement import Stage
from accord.errors import AccordError
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.agreements.services import in_force_or_none
from accord.server.people.history import Stored, record_field_change
from accord.server.people.models import ChangedBy, Person
from accord.server.pipeline.models import DecidedBy, Lead, StageChange, StageName
from accord.server.queue import wake

ENDING = ("ended_at", "end_reason", "end_clause", "returns_at", "caretaker", "review_at", "ready_at", "held_for")
BEFORE_FIRST_CONTACT = "won_before_first_contact"
"""The flag of a deal that was won before the lead's first contact: kept, counted, and shown as odd."""

OPENED_BY_SPAM = "opened_by_spam"
"""The reason with which a lead ends that a form opened, and nothing else spoke for, when that turns out to be spam."""


class LeadError(AccordError):
    """A lead or deal cannot be changed as asked."""


def entry_stage() -> StageName:
    """Return where a new lead enters the funnel: as a subscriber if the agreement says what makes one a lead."""
    return _entry()[0]


def _entry() -> tuple[StageName, Revision | None]:
    """Return where a new lead enters the funnel, and the revision that says so; None before the first one."""
    law = in_force_or_none()
    if law is None:
        return StageName.LEAD, None
    gated = any(gate.stage is Stage.LEAD for gate in law.agreement.stages)
    return StageName.SUBSCRIBER if gated else StageName.LEAD, law.revision


def had_leads(people: Iterable[int]) -> set[int]:
    """Return who of these has a lead, or had one: they come back by the agreement, and are not opened another.

    Whom spam made a lead is none of them: what they send themselves opens one.
    """
    leads = Lead.objects.filter(person__in=people).exclude(end_reason=OPENED_BY_SPAM)
    return set(leads.values_list("person_id", flat=True))


@transaction.atomic
def open_lead(
    person: Person,
    *,
    at: datetime,
    source: str = "",
    external_id: str | None = None,
    first_contact_at: datetime | None = None,
) -> Lead:
    """Return the person's open lead; a new one is to be judged at once.

    Args:
        person: Whose run through the funnel it is.
        at: When the cycle begins.
        source: Where it came from, as stated.
        external_id: Its id in a foreign system.
        first_contact_at: When we first heard of the person; by default ``at``.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # who opens one at the same moment waits here
    last = Lead.objects.select_for_update().filter(person=person).order_by("-cycle").first()
    if last is not None and last.ended_at is None:
        return last
    stage, law = _entry()
    lead = Lead.objects.create(
        person=person,
        cycle=last.cycle + 1 if last else 1,
        external_id=external_id,
        source=source,
        first_contact_at=first_contact_at or at,
        opened_at=at,
        stage=stage,
        stage_since=at,
        review_at=at,
    )
    StageChange.objects.create(
        lead=lead, to_stage=stage, at=at, decided_by=DecidedBy.AGREEMENT, revision=law, reason="A new lead"
    )
    wake("pipeline.judge_due_leads")
    return lead


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead to open, as for ``open_lead``."""

    person: Person
    at: datetime
    source: str = ""


@transaction.atomic
def open_leads(wanted: Sequence[NewLead]) -> list[Lead]:
    """Return the open lead of each of these people, in the same order; new ones are to be judged at once.

    The same as ``open_lead`` for each, in a handful of statements for all who are new.
    """
    people = [each.person.pk for each in wanted]
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    known = set(Lead.objects.filter(person__in=people).values_list("person_id", flat=True))
    stage, law = _entry()
    fresh = {
        each.person.pk: Lead(
            person=each.person,
            cycle=1,
            source=each.source,
            first_contact_at=each.at,
            opened_at=each.at,
            stage=stage,
            stage_since=each.at,
            review_at=each.at,
        )
        for each in reversed(wanted)  # of somebody named twice, the first counts
        if each.person.pk not in known
    }
    Lead.objects.bulk_create(reversed(fresh.values()))
    StageChange.objects.bulk_create(
        StageChange(
            lead=lead,
            to_stage=stage,
            at=lead.opened_at,
            decided_by=DecidedBy.AGREEMENT,
            revision=law,
            reason="A new lead",
        )
        for lead in reversed(fresh.values())
    )
    if fresh:
        wake("pipeline.judge_due_leads")
    return [fresh.get(each.person.pk) or open_lead(each.person, at=each.at, source=each.source) for each in wanted]


def fill_in(lead: Lead, fields: Sequence[tuple[str, Stored]], *, at: datetime) -> None:
    """Add values of the lead's fields that are not known yet; the caller holds the lead's row lock."""
    fresh = [(name, value) for name, value in fields if lead.fields.get(name) in (None, "")]
    for name, value in fresh:
        lead.fields[name] = value
        record_field_change(f"lead.{name}", lead.pk, None, value, at=at, by=None, changed_by=ChangedBy.SOURCE)
    if fresh:
        lead.save(update_fields=["fields"])


def move(
    lead: Lead,
    to: StageName,
    *,
    at: datetime,
    decided_by: DecidedBy,
    user: User | None = None,
    revision: Revision | None = None,
    reason: str = "",
) -> None:
    """Move an open lead to a stage of the funnel and write it down; the caller holds the lead's row lock.

    Raises:
        LeadError: ``lead.ended`` if its cycle is over.
    """
    _step(lead, to, at, decided_by, user, revision, reason)
    lead.save(update_fields=["stage", "stage_since"])


def _step(
    lead: Lead,
    to: StageName,
    at: datetime,
    decided_by: DecidedBy,
    user: User | None,
    revision: Revision | None,
    reason: str,
) -> None:
    """Write a stage change down and set it on the lead, which the caller saves.

    Where the caller names no revision, it stands under the one that is in force.
    """
    if lead.ended_at is not None:
        raise LeadError("lead.ended", f"{lead} is {lead.get_stage_display().lower()} since {lead.ended_at:%d %B %Y}")
    if revision is None and (law := in_force_or_none()) is not None:
        revision = law.revision
    StageChange.objects.create(
        lead=lead,
        from_stage=lead.stage,
        to_stage=to,
        at=at,
        decided_by=decided_by,
        user=user,
        revision=revision,
        reason=reason,
    )
    lead.stage, lead.stage_since = to, at


def end(
    lead: Lead,
    to: StageName,
    *,
    at: datetime,
    decided_by: DecidedBy,
    reason: str,
    label: str = "",
    user: User | None = None,
    revision: Revision | None = None,
    returns_at: datetime | None = None,
    caretaker: str = "",
    clause: str = "",
) -> None:
    """End a lead's cycle as customer, recycled or disqualified; the caller holds the lead's row lock.

    Args:
        lead: An open lead.
        to: How it ends.
        at: When.
        decided_by: Who or what decided.
        reason: The agreed reason, by its name.
        label: The reason as people read it.
        user: Who decided, if somebody did.
        revision: The revision under which it was decided.
        returns_at: When a recycled lead comes back by itself.
        caretaker: The role that looks after a recycled lead meanwhile.
        clause: The clause of the agreement by which it ends; empty: none says so.
    """
    _step(lead, to, at, decided_by, user, revision, label or reason)
    lead.ended_at, lead.end_reason, lead.end_clause = at, reason, clause
    lead.returns_at, lead.caretaker = returns_at, caretaker
    lead.review_at = lead.ready_at = None
    lead.held_for = []
    lead.save(update_fields=["stage", "stage_since", *ENDING])


def take_person(key: int) -> bool:
    """Lock a person's row if nobody has it; return whether that is so.

    It does not wait: whoever has the person may be waiting for a lead of theirs, which the caller has locked.
    """
    return bool(Person.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=key))


@transaction.atomic
def reopen(lead: Lead, *, at: datetime, reason: str) -> Lead | None:
    """Open the next cycle of an ended lead and return it; the old one keeps its history, score and reason.

    The caller holds the row locks of the lead and of its person. Returns None, and changes nothing, if a later cycle
    exists already.
    """
    if Lead.objects.filter(person=lead.person_id, cycle__gt=lead.cycle).exists():
        return None
    Lead.objects.filter(pk=lead.pk).update(returns_at=None, review_at=None)
    lead.returns_at = lead.review_at = None
    stage, law = _entry()
    again = Lead.objects.create(
        person=lead.person,
        cycle=lead.cycle + 1,
        source=lead.source,
        first_contact_at=lead.first_contact_at,
        opened_at=at,
        stage=stage,
        stage_since=at,
        fields=lead.fields,
        review_at=at,
    )
    StageChange.objects.create(
        lead=again, to_stage=stage, at=at, decided_by=DecidedBy.AGREEMENT, revision=law, reason=reason
    )
    record("lead.reopened", f"lead:{again.pk}", actor=None, at=at, cycle=again.cycle, previous=lead.pk, reason=reason)
    return again
