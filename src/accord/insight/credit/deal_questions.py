"""What pages ask of deals: lists of those that are won, open or lost, and the touches of one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from accord.insight.credit.tables import COLUMNS, Dimension, Measure, Scope, column_of, new
from accord.insight.credit.wishes import LABELS, Asked, Streamed, Wish, answers, text_of

NO_END = 1 << 62
"""More rows than there are."""


class Outcome(StrEnum):
    """How a deal stands: open ones belong to the month in which they were opened, the others to that of their end."""

    WON = "won"
    OPEN = "open"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal in a list, with what was asked for earned of it; None: nothing, as of every deal that is not won.

    Attributes:
        at_us: When it was won or lost; of an open one when it was opened.
        touches: How many count before it.
        narrowed_to: How many of these are of the label asked for; None: none is asked for.
        people: Whose these are.
    """

    deal_id: int
    lead_id: int
    outcome: str
    at_us: int
    amount_cents: int | None
    currency: str
    revenue: int | None
    margin: int | None
    touches: int
    earned: int | None
    narrowed_to: int | None
    people: Sequence[int] | None
    total: int
    all_earned: int | None


@dataclass(frozen=True, slots=True)
class Won:
    """One won deal."""

    deal_id: int
    lead_id: int
    person_id: int
    company_id: int | None
    won_us: int
    lead_us: int
    amount_cents: int | None
    margin_cents: int | None
    currency: str
    revenue: int | None
    margin: int | None
    company_touches: int
    contact_touches: int


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch of a deal, with what it earned by column of ``credited``."""

    earned: Mapping[str, int]
    kind: str
    touch_id: int
    at_us: int
    person_id: int
    channel: str
    source: str
    medium: str
    campaign: str
    content: str
    landing: str
    inbound: int | None
    user_id: int | None
    agency: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which deals of a list: those that touches of a label were before, or those before which there was no touch.

    Attributes:
        outcome: How they stand; None: however.
    """

    dimension: Dimension = Dimension.CHANNEL
    label: str | None = None
    untouched: bool = False
    outcome: Outcome | None = Outcome.WON


ORDERS: Mapping[str, str] = {
    "won": "d.at_us",
    "-won": "d.at_us DESC",
    "worth": "d.revenue",
    "-worth": "d.revenue DESC",
    "earned": "d.earned",
    "-earned": "d.earned DESC",
    "touches": "d.touches",
    "-touches": "d.touches DESC",
    "outcome": "d.outcome",
    "-outcome": "d.outcome DESC",
}


def deals(
    asked: Asked, wish: Wish, model: str, narrowed: Narrowed, order: str, limit: int, skip: int = 0
) -> list[Deal]:
    """Return some of the deals; ``order`` is one of ``ORDERS``."""
    text, given = _deals(wish, model, narrowed, order)
    return answers(Deal, asked.ask(text, {**given, "limit": limit, "skip": skip}))


def all_deals(asked: Streamed, wish: Wish, model: str, narrowed: Narrowed, order: str) -> Iterator[list[Deal]]:
    """Yield all of the deals in parts."""
    text, given = _deals(wish, model, narrowed, order)
    for rows in asked.parts(text, {**given, "limit": NO_END, "skip": 0}):
        yield answers(Deal, rows)


def outcomes(asked: Asked, wish: Wish, model: str, narrowed: Narrowed) -> Mapping[Outcome, int]:
    """Return how many deals there are of each outcome, whichever is asked for."""
    listed, given = _listed(wish, model, replace(narrowed, outcome=None))
    return {Outcome(outcome): count for outcome, count in asked.ask(text_of("outcomes").format(listed=listed), given)}


def _deals(wish: Wish, model: str, narrowed: Narrowed, order: str) -> tuple[str, dict[str, Any]]:
    listed, given = _listed(wish, model, narrowed)
    return text_of("deals").format(listed=listed, order=ORDERS[order]), given


def _listed(wish: Wish, model: str, narrowed: Narrowed) -> tuple[str, dict[str, Any]]:
    text = text_of("listed").format(
        label=LABELS[narrowed.dimension],
        column=column_of(model, narrowed.dimension),
        month=wish.month("w"),
    )
    given = {
        "narrowed": narrowed.label is not None,
        "label": narrowed.label or "",
        "untouched": narrowed.untouched,
        "outcome": narrowed.outcome.value if narrowed.outcome else "",
    }
    return text, {**wish.given, **given}


def approached(asked: Asked, wish: Wish, dimension: Dimension) -> Mapping[tuple[str, Outcome], int]:
    """Return before how many open, and how many lost deals there were touches of each label."""
    month = wish.month("c").replace("won_month", "month")
    text = text_of("approached").format(label=LABELS[dimension], month=month, new=f"{wish.scope}_{new(dimension)}")
    rows = asked.ask(text, {"first": wish.first, "last": wish.last})
    return {(label, Outcome(outcome)): deals for label, outcome, deals in rows}


def won(asked: Asked, deal: int) -> Won | None:
    """Return a won deal; None if it is none, or none yet as of this edition."""
    rows = asked.ask(text_of("won"), {"deal": deal})
    return Won(*rows[0]) if rows else None


def touches(asked: Asked, scope: Scope, measure: Measure, deal: int) -> list[Touch]:
    """Return the touches of a deal in their order."""
    text = text_of("deal").format(columns=", ".join(f"c.{column}" for column in COLUMNS))
    rows = asked.ask(text, {"scope": scope.value, "measure": measure.value, "deal": deal})
    known = len(rows[0]) - len(COLUMNS) if rows else 0
    return [Touch(dict(zip(COLUMNS, row[known:], strict=True)), *row[:known]) for row in rows]
