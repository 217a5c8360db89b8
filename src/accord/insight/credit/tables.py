"""What is made of the star for pages that ask who earned what: a contract as that of ``accord.insight.star``."""

from collections.abc import Mapping
from enum import StrEnum

from accord.agreement import CreditTerms
from accord.insight.star import Column, Table, Type


class Scope(StrEnum):
    """Whose touches count for a deal."""

    COMPANY = "company"
    CONTACT = "contact"


class Measure(StrEnum):
    """What is shared out: revenue and margin in cents of the agreement's currency, deals in millionths of a deal."""

    REVENUE = "revenue"
    MARGIN = "margin"
    DEALS = "deals"


class Dimension(StrEnum):
    """By what credit is added up."""

    CHANNEL = "channel"
    SOURCE = "source"
    CAMPAIGN = "campaign"
    CONTENT = "content"
    LANDING = "landing"
    DIRECTION = "direction"
    PERSON = "person"
    USER = "user"
    AGENCY = "agency"


TOLD_BY: Mapping[Dimension, str] = {
    **{each: each.value for each in Dimension},
    Dimension.DIRECTION: "inbound",
    Dimension.PERSON: "person_id",
    Dimension.USER: "user_id",
}
"""The column of a touch that tells what it is by a dimension."""
STEP = "\x1f"
"""What stands between the channels of a path."""
COUNTING = 1
"""Raised by one with whatever is changed in Python so that the same rows come to other numbers, such as which channel
a cost is of: what is restated then says that Accord was updated. A test holds an example to it."""
A_DEAL = 1_000_000
"""What one deal is worth by the measure ``deals``."""
BY_TOUCH = (
    "first",
    "last",
    "last_non_direct",
    "linear",
    "u_shaped",
    "u_shaped_50_50",
    "w_shaped",
    "full_path",
    "time_decay",
)
"""Models that look at the touches alone: one column each."""
CUSTOM = "custom"
"""The model whose weights stand in the agreement; where none do, its column holds nothing."""
MARKOV = "markov"
"""A Markov chain split by path: of the order that the agreement names, else of order 1."""
BY_LABEL = ("shapley", MARKOV)
"""Models that compare labels: a column for channels, and one for ways (channel, source, medium and campaign)."""
CHANNELS, WAYS = "channel", "way"
MODEL_LABELS: Mapping[str, str] = {
    "first": "First touch",
    "last": "Last touch",
    "last_non_direct": "Last non-direct",
    "linear": "Linear",
    "u_shaped": "U-shaped",
    "u_shaped_50_50": "U-shaped 50/50",
    "w_shaped": "W-shaped",
    "full_path": "Full path",
    "time_decay": "Time decay",
    CUSTOM: "Custom weights",
    "shapley": "Shapley",
    MARKOV: "Markov",
}
"""Every model in the order of the pages, and how they call it."""


def models_of(terms: CreditTerms) -> tuple[str, ...]:
    """Return the models by which credit is given under some terms, in the order of the pages."""
    return tuple(model for model in MODEL_LABELS if model != CUSTOM or terms.weights is not None)


def column_of(model: str, dimension: Dimension) -> str:
    """Return the column of ``credited`` in which a model stands for a dimension.

    Examples:
        >>> column_of("linear", Dimension.SOURCE), column_of("shapley", Dimension.SOURCE)
        ('linear', 'shapley_way')
        >>> column_of("markov", Dimension.CHANNEL)
        'markov_channel'
    """
    if model not in BY_LABEL:
        return model
    return f"{model}_{CHANNELS if dimension in {Dimension.CHANNEL, Dimension.DIRECTION} else WAYS}"


def new(dimension: Dimension) -> str:
    """Return the column of ``credited`` that marks one touch of a deal for each of its labels by a dimension."""
    return f"new_{dimension.value}"


def shown(model: str) -> str:
    """Return the model of the pages that an agreement's is.

    Examples:
        >>> shown("markov_2"), shown("linear")
        ('markov', 'linear')
    """
    return MARKOV if model.startswith(MARKOV) else model


COLUMNS = (*BY_TOUCH, CUSTOM, *(f"{model}_{labels}" for model in BY_LABEL for labels in (CHANNELS, WAYS)))
"""The columns of ``credited`` that hold credit."""


def _id(name: str, holds: str, nullable: bool = False) -> Column:
    return Column(name, Type.BIGINT, holds, nullable)


def _text(name: str, holds: str) -> Column:
    return Column(name, Type.TEXT, holds)


_TOUCH = (
    _text("channel", "How it came about"),
    _text("source", "As stated; empty: not stated"),
    _text("medium", "Likewise"),
    _text("campaign", "Likewise"),
    _text("content", "Likewise"),
    _text("landing", "The path of the first page; empty: not known"),
    _id("inbound", "1: they came by themselves, 0: we began it; none: it cannot be told", nullable=True),
)

_WHEN = (
    _id("won_us", "When the deal was won, in microseconds"),
    _id(
        "won_month", "Its month: twelve times the year, and the months before it in that year, in the agreement's zone"
    ),
    _id("lead_us", "When its lead began, in microseconds"),
    _id("lead_month", "Its month"),
)

_OF_MONTHS = (
    _id("month", "The month in which it was lost, or opened, as in won"),
    _id("lead_month", "That in which its lead began"),
)

_TABLES = (
    Table(
        "won",
        (
            _id("deal_id", "A deal that is won"),
            _id("lead_id", "Its lead"),
            _id("person_id", "Whose"),
            _id("company_id", "Of which company, if known", nullable=True),
            *_WHEN,
            _id("amount_cents", "What it brought in its own currency; none: not stated", nullable=True),
            _id("margin_cents", "What remains of it after what it costs us, likewise", nullable=True),
            _text("currency", "ISO 4217"),
            _id(
                "revenue", "The same in the agreement's currency; none: not stated, or no rate is known", nullable=True
            ),
            _id("margin", "Its margin in that currency, likewise", nullable=True),
            *(
                column
                for scope, whose in ((Scope.COMPANY, "anybody in the company"), (Scope.CONTACT, "the contact"))
                for column in (
                    _id(f"{scope.value}_touches", f"How many touches of {whose} count"),
                    _id(f"{scope.value}_first_us", "When the first of them was; none: there is none", nullable=True),
                    _text(
                        f"{scope.value}_path",
                        "Their channels in order, several in a row once, with a unit separator (U+001F) between two",
                    ),
                )
            ),
        ),
    ),
    Table(
        "credited",
        (
            _text("scope", "company: touches of everybody in the buying company; contact: of the contact only"),
            _text("measure", "revenue, margin or deals"),
            _id("deal_id", "The deal"),
            *_WHEN,
            _text("kind", "visit, touchpoint, attempt, or lead: the source that was stated"),
            _id("touch_id", "Which of that kind"),
            _id("at_us", "When the touch was, likewise"),
            _id("person_id", "Whose touch"),
            *_TOUCH,
            _id("user_id", "Who of ours made it; none: nobody", nullable=True),
            _id("agency", "1: somebody of the agency made it, else 0"),
            *(_id(new(each), f"1: the first touch of this deal with this {each.value}, else 0") for each in Dimension),
            *(_id(column, "What it earned under this model", nullable=column == CUSTOM) for column in COLUMNS),
        ),
    ),
    Table(
        "unwon",
        (
            _id("deal_id", "A deal that is open or lost"),
            _id("lead_id", "Its lead"),
            _text("outcome", "open or lost"),
            _id("at_us", "When it was lost, or opened, in microseconds"),
            *_OF_MONTHS,
            _id("amount_cents", "What it would bring in its own currency; none: not stated", nullable=True),
            _text("currency", "ISO 4217"),
            _id("revenue", "As of deals that are won", nullable=True),
            _id("margin", "Likewise", nullable=True),
            _id("company_touches", "How many touches of anybody in the company were before it"),
            _id("contact_touches", "How many touches of the contact"),
        ),
    ),
    Table(
        "approached",
        (
            _id("deal_id", "A deal that is open or lost"),
            _text("outcome", "open or lost"),
            *_OF_MONTHS,
            _id("contact", "1: the touch was of the deal's own person, 0: of somebody else in the company"),
            _text("kind", "As in credited"),
            _id("touch_id", "Likewise"),
            _id("at_us", "When the touch was, in microseconds"),
            _id("person_id", "Whose touch"),
            *_TOUCH,
            _id("user_id", "Who of ours made it; none: nobody", nullable=True),
            _id("agency", "1: somebody of the agency made it, else 0"),
            *(
                _id(
                    f"{scope}_{new(dimension)}",
                    f"1: the {scope}'s first touch of this deal with this {dimension.value}",
                )
                for scope in Scope
                for dimension in Dimension
            ),
        ),
    ),
    Table(
        "effects",
        (
            _text("scope", "As in credited"),
            _text("labels", "channel or way"),
            _text("label", "The label"),
            Column("millionths", Type.BIGINT, "Its removal effect: which share of conversions is lost without it"),
        ),
    ),
    Table(
        "spent",
        (
            _id("day", "The day, counted from 1 January 1970"),
            _id("month", "Its month"),
            *_TOUCH[:4],
            _TOUCH[-1],
            _id("amount_cents", "What it cost in its own currency"),
            _text("currency", "ISO 4217"),
            _id("cents", "The same in the agreement's currency; none: no rate is known", nullable=True),
            _id("clicks", "As the advertiser counts them, if stated", nullable=True),
            _id("impressions", "Likewise", nullable=True),
        ),
    ),
    Table(
        "entries",
        (
            _id("lead_id", "A lead"),
            _id("person_id", "Whose"),
            _id("cycle", "1 for the first run; a recycled person starts the next"),
            _id("opened_us", "When this cycle began, in microseconds"),
            _id("opened_month", "Its month"),
            *_TOUCH,
            *(
                _id(f"{stage}_us", f"When it first came to {stage} or further; none: not yet", nullable=True)
                for stage in ("mql", "sal", "sql", "customer")
            ),
        ),
    ),
)

CREDIT: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Every table by its name. The touch of an entry is the earliest of its person, whenever that was. What was spent has
the channel of the entries that came by the same source, medium and campaign, else what their names make."""
