"""What pages ask of the tables of credit: one class for each answer, its attributes the columns in their order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar

from accord.insight.credit.tables import COLUMNS, MODEL_LABELS, STEP, Dimension, Measure, Scope, column_of, new

_ALWAYS = (0, 9_999 * 12)
"""Every month that there is."""


class By(StrEnum):
    """Of which deals a span of months holds: those that were won in it, or those whose leads began in it."""

    PERIOD = "period"
    COHORT = "cohort"


LABELS: Mapping[Dimension, str] = {
    Dimension.CHANNEL: "c.channel",
    Dimension.SOURCE: "c.source",
    Dimension.CAMPAIGN: "c.campaign",
    Dimension.CONTENT: "c.content",
    Dimension.LANDING: "c.landing",
    Dimension.DIRECTION: "CASE c.inbound WHEN 1 THEN 'inbound' WHEN 0 THEN 'outbound' ELSE '' END",
    Dimension.PERSON: "CAST(c.person_id AS VARCHAR)",
    Dimension.USER: "COALESCE(CAST(c.user_id AS VARCHAR), '')",
    Dimension.AGENCY: "CASE c.agency WHEN 1 THEN 'agency' ELSE '' END",
}
SPENT_ON = frozenset({Dimension.CHANNEL, Dimension.SOURCE, Dimension.CAMPAIGN, Dimension.DIRECTION})
"""By what costs can be told apart."""
ENTERED_BY = SPENT_ON | {Dimension.CONTENT, Dimension.LANDING}
"""By what leads can be told apart, by how their person first came."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        first: The first month, by its number.
        last: The last one, which is part of it.
    """

    scope: Scope
    measure: Measure
    by: By
    first: int
    last: int

    @property
    def given(self) -> dict[str, Any]:
        """Return its parameters."""
        return {"scope": self.scope.value, "measure": self.measure.value, "first": self.first, "last": self.last}

    def month(self, alias: str) -> str:
        """Return the column that says of which month a deal is."""
        return f"{alias}.{'won_month' if self.by is By.PERIOD else 'lead_month'}"


@dataclass(frozen=True, slots=True)
class Bookings:
    """What was won: the deals that no touch can be credited with, and those whose worth is not known."""

    deals: int
    worth: int
    untouched: int
    unattributable: int
    unknown: int
    inconvertible: int


@dataclass(frozen=True, slots=True)
class Touched:
    """How many deals a label touched, touched last, and touched first; and its share, in millionths of a deal."""

    label: str
    deals: int
    lasts: int
    firsts: int
    parts: int

    @property
    def assisted(self) -> int:
        """How many it touched without being the last."""
        return self.deals - self.lasts


@dataclass(frozen=True, slots=True)
class Earned:
    """What a label earned, by model; each has one value for every label."""

    label: str
    by_model: Mapping[str, int]
    touches: int

    @property
    def least(self) -> int:
        """What the model says that gives it least."""
        return min(self.by_model.values())

    @property
    def most(self) -> int:
        """What the model says that gives it most."""
        return max(self.by_model.values())


@dataclass(frozen=True, slots=True)
class Entered:
    """How many leads came, and how many to which stage."""

    label: str
    leads: int
    mql: int
    sal: int
    sql: int
    customers: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent, in cents of the agreement's currency; ``inconvertible`` rows have no known rate."""

    label: str
    cents: int
    inconvertible: int
    clicks: int | None
    impressions: int | None
    first_day: int


@dataclass(frozen=True, slots=True)
class Step:
    """How many journeys went from a channel to the next; an empty one is the deal."""

    step: int
    channel: str
    after: str
    deals: int


@dataclass(frozen=True, slots=True)
class Path:
    """One way that journeys went, by channel."""

    path: tuple[str, ...]
    deals: int
    worth: int
    lasted_us: int
    touches: int

    @property
    def days(self) -> int:
        """How many whole days they took, in the median."""
        return self.lasted_us // 86_400_000_000


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


class Asked(Protocol):
    """Holds the tables of an edition."""

    def ask(self, text: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""


class Streamed(Protocol):
    """Holds the same, and answers in parts."""

    def parts(self, text: str, given: Mapping[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query, some at a time."""


NO_END = 1 << 62
"""More rows than there are."""


@cache
def _text(name: str) -> str:
    return (files("accord.insight.credit") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


A = TypeVar("A")


def _rows(answer: type[A], rows: Sequence[tuple[Any, ...]]) -> list[A]:
    return [answer(*row) for row in rows]


def bookings(asked: Asked, wish: Wish) -> Bookings:
    """Return what was won."""
    (row,) = asked.ask(_text("bookings").format(month=wish.month("w")), wish.given)
    return Bookings(*row)


def bookings_by_month(asked: Asked, wish: Wish) -> Mapping[int, tuple[int, int]]:
    """Return the deals won and their worth by month; months without any are left out."""
    given = {name: value for name, value in wish.given.items() if name != "scope"}
    rows = asked.ask(_text("bookings_by_month").format(month=wish.month("w")), given)
    return {month: (deals, worth) for month, deals, worth in rows}


def earned(asked: Asked, wish: Wish, dimension: Dimension) -> list[Earned]:
    """Return what each label earned under every model, in no order; each model's add up to what is attributable."""
    columns = [column_of(model, dimension) for model in MODEL_LABELS]
    sums = ",\n    ".join(f"CAST(SUM(c.{column}) AS BIGINT)" for column in columns)
    text = _text("labels").format(label=LABELS[dimension], sums=sums, month=wish.month("c"))
    found = asked.ask(text, wish.given)
    return [
        Earned(label, dict(zip(MODEL_LABELS, row[: len(columns)], strict=True)), *row[len(columns) :])
        for label, *row in found
    ]


def touched(asked: Asked, wish: Wish, dimension: Dimension) -> list[Touched]:
    """Return how many deals each label touched, in no order."""
    given = {name: value for name, value in wish.given.items() if name != "measure"}
    text = _text("lasts").format(label=LABELS[dimension], new=new(dimension), month=wish.month("c"))
    return _rows(Touched, asked.ask(text, given))


def earned_by_month(asked: Asked, wish: Wish, dimension: Dimension, model: str) -> Mapping[str, Mapping[int, int]]:
    """Return what each label earned in each month under one model."""
    column, month = column_of(model, dimension), wish.month("c")
    text = _text("by_month").format(label=LABELS[dimension], month=month, column=column)
    found: dict[str, dict[int, int]] = {}
    for label, at, cents in asked.ask(text, wish.given):
        found.setdefault(label, {})[at] = cents
    return found


def entered(asked: Asked, wish: Wish, dimension: Dimension, span: tuple[int, int]) -> list[Entered]:
    """Return how many leads came by each label, and to which stage, in no order.

    Args:
        asked: The tables.
        wish: Of a cohort what became of the leads that began in its months; of a period what happened in it.
        dimension: One of ``ENTERED_BY``.
        span: The first instant of its months and the first after them, in microseconds.
    """
    if wish.by is By.COHORT:
        text, given = _text("entries_of_cohort"), {"first": wish.first, "last": wish.last}
    else:
        text, given = _text("entries_of_period"), {"from_us": span[0], "to_us": span[1]}
    return _rows(Entered, asked.ask(text.format(label=LABELS[dimension]), given))


def spending(asked: Asked, wish: Wish, dimension: Dimension) -> list[Spent]:
    """Return what was spent on each label, in no order; the dimension is one of ``SPENT_ON``."""
    text = _text("spending").format(label=LABELS[dimension])
    return _rows(Spent, asked.ask(text, {"first": wish.first, "last": wish.last}))


def payback(asked: Asked, wish: Wish, dimension: Dimension, model: str) -> Mapping[str, int | None]:
    """Return after how many months each label on which money was spent had earned what it cost; None: it has not yet.

    The month of its first cost counts as the first. What it earned before that does not count. Of a period, all costs
    and all deals count, whenever they were: whether something has paid for itself is no matter of the months shown. Of
    a cohort, what its months cost, against the deals of the leads that began in them.
    """
    column = column_of(model, dimension)
    text = _text("payback").format(label=LABELS[dimension], column=column)
    first, last = (wish.first, wish.last) if wish.by is By.COHORT else _ALWAYS
    given = {**wish.given, "first": first, "last": last}
    moves: dict[str, list[tuple[int, int, int]]] = {}
    for label, month, cost, won in asked.ask(text, given):
        moves.setdefault(label, []).append((month, cost, won))
    return {label: _paid_back(sorted(rows)) for label, rows in moves.items() if any(cost for _, cost, _ in rows)}


def _paid_back(rows: Sequence[tuple[int, int, int]]) -> int | None:
    """Return the first month, counted from 1, at whose end all costs until then were earned, and stayed so.

    Examples:
        >>> _paid_back([(10, 100, 0), (11, 100, 50), (12, 0, 160)]), _paid_back([(10, 100, 99)])
        (3, None)
        >>> _paid_back([(10, 100, 120), (11, 100, 0)])
    """
    begun = next(month for month, cost, _ in rows if cost)
    spent = won = 0
    since: int | None = None
    for month, cost, more in rows:
        if month < begun:
            continue
        spent, won = spent + cost, won + more
        since = (since or month - begun + 1) if won >= spent else None
    return since


def steps(asked: Asked, wish: Wish, count: int) -> list[Step]:
    """Return the first steps of journeys, in no order."""
    text = _text("steps").format(scope=wish.scope.value, month=wish.month("w"))
    return _rows(Step, asked.ask(text, {"first": wish.first, "last": wish.last, "steps": count}))


def paths(asked: Asked, wish: Wish, limit: int) -> list[Path]:
    """Return the ways that most journeys went, the most deals first."""
    text = _text("paths").format(scope=wish.scope.value, month=wish.month("w"))
    given = {"measure": wish.measure.value, "first": wish.first, "last": wish.last, "limit": limit}
    return [Path(tuple(path.split(STEP)), *rest) for path, *rest in asked.ask(text, given)]


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
    return _rows(Deal, asked.ask(text, {**given, "limit": limit, "skip": skip}))


def all_deals(asked: Streamed, wish: Wish, model: str, narrowed: Narrowed, order: str) -> Iterator[list[Deal]]:
    """Yield all of the deals in parts."""
    text, given = _deals(wish, model, narrowed, order)
    for rows in asked.parts(text, {**given, "limit": NO_END, "skip": 0}):
        yield _rows(Deal, rows)


def outcomes(asked: Asked, wish: Wish, model: str, narrowed: Narrowed) -> Mapping[Outcome, int]:
    """Return how many deals there are of each outcome, whichever is asked for."""
    listed, given = _listed(wish, model, replace(narrowed, outcome=None))
    return {Outcome(outcome): count for outcome, count in asked.ask(_text("outcomes").format(listed=listed), given)}


def _deals(wish: Wish, model: str, narrowed: Narrowed, order: str) -> tuple[str, dict[str, Any]]:
    listed, given = _listed(wish, model, narrowed)
    return _text("deals").format(listed=listed, order=ORDERS[order]), given


def _listed(wish: Wish, model: str, narrowed: Narrowed) -> tuple[str, dict[str, Any]]:
    text = _text("listed").format(
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
    given = {name: value for name, value in wish.given.items() if name != "measure"}
    rows = asked.ask(_text("approached").format(label=LABELS[dimension], month=month), given)
    return {(label, Outcome(outcome)): deals for label, outcome, deals in rows}


def won(asked: Asked, deal: int) -> Won | None:
    """Return a won deal; None if it is none, or none yet as of this edition."""
    rows = asked.ask(_text("won"), {"deal": deal})
    return Won(*rows[0]) if rows else None


def touches(asked: Asked, scope: Scope, measure: Measure, deal: int) -> list[Touch]:
    """Return the touches of a deal in their order."""
    text = _text("deal").format(columns=", ".join(f"c.{column}" for column in COLUMNS))
    rows = asked.ask(text, {"scope": scope.value, "measure": measure.value, "deal": deal})
    known = len(rows[0]) - len(COLUMNS) if rows else 0
    return [Touch(dict(zip(COLUMNS, row[known:], strict=True)), *row[:known]) for row in rows]


def effects(asked: Asked, scope: Scope, labels: str) -> Mapping[str, int]:
    """Return which share of conversions is lost without each label, in millionths."""
    return dict(asked.ask(_text("effects"), {"scope": scope.value, "labels": labels}))


def spending_of_ways(asked: Asked) -> Mapping[tuple[int, str, str, str], tuple[int | None, int | None]]:
    """Return what was spent and how often was clicked, by month, source, medium and campaign."""
    rows = asked.ask(_text("spending_of_ways"), {})
    return {
        (month, source, medium, campaign): (cents, clicks) for month, source, medium, campaign, cents, clicks in rows
    }
