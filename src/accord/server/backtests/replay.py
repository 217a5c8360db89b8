"""Computing a backtest: a snapshot of the past, and the questions asked of it. Stores nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accord.agreement import Agreement
from accord.insight import Period
from accord.insight.backtest import Backtest, Comparison, HandedOver, Weights
from accord.insight.engines.duck import DuckDB
from accord.server.backtests.snapshot import Progress, take, working_folder

MEMORY = "4GB"
"""The most memory that the engine takes; what does not fit is kept in files."""
PAGE = 5_000
"""People fetched at a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know.

    Attributes:
        draft: The agreement that is tried.
        other: What it is compared with; None: nothing.
        first: The first day that counts, in the zone of the draft.
        last: The last one, itself included.
        capacity: How many leads sales can take in a week; None: not said.
    """

    draft: Agreement
    other: Agreement | None
    first: date
    last: date
    capacity: int | None = None

    @property
    def period(self) -> Period:
        """The days in the zone of the draft."""
        return Period(self.first, self.last + timedelta(days=1), self.draft.zone)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came out.

    Attributes:
        at: The instant as of which the data were read.
        people: Everybody whom one of both would have handed over within the period, by id.
    """

    at: datetime
    comparison: Comparison
    weights: Weights
    people: tuple[HandedOver, ...]


def replay(asked: Asked, progress: Progress = lambda *_: None) -> Replayed:
    """Return what the draft would have done in the period, by what was known at each instant."""
    agreements = [asked.draft] if asked.other is None else [asked.draft, asked.other]
    with working_folder() as folder, DuckDB(memory_limit=MEMORY, folder=folder) as engine:
        snapshot = take(engine, agreements, folder, progress=progress)
        backtest = Backtest(engine, progress=_steps(progress))
        comparison = backtest.compare(asked.draft, asked.other, asked.period, capacity_per_week=asked.capacity)
        people = tuple(_people(backtest, asked))
        weights = backtest.weights(asked.draft, asked.period)
    return Replayed(snapshot.at, comparison, weights, people)


def _steps(progress: Progress) -> Callable[[str], None]:
    return lambda step: progress(step, 0.0)


def _people(backtest: Backtest, asked: Asked) -> Iterator[HandedOver]:
    skip = 0
    while True:
        page = backtest.people(asked.draft, asked.other, asked.period, limit=PAGE, skip=skip)
        yield from page.people
        skip += PAGE
        if skip >= page.total:
            return
