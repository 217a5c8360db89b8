"""The tables that every question is asked of: a contract between the SQL files and whoever holds the data.

Instants and lengths of time are whole microseconds (``…_us``; instants since 1970 in UTC), amounts whole cents, so that
every engine compares and adds integers. A text that was not stated is empty, never NULL; NULL is "has not happened" or
"does not apply". Each table has one row per thing it is named after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from accord.agreement import FUNNEL


class Type(Enum):
    """The types of the star's columns, all of which every engine has."""

    BIGINT = "BIGINT"
    TEXT = "TEXT"
    BOOLEAN = "BOOLEAN"
    DECIMAL = "DECIMAL(20, 4)"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, whether it may be NULL, and what it holds."""

    name: str
    type: Type
    holds: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the star, with its columns in order."""

    name: str
    columns: tuple[Column, ...]


def _id(name: str, holds: str, nullable: bool = False) -> Column:
    return Column(name, Type.BIGINT, holds, nullable)


def _us(name: str, holds: str, nullable: bool = False) -> Column:
    return Column(name, Type.BIGINT, f"{holds}, in microseconds", nullable)


def _text(name: str, holds: str) -> Column:
    return Column(name, Type.TEXT, holds)


_WAY = (
    _text("source", "As the link states it, or as can be told from where they came; empty: nothing can"),
    _text("medium", "Likewise"),
    _text("campaign", "As stated; empty: not stated"),
    _text("content", "Likewise"),
    _text("landing", "The path of the first page; empty: not known"),
)
"""How somebody came."""

_TABLES = (
    Table(
        "leads",
        (
            _id("lead_id", "One person's run through the funnel"),
            _id("person_id", "Whose run it is"),
            Column("cycle", Type.BIGINT, "1 for the first run; a recycled person starts the next"),
            _text("source", "Where it came from, as stated; empty: not stated"),
            _us("first_contact_us", "When we first heard of the person"),
            _us("opened_us", "When this cycle began"),
            _text("stage", "Where it stands now"),
            _us("handed_over_us", "When it was first offered to sales in this cycle", nullable=True),
            _id("owner_id", "Who has it now", nullable=True),
            _text("queue", "The team whose queue holds it while it has no owner"),
            _us("ended_us", "When this cycle ended", nullable=True),
            _text("end_reason", "Why it ended, by its name; empty: it is open"),
        ),
    ),
    Table(
        "owners",
        (
            _id("owner_id", "Somebody who may own leads"),
            Column("active", Type.BOOLEAN, "Whether they still work here"),
            _text("role", "marketing, sales, agency and so on, by its name"),
        ),
    ),
    Table(
        "stage_changes",
        (
            _id("change_id", "One step of a lead's history"),
            _id("lead_id", "Whose history"),
            _text("from_stage", "Where it stood before; empty: the lead was new"),
            _text("to_stage", "Where it went"),
            _us("at_us", "When"),
            _text("decided_by", "agreement, user, clock or import"),
        ),
    ),
    Table(
        "offers",
        (
            _id("offer_id", "A lead offered to one owner or to a queue"),
            _id("lead_id", "The lead"),
            _id("revision", "The number of the agreement's revision under which it was offered"),
            _id("owner_id", "To whom", nullable=True),
            _text("queue", "The team it was routed to"),
            _text("via", "stage or fast_lane"),
            _text("grade", "The lead's grade at the moment of the offer; empty: it had none"),
            _text("status", "open, accepted, rejected or withdrawn"),
            _us("offered_us", "When"),
            _us("decided_us", "When it was decided", nullable=True),
            _id("decided_by", "Who decided; none: nobody did, or the agreement", nullable=True),
            _text("reject_reason", "The agreed reason, by its name; empty: not rejected"),
        ),
    ),
    Table(
        "clocks",
        (
            _id("clock_id", "A promise about a lead with its deadline in working time"),
            _id("offer_id", "The offer on which sales promises it; none: marketing does", nullable=True),
            _id("lead_id", "The lead"),
            _id("revision", "The number of the agreement's revision that promises it"),
            _text("side", "sales or marketing"),
            _text("promise", "decide, first_attempt or attempts; hand_over, fill_in, answer or answer_recycled"),
            _text("clause", "The clause of that revision, by its name"),
            _us("started_us", "When it began to run"),
            _us("due_us", "When it runs out"),
            _us("stopped_us", "When it stopped", nullable=True),
            _text("outcome", "kept, late, missed or void; empty: it runs"),
            _us("response_us", "The working time from its start to its stop, without the holds", nullable=True),
            _us("on_hold_us", "How long it was on hold until now, by the wall clock"),
            _us("paused_us", "Since when it is on hold", nullable=True),
        ),
    ),
    Table(
        "attempts",
        (
            _id("attempt_id", "A real try to reach a lead"),
            _id("lead_id", "The lead"),
            _id("user_id", "Who tried"),
            _us("at_us", "When"),
            _text("channel", "call, mail or meeting"),
            _text("outcome", "reached, no_answer, voicemail, wrong_contact or sent"),
        ),
    ),
    Table(
        "deals",
        (
            _id("deal_id", "An opportunity"),
            _id("lead_id", "The lead it came from"),
            _text("outcome", "open, won or lost"),
            Column("amount_cents", Type.BIGINT, "What it brings, in hundredths of its currency", nullable=True),
            Column("list_cents", Type.BIGINT, "What it would have brought at list prices, likewise", nullable=True),
            Column("margin_cents", Type.BIGINT, "What remains of it after what it costs us, if stated", nullable=True),
            _text("currency", "ISO 4217"),
            _us("opened_us", "When it was opened"),
            _us("closed_us", "When it was won or lost", nullable=True),
            _id("company_id", "Where its person worked when it was won, else opened, if known", nullable=True),
        ),
    ),
    Table(
        "people",
        (
            _id("person_id", "Somebody we know"),
            _id("company_id", "Where they work, if known", nullable=True),
        ),
    ),
    Table(
        "companies",
        (
            _id("company_id", "A company we deal with"),
            _text("industry", "Its field company.industry; empty: not known"),
            _text("country", "Its field company.country; empty: not known"),
            Column("employees", Type.BIGINT, "Its field company.employees, if it is a whole number", nullable=True),
        ),
    ),
    Table(
        "visitors",
        (
            _id("visitor_id", "A browser or device"),
            _id("person_id", "Whose it is, once that is known", nullable=True),
        ),
    ),
    Table(
        "visits",
        (
            _id("visit_id", "Touchpoints of a visitor without a longer pause between them"),
            _id("visitor_id", "Whose visit"),
            _us("started_us", "When it began"),
            _text("channel", "How they came; empty: it was no arrival from outside"),
            *_WAY,
            Column("inbound", Type.BOOLEAN, "Whether they came by themselves, if that can be told", nullable=True),
            _text("agent", "human, robot, scanner or unknown"),
        ),
    ),
    Table(
        "touchpoints",
        (
            _id("touchpoint_id", "One thing that happened outside of any visit, such as a call or a webinar"),
            _id("person_id", "To whom, if known", nullable=True),
            _us("at_us", "When"),
            _text("event", "What"),
            _text("channel", "How it came about, as stated; empty: it was not"),
            *_WAY,
            Column("counts", Type.BOOLEAN, "No: a robot did it, it is spam, or a call of ours that nobody answered"),
        ),
    ),
    Table(
        "costs",
        (
            _id("cost_id", "What was spent on one day for one source, medium and campaign"),
            Column("day", Type.BIGINT, "The day, counted from 1 January 1970"),
            _text("source", "As the links of visits say it; empty: not stated"),
            _text("medium", "Likewise"),
            _text("campaign", "Likewise"),
            _text("currency", "ISO 4217"),
            Column("amount_cents", Type.BIGINT, "In hundredths of that currency"),
            Column("clicks", Type.BIGINT, "As the advertiser counts them, if stated", nullable=True),
            Column("impressions", Type.BIGINT, "Likewise", nullable=True),
        ),
    ),
    Table(
        "stages",
        (
            _text("stage", "A stage of the funnel; detours are not among them"),
            Column("place", Type.BIGINT, "0 for the first stage, one more for each that follows"),
        ),
    ),
)

STAR: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Every table by its name. ``stages`` is the same everywhere and is part of each query that needs it."""


def stages() -> exp.Query:
    """Return the table ``stages`` as a tree: the funnel of the agreement, in its order."""
    rows: list[exp.Query] = [
        exp.select(
            exp.alias_(exp.cast(exp.Literal.string(stage.value), "TEXT"), "stage", quoted=True),
            exp.alias_(exp.cast(exp.Literal.number(place), "BIGINT"), "place", quoted=True),
        )
        for place, stage in enumerate(FUNNEL)
    ]
    return exp.union(*rows, distinct=False)
