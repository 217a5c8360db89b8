"""The rows behind every number: which question lists them, how they may be narrowed, and what each column says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from accord.agreement import FUNNEL
from accord.errors import AccordError
from accord.insight import Period, Type, query
from accord.rules import microseconds
from accord.server.scoreboard import queries


class DrilldownError(AccordError):
    """There are no such rows."""


class Kind(Enum):
    """How a cell is shown."""

    INSTANT = "instant"
    WORKING_TIME = "working_time"
    DAYS = "days"
    CENTS = "cents"
    STAGE = "stage"
    WON = "won"
    WORD = "word"
    REASON = "reason"
    WHY = "why"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the question's column, and how it is shown. Whole numbers may be sorted by."""

    label: str
    name: str
    kind: Kind

    @property
    def sorts(self) -> bool:
        """Whether rows may be ordered by it."""
        return self.kind in {Kind.INSTANT, Kind.WORKING_TIME, Kind.DAYS, Kind.CENTS, Kind.STAGE}

    @property
    def number(self) -> bool:
        """Whether it stands on the right."""
        return self.kind in {Kind.WORKING_TIME, Kind.DAYS, Kind.CENTS}


@dataclass(frozen=True, slots=True)
class Drilldown:
    """The rows behind one kind of number.

    Attributes:
        title: What the rows are.
        question: The question that lists them.
        columns: What is shown beside the lead itself.
        order: The column by which they are ordered at first, with a minus for the largest first.
        equal: Parameters that a column of the same name must equal.
        at_least: Parameters that a column must reach, by the column's name.
        fixed: Parameters of the question itself, besides the period.
        choices: The parameter by which the page offers to narrow, and its values in words.
    """

    title: str
    question: str
    columns: tuple[Column, ...]
    order: str
    equal: Mapping[str, Type] = field(default_factory=dict)
    at_least: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    choices: tuple[str, tuple[tuple[str, str], ...]] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of its question."""
        return query(self.question).columns


_VERDICTS = (("kept", "Kept"), ("late", "Late"), ("missed", "Missed"), ("overdue", "Overdue now"))

DRILLDOWNS: Mapping[str, Drilldown] = {
    "funnel": Drilldown(
        title="Leads that began",
        question="funnel_leads",
        columns=(Column("Began", "opened_us", Kind.INSTANT), Column("Came as far as", "place", Kind.STAGE)),
        order="-opened_us",
        at_least=("place",),
    ),
    "wins": Drilldown(
        title="Leads first heard of",
        question="win_leads",
        columns=(
            Column("First contact", "first_contact_us", Kind.INSTANT),
            Column("Won", "won", Kind.WON),
            Column("Amount", "amount_cents", Kind.CENTS),
        ),
        order="-first_contact_us",
        equal={"source": Type.TEXT},
        at_least=("won",),
        choices=("won", (("1", "Won"),)),
    ),
    "days": Drilldown(
        title="Deals won",
        question="won_deals",
        columns=(
            Column("First contact", "first_contact_us", Kind.INSTANT),
            Column("Won", "won_us", Kind.INSTANT),
            Column("Days", "days", Kind.DAYS),
        ),
        order="-won_us",
        at_least=("flagged",),
        choices=("flagged", (("1", "Won before first contact"),)),
    ),
    "responses": Drilldown(
        title="First attempts",
        question="response_clocks",
        columns=(
            Column("Due", "due_us", Kind.INSTANT),
            Column("Stopped", "stopped_us", Kind.INSTANT),
            Column("Working time", "response_us", Kind.WORKING_TIME),
            Column("Outcome", "verdict", Kind.WORD),
        ),
        order="-due_us",
        equal={"verdict": Type.TEXT},
        choices=("verdict", _VERDICTS),
    ),
    "delivered": Drilldown(
        title="Leads delivered",
        question="delivered_leads",
        columns=(
            Column("Came that far", "reached_us", Kind.INSTANT),
            Column("Decision", "decision", Kind.WORD),
            Column("Decided", "decided_us", Kind.INSTANT),
            Column("Reason", "reject_reason", Kind.REASON),
        ),
        order="-reached_us",
        equal={"decision": Type.TEXT, "reject_reason": Type.TEXT},
        fixed=("stage",),
        choices=(
            "decision",
            (
                ("accepted", "Accepted"),
                ("rejected", "Rejected"),
                ("waiting", "Awaits a decision"),
                ("held", "Not handed over"),
            ),
        ),
    ),
    "promises": Drilldown(
        title="What was owed by a time",
        question="promise_clocks",
        columns=(
            Column("Due", "due_us", Kind.INSTANT),
            Column("Stopped", "stopped_us", Kind.INSTANT),
            Column("Working time", "response_us", Kind.WORKING_TIME),
            Column("Outcome", "verdict", Kind.WORD),
        ),
        order="-due_us",
        equal={"clause": Type.TEXT, "promise": Type.TEXT, "revision": Type.BIGINT, "verdict": Type.TEXT},
        choices=(
            "verdict",
            (*_VERDICTS, ("tight", "Little time left"), ("running", "Running"), ("on_hold", "On hold")),
        ),
    ),
    "black-hole": Drilldown(
        title="Leads that nobody is working",
        question="black_hole",
        columns=(
            Column("Handed over", "handed_over_us", Kind.INSTANT),
            Column("Last activity", "last_us", Kind.INSTANT),
            Column("Why", "silent", Kind.WHY),
        ),
        order="last_us",
    ),
    "second-lives": Drilldown(
        title="Leads that went back",
        question="recycled_leads",
        columns=(
            Column("Went back", "ended_us", Kind.INSTANT),
            Column("Reason", "reason", Kind.REASON),
            Column("Since then", "fate", Kind.WORD),
        ),
        order="-ended_us",
        equal={"reason": Type.TEXT},
        at_least=("came_back", "accepted", "won"),
        choices=("won", (("1", "Won later"),)),
    ),
    "decisions": Drilldown(
        title="What sales decided",
        question="sales_decisions",
        columns=(
            Column("Offered", "offered_us", Kind.INSTANT),
            Column("Decided", "decided_us", Kind.INSTANT),
            Column("Decision", "decision", Kind.WORD),
            Column("Reason", "reason", Kind.REASON),
        ),
        order="-decided_us",
        equal={"source": Type.TEXT, "owner_id": Type.BIGINT, "revision": Type.BIGINT, "reason": Type.TEXT}
        | {"decision": Type.TEXT},
        choices=(
            "decision",
            (("accepted", "Accepted"), ("rejected", "Rejected"), ("silent", "Accepted in silence")),
        ),
    ),
    "first-tries": Drilldown(
        title="How long leads waited for their first attempt",
        question="first_tries",
        columns=(
            Column("First offered", "handed_us", Kind.INSTANT),
            Column("Waited", "waited_us", Kind.WORKING_TIME),
            Column("Won", "won", Kind.WON),
        ),
        order="-handed_us",
        equal={"band": Type.TEXT},
        at_least=("accepted", "sql", "won"),
        choices=("won", (("1", "Won"),)),
    ),
    "rejections": Drilldown(
        title="Leads that sales rejected",
        question="rejected_offers",
        columns=(
            Column("Offered", "offered_us", Kind.INSTANT),
            Column("Rejected", "decided_us", Kind.INSTANT),
            Column("Reason", "reason", Kind.REASON),
        ),
        order="-decided_us",
        equal={"reason": Type.TEXT},
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of a drill-down; built by ``asked``.

    Attributes:
        drilldown: Which rows.
        given: The question's parameters and those of the conditions.
        equal: The conditions that were asked for.
        at_least: Likewise.
        order: The column of the order.
        descending: Whether the largest come first.
        period: Which days; all time if there are none.
    """

    drilldown: Drilldown
    given: Mapping[str, int | str]
    equal: tuple[tuple[str, Type], ...]
    at_least: tuple[str, ...]
    order: str
    descending: bool
    period: Period


def asked(name: str, wanted: Mapping[str, str], zone: ZoneInfo, currency: str, now: datetime) -> Asked:
    """Return what the parameters of an address ask for.

    Raises:
        DrilldownError: ``drilldown.unknown``, ``drilldown.bad_period`` or ``drilldown.bad_value``.
    """
    drilldown = DRILLDOWNS.get(name)
    if drilldown is None:
        raise DrilldownError("drilldown.unknown", "There are no such rows", hint=f"there are {', '.join(DRILLDOWNS)}")
    period = _period(wanted, zone)
    given: dict[str, int | str] = {
        "from_us": period.from_us,
        "to_us": period.to_us,
        "now_us": microseconds(now),
        "currency": currency,
        "team": wanted.get("team", "").replace("\0", ""),
        **queries.silence(),
    }
    for fixed in drilldown.fixed:
        given[fixed] = _stage(wanted.get(fixed, ""))
    equal = tuple((key, type_) for key, type_ in drilldown.equal.items() if key in wanted)
    at_least = tuple(key for key in drilldown.at_least if wanted.get(key))
    for key, type_ in equal:
        given[key] = _whole(key, wanted[key]) if type_ is Type.BIGINT else wanted[key].replace("\0", "")
    for key in at_least:
        given[key] = _whole(key, wanted[key])
    order = wanted.get("sort") or drilldown.order
    if order.removeprefix("-") not in {column.name for column in drilldown.columns if column.sorts}:
        order = drilldown.order
    return Asked(drilldown, given, equal, at_least, order.removeprefix("-"), order.startswith("-"), period)


def _period(wanted: Mapping[str, str], zone: ZoneInfo) -> Period:
    if not wanted.get("from") or not wanted.get("to"):
        return Period(None, None, zone)
    try:
        period = Period(date.fromisoformat(wanted["from"]), date.fromisoformat(wanted["to"]), zone)
        if period.from_us >= period.to_us:
            raise ValueError(period)
    except (ValueError, OverflowError) as error:
        raise DrilldownError(
            "drilldown.bad_period", "These are not two days in order", hint="say from=2026-03-01 and to=2026-04-01"
        ) from error
    return period


def _stage(name: str) -> str:
    if name not in {stage.value for stage in FUNNEL}:
        raise DrilldownError("drilldown.bad_value", f"'{name}' is no stage of the funnel", hint="say stage=mql")
    return name


def _whole(key: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise DrilldownError("drilldown.bad_value", f"{key} is a whole number, which '{text[:40]}' is not")
    return int(text)
