"""What must be true of leads, clocks and the ledger, whatever has happened to them."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import models
from django.db.models import F, Q

from accord.agreement import FUNNEL
from accord.insight.period import ALL_TIME
from accord.server.accounts.models import AuditEntry
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer, Question
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Deal, DealChange, Lead, StageChange
from accord.server.scoreboard.queries import promises_kept


def onward(change: StageChange) -> bool:
    """Whether it is a step within the funnel, where none leads back."""
    return change.from_stage in FUNNEL and change.to_stage in FUNNEL


def check_leads() -> None:
    handed_over = Lead.objects.filter(ended_at=None, handed_over_at__isnull=False)
    assert not handed_over.filter(owner=None, queue="").exists(), "without owner or queue"
    assert not handed_over.exclude(owner=None).exclude(queue="").exists(), "with owner and queue"
    assert not Lead.objects.filter(ready_at__isnull=False, handed_over_at__isnull=False).exists(), "ready again"
    for lead in Lead.objects.prefetch_related("stage_changes", "offers"):
        steps = sorted(lead.stage_changes.all(), key=lambda change: change.pk)
        assert steps[0].from_stage == "", steps
        assert all(one.to_stage == two.from_stage and one.at <= two.at for one, two in pairwise(steps)), steps
        assert all(FUNNEL.index(one.to_stage) > FUNNEL.index(one.from_stage) for one in steps[1:] if onward(one)), steps
        assert (lead.stage, lead.stage_since) == (steps[-1].to_stage, steps[-1].at), steps
        made = sorted(lead.offers.all(), key=lambda offer: offer.pk)
        assert bool(made) == (lead.handed_over_at is not None)
        assert all(offer.status != "open" for offer in made[:-1]), made
        if made and made[-1].status == "open":
            assert lead.ended_at is None
            assert (made[-1].owner_id, made[-1].queue) == (lead.owner_id, lead.queue or made[-1].queue)
    for old, new in pairwise(Lead.objects.order_by("person", "cycle")):
        if old.person_id == new.person_id:
            assert new.cycle == old.cycle + 1
            assert old.ended_at is not None
            assert old.ended_at <= new.opened_at


def check_clocks(now: datetime) -> None:
    running = Clock.objects.filter(stopped_at=None)
    assert not running.filter(offer__isnull=False).exclude(lead__ended_at=None).exists(), "a clock outlives its lead"
    assert not Clock.objects.exclude(offer=None).exclude(offer__lead=F("lead")).exists(), "a clock of another lead"
    waiting = set(Question.objects.filter(closed_at=None).values_list("offer", flat=True))
    assert waiting == set(running.exclude(paused_at=None).values_list("offer", flat=True)), "on hold without a question"
    assert not running.filter(offer__in=waiting, paused_at=None).exists(), "runs on while a question is open"
    for clock in Clock.objects.exclude(stopped_at=None).exclude(response=None):
        assert clock.response is not None
        assert clock.absolute is not None
        assert timedelta(0) <= clock.response <= clock.absolute, "working time within that of the wall clock"
    assert not running.filter(offer__status__in=["withdrawn", "rejected"]).exists(), "a clock outlives its offer"
    assert not running.filter(promise="decide").exclude(offer__status="open").exists()
    assert not Clock.objects.filter(Q(stopped_at__lt=F("started_at")) | Q(response__lt=timedelta(0))).exists()
    assert not Clock.objects.filter(outcome="kept", stopped_at__gt=F("due_at")).exists()
    assert not Clock.objects.filter(outcome="late", stopped_at__lte=F("due_at")).exists()
    assert not Clock.objects.filter(outcome__in=["late", "missed"], breached_at=None).exists()
    for clock in Clock.objects.prefetch_related("events"):
        events = sorted(clock.events.all(), key=lambda event: event.pk)
        assert events[0].kind == "started"
        assert all(one.at <= two.at for one, two in pairwise(events)), events
        stops = [event for event in events if event.kind == "stopped" and "taken back" not in event.step]
        assert len(stops) == (clock.stopped_at is not None), events
        assert not stops or stops[0] == events[-1] or events[-1].at == stops[0].at, events
        assert events[-1].at <= now
    assert not ClockEvent.objects.filter(kind="failed").exists()


def check_the_rest() -> None:
    assert not Deal.objects.filter(outcome="open").exclude(lead__stage="opportunity").exists(), (
        "a deal outlives its lead"
    )
    assert not Offer.objects.filter(decided_at__lt=F("offered_at")).exists()
    assert not Attempt.objects.filter(at__lt=F("lead__opened_at")).exists()
    told = Notification.objects.filter(kind__startswith="lead.").values_list("kind", "about")
    assert len(told) == len(set(told)), "told twice"


APPENDED: tuple[type[models.Model], ...] = (
    StageChange,
    Offer,
    ClockEvent,
    Attempt,
    AuditEntry,
    Deal,
    DealChange,
    Question,
)
"""What is only ever added to."""


def check_ledger(now: datetime) -> None:
    """The ledger of both sides counts every clock that was not called off, and each once."""
    rows = promises_kept(ALL_TIME, now)
    for row in rows:
        verdicts = row.kept + row.late + row.missed + row.overdue + row.tight + row.running + row.on_hold
        assert verdicts == row.due, row
    counted = Counter[str]()
    for row in rows:
        counted += Counter(kept=row.kept, late=row.late, missed=row.missed, on_hold=row.on_hold)
        counted["running"] += row.overdue + row.tight + row.running
    found = Counter(
        clock.outcome or ("on_hold" if clock.paused_at else "running")
        for clock in Clock.objects.exclude(outcome="void")
    )
    assert counted == found
