"""The course of one call, out of whatever was reported of it, in whatever order and however often."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

MOST_REPORTS = 60
"""Of one call; a telephone system that reports more repeats itself."""


class Status(StrEnum):
    """How far a call got. Of several reports the later one in this list counts, whichever came first.

    That a menu or machine took the call (*ended*) says less than that nobody here answered, and that somebody did says
    most: whoever rings through to the second colleague has been missed by the first and was answered.
    """

    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"
    FAILED = "failed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    ANSWERED = "answered"

    @property
    def rank(self) -> int:
        """Return its place in the list."""
        return _RANKS[self]

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.rank >= Status.ENDED.rank

    @property
    def was_answered(self) -> bool:
        """Whether somebody was spoken to, as far as anybody says."""
        return self in {Status.ENDED, Status.ANSWERED}


_RANKS = {status: place for place, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Report:
    """What a telephone system said of a call at one moment; empty or None where it said nothing.

    Attributes:
        key: The system's name of the call.
        at: When it said so.
        inbound: Whether they called us.
        caller: The number that called, as given.
        called: The number that was called, as given.
        seconds: How long it lasted.
        name: Of the caller, as their telephone or provider gives it.
        recording: Address of the recording; the recording itself is never fetched.
        transcript: Address of its text, likewise.
        agent: Who of ours it was: an address, or a number.
    """

    key: str
    status: Status
    at: datetime
    inbound: bool | None = None
    caller: str = ""
    called: str = ""
    started_at: datetime | None = None
    seconds: int | None = None
    name: str = ""
    recording: str = ""
    transcript: str = ""
    agent: str = ""

    def stored(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if value not in (None, "")
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Report":
        """Return it from what JSON kept."""
        values = dict(stored)
        for name in ("at", "started_at"):
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        return cls(**values | {"status": Status(values["status"])})


@dataclass(frozen=True, slots=True)
class Course:
    """What all reports of a call come to; the fields are those of ``Report``."""

    status: Status
    started_at: datetime
    inbound: bool | None
    caller: str
    called: str
    seconds: int | None
    name: str
    recording: str
    transcript: str
    agent: str


def course(reports: Iterable[Report]) -> Course:
    """Return what reports of one call come to, the same in any order.

    Where they differ, the latest word counts; of how far the call got, the one that says most.
    """
    told = sorted(reports, key=lambda report: (report.at, repr(sorted(report.stored().items()))))

    def last(name: str) -> Any:  # noqa: ANN401  (whatever the field holds)
        return next((value for report in reversed(told) if (value := getattr(report, name)) not in (None, "")), None)

    return Course(
        status=max((report.status for report in told), key=lambda status: status.rank),
        started_at=min(report.started_at or report.at for report in told),
        inbound=last("inbound"),
        seconds=max((report.seconds for report in told if report.seconds is not None), default=None),
        **{name: last(name) or "" for name in ("caller", "called", "name", "recording", "transcript", "agent")},
    )


def with_report(stored: list[dict[str, Any]], report: Report) -> list[dict[str, Any]]:
    """Return the reports of a call with one more; one that is there already changes nothing."""
    one = report.stored()
    return stored if one in stored or len(stored) >= MOST_REPORTS else [*stored, one]
