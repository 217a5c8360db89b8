"""What an address of the Channels pages asks for; what cannot be understood is left out or said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from accord.server.accounts.models import Role

READERS = frozenset({Role.MARKETING, Role.OPERATIONS, Role.EXECUTIVE})
"""Who sees what each channel brought and cost."""
SORTS = ("visits", "visitors", "people", "leads", "mql", "accepted", "won", "cost", "name")
DEFAULT_SORT = "-visits"
LONGEST = 200
EVERY = "all"
"""The value of ``open`` that opens every channel."""


class Span(StrEnum):
    """A stretch of days by its name."""

    MONTH = "month"
    LAST_30 = "30"
    LAST_90 = "90"
    OWN = "own"


SPAN_LABELS = {Span.MONTH: "This month", Span.LAST_30: "30 days", Span.LAST_90: "90 days", Span.OWN: "Own dates"}


class Show(StrEnum):
    """Which rows: all, what cost money and brought nobody, or what brought somebody and has no cost."""

    ALL = ""
    NO_VISITS = "no-visits"
    NO_COST = "no-cost"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the last one included, in a zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        """Return the first instant."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """Return the first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted, and in which order.

    Attributes:
        text: Every word must occur in the source, medium or campaign, or in the name of the channel.
        opened: The channel whose rows are shown, or ``EVERY``.
        sort: One of ``SORTS``, with ``-`` in front for the largest first.
        problem: What could not be understood, as a sentence.
    """

    period: Period
    span: Span = Span.LAST_30
    show: Show = Show.ALL
    text: str = ""
    opened: str = ""
    sort: str = DEFAULT_SORT
    problem: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether something but the period narrows the rows."""
        return bool(self.show or self.text)


def asked(given: Mapping[str, str], zone: ZoneInfo, today: date) -> Asked:
    """Return what the parameters of an address ask for.

    Args:
        given: The parameters.
        zone: In which days are counted.
        today: The present day in ``zone``.
    """
    typed = (_clean(given, "from"), _clean(given, "to"))
    named = given.get("span", "")
    span = Span(named) if named in list(Span) else Span.OWN if any(typed) else Span.LAST_30
    first, last, problem = _days(span, typed, today)
    sort = given.get("sort", "")
    return Asked(
        period=Period(first, last, zone),
        span=span,
        show=Show(given.get("show", "")) if given.get("show", "") in list(Show) else Show.ALL,
        text=_clean(given, "q"),
        opened=_clean(given, "open"),
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        problem=problem,
    )


def _clean(given: Mapping[str, str], name: str) -> str:
    return given.get(name, "").replace("\x00", "").strip()[:LONGEST]


def _days(span: Span, typed: tuple[str, str], today: date) -> tuple[date, date, str]:
    match span:
        case Span.MONTH:
            return today.replace(day=1), today, ""
        case Span.LAST_90:
            return today - timedelta(days=89), today, ""
        case Span.OWN:
            return _own(typed, today)
    return today - timedelta(days=29), today, ""


def _own(typed: tuple[str, str], today: date) -> tuple[date, date, str]:
    usual = today - timedelta(days=29)
    days = []
    for text, missing in zip(typed, (usual, today), strict=True):
        try:
            day = date.fromisoformat(text) if text else missing
        except ValueError:
            return usual, today, f"“{text}” is not a day, so these are the last 30 days; write it as 2026-03-31."
        if not 1970 <= day.year <= 2999:
            return usual, today, f"“{text}” is too far away, so these are the last 30 days."
        days.append(day)
    first, last = days
    if first > last and typed[0] and typed[1]:
        return first, last, "The period ends before it begins, so nothing can be in it; exchange the two days."
    return min(first, last), last, ""
