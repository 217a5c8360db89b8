"""What an address of these pages asks for; what cannot be understood is left out or said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from accord.agreement import FUNNEL
from accord.insight import Period
from accord.insight.closing import Dimension
from accord.rules import microseconds
from accord.server.accounts.models import Role
from accord.server.agreements.services import in_force_or_none
from accord.server.ui.components import STAGES

T = TypeVar("T", bound=Enum)

READERS = frozenset({Role.MARKETING, Role.OPERATIONS, Role.EXECUTIVE})
"""Who sees how leads close; the same as who sees what each channel brought."""
STAGE_NAMES = tuple(stage.value for stage in FUNNEL)


class Span(StrEnum):
    """A stretch of days by its name."""

    QUARTER = "90"
    YEAR = "365"
    ALL = "all"
    OWN = "own"


SPAN_LABELS = {Span.QUARTER: "90 days", Span.YEAR: "Year", Span.ALL: "All time", Span.OWN: "Own dates"}


class Cycle(StrEnum):
    """Which runs through the funnel count."""

    FIRST = "first"
    LATER = "later"
    ALL = "all"


CYCLE_LABELS = {Cycle.FIRST: "First cycles", Cycle.LATER: "Later cycles", Cycle.ALL: "All cycles"}
_CYCLES = {Cycle.ALL: 0, Cycle.FIRST: 1, Cycle.LATER: 2}


class Base(StrEnum):
    """Of which leads the share is taken that was won."""

    LEAD = "lead"
    MQL = "mql"
    OFFERED = "offered"
    ACCEPTED = "sal"
    SQL = "sql"


BASE_LABELS = {
    Base.LEAD: "Leads",
    Base.MQL: "MQL",
    Base.OFFERED: "Offered to sales",
    Base.ACCEPTED: "Accepted by sales",
    Base.SQL: "SQL",
}


@dataclass(frozen=True, slots=True)
class Days:
    """Which days, and which runs.

    Attributes:
        problem: What could not be understood, as a sentence.
    """

    period: Period
    span: Span
    cycle: Cycle
    now: datetime
    problem: str = ""

    @property
    def given(self) -> dict[str, int | str]:
        """The parameters of a question."""
        ends = {"from_us": self.period.from_us, "to_us": self.period.to_us}
        return {**ends, "cycle": _CYCLES[self.cycle], "now_us": microseconds(self.now)}

    @property
    def last_day(self) -> date | None:
        """The last day; None: there is no end."""
        return self.period.end - timedelta(days=1) if self.period.end else None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address that asks for the very same days and runs."""
        found = {"cycle": self.cycle.value, "span": self.span.value}
        if self.period.first and self.last_day:
            found |= {"span": Span.OWN.value, "from": str(self.period.first), "to": str(self.last_day)}
        return found


@dataclass(frozen=True, slots=True)
class MapAsked:
    """Which map.

    Attributes:
        row: The dimension of the rows.
        column: That of the columns; None: there is but one column.
        base: Of which leads.
        everything: Whether the smallest rows and columns stand by themselves, too.
    """

    days: Days
    row: Dimension
    column: Dimension | None
    base: Base
    everything: bool

    @property
    def given(self) -> dict[str, int | str]:
        """The parameters of a question."""
        return {**self.days.given, "base": self.base.value}

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address that asks for the very same leads."""
        columns = self.column.value if self.column else ""
        return {**self.days.parameters, "rows": self.row.value, "columns": columns, "base": self.base.value}


@dataclass(frozen=True, slots=True)
class FunnelAsked:
    """From which stage to which."""

    days: Days
    first: str
    second: str

    @property
    def given(self) -> dict[str, int | str]:
        """The parameters of a question."""
        return {**self.days.given, "first": self.first, "second": self.second}


@dataclass(frozen=True, slots=True)
class DiscountsAsked:
    """Discounts of deals won in some days, by one dimension."""

    days: Days
    dimension: Dimension

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address that asks for the very same deals."""
        return {**self.days.parameters, "rows": self.dimension.value}


def discounts_asked(wanted: Mapping[str, str], now: datetime) -> DiscountsAsked:
    """Return which discounts the parameters of an address ask for; by owner unless they say something else."""
    return DiscountsAsked(_days(wanted, now), _one(Dimension, wanted.get("rows"), Dimension.OWNER))


def map_asked(wanted: Mapping[str, str], now: datetime) -> MapAsked:
    """Return which map the parameters of an address ask for; sources by owners unless they say something else."""
    row = _one(Dimension, wanted.get("rows"), Dimension.SOURCE)
    column = None if wanted.get("columns") == "" else _one(Dimension, wanted.get("columns"), Dimension.OWNER)
    column = None if column is row else column
    base = _one(Base, wanted.get("base"), Base.MQL)
    return MapAsked(_days(wanted, now), row, column, base, wanted.get("all") == "1")


def funnel_asked(wanted: Mapping[str, str], now: datetime) -> FunnelAsked:
    """Return from where to where the parameters of an address ask; from MQL to customer unless they say."""
    first, second = wanted.get("first", "mql"), wanted.get("second", "customer")
    days = _days(wanted, now)
    if first not in STAGE_NAMES or second not in STAGE_NAMES:
        return FunnelAsked(days, "mql", "customer")
    if STAGE_NAMES.index(first) >= STAGE_NAMES.index(second):
        problem = f"{STAGES[second].label} does not come after {STAGES[first].label}, so this is MQL to customer."
        return FunnelAsked(Days(days.period, days.span, days.cycle, days.now, problem), "mql", "customer")
    return FunnelAsked(days, first, second)


def _one(kind: type[T], wanted: str | None, usual: T) -> T:
    return next((each for each in kind if each.value == wanted), usual)


def _days(wanted: Mapping[str, str], now: datetime) -> Days:
    law = in_force_or_none()
    zone = law.agreement.zone if law else ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    typed = (wanted.get("from", "")[:20], wanted.get("to", "")[:20])
    span = _one(Span, wanted.get("span"), Span.OWN if any(typed) else Span.YEAR)
    cycle = _one(Cycle, wanted.get("cycle"), Cycle.FIRST)
    usual = Period(today - timedelta(days=364), today + timedelta(days=1), zone)
    match span:
        case Span.ALL:
            return Days(Period(None, None, zone), span, cycle, now)
        case Span.QUARTER:
            return Days(Period(today - timedelta(days=89), usual.end, zone), span, cycle, now)
        case Span.YEAR:
            return Days(usual, span, cycle, now)
    try:
        first, last = _day(typed[0], today - timedelta(days=364)), _day(typed[1], today)
    except ValueError:
        return Days(usual, span, cycle, now, "That is not a day, so this is the last year; write it as 2026-03-31.")
    if not 1970 < first.year <= last.year < 3000:
        return Days(usual, span, cycle, now, "These days are too far away, so this is the last year.")
    if first > last:
        return Days(usual, span, cycle, now, "The period ends before it begins, so this is the last year.")
    return Days(Period(first, last + timedelta(days=1), zone), span, cycle, now)


def _day(text: str, missing: date) -> date:
    return date.fromisoformat(text) if text else missing
