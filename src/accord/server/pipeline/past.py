"""What was known of a lead at an instant in the past: values of its fields, its touchpoints, and where it stood.

A value is that before the first change after the instant, else the one it has now. Of records that were there before
changes were written down, a field may have had another value; which ones is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q

from accord.agreement import Agreement, Stage
from accord.agreement.judgement import Standing, rank
from accord.rules import Facts, Value
from accord.server.people.models import FieldChange, HistoryStart, Subject
from accord.server.pipeline.facts import facts_with, raw_values, typed_values
from accord.server.pipeline.models import Lead


@dataclass(frozen=True, slots=True)
class Past:
    """A lead as it was at an instant.

    Attributes:
        facts: What is known to have been known of it.
        standing: Where it stood; None: it was not opened yet.
        unsure: The fields whose value at that instant is not known, so that the first known one stands for it.
    """

    facts: Facts
    standing: Standing | None
    unsure: tuple[str, ...]


def past_of(lead: Lead, agreement: Agreement, at: datetime) -> Past:
    """Return a lead as it was at ``at``; the number of queries does not depend on its history.

    Args:
        lead: With ``person`` and ``person.company`` loaded.
        agreement: Declares the fields and their types.
        at: The instant; from then on nothing counts that came later.
    """
    changes = list(FieldChange.objects.filter(_of(lead)).order_by("at", "pk"))
    raw = _raw_at(lead, [each for each in changes if each.at > at])
    unsure = tuple(sorted(set(agreement.fields) & set(_unsure(lead, changes, at, agreement))))
    facts = facts_with({lead.pk: typed_values(raw, agreement)}, [lead], agreement, at)[lead.pk]
    return Past(facts, standing_at(lead, agreement, at), unsure)


def values_at(lead: Lead, agreement: Agreement, at: datetime) -> dict[str, Value]:
    """Return the values of the agreement's fields that were known of a lead at ``at``, with one query."""
    later = FieldChange.objects.filter(_of(lead), at__gt=at).order_by("at", "pk")
    return typed_values(_raw_at(lead, list(later)), agreement)


def _raw_at(lead: Lead, later: list[FieldChange]) -> dict[str, object]:
    raw = dict(raw_values(lead))
    for change in reversed(later):
        raw[change.field] = change.before
    return raw


def _subjects(lead: Lead) -> Mapping[Subject, int | None]:
    return {
        Subject.COMPANY: lead.person.company_id,
        Subject.PERSON: lead.person_id,
        Subject.LEAD: lead.pk,
    }


def _of(lead: Lead) -> Q:
    found = Q(pk__in=())
    for subject, key in _subjects(lead).items():
        found |= Q(subject=subject, subject_id=key) if key is not None else Q(pk__in=())
    return found


def _unsure(lead: Lead, changes: list[FieldChange], at: datetime, agreement: Agreement) -> Iterator[str]:
    """Yield the fields of records from before the history, unless a change by ``at`` says what they were then."""
    began = FieldChange.objects.aggregate(first=Min("at"))["first"]
    if began is not None and began <= at:
        return  # changes were written down by then, so that there was none
    starts = dict(HistoryStart.objects.values_list("subject", "last_before"))
    for subject, key in _subjects(lead).items():
        if key is not None and key <= starts.get(subject.value, 0):
            yield from (name for name in agreement.fields if name.startswith(f"{subject.value}."))


def standing_at(lead: Lead, agreement: Agreement, at: datetime) -> Standing | None:
    """Return where a lead stood at ``at``, or None if it was not opened yet.

    That it waited for marketing is not written down. It did if it had reached the hand-off and was not handed over.
    """
    last = lead.stage_changes.filter(at__lte=at).order_by("at", "pk").last()
    if last is None:
        return None
    stage = Stage(last.to_stage)
    handed_over = lead.handed_over_at is not None and lead.handed_over_at <= at
    handoff = agreement.handoff
    waits = not handed_over and rank(handoff.at) <= rank(stage) < rank(Stage.SAL)
    return Standing(stage, handed_over, handoff.marketing_hands_over if waits else ())
