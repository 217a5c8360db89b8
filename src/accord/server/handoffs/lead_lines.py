"""What the page of a lead lists of its past: stages, clocks, questions, cycles and deals, each as frozen lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from accord.server.handoffs.models import Attempt, Clock
from accord.server.pipeline.models import Deal, DealChange, DecidedBy, Lead, StageChange
from accord.server.pipeline.services import BEFORE_FIRST_CONTACT
from accord.server.ui.words import money

ODD = {BEFORE_FIRST_CONTACT: "Won before the first contact that we know of"}
"""What is odd about a deal, in words."""


@dataclass(frozen=True, slots=True)
class StageLine:
    """One step of the history, with how long the lead stayed there; None: it still does."""

    was: str
    now: str
    at: datetime
    stayed: timedelta | None
    by: str
    revision: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of the offer that stands, or of what marketing owes."""

    promise: str
    due_at: datetime
    running: bool
    on_hold: bool
    outcome: str
    tone: str
    progress: str


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """What sales asked about the offer that stands; ``open``: nobody has answered yet."""

    text: str
    asked_by: str
    asked_at: datetime
    open: bool
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class CycleLine:
    """One run of the same person through the funnel; of what is merged into another, ``cycle`` is 0."""

    lead_id: int
    cycle: int
    opened_at: datetime
    ended_at: datetime | None
    stage: str
    reason: str
    current: bool

    @property
    def name(self) -> str:
        """What to call it beside the others."""
        return f"Cycle {self.cycle}" if self.cycle else f"Lead {self.lead_id}"


@dataclass(frozen=True, slots=True)
class Restated:
    """What became otherwise with a deal: in words, when, by whom and why."""

    what: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DealLine:
    """One deal of the lead, with what is odd about it in words, and what it was before it was restated."""

    deal_id: int
    name: str
    amount: Decimal | None
    list_amount: Decimal | None
    margin: Decimal | None
    currency: str
    outcome: str
    tone: str
    opened_at: datetime
    closed_at: datetime | None
    odd: tuple[str, ...]
    won: bool
    restated: tuple[Restated, ...]


def questions_of(lead: Lead) -> tuple[QuestionLine, ...]:
    """Return what sales asked in this cycle, but for what nobody answered before it did not matter any more."""
    asked = lead.questions.select_related("asked_by", "answered_by").order_by("asked_at", "pk")
    return tuple(
        QuestionLine(
            one.text,
            one.asked_by.name,
            one.asked_at,
            one.closed_at is None,
            one.answer,
            one.answered_by.name if one.answered_by else "",
        )
        for one in asked
        if one.closed_at is None or one.answer
    )


def clocks_of(lead: Lead, attempts: tuple[Attempt, ...]) -> tuple[ClockLine, ...]:
    """Return the clocks of the offer that stands, and of what marketing owes of each kind the latest."""
    latest: dict[str, Clock] = {}
    last = lead.offers.order_by("-offered_at", "-pk").values("pk")[:1]
    for clock in lead.clocks.filter(Q(offer=None) | Q(offer__in=last)).order_by("started_at", "pk"):
        latest[clock.promise] = clock
    tones = {Clock.Outcome.KEPT: "ok", Clock.Outcome.LATE: "late", Clock.Outcome.MISSED: "late"}
    return tuple(
        ClockLine(
            promise=clock.get_promise_display(),
            due_at=clock.due_at,
            running=clock.stopped_at is None,
            on_hold=clock.paused_at is not None,
            outcome=clock.get_outcome_display(),
            tone=tones.get(Clock.Outcome(clock.outcome), "neutral") if clock.outcome else "",
            progress=f"{sum(one.at >= clock.started_at for one in attempts)} of {clock.needed}"
            if clock.promise == Clock.Promise.ATTEMPTS
            else "",
        )
        for clock in sorted(latest.values(), key=lambda clock: clock.due_at)
    )


def stages_of(lead: Lead) -> tuple[StageLine, ...]:
    """Return the stages through which a lead went, the latest first."""
    changes = list(lead.stage_changes.select_related("user", "revision").order_by("at", "pk"))
    until = [change.at for change in changes[1:]]
    lines = [
        StageLine(
            was=change.from_stage,
            now=change.to_stage,
            at=change.at,
            stayed=until[place] - change.at if place < len(until) else None,
            by=_by(change),
            revision=change.revision.number if change.revision else None,
            reason=change.reason,
        )
        for place, change in enumerate(changes)
    ]
    return tuple(reversed(lines))


def _by(change: StageChange) -> str:
    return change.user.name if change.user else str(DecidedBy(change.decided_by).label)


def cycles_of(lead: Lead, reasons: Mapping[str, str]) -> tuple[CycleLine, ...]:
    """Return every run of the person through the funnel, the latest first, with why it ended in the words given."""
    every = Lead.objects.filter(person=lead.person_id).order_by("-cycle")
    return tuple(
        CycleLine(
            lead_id=one.pk,
            cycle=one.cycle,
            opened_at=one.opened_at,
            ended_at=one.ended_at,
            stage=one.stage,
            reason=reasons.get(one.end_reason, one.end_reason),
            current=one.pk == lead.pk,
        )
        for one in every
    )


def deal_line(deal: Deal) -> DealLine:
    """Return a deal as the page says it."""
    return DealLine(
        deal_id=deal.pk,
        name=str(deal),
        amount=deal.amount,
        list_amount=deal.list_amount,
        margin=deal.margin,
        currency=deal.currency,
        outcome=deal.get_outcome_display(),
        tone={Deal.Outcome.WON: "ok", Deal.Outcome.LOST: "late"}.get(Deal.Outcome(deal.outcome), "info"),
        opened_at=deal.opened_at,
        closed_at=deal.closed_at,
        odd=tuple(ODD.get(flag, flag.replace("_", " ").capitalize()) for flag in deal.flags),
        won=deal.outcome == Deal.Outcome.WON,
        restated=tuple(_restated(change) for change in deal.changes.all() if _differences(change)),
    )


def _restated(change: DealChange) -> Restated:
    by = change.by.name if change.by else "Accord"
    return Restated("; ".join(_differences(change)), change.at, by, change.reason)


def _differences(change: DealChange) -> list[str]:
    """Return what became otherwise, in words; that an open deal was closed is said elsewhere."""
    said = []
    for name, words in (("amount", "Amount"), ("list_amount", "List"), ("margin", "Margin")):
        before, after = getattr(change, f"{name}_before"), getattr(change, f"{name}_after")
        if before != after or (before is not None and change.currency_before != change.currency_after):
            said.append(f"{words} {money(before, change.currency_before)} → {money(after, change.currency_after)}")
    if change.outcome_before != Deal.Outcome.OPEN:
        if change.outcome_before != change.outcome_after:
            said.append(f"{change.get_outcome_before_display()} → {change.get_outcome_after_display().lower()}")
        if change.closed_at_before != change.closed_at_after:
            said.append(f"Closed {_day(change.closed_at_before)} → {_day(change.closed_at_after)}")
    return said


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d %b %Y}" if at else "never"
