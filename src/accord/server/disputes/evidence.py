"""Everything the system knows of a contested decision, frozen in plain words when it is contested."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accord.agreement import Agreement
from accord.agreement.explanation import Because, criteria_of
from accord.server.calls.models import Call
from accord.server.handoffs.explaining import look_back
from accord.server.handoffs.lead_page import reasons_in_words
from accord.server.handoffs.models import Clock, Offer
from accord.server.handoffs.timeline import Entry, Kind, stream
from accord.server.pipeline.models import Lead
from accord.server.ui.words import duration

MOST = 250
"""Entries of one kind that a pack holds; of more, the latest."""
Place = tuple[datetime, int, int]
"""As ``Entry.place``: the instant, what comes first of two things at once, and the row."""
CALLS = 9
"""Calls come after what the stream of the lead says of the same instant."""
CALL_ENDS = {
    "answered": "answered",
    "no_answer": "no answer",
    "busy": "busy",
    "voicemail": "left a message",
    "failed": "could not be connected",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the agreement at that instant.

    Attributes:
        held: Whether it held.
        says: What it asks, in the words of the agreement.
        found: What was found of the lead, and by how much that fell short.
    """

    name: str
    held: bool
    says: str
    found: str


@dataclass(frozen=True, slots=True)
class Promised:
    """One clock: what was owed by when, and what came of it; instants in ISO 8601, empty where there is none."""

    id: int
    promise: str
    owner: str
    started: str
    due: str
    stopped: str
    outcome: str
    took: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: when, which row says so, and what, in sentences.

    Attributes:
        at: ISO 8601.
        kind: ``touchpoints``, ``stages``, ``handoffs``, ``attempts``, ``clocks`` or ``calls``.
        id: Of the row that says so.
        says: One sentence.
        note: What somebody wrote, or what is known besides.
        why: Further lines, such as who was passed over and why.
    """

    at: str
    kind: str
    id: int
    icon: str
    tone: str
    says: str
    note: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """The evidence; as JSON it is what ``Evidence.pack`` holds.

    Attributes:
        criteria_at: At which instant the criteria are shown, in ISO 8601.
        zone: In which zone the sentences say times.
        cautions: What should be known of all this.
        happened: In the order of time.
    """

    criteria_at: str
    revision: int
    zone: str
    cautions: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    promised: tuple[Promised, ...]
    happened: tuple[Happening, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def evidence(offer: Offer, contested_at: datetime, criteria_at: datetime, *, now: datetime) -> Pack:
    """Return what is known of a hand-off and the decisions about it.

    Args:
        offer: With ``lead``, its person and company, and ``revision`` loaded.
        contested_at: Touchpoints after it are left out; all else goes on until ``now``.
        criteria_at: At which instant the criteria are shown, by the revision of the offer.
        now: When it is assembled.
    """
    lead = offer.lead
    back = look_back(lead, criteria_at, now=now, revision=offer.revision.number)
    agreement = back.law.agreement
    with timezone.override(agreement.zone):
        happened, left_out = _happened(lead, agreement, contested_at, now)
        return Pack(
            criteria_at=criteria_at.isoformat(),
            revision=back.law.revision.number,
            zone=agreement.zone.key,
            cautions=(*back.cautions, *left_out),
            criteria=tuple(
                Criterion(each.name, each.held, each.says, _found(each)) for each in criteria_of(back.situation)
            ),
            promised=tuple(_promised(lead)),
            happened=tuple(happened),
        )


def _found(because: Because) -> str:
    """Return what was found, of a criterion that is made of several with each of them."""
    own = " ".join(filter(None, (because.found, because.short)))
    parts = "; ".join(
        f"{part.says}{f' ({inner})' if (inner := _found(part)) else ''}: {'holds' if part.held else 'does not hold'}"
        for part in because.parts
    )
    return " ".join(filter(None, (own, parts)))


def _holder(offer: Offer | None) -> str:
    """Return who owed what a clock runs for; without an offer, marketing did."""
    if offer is None:
        return "Marketing"
    return offer.owner.name if offer.owner else f"Queue of {offer.queue}"


def _promised(lead: Lead) -> Iterator[Promised]:
    clocks = Clock.objects.filter(lead=lead).select_related("offer__owner").order_by("started_at", "due_at", "pk")
    for clock in clocks:
        yield Promised(
            id=clock.pk,
            promise=clock.get_promise_display(),
            owner=_holder(clock.offer),
            started=clock.started_at.isoformat(),
            due=clock.due_at.isoformat(),
            stopped=clock.stopped_at.isoformat() if clock.stopped_at else "",
            outcome=clock.get_outcome_display() if clock.outcome else "Still running",
            took=duration(clock.response) if clock.response is not None else "",
        )


def _happened(lead: Lead, agreement: Agreement, until: datetime, now: datetime) -> tuple[list[Happening], list[str]]:
    """Return everything that happened in the order of time, and what is left out."""
    reasons, found, left_out = reasons_in_words(agreement), [], []
    for kind in Kind:
        entries, more = _entries(lead, reasons, kind, until if kind is Kind.TOUCHPOINTS else now)
        found += entries
        if more:
            left_out.append(f"Of {kind.value} only the latest {MOST} stand here.")
    found += _calls(lead, now)
    return [each for _, each in sorted(found, key=lambda pair: pair[0])], left_out


def _entries(
    lead: Lead, reasons: dict[str, str], kind: Kind, until: datetime
) -> tuple[list[tuple[Place, Happening]], bool]:
    found: list[tuple[Place, Happening]] = []
    after = ""
    while len(found) < MOST:
        page = stream(lead, reasons, kind=kind, after=after)
        found += [(entry.place, _from_entry(entry)) for entry in page.entries if entry.at <= until]
        after = page.more
        if not after:
            return found, False
    return found, True


def _from_entry(entry: Entry) -> Happening:
    why = tuple(f"{name}: {detail}" if detail else name for name, detail in entry.why)
    at, _, key = entry.place
    return Happening(at.isoformat(), entry.kind.value, key, entry.icon, entry.tone, entry.text, entry.note, why)


def _calls(lead: Lead, now: datetime) -> Iterator[tuple[Place, Happening]]:
    """Yield the calls with the person that the telephone reported since the lead began."""
    calls = Call.objects.filter(Q(person=lead.person_id), started_at__gte=lead.opened_at, started_at__lte=now)
    for call in calls.select_related("agent").order_by("-started_at", "-pk")[:MOST]:
        by_us = call.direction == Call.Direction.OUT
        whose = f"{call.agent.name} called them" if call.agent else "We called them"
        text = f"{whose if by_us else 'They called us'}: {CALL_ENDS.get(call.status, call.status.replace('_', ' '))}"
        note = f"{call.seconds} s" if call.seconds is not None else ""
        icon = "phone-outgoing" if by_us else "phone-incoming"
        at = call.started_at
        yield (at, CALLS, call.pk), Happening(at.isoformat(), "calls", call.pk, icon, "", text, note, ())
