"""The touches that count for each conversion: those up to it, within the window."""

from dataclasses import dataclass

import numpy as np

from accord.attribution.arrays import Ints
from accord.attribution.conversions import NEVER, Conversions
from accord.attribution.journeys import Label, Touches


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """The touches that count for each of some conversions; each conversion has at least one.

    Attributes:
        labels: What the codes of touches stand for, in ascending order.
        conversion: For each path the row of its conversion, counted from 0 as they were given.
        cents: For each path the value of its conversion.
        start: Where the touches of each path begin, and at the end how many there are.
        touch: For each touch the code of its label.
        before: For each touch how long before the conversion it was, in microseconds.
        lead: For each path its touch that made the lead, or -1: the last one up to that instant.
        opportunity: For each path its touch that made the opportunity, or -1.
        id: For each touch which touchpoint it is, where that was asked for.
    """

    labels: tuple[Label, ...]
    conversion: Ints
    cents: Ints
    start: Ints
    touch: Ints
    before: Ints
    lead: Ints
    opportunity: Ints
    id: Ints | None = None

    def __len__(self) -> int:
        return len(self.conversion)

    @property
    def lengths(self) -> Ints:
        """How many touches each path has."""
        return np.diff(self.start)

    @property
    def path(self) -> Ints:
        """For each touch the path that it belongs to."""
        return np.repeat(np.arange(len(self)), self.lengths)


def paths(touches: Touches, conversions: Conversions, labels: tuple[Label, ...], lookback: int | None) -> Paths:
    """Return the paths of those conversions that a touch counts for.

    A touch counts if it is of the conversion's journey, not after the conversion, and not longer before it than the
    window in microseconds. One at the instant of the conversion counts, and so does one exactly as old as the window.
    Each conversion of a journey has a path of its own, and a touch counts for each that it stands before.

    Args:
        touches: In order; the journey is its index among those that convert.
        conversions: What they led to.
        labels: What the codes of touches stand for.
        lookback: The window, or None for no limit.
    """
    first = np.searchsorted(touches.journey, conversions.journey, side="left")
    last = np.searchsorted(touches.journey, conversions.journey, side="right")
    stop = _places(touches.at, first, last, conversions.at, after=True)
    begin = first
    if lookback is not None:
        begin = _places(touches.at, first, stop, conversions.at - lookback, after=False)
    some = np.flatnonzero(stop > begin)
    begin, stop = begin[some], stop[some]
    start = np.concatenate(([0], np.cumsum(stop - begin)))
    rows = np.arange(start[-1]) + np.repeat(begin - start[:-1], stop - begin)
    return Paths(
        labels=labels,
        conversion=some,
        cents=conversions.cents[some],
        start=start,
        touch=touches.touch[rows],
        before=np.repeat(conversions.at[some], stop - begin) - touches.at[rows],
        lead=_marked(touches.at, begin, stop, start, conversions.lead_at[some]),
        opportunity=_marked(touches.at, begin, stop, start, conversions.opportunity_at[some]),
        id=None if touches.id is None else touches.id[rows],
    )


def _places(at: Ints, low: Ints, high: Ints, instants: Ints, *, after: bool) -> Ints:
    """Find for each instant its place in its own stretch of ascending instants, by halving all of them at once."""
    low, high = low.copy(), high.copy()
    while True:
        unsettled = low < high
        if not unsettled.any():
            return low
        middle = (low + high) >> 1
        seen = at[np.minimum(middle, len(at) - 1)]
        right = unsettled & ((seen <= instants) if after else (seen < instants))
        low = np.where(right, middle + 1, low)
        high = np.where(unsettled & ~right, middle, high)


def _marked(at: Ints, begin: Ints, stop: Ints, start: Ints, marks: Ints) -> Ints:
    if (marks == NEVER).all():
        return np.full(len(begin), -1)
    place = _places(at, begin, stop, marks, after=True) - 1
    return np.where(place >= begin, place - begin + start[:-1], -1)
