"""The rows of the pages Campaigns and Attribution: what labels earned, cost and brought, put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from accord.insight.credit import Dimension, Measure
from accord.insight.credit.deal_questions import Outcome, approached
from accord.insight.credit.questions import (
    Bookings,
    Earned,
    Entered,
    Spent,
    Touched,
    bookings,
    bookings_by_month,
    earned,
    earned_by_month,
    entered,
    payback,
    spending,
    touched,
)
from accord.insight.credit.wishes import ENTERED_BY, SPENT_ON
from accord.insight.credit.wishes import Asked as Tables
from accord.server.accounts.models import User
from accord.server.credit.asked import Asked, Span
from accord.server.credit.asking import Opened
from accord.server.people.models import Person

COURSE = 12
"""The months of a course."""
NOT_STATED = "(not stated)"
LONGEST = 19
"""Digits of a number that a database has."""
_DIRECTIONS = {"inbound": "Inbound", "outbound": "Outbound", "": "Cannot be told"}
_AGENCY = {"agency": "The agency", "": "Everybody else"}
UNATTRIBUTABLE = "Unattributable"
CAMPAIGN_SORTS = ("name", "earned", "won", "cost", "leads", "mql", "sal", "sql", "customers", "roi")


@dataclass(frozen=True, slots=True)
class Row:
    """What one label earned, cost and brought; amounts in cents, or in millionths of a deal.

    Attributes:
        label: As the tables hold it; None: no label, but what stands in none of the other rows.
        name: As pages show it.
        earned: By model; nothing where it touched no deal.
        cost: None where nothing is known to have been spent on it, or costs cannot be told apart so.
        payback: After how many months it had earned what it cost; None: it has not, or nothing was spent.
        course: What it earned in each of the last months, by the model asked for.
        still_open: Before how many open deals there were touches of it; ``lost`` likewise.
    """

    label: str | None
    name: str
    earned: Mapping[str, int]
    touched: Touched | None
    entered: Entered | None
    cost: int | None
    payback: int | None = None
    course: Sequence[int] = ()
    still_open: int = 0
    lost: int = 0

    def by(self, model: str) -> int:
        """Return what it earned under a model."""
        return self.earned.get(model, 0)

    @property
    def least(self) -> int:
        """What it earned under the model that gives it least."""
        return min(self.earned.values(), default=0)

    @property
    def most(self) -> int:
        """What it earned under the model that gives it most."""
        return max(self.earned.values(), default=0)

    def each(self, stage: str) -> int | None:
        """Return what one lead that came so far cost, in cents; None where there was none, or no cost."""
        count = getattr(self.entered, stage) if self.entered is not None else 0
        return _rounded(Fraction(self.cost, count)) if self.cost is not None and count else None

    def roi(self, model: str) -> Fraction | None:
        """Return what came back beside what was spent: (earned - cost) / cost; None where nothing was spent.

        What was spent without saying on what did not bring what came without saying how.
        """
        return roi(self.by(model), self.cost) if self.label else None


def roi(earned: int, cost: int | None) -> Fraction | None:
    """Return what came back beside what was spent: (earned - cost) / cost; None where nothing was spent."""
    return Fraction(earned - cost, cost) if cost else None


@dataclass(frozen=True, slots=True)
class Report:
    """The rows of a page with their sums.

    Attributes:
        rows: Sorted as was asked. Names that must be looked up stand in them only where the search or the order needs
            them; see ``with_names``.
        left_out: How many rows the search left out.
        rest: What comes to the total with the rows: what is unattributable, and what the search left out.
        total: Of all rows, whether shown or not, with what is unattributable.
        best: The row with most credit by the model asked for.
        won: What was won, of which some no touch can be credited with.
        inconvertible: Rows of costs for which no rate is known.
    """

    rows: Sequence[Row]
    left_out: int
    rest: Row
    total: Row
    won: Bookings
    best: Row | None
    inconvertible: int
    course: Sequence[int] = ()


def attribution(opened: Opened, asked: Asked) -> Report:
    """Return what each label earned under every model, most by the model asked for first unless asked otherwise."""
    found = {row.label: row for row in earned(opened.tables, asked.wish, asked.dimension, asked.models)}
    touches = {row.label: row for row in touched(opened.tables, asked.wish, asked.dimension)}
    names = _names_needed(asked, found)
    rows = [Row(label, names[label], row.by_model, touches.get(label), None, None) for label, row in found.items()]
    return _report(opened, asked, rows, inconvertible=0)


def campaigns(opened: Opened, asked: Asked, span: tuple[int, int]) -> Report:
    """Return what each label earned, cost and brought.

    Args:
        opened: The edition.
        asked: Which numbers.
        span: The first instant of its months and the first after them, in microseconds.
    """
    rows, inconvertible = campaign_rows(opened.tables, asked, span)
    return _report(opened, asked, rows, inconvertible=inconvertible)


def campaign_rows(tables: Tables, asked: Asked, span: tuple[int, int]) -> tuple[list[Row], int]:
    """Return the rows of ``campaigns`` in no order, and how many rows of costs have no known rate."""
    wish, by = asked.wish, asked.dimension
    won: dict[str, Earned] = {row.label: row for row in earned(tables, wish, by, asked.models)}
    came = {row.label: row for row in entered(tables, wish, by, span)} if by in ENTERED_BY else {}
    costs: dict[str, Spent] = {row.label: row for row in spending(tables, wish, by)} if by in SPENT_ON else {}
    touches = {row.label: row for row in touched(tables, wish, by)}
    pays = by in SPENT_ON and wish.measure is not Measure.DEALS
    back = payback(tables, wish, by, [asked.model]) if pays else {}
    unwon = approached(tables, wish, by)
    labels = won.keys() | came.keys() | costs.keys() | {label for label, _ in unwon}
    names, course = _names_needed(asked, labels), _course(tables, asked)
    rows = [
        Row(
            label=label,
            name=names[label],
            earned=won[label].by_model if label in won else {},
            touched=touches.get(label),
            entered=came.get(label),
            cost=costs[label].cents if label in costs else None,
            payback=back[label][asked.model] if label and label in back else None,
            course=course.get(label, ()),
            still_open=unwon.get((label, Outcome.OPEN), 0),
            lost=unwon.get((label, Outcome.LOST), 0),
        )
        for label in labels
    ]
    return rows, sum(each.inconvertible for each in costs.values())


def _report(opened: Opened, asked: Asked, rows: list[Row], *, inconvertible: int) -> Report:
    held = [asked.holds(row.name) for row in rows]
    left_out = [row for row, shown in zip(rows, held, strict=True) if not shown]
    months = bookings_by_month(opened.tables, asked.wish)
    won = bookings(opened.tables, asked.wish)
    best = max(rows, key=lambda row: row.by(asked.model), default=None)
    return Report(
        rows=_sorted((row for row, shown in zip(rows, held, strict=True) if shown), asked),
        left_out=len(left_out),
        rest=_sum(None, _rest_name(len(left_out)), left_out, won.unattributable, asked),
        total=_sum("total", "Total", rows, won.unattributable, asked),
        won=won,
        best=with_names(asked.dimension, [best])[0] if best is not None else None,
        inconvertible=inconvertible,
        course=[months.get(month, (0, 0))[1] for month in course_of(asked)],
    )


def _rest_name(left_out: int) -> str:
    if not left_out:
        return UNATTRIBUTABLE
    return f"{left_out:,} left out by the search, and unattributable"


def course_of(asked: Asked) -> range:
    """Return the months of a course: those asked for, at most the last twelve."""
    last = asked.wish.last
    return range(max(asked.wish.first, last - COURSE + 1), last + 1)


def _course(tables: Tables, asked: Asked) -> Mapping[str, Sequence[int]]:
    if asked.span in {Span.ALL, Span.MONTH}:
        return {}
    found = earned_by_month(tables, asked.wish, asked.dimension, asked.model)
    months = course_of(asked)
    return {label: [by.get(month, 0) for month in months] for label, by in found.items()}


def _sum(label: str | None, name: str, rows: Sequence[Row], unattributable: int, asked: Asked) -> Row:
    came = [row.entered for row in rows if row.entered is not None]
    stages = ("leads", "mql", "sal", "sql", "customers")
    costs = [row.cost for row in rows if row.cost is not None]
    return Row(
        label=label,
        name=name,
        earned={model: sum(row.by(model) for row in rows) + unattributable for model in asked.models},
        touched=None,
        entered=Entered("", *(sum(getattr(each, stage) for each in came) for stage in stages)) if came else None,
        cost=sum(costs) if costs else None,
    )


def _sorted(rows: Iterable[Row], asked: Asked) -> list[Row]:
    known = sorted(rows, key=lambda row: (-row.by(asked.model), -(row.cost or 0), row.name.casefold(), row.label or ""))
    name, falling = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    if not name:
        return known

    def key(row: Row) -> tuple[bool, object]:
        value = _value(row, name, asked.model)
        return (value is not None) if falling else (value is None), 0 if value is None else value

    return sorted(known, key=key, reverse=falling)


def _value(row: Row, name: str, model: str) -> str | int | Fraction | None:
    match name:
        case "name":
            return row.name.casefold()
        case "earned":
            return row.by(model)
        case "cost":
            return row.cost
        case "roi":
            return row.roi(model)
        case "deals" | "won":
            return row.touched.deals if row.touched is not None else 0
        case "assisted":
            return row.touched.assisted if row.touched is not None else 0
        case "leads" | "mql" | "sal" | "sql" | "customers":
            return int(getattr(row.entered, name)) if row.entered is not None else 0
    return row.by(name)


def with_names(dimension: Dimension, rows: Sequence[Row]) -> list[Row]:
    """Return rows with those names that must be looked up, which is worth it for those alone that somebody sees."""
    if dimension is not Dimension.PERSON:
        return list(rows)
    names = _names(dimension, [row.label for row in rows if row.label is not None])
    return [row if row.label is None else replace(row, name=names[row.label]) for row in rows]


def _names_needed(asked: Asked, labels: Iterable[str]) -> Mapping[str, str]:
    if asked.dimension is Dimension.PERSON and not asked.text and asked.sort.removeprefix("-") != "name":
        return {label: label for label in labels}
    return _names(asked.dimension, labels)


def _names(dimension: Dimension, labels: Iterable[str]) -> dict[str, str]:
    """Return how labels are shown."""
    labels = list(labels)
    match dimension:
        case Dimension.DIRECTION:
            return {label: _DIRECTIONS.get(label, label) for label in labels}
        case Dimension.AGENCY:
            return {label: _AGENCY.get(label, label) for label in labels}
        case Dimension.USER:
            keys = [int(label) for label in labels if label]
            users = dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))
            return {
                label: users.get(int(label), f"Somebody ({label})") if label else "Nobody of ours" for label in labels
            }
        case Dimension.PERSON:
            people = Person.objects.in_bulk([int(label) for label in labels if label])
            return {
                label: str(people.get(int(label), f"Somebody ({label})")) if label else NOT_STATED for label in labels
            }
    return {label: label or NOT_STATED for label in labels}


def name_of(dimension: Dimension, label: str) -> str:
    """Return how a label is shown; one that no touch can have is shown as it is."""
    if dimension in {Dimension.USER, Dimension.PERSON} and label and not (label.isdecimal() and len(label) < LONGEST):
        return label
    return _names(dimension, [label])[label]


def _rounded(value: Fraction) -> int:
    return int(Decimal(value.numerator / Decimal(value.denominator)).quantize(Decimal(1), ROUND_HALF_UP))
