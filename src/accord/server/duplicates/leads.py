"""The leads of two people who become one: the one further along goes on, and all keep their history."""

from datetime import datetime

from django.db.models import F

from accord.server.accounts.models import User
from accord.server.duplicates.record import Recorder
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer, Snooze
from accord.server.handoffs.offers import settle
from accord.server.people.history import record_field_change
from accord.server.people.models import ChangedBy
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageChange, StageName
from accord.server.pipeline.services import end

MERGED = "merged"
"""The reason with which the lead ends that does not go on; the agreement's own reasons are for people to give."""
ENDING = frozenset(
    {
        "stage",
        "stage_since",
        "ended_at",
        "end_reason",
        "end_clause",
        "returns_at",
        "caretaker",
        "ready_at",
        "held_for",
        "merged_into_id",
    }
)
"""Columns of a lead that say whether and how it ended."""
_FURTHEST = [name.value for name in StageName]
ASIDE = 10_000
"""Cycles are numbered from here on while they get their new numbers, so that none is given twice on the way."""


def further_along(lead: Lead) -> tuple[int, bool, float]:
    """Return a key by which the lead that is furthest along is greatest: by stage, hand-over, then age."""
    return _FURTHEST.index(lead.stage), lead.handed_over_at is not None, -lead.opened_at.timestamp()


def join(survivor: int, merged: int, recorder: Recorder, *, at: datetime, by: User | None) -> list[int]:
    """Make the leads of two people one person's, who has at most one open lead; their rows are locked.

    Of two open leads the one that is further along goes on, with the deals and attempts of the other and what is known
    by it alone. The other ends as merged, and counts nowhere from then on but in its own history: its offer is
    withdrawn and its clocks stop as they do when a lead ends.

    Returns:
        All their leads.
    """
    leads = list(Lead.objects.filter(person__in=(survivor, merged)).select_related("person").order_by("pk"))
    recorder.watch(Lead, [lead.pk for lead in leads])
    running = sorted((lead for lead in leads if lead.ended_at is None), key=further_along)
    if len(running) == 2:
        _end(running[0], running[1], recorder, at, by)
        _count_as(running[1], [lead for lead in leads if running[0].pk in (lead.pk, lead.merged_into_id)])
        _hand_on(running[0], running[1], recorder, at, by)
    number_cycles(survivor, leads)
    return [lead.pk for lead in leads]


def _end(lead: Lead, instead: Lead, recorder: Recorder, at: datetime, by: User | None) -> None:
    offers = list(Offer.objects.filter(lead=lead).values_list("pk", flat=True))
    recorder.watch(Offer, offers)
    recorder.watch(Clock, Clock.objects.filter(offer__in=offers).values_list("pk", flat=True))
    steps = set(StageChange.objects.filter(lead=lead).values_list("pk", flat=True))
    events = ClockEvent.objects.filter(clock__offer__in=offers)
    happened = set(events.values_list("pk", flat=True))
    end(
        lead,
        StageName.DISQUALIFIED,
        at=at,
        decided_by=DecidedBy.USER if by else DecidedBy.AGREEMENT,
        user=by,
        reason=MERGED,
        label=f"Merged: lead {instead.pk} of the same person goes on",
    )
    settle(lead, at)
    recorder.made(StageChange, set(StageChange.objects.filter(lead=lead).values_list("pk", flat=True)) - steps)
    recorder.made(ClockEvent, set(events.values_list("pk", flat=True)) - happened)


def _count_as(instead: Lead, leads: list[Lead]) -> None:
    """Have one lead count in place of others: of the one that ended, and of whatever was merged into that before."""
    for lead in leads:
        lead.merged_into, lead.cycle = instead, 0
        lead.save(update_fields=["merged_into", "cycle"])


def _hand_on(lead: Lead, to: Lead, recorder: Recorder, at: datetime, by: User | None) -> None:
    for model in (Deal, Attempt):
        recorder.move(model, "lead_id", since=lead.pk, to=to.pk)
    if not Snooze.objects.filter(lead=to, ended_at=None).exists():  # whoever is to be called back still is
        recorder.move(Snooze, "lead_id", since=lead.pk, to=to.pk)
    for name, value in lead.fields.items():
        if to.fields.get(name) in (None, "") and value not in (None, ""):
            record_field_change(f"lead.{name}", to.pk, None, value, at=at, by=by, changed_by=ChangedBy.MERGE)
            to.fields[name] = value
    to.first_contact_at = min(to.first_contact_at, lead.first_contact_at)
    to.source = to.source or lead.source
    to.save(update_fields=["fields", "first_contact_at", "source"])


def number_cycles(person: int, leads: list[Lead]) -> None:
    """Give all these leads to a person and number their cycles: by when they began, the open one last.

    What is merged into another is no cycle of its own.
    """
    Lead.objects.filter(pk__in=[lead.pk for lead in leads if lead.merged_into_id]).update(person=person)
    counted = [lead for lead in leads if lead.merged_into_id is None]
    Lead.objects.filter(pk__in=[lead.pk for lead in counted]).update(cycle=ASIDE + F("cycle"))
    order = sorted(counted, key=lambda lead: (lead.ended_at is None, lead.opened_at, lead.pk))
    for cycle, lead in enumerate(order, start=1):
        Lead.objects.filter(pk=lead.pk).update(cycle=cycle, person=person)
