"""Everything that happened to a lead in one stream, newest first, a page at a time.

Each source is read in the order of the stream and only as far as the page needs, so that a lead with ten thousand
touchpoints costs no more than one with ten.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from heapq import nlargest
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from accord.agreement import clauses
from accord.agreement.english_words import label
from accord.agreement.explanation import event_in_words
from accord.errors import AccordError
from accord.server.agreements.services import readable
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer
from accord.server.people.models import Touchpoint
from accord.server.pipeline.models import DecidedBy, Lead, StageChange
from accord.server.ui.words import duration

PER_PAGE = 25


class Kind(StrEnum):
    """What an entry of the stream is about; the filter of the page."""

    TOUCHPOINTS = "touchpoints"
    ATTEMPTS = "attempts"
    HANDOFFS = "handoffs"
    STAGES = "stages"
    CLOCKS = "clocks"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        place: Its place among all entries, by which the next page begins; greater is later.
        tone: ``ok``, ``late``, ``marketing``, ``sales`` or empty.
        text: One sentence.
        note: What somebody wrote, or what is known besides.
        why: Lines that open on demand, such as who was passed over and why.
    """

    place: tuple[datetime, int, int]
    kind: Kind
    icon: str
    tone: str
    text: str
    note: str = ""
    why: tuple[tuple[str, str], ...] = ()

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.place[0]


@dataclass(frozen=True, slots=True)
class Stream:
    """One page of the stream; ``more`` is where the next one begins, empty at the end."""

    entries: tuple[Entry, ...]
    more: str


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows of one table as entries; ``order`` puts sources in turn where two things happened at once."""

    kind: Kind
    order: int
    column: str
    rows: Callable[[Lead], "QuerySet[Any]"]
    entry: Callable[[Any], tuple[str, str, str, str, tuple[tuple[str, str], ...]]]


def stream(lead: Lead, reasons: dict[str, str], *, kind: Kind | None = None, after: str = "") -> Stream:
    """Return a page of what happened, newest first.

    Args:
        lead: Whose history; its person's touchpoints of all cycles belong to it.
        reasons: The words of each agreed reason, by its name.
        kind: Only entries of one kind; None: all.
        after: Where the page before ended, as its ``more`` says.

    Raises:
        AccordError: ``timeline.bad_place`` if ``after`` is nothing that this function gave out.
    """
    place = _place(after) if after else None
    found: list[Entry] = []
    for source in _sources(reasons):
        if kind is None or source.kind is kind:
            found.extend(_read(source, lead, place))
    page = nlargest(PER_PAGE + 1, found, key=lambda entry: entry.place)
    shown = tuple(page[:PER_PAGE])
    return Stream(shown, _written(shown[-1].place) if len(page) > PER_PAGE else "")


def _read(source: _Source, lead: Lead, place: tuple[datetime, int, int] | None) -> Iterable[Entry]:
    rows = source.rows(lead).filter(**{f"{source.column}__isnull": False})
    if place is not None:
        at, order, key = place
        earlier = Q(**{f"{source.column}__lt": at})
        same = Q(**{source.column: at})
        if source.order == order:
            earlier |= same & Q(pk__lt=key)
        elif source.order < order:
            earlier |= same
        rows = rows.filter(earlier)
    for row in rows.order_by(f"-{source.column}", "-pk")[: PER_PAGE + 1]:
        icon, tone, text, note, why = source.entry(row)
        yield Entry((getattr(row, source.column), source.order, row.pk), source.kind, icon, tone, text, note, why)


def _written(place: tuple[datetime, int, int]) -> str:
    return f"{place[0].isoformat()}_{place[1]}_{place[2]}"


def _place(text: str) -> tuple[datetime, int, int]:
    try:
        at, order, key = text.split("_")
        place = datetime.fromisoformat(at), int(order), int(key)
        place[0].astimezone(UTC)  # the first and the last day may lie beyond the calendar there
    except (ValueError, OverflowError) as error:
        raise AccordError(
            "timeline.bad_place", "that is no place in this history", hint="load the page anew"
        ) from error
    if place[0].tzinfo is None or not 0 <= place[2] < 2**63:
        raise AccordError("timeline.bad_place", "that is no place in this history", hint="load the page anew")
    return place


def _sources(reasons: dict[str, str]) -> Sequence[_Source]:
    clocks = Prefetch("clocks", Clock.objects.order_by("due_at"))
    return (
        _Source(Kind.TOUCHPOINTS, 0, "at", lambda lead: Touchpoint.objects.filter(person=lead.person_id), _touchpoint),
        _Source(
            Kind.STAGES, 1, "at", lambda lead: lead.stage_changes.select_related("user", "revision"), _stage_change
        ),
        _Source(
            Kind.HANDOFFS,
            2,
            "offered_at",
            lambda lead: lead.offers.select_related("owner", "revision").prefetch_related(clocks),
            _offered,
        ),
        _Source(Kind.ATTEMPTS, 3, "at", lambda lead: lead.attempts.select_related("by"), _attempt),
        _Source(
            Kind.HANDOFFS,
            4,
            "decided_at",
            lambda lead: lead.offers.select_related("owner", "decided_by"),
            lambda offer: _decided(offer, reasons),
        ),
        _Source(
            Kind.CLOCKS,
            5,
            "at",
            lambda lead: (
                ClockEvent.objects.filter(clock__lead=lead)
                .exclude(kind=ClockEvent.Kind.STARTED)
                .select_related("clock")
            ),
            _clock_event,
        ),
    )


_Shown = tuple[str, str, str, str, tuple[tuple[str, str], ...]]

SIGNS = (
    ("form", "file-text"),
    ("page", "world"),
    ("mail", "mail-opened"),
    ("call", "phone-incoming"),
    ("meeting", "calendar-event"),
    ("webinar", "speakerphone"),
    ("download", "download"),
)


NOT_COUNTED = "a robot's, does not count"


def discounted_lines(lead: Lead, until: datetime) -> tuple[str, ...]:
    """Return what the person of a lead is said to have done that gives no points, with what gave the robot away."""
    left_out = Touchpoint.objects.filter(person=lead.person_id, counts=False, at__lte=until)
    kinds = left_out.order_by("event", "why_not").values_list("event", "why_not").annotate(times=Count("pk"))
    return tuple(
        f"{event_in_words(event)}{f', {times} times' if times > 1 else ''}: "
        + (f"it {why_not}" if why_not else NOT_COUNTED)
        for event, why_not, times in kinds
    )


def _touchpoint(row: Touchpoint) -> _Shown:
    icon = next((sign for word, sign in SIGNS if word in row.event), "circle-dashed")
    known = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in row.properties.items())
    source = f"via {row.source}" if row.source else ""
    robot = "" if row.counts else f"does not count: it {row.why_not}" if row.why_not else NOT_COUNTED
    return icon, "marketing", event_in_words(row.event), " · ".join(filter(None, (robot, known, source))), ()


def _stage_change(row: StageChange) -> _Shown:
    tone = {"customer": "ok", "disqualified": "", "recycled": "marketing"}.get(row.to_stage, "")
    to = row.get_to_stage_display()
    text = f"{row.get_from_stage_display()} → {to}" if row.from_stage else f"Began as {to}"
    return "arrow-right", tone, text, " · ".join(part for part in (row.reason, _decided_by(row)) if part), ()


def _decided_by(row: StageChange) -> str:
    who = row.user.name if row.user else DecidedBy(row.decided_by).label
    return f"{who}, under {str(row.revision).lower()}" if row.revision else str(who)


def _offered(row: Offer) -> _Shown:
    queue = f"the queue {label(row.named_queue)} of {row.queue}" if row.named_queue else f"the queue of {row.queue}"
    whom = row.owner.name if row.owner else queue
    promises = "; ".join(
        f"{clock.get_promise_display().lower()} by {timezone.localtime(clock.due_at):%a %d %b %H:%M}"
        for clock in row.clocks.all()
    )
    fast = "Fast lane: offered" if row.via == "fast_lane" else "Offered"
    considered = tuple((str(one.get("name", "")), str(one.get("detail", ""))) for one in row.routing)
    why = (*((sentence, "") for sentence in _agreed(row)), *considered)
    return "user-plus", "sales", f"{fast} to {whom}", f"Promised: {promises}" if promises else "", why


def _agreed(row: Offer) -> list[str]:
    """Return what the agreement said of who gets the lead: the sentences of the rule by which it was offered."""
    agreement = readable(row.revision) if row.clause else None
    if agreement is None:
        return []
    return [said.sentence for said in clauses(agreement) if f"{said.path}.".startswith(f"{row.clause}.")]


def _decided(row: Offer, reasons: dict[str, str]) -> _Shown:
    who = row.decided_by.name if row.decided_by else "the agreement"
    match row.status:
        case Offer.Status.ACCEPTED:
            return "circle-check", "ok", f"Accepted by {who}", row.note, ()
        case Offer.Status.REJECTED:
            label = reasons.get(row.reject_reason, row.reject_reason)
            return "circle-x", "late", f"Rejected by {who}: {label}", row.note, ()
        case _:
            owner = row.owner.name if row.owner else f"the queue of {row.queue}"
            return "arrow-back-up", "", f"Taken from {owner}", row.note, ()


OUTCOME_SIGNS = {
    Attempt.Outcome.REACHED: ("phone-call", "ok"),
    Attempt.Outcome.NO_ANSWER: ("phone-off", ""),
    Attempt.Outcome.VOICEMAIL: ("message", "sales"),
    Attempt.Outcome.WRONG_CONTACT: ("ban", "late"),
    Attempt.Outcome.SENT: ("send", "sales"),
}
CHANNEL_SIGNS = {Attempt.Channel.MAIL: "mail", Attempt.Channel.MEETING: "calendar-event"}


def _attempt(row: Attempt) -> _Shown:
    icon, tone = OUTCOME_SIGNS[Attempt.Outcome(row.outcome)]
    icon = CHANNEL_SIGNS.get(Attempt.Channel(row.channel), icon)
    return (
        icon,
        tone,
        f"{row.get_channel_display()} by {row.by.name}: {row.get_outcome_display().lower()}",
        row.note,
        (),
    )


def _clock_event(row: ClockEvent) -> _Shown:
    promise = row.clock.get_promise_display()
    match row.kind:
        case ClockEvent.Kind.BREACHED:
            return "alarm", "late", f"Too late: {promise.lower()}", f"It was due {_moment(row.clock.due_at)}", ()
        case ClockEvent.Kind.REMINDED | ClockEvent.Kind.TOLD:
            return "bell", "", f"{row.get_kind_display()}: {promise.lower()}", row.step, ()
        case ClockEvent.Kind.REASSIGNED:
            return "refresh", "late", f"{promise} was not kept in time", "The lead went to somebody else", ()
        case ClockEvent.Kind.STOPPED:
            return _stopped(row.clock, row.step, promise, row.note)
        case ClockEvent.Kind.PAUSED:
            return "clock-pause", "soon", f"{promise}: on hold", row.note, ()
        case ClockEvent.Kind.RESUMED | ClockEvent.Kind.MOVED:
            due = f"Due {_moment(row.clock.due_at)} by now" if row.clock.stopped_at is None else ""
            return "player-play", "", f"{promise}: {row.get_kind_display().lower()}", _joined(row.note, due), ()
        case _:
            return "alert-triangle", "late", f"{row.get_kind_display()}: {promise.lower()}", "", ()


def _stopped(clock: Clock, step: str, promise: str, why: str) -> _Shown:
    if "taken back" in step:
        return "clock-pause", "", f"{promise}: the clock runs on", "The rejection was taken back", ()
    took = _took(clock)
    match step:
        case Clock.Outcome.KEPT:
            return "check", "ok", f"In time: {promise.lower()}", took, ()
        case Clock.Outcome.LATE:
            return "clock", "late", f"Done, but late: {promise.lower()}", took, ()
        case Clock.Outcome.MISSED:
            return "alarm", "late", f"Missed: {promise.lower()}", took, ()
        case _:
            return "player-pause", "", f"No longer owed: {promise.lower()}", why, ()


def _took(clock: Clock) -> str:
    """Return how long a clock ran: in working time, by the wall clock, and beside them how long it was on hold."""
    if clock.response is None or clock.absolute is None:
        return ""
    hold = f", {duration(clock.on_hold)} on hold not counted" if clock.on_hold else ""
    return f"It took {duration(clock.response)} of working time, {duration(clock.absolute)} by the wall clock{hold}"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%a %d %b, %H:%M}"
