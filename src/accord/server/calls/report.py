"""What the report of calls counts: the calls that came in during a period, in parts, and what came of who called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from django.db import connection

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.calls.course import Status
from accord.server.calls.models import TrackingNumber
from accord.server.calls.queries import OVER, READERS, UNANSWERED
from accord.server.channels.asked import Period

ANSWERED = [status.value for status in Status if status.was_answered]
STATUS_LABELS = {
    Status.ANSWERED: "Answered",
    Status.ENDED: "Taken by a menu or machine",
    Status.VOICEMAIL: "Left a message",
    Status.NO_ANSWER: "Nobody answered",
    Status.BUSY: "Busy",
    Status.FAILED: "Could not be connected",
    Status.IN_PROGRESS: "Going on",
    Status.RINGING: "Ringing",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""By their number of ISO 8601, less one."""


class Part(StrEnum):
    """By what calls are counted."""

    ALL = "all"
    NUMBER = "number"
    CAMPAIGN = "campaign"
    HOUR = "hour"
    STATUS = "status"
    AGENT = "agent"


class Key(NamedTuple):
    """One of a part: the columns that the part is counted by; the others are None, and so is what is not known.

    Attributes:
        way: The first tracking number that stands for the same source, medium and campaign.
    """

    number: int | None
    way: int | None
    weekday: int | None
    hour: int | None
    status: str | None
    agent: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What one of a part counts.

    Attributes:
        calls: That came in.
        first: Of these, the first ever of their number.
        answered: Somebody, or something, took them.
        missed: They are over, and nobody answered.
        back: Of the missed, those who were called back since then.
        back_seconds: How long that took at the median, by the clock on the wall; None: nobody was.
        talk_seconds: How long those that were answered lasted at the median; None: nobody says.
        leads: Of people who called, opened since their first call here.
        mql: Likewise, come to MQL or further since then; ``accepted`` and ``won`` likewise.
    """

    calls: int = 0
    first: int = 0
    answered: int = 0
    missed: int = 0
    back: int = 0
    back_seconds: float | None = None
    talk_seconds: float | None = None
    leads: int = 0
    mql: int = 0
    accepted: int = 0
    won: int = 0

    @property
    def missed_share(self) -> float | None:
        """The share of calls that were missed; None of none."""
        return self.missed / self.calls if self.calls else None

    @property
    def back_after(self) -> timedelta | None:
        """How long it took to call back at the median."""
        return None if self.back_seconds is None else timedelta(seconds=round(self.back_seconds))

    @property
    def talked(self) -> timedelta | None:
        """How long calls that were answered lasted at the median."""
        return None if self.talk_seconds is None else timedelta(seconds=round(self.talk_seconds))


@dataclass(frozen=True, slots=True)
class Line:
    """One of a part, by name, with what narrows the rows behind its numbers to it."""

    name: str
    note: str
    narrow: Mapping[str, str]
    counts: Counts


@dataclass(frozen=True, slots=True)
class CallReport:
    """The calls that came in during a period.

    Attributes:
        total: All of them.
        numbers: By tracking number, most calls first, then by name; so are ``campaigns``, ``statuses`` and ``agents``.
        agents: Of the answered ones alone.
        hours: By weekday (1 is Monday) and hour in the zone of the agreement; where nobody called there is none.
    """

    total: Counts
    numbers: tuple[Line, ...]
    campaigns: tuple[Line, ...]
    statuses: tuple[Line, ...]
    agents: tuple[Line, ...]
    hours: Mapping[tuple[int, int], Counts]

    @property
    def worst(self) -> tuple[int, int] | None:
        """The weekday and hour in which most were missed, the first of the week if several; None if none was."""
        missed = {when: counts.missed for when, counts in self.hours.items() if counts.missed}
        return min(missed, key=lambda when: (-missed[when], when)) if missed else None


def call_report(period: Period, reader: User, sort: str = "") -> CallReport:
    """Return the report of a period; weekdays and hours are those of its zone.

    Args:
        period: Which days.
        reader: Who asks.
        sort: One of ``SORTS`` for every table, with ``-`` in front for the largest first; empty: most calls first.

    Raises:
        AccessError: Their role sees no calls.
    """
    require(reader, READERS, "see calls")
    counted = _counted(period)
    numbers = {number.pk: number for number in TrackingNumber.objects.all()}
    keys = [key.agent for part, key in counted if part is Part.AGENT and key.agent]
    agents = dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))
    of = {part: {key: counts for (each, key), counts in counted.items() if each is part} for part in Part}
    return CallReport(
        total=next(iter(of[Part.ALL].values()), Counts()),
        numbers=_lines((_of_number(key, numbers, counts) for key, counts in of[Part.NUMBER].items()), sort),
        campaigns=_lines((_of_campaign(key, numbers, counts) for key, counts in of[Part.CAMPAIGN].items()), sort),
        statuses=_lines((_of_status(key, counts) for key, counts in of[Part.STATUS].items()), sort),
        agents=_lines((_of_agent(key, agents, counts) for key, counts in of[Part.AGENT].items()), sort),
        hours={(key.weekday or 0, key.hour or 0): counts for key, counts in of[Part.HOUR].items()},
    )


def _counted(period: Period) -> dict[tuple[Part, Key], Counts]:
    width = 1 + len(Key._fields)
    calls: dict[tuple[Part, Key], tuple[Any, ...]] = {}
    leads: dict[tuple[Part, Key], tuple[Any, ...]] = {}
    for row in _rows("report", period):
        calls[Part(row[0]), Key(*row[1:width])] = row[width:]
    for row in _rows("outcomes", period):
        leads[Part(row[0]), Key(*row[1:width])] = row[width:]
    return {key: Counts(*counts, *leads.get(key, ())) for key, counts in calls.items()}


def _rows(name: str, period: Period) -> list[tuple[Any, ...]]:
    given: dict[str, Any] = {
        "begins": period.begins,
        "ends": period.ends,
        "zone": period.zone.key,
        "answered": ANSWERED,
        "unanswered": UNANSWERED,
        "over": OVER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_text(name), given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@cache
def _text(name: str) -> str:
    return (files("accord.server.calls") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


SORTS = ("name", "calls", "first", "answered", "missed", "back", "talked", "leads", "mql", "accepted", "won")
"""By what tables can be sorted; ``missed`` goes by the calls, not by their share."""


def _lines(lines: Iterable[Line], sort: str) -> tuple[Line, ...]:
    usual = sorted(lines, key=lambda line: (-line.counts.calls, line.name.casefold()))
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        return tuple(usual)
    if name == "name":
        return tuple(sorted(usual, key=lambda line: line.name.casefold(), reverse=falling))
    known = [line for line in usual if getattr(line.counts, name) is not None]
    known.sort(key=lambda line: getattr(line.counts, name), reverse=falling)
    return (*known, *(line for line in usual if getattr(line.counts, name) is None))


def _of_number(key: Key, numbers: Mapping[int, TrackingNumber], counts: Counts) -> Line:
    number = numbers.get(key.number or 0)
    if number is None:
        return Line("No tracking number", "", {"number": ""}, counts)
    return Line(number.name, number.number, {"number": str(number.pk)}, counts)


def _of_campaign(key: Key, numbers: Mapping[int, TrackingNumber], counts: Counts) -> Line:
    number = numbers.get(key.way or 0)
    if number is None:
        return Line("No tracking number", "", {"number": ""}, counts)
    way = {name: getattr(number, name) for name in ("source", "medium", "campaign")}
    note = " / ".join(text or "–" for text in (number.source, number.medium)) if number.source or number.medium else ""
    return Line(number.campaign or "No campaign stated", note, way, counts)


def _of_status(key: Key, counts: Counts) -> Line:
    status = Status(key.status or "")
    return Line(STATUS_LABELS[status], "", {"status": status.value}, counts)


def _of_agent(key: Key, agents: Mapping[int, str], counts: Counts) -> Line:
    known = str(key.agent) if key.agent else ""
    return Line(agents.get(key.agent or 0, "The system does not say who"), "", {"agent": known}, counts)
