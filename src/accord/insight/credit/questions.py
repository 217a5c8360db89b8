"""What pages ask of the tables of credit: one class for each answer, its attributes the columns in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accord.insight.credit.tables import STEP, Dimension, Scope, column_of, new
from accord.insight.credit.wishes import LABELS, Asked, By, Wish, answers, text_of

_ALWAYS = (0, 9_999 * 12)
"""Every month that there is."""


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


def bookings(asked: Asked, wish: Wish) -> Bookings:
    """Return what was won."""
    (row,) = asked.ask(text_of("bookings").format(month=wish.month("w")), wish.given)
    return Bookings(*row)


def bookings_by_month(asked: Asked, wish: Wish) -> Mapping[int, tuple[int, int]]:
    """Return the deals won and their worth by month; months without any are left out."""
    given = {name: value for name, value in wish.given.items() if name != "scope"}
    rows = asked.ask(text_of("bookings_by_month").format(month=wish.month("w")), given)
    return {month: (deals, worth) for month, deals, worth in rows}


def earned(asked: Asked, wish: Wish, dimension: Dimension, models: Sequence[str]) -> list[Earned]:
    """Return what each label earned under some models, in no order; each model's add up to what is attributable."""
    columns = [column_of(model, dimension) for model in models]
    sums = ",\n    ".join(f"CAST(SUM(c.{column}) AS BIGINT)" for column in columns)
    text = text_of("labels").format(label=LABELS[dimension], sums=sums, month=wish.month("c"))
    found = asked.ask(text, wish.given)
    return [
        Earned(label, dict(zip(models, row[: len(columns)], strict=True)), *row[len(columns) :])
        for label, *row in found
    ]


def touched(asked: Asked, wish: Wish, dimension: Dimension) -> list[Touched]:
    """Return how many deals each label touched, in no order."""
    given = {name: value for name, value in wish.given.items() if name != "measure"}
    text = text_of("lasts").format(label=LABELS[dimension], new=new(dimension), month=wish.month("c"))
    return answers(Touched, asked.ask(text, given))


def earned_by_month(asked: Asked, wish: Wish, dimension: Dimension, model: str) -> Mapping[str, Mapping[int, int]]:
    """Return what each label earned in each month under one model."""
    column, month = column_of(model, dimension), wish.month("c")
    text = text_of("by_month").format(label=LABELS[dimension], month=month, column=column)
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
        text, given = text_of("entries_of_cohort"), {"first": wish.first, "last": wish.last}
    else:
        text, given = text_of("entries_of_period"), {"from_us": span[0], "to_us": span[1]}
    return answers(Entered, asked.ask(text.format(label=LABELS[dimension]), given))


def spending(asked: Asked, wish: Wish, dimension: Dimension) -> list[Spent]:
    """Return what was spent on each label, in no order; the dimension is one of ``SPENT_ON``."""
    text = text_of("spending").format(label=LABELS[dimension])
    return answers(Spent, asked.ask(text, {"first": wish.first, "last": wish.last}))


Payback = Mapping[str, Mapping[str, int | None]]
"""By label and model: after how many months it had earned what it cost; None: it has not yet."""


def payback(asked: Asked, wish: Wish, dimension: Dimension, models: Sequence[str]) -> Payback:
    """Return when each label on which money was spent had earned what it cost, under some models.

    The month of its first cost counts as the first. What it earned before that does not count. Of a period, all costs
    and all deals count, whenever they were: whether something has paid for itself is no matter of the months shown. Of
    a cohort, what its months cost, against the deals of the leads that began in them.
    """
    columns = [column_of(model, dimension) for model in models]
    text = text_of("payback").format(
        label=LABELS[dimension],
        sums=", ".join(f"CAST(SUM(k.{column}) AS BIGINT)" for column in columns),
        nothing=", ".join(f"0 AS {column}" for column in columns),
        earned=", ".join(f"c.{column} AS {column}" for column in columns),
    )
    first, last = (wish.first, wish.last) if wish.by is By.COHORT else _ALWAYS
    moves: dict[str, list[tuple[int, int, tuple[int, ...]]]] = {}
    for label, month, cost, *earned in asked.ask(text, {**wish.given, "first": first, "last": last}):
        moves.setdefault(label, []).append((month, cost, tuple(earned)))
    return {
        label: {
            model: _paid_back([(month, cost, earned[at]) for month, cost, earned in sorted(rows)])
            for at, model in enumerate(models)
        }
        for label, rows in moves.items()
        if any(cost for _, cost, _ in rows)
    }


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
    text = text_of("steps").format(scope=wish.scope.value, month=wish.month("w"))
    return answers(Step, asked.ask(text, {"first": wish.first, "last": wish.last, "steps": count}))


def paths(asked: Asked, wish: Wish, limit: int) -> list[Path]:
    """Return the ways that most journeys went, the most deals first."""
    text = text_of("paths").format(scope=wish.scope.value, month=wish.month("w"))
    given = {"measure": wish.measure.value, "first": wish.first, "last": wish.last, "limit": limit}
    return [Path(tuple(path.split(STEP)), *rest) for path, *rest in asked.ask(text, given)]


def effects(asked: Asked, scope: Scope, labels: str) -> Mapping[str, int]:
    """Return which share of conversions is lost without each label, in millionths."""
    return dict(asked.ask(text_of("effects"), {"scope": scope.value, "labels": labels}))


def spending_of_ways(asked: Asked) -> Mapping[tuple[int, str, str, str], tuple[int | None, int | None]]:
    """Return what was spent and how often was clicked, by month, source, medium and campaign."""
    rows = asked.ask(text_of("spending_of_ways"), {})
    return {
        (month, source, medium, campaign): (cents, clicks) for month, source, medium, campaign, cents, clicks in rows
    }
