"""Touches and conversions as they were read, and the paths that they make."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from accord.attribution.arrays import Ints
from accord.attribution.conversions import Conversions, read_conversions, same_kind
from accord.attribution.credit import Bookings
from accord.attribution.errors import AttributionError
from accord.attribution.history import History, read_history
from accord.attribution.journeys import Label
from accord.attribution.model import Markov, Model, marks
from accord.attribution.paths import Paths, paths
from accord.attribution.source import Columns, Rows, opened
from accord.attribution.transitions import TransitionCounter, Transitions

CONVERSIONS_AT_ONCE = 1 << 17
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What was read: journeys to give credit from.

    Attributes:
        history: The touches.
        conversions: What they led to.
        lookback: The window in microseconds, or None for no limit.
    """

    history: History
    conversions: Conversions
    lookback: int | None

    @property
    def labels(self) -> tuple[Label, ...]:
        """Everything that was touched, ascending."""
        return self.history.labels

    @property
    def bookings(self) -> Bookings:
        """All conversions."""
        return Bookings(len(self.conversions), int(self.conversions.cents.sum()))

    @property
    def with_ids(self) -> bool:
        """Whether paths say which touchpoint each touch is."""
        return self.history.touches.id is not None

    def under(self, rename: Callable[[Label], Label]) -> "Past":
        """Return the same journeys by coarser labels, which must stand in the order of the finer ones.

        Raises:
            AttributionError: They do not.
        """
        return replace(self, history=self.history.under(rename))

    def paths(self) -> Iterator[Paths]:
        """Yield the paths of all conversions that have one, some at a time."""
        for low in range(0, len(self.conversions), CONVERSIONS_AT_ONCE):
            some = self.conversions.some(slice(low, low + CONVERSIONS_AT_ONCE))
            found = paths(self.history.touches, some, self.history.labels, self.lookback)
            if len(found):
                yield replace(found, conversion=found.conversion + low)

    def transitions(self, chains: Collection[Markov]) -> Mapping[Markov, Transitions]:
        """Return what each chain is made from, all counted together."""
        counters = [TransitionCounter(chain, len(self.labels)) for chain in chains]
        for found in self.paths() if counters else ():
            for counter in counters:
                counter.add(found.touch, found.start, converted=True)
        with_null = [counter for counter in counters if counter.markov.null == "count"]
        for touch, start in self._null_paths() if with_null else ():
            for counter in with_null:
                counter.add(touch, start, converted=False)
        return {counter.markov: counter.transitions() for counter in counters}

    def _null_paths(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield the paths of journeys without conversion: touches within the window before the last one, and starts."""
        for block in self.history.others.blocks():
            start = block.starts()
            if self.lookback is None:
                yield block.touch, start
                continue
            last = np.repeat(block.at[start[1:] - 1], np.diff(start))
            recent = block.some(last - block.at <= self.lookback)
            yield recent.touch, recent.starts()


def read_past(
    touchpoints: Rows, conversions: Rows, models: tuple[Model, ...], lookback: timedelta | None, columns: Columns
) -> Past:
    """Read touches and conversions, as much of them as the models need.

    Raises:
        AttributionError: A file or a column is not there, or a column holds what cannot be counted.
    """
    if lookback is not None and lookback < timedelta(0):
        raise AttributionError("attribution.bad_lookback", "a window is not shorter than nothing")
    ids = () if columns.id is None else (columns.id,)
    touches = opened(touchpoints, "touchpoints", (columns.journey, columns.at, columns.touch, *ids))
    asked = marks(models)
    kept = tuple(
        column
        for stage, column in (("lead", columns.lead_at), ("opportunity", columns.opportunity_at))
        if stage in asked
    )
    won = opened(conversions, "conversions", (columns.journey, columns.at, columns.cents, *kept))
    same_kind(touches.type_of(columns.journey), won.type_of(columns.journey))
    read, converting = read_conversions(won, columns, kept)
    others = any(isinstance(model, Markov) and model.null == "count" for model in models)
    history = read_history(touches, columns, converting, others=others)
    return Past(history, read, None if lookback is None else lookback // _MICROSECOND)
