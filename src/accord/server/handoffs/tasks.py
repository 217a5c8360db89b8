"""What is promised for a lead next, in the words of whoever is to do it.

Pure: instants come in already in the reader's zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accord.server.handoffs.models import Clock
from accord.server.pipeline.models import StageName


class Verb(StrEnum):
    """What kind of thing is to be done; it decides the sign that stands before the sentence."""

    CALL = "call"
    DECIDE = "decide"
    TRY_AGAIN = "try_again"
    MOVE_ON = "move_on"


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs: what is promised by when, and how many attempts of how many are made.

    Attributes:
        next_at: By when the next try is suggested, if there is to be one.
    """

    promise: Clock.Promise
    due_at: datetime
    needed: int = 1
    made: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do with a lead; ``due_at`` is None if nothing was promised."""

    verb: Verb
    text: str
    due_at: datetime | None = None

    @property
    def afterwards(self) -> str:
        """The sentence, to stand behind another one."""
        return f"then {self.text[:1].lower()}{self.text[1:]}"

    @property
    def icon(self) -> str:
        """The sign that stands before the sentence."""
        return {
            Verb.CALL: "phone",
            Verb.DECIDE: "scale",
            Verb.TRY_AGAIN: "phone-outgoing",
            Verb.MOVE_ON: "route",
        }[self.verb]


def tasks_of(
    name: str,
    stage: StageName,
    *,
    undecided: bool,
    running: Iterable[Running],
    now: datetime,
    call_at: datetime | None = None,
) -> tuple[Task, ...]:
    """Return what is to be done with a lead, the most urgent first; there is always at least one thing.

    Args:
        name: Whom it is about.
        stage: Where the lead stands.
        undecided: Sales has neither accepted nor rejected it.
        running: The clocks that run on it, in any order.
        now: The present in the reader's zone, in which the deadlines are too.
        call_at: When they are to be called back, if that time has come.
    """
    promised = tuple(_promised(name, clock, now) for clock in sorted(running, key=lambda clock: clock.due_at))
    if call_at is not None:
        promised = (Task(Verb.CALL, f"Call {name} back {before(call_at, now)}", call_at), *promised)
    return promised or (Task(Verb.DECIDE, "Accept or reject") if undecided else Task(Verb.MOVE_ON, _onward(stage)),)


def _promised(name: str, clock: Running, now: datetime) -> Task:
    when = before(clock.due_at, now)
    match clock.promise:
        case Clock.Promise.DECIDE:
            return Task(Verb.DECIDE, f"Accept or reject {when}", clock.due_at)
        case Clock.Promise.ATTEMPTS if clock.made:
            rest = f", all {clock.needed} {when}" if clock.due_at > now else ""
            soon = _soon(clock.next_at, now) if clock.next_at and clock.due_at > now else ""
            return Task(Verb.TRY_AGAIN, f"Try again{soon}, {clock.made} of {clock.needed} done{rest}", clock.due_at)
        case Clock.Promise.ATTEMPTS:
            return Task(Verb.TRY_AGAIN, f"Try {clock.needed} times {when}", clock.due_at)
        case _:
            return Task(Verb.CALL, f"Call {name} {when}", clock.due_at)


def _soon(suggested: datetime, now: datetime) -> str:
    """Return a suggestion as part of a sentence: nothing is late by it."""
    return f" {before(suggested, now)}" if suggested > now else " now"


def before(due: datetime, now: datetime) -> str:
    """Return a deadline as the end of a sentence; the nearer it is, the fewer words it takes.

    Examples:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        >>> [before(noon + timedelta(hours=h), noon) for h in (1, 24, 72, 24 * 30)]
        ['before 13:00', 'before 12:00 tomorrow', 'before Thu 12:00', 'before Wed 1 Apr, 12:00']
        >>> before(noon, noon + timedelta(hours=1)), before(noon, noon + timedelta(days=2))
        ('now: it was due at 12:00', 'now: it was due on Mon 2 Mar, 12:00')
    """
    days = (due.date() - now.date()).days
    if due <= now:
        return (
            f"now: it was due at {due:%H:%M}" if days == 0 else f"now: it was due on {due:%a} {due.day} {due:%b, %H:%M}"
        )
    match days:
        case 0:
            return f"before {due:%H:%M}"
        case 1:
            return f"before {due:%H:%M} tomorrow"
        case _ if due - now < timedelta(days=6):
            return f"before {due:%a %H:%M}"
        case _:
            return f"before {due:%a} {due.day} {due:%b, %H:%M}"


def _onward(stage: StageName) -> str:
    match stage:
        case StageName.SAL:
            return "Qualify or give back"
        case StageName.SQL:
            return "Start a deal or give back"
        case StageName.OPPORTUNITY:
            return "Win or lose the deal"
        case StageName.CUSTOMER | StageName.RECYCLED | StageName.DISQUALIFIED:
            return "Nothing more to do"
        case _:
            return "Nothing yet: marketing has it"
