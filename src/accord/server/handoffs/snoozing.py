"""Leads that step down in the queue until somebody is to call back: by a promise to the lead, never against one to us.

A snooze stops no clock. It goes no further than the next deadline that runs on the lead, unless the lead itself asked
to be called later, which the attempt in which it did proves. When the time has come the lead is on top again, and its
owner is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.handoffs.decisions import HandoffError, locked
from accord.server.handoffs.models import Attempt, Clock, Snooze
from accord.server.handoffs.notices import Kind, tell
from accord.server.handoffs.responsible import answers_for
from accord.server.pipeline import services as pipeline
from accord.server.pipeline.models import Lead

LONGEST = timedelta(days=180)
"""Who is to be called later than that is better given back with a return date."""


@transaction.atomic
def snooze(lead_id: int, *, until: datetime, why: str, asked: bool, by: User, at: datetime) -> Snooze:
    """Let a lead step down in the queue until somebody is to call back; a snooze that is open gives way to this one.

    Args:
        lead_id: A lead that sales has.
        until: When to call back.
        why: In a few words.
        asked: They asked for it themselves, when they were reached last.
        by: Who promises.
        at: Now.

    Raises:
        HandoffError: ``lead.unknown``, ``handoff.not_offered``, ``handoff.no_words``, ``handoff.not_asked`` if nobody
            has reached them, or ``handoff.bad_time`` if it lies behind, too far ahead, or beyond a promise.
        LeadError: ``lead.ended``.
        AccessError: It is not theirs to work.
    """
    lead = locked(lead_id, by)
    if lead.ended_at is not None:
        raise pipeline.LeadError("lead.ended", f"{lead.person} is {lead.get_stage_display().lower()} already")
    if lead.handed_over_at is None:
        raise HandoffError("handoff.not_offered", f"{lead.person} has not been offered to sales")
    words, known = why.strip()[:300], open_snooze(lead)
    if known is not None and (known.until, known.why, known.attempt is not None) == (until, words, asked):
        return known
    if not words:
        raise HandoffError("handoff.no_words", "a promise needs words", hint="say why they are to be called then")
    _check_time(lead, until, at, proven=asked)
    attempt = last_reached(lead) if asked else None
    if asked and attempt is None:
        raise HandoffError(
            "handoff.not_asked", f"nobody has reached {lead.person} yet", hint="log the call in which they asked for it"
        )
    lift(lead, at)
    made = Snooze.objects.create(lead=lead, by=by, set_at=at, until=until, why=words, attempt=attempt)
    record("lead.snoozed", f"lead:{lead.pk}", actor=by, at=at, until=until.isoformat(), why=words)
    return made


@transaction.atomic
def wake_up(lead_id: int, *, by: User, at: datetime) -> Lead:
    """Take a snooze back; a lead that is not asleep stays as it is.

    Raises:
        HandoffError: ``lead.unknown``.
        AccessError: It is not theirs to work.
    """
    lead = locked(lead_id, by)
    if lift(lead, at):
        record("lead.woken", f"lead:{lead.pk}", actor=by, at=at)
    return lead


def lift(lead: Lead, at: datetime) -> bool:
    """End the snooze of a lead, if one is open; return whether it was. The caller holds the lead's row lock."""
    return bool(Snooze.objects.filter(lead=lead, ended_at=None).update(ended_at=at))


def open_snooze(lead: Lead) -> Snooze | None:
    """Return the snooze of a lead that is open, if any."""
    return Snooze.objects.filter(lead=lead, ended_at=None).first()


def last_reached(lead: Lead) -> Attempt | None:
    """Return the latest attempt of this cycle in which somebody reached the lead."""
    reached = lead.attempts.filter(outcome=Attempt.Outcome.REACHED)
    return reached.order_by("at", "pk").last()


def next_deadline(lead: Lead) -> Clock | None:
    """Return the promise of sales that falls due next on a lead; those on hold do not."""
    running = Clock.objects.filter(lead=lead, offer__isnull=False, stopped_at=None, paused_at=None)
    return running.order_by("due_at").first()


@dataclass(frozen=True, slots=True)
class Preset:
    """A time that is often meant, in words and by the clock on the reader's wall."""

    label: str
    until: datetime


def presets(now: datetime) -> tuple[Preset, ...]:
    """Return the times that are often meant; ``now`` is in the reader's zone.

    Examples:
        >>> from datetime import UTC
        >>> for each in presets(datetime(2026, 3, 6, 16, 12, tzinfo=UTC)):
        ...     print(each.label, each.until)
        In 1 hour 2026-03-06 17:15:00+00:00
        In 3 hours 2026-03-06 19:15:00+00:00
        Tomorrow 9:00 2026-03-07 09:00:00+00:00
        Monday 9:00 2026-03-09 09:00:00+00:00
    """
    quarter = now.replace(second=0, microsecond=0) + timedelta(minutes=-now.minute % 15)
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    return (
        Preset("In 1 hour", quarter + timedelta(hours=1)),
        Preset("In 3 hours", quarter + timedelta(hours=3)),
        Preset("Tomorrow 9:00", nine + timedelta(days=1)),
        Preset("Monday 9:00", nine + timedelta(days=7 - now.weekday())),
    )


def _check_time(lead: Lead, until: datetime, at: datetime, *, proven: bool) -> None:
    if until <= at:
        raise HandoffError("handoff.bad_time", "that time has passed", hint="choose a time ahead")
    if until > at + LONGEST:
        hint = f"choose {LONGEST.days} days at most, or give the lead back with a reason"
        raise HandoffError("handoff.bad_time", "that is too far ahead", hint=hint)
    clock = None if proven else next_deadline(lead)
    if clock is not None and until > clock.due_at:
        due, promise = timezone.localtime(clock.due_at), clock.get_promise_display().lower()
        raise HandoffError(
            "handoff.bad_time",
            f"that would break a promise: {promise}, due {due:%a} {due.day} {due:%b, %H:%M}",
            hint="choose a time before it, or log the call in which they asked to be called later",
        )


def tell_due(at: datetime) -> int:
    """Tell whoever has a lead that the time to call back has come; return how many snoozes that were."""
    count = 0
    due = Snooze.objects.filter(until__lte=at, ended_at=None, told_at=None).order_by("until", "pk")
    for key in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            free = Snooze.objects.select_for_update(skip_locked=True, of=("self",)).select_related("lead__person")
            found = free.filter(pk=key, ended_at=None, told_at=None).first()
            if found is not None:
                count += 1
                _tell(found, at)
    return count


def _tell(found: Snooze, at: datetime) -> None:
    lead = found.lead
    if lead.ended_at is not None:  # it has left meanwhile, and nobody is to be called
        found.ended_at = at
    else:
        found.told_at = at
        whom = [lead.owner_id] if lead.owner_id else [user.pk for user in answers_for(lead.queue, at)]
        for user in whom:
            text = f"Call {lead.person} back: {found.why}"
            tell(user, lead.pk, Kind.CALL_BACK, text, about=f"snooze:{found.pk}", at=at)
    found.save(update_fields=["ended_at", "told_at"])
