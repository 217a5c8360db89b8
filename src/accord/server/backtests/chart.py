"""The drawing of hand-overs by week: two bars for each, and a line at what sales can take."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from accord.insight.backtest import WeekOfHandovers

HEIGHT = 160
"""Of the space for bars, in units of the drawing."""
WIDTH = 720
"""Of the whole, in the same units, unless the weeks are too many."""
NARROWEST = 9
"""Width of a week, at least."""
LABELS = 12
"""At most so many weeks are named below."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``side`` is ``draft`` or ``other``."""

    side: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class DrawnWeek:
    """One week of the drawing.

    Attributes:
        says: What there is to know of it, for a pointer and for a reader of the screen.
        label: Its name below the axis; empty: it is not named.
        capacity_y: Where the line of capacity runs; None: there is none.
    """

    x: float
    end: float
    bars: tuple[Bar, ...]
    says: str
    label: str
    capacity_y: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing.

    Attributes:
        week: The width of a week.
        marks: Numbers of the axis, each with its height.
    """

    width: int
    week: float
    weeks: tuple[DrawnWeek, ...]
    marks: tuple[tuple[int, float], ...]


def chart(weeks: Sequence[WeekOfHandovers]) -> Chart:
    """Return the drawing of these weeks."""
    most = max((max(week.draft, week.other or 0, week.capacity or 0) for week in weeks), default=0)
    step = _step(most)
    top = max(-(-most // step) * step, step)

    def y(count: int) -> float:
        return round(HEIGHT * (1 - count / top), 1)

    every = -(-len(weeks) // LABELS) or 1
    wide = max(WIDTH / max(len(weeks), 1), NARROWEST)
    drawn = tuple(
        DrawnWeek(
            x=round(place * wide, 1),
            end=round((place + 1) * wide, 1),
            bars=tuple(_bars(week, place * wide, wide, y)),
            says=_says(week),
            label=f"{week.starts.day} {week.starts:%b}" if place % every == 0 else "",
            capacity_y=None if week.capacity is None else y(week.capacity),
        )
        for place, week in enumerate(weeks)
    )
    marks = tuple((count, y(count)) for count in range(0, top + 1, step))
    return Chart(round(max(len(weeks), 1) * wide), round(wide, 1), drawn, marks)


def _bars(week: WeekOfHandovers, x: float, wide: float, y: Callable[[int], float]) -> Iterator[Bar]:
    sides = [("draft", week.draft)] if week.other is None else [("other", week.other), ("draft", week.draft)]
    width = min(wide * 0.7, 56) / len(sides)
    first = x + (wide - width * len(sides)) / 2
    for place, (side, count) in enumerate(sides):
        top = y(count)
        yield Bar(side, round(first + place * width, 1), top, round(width * 0.94, 1), round(HEIGHT - top, 1))


def _step(most: int) -> int:
    """Return a round distance between marks that gives at most five of them.

    Examples:
        >>> _step(3), _step(23), _step(140)
        (1, 5, 50)
    """
    step = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 5 * step * factor:
                return step * factor
        step *= 10


def _says(week: WeekOfHandovers) -> str:
    partly = f" ({week.days} day{'s' if week.days > 1 else ''} of it)" if week.days < 7 else ""
    against = "" if week.other is None else f", {week.other} under the other"
    room = "" if week.capacity is None else f"; sales can take {week.capacity}"
    return f"Week of {week.starts.day} {week.starts:%B %Y}{partly}: {week.draft} under the draft{against}{room}"
