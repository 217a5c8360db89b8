"""Removal effects where a chain has too many states to invert: followed step by step, and the limit foreseen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from accord.attribution.arrays import Floats, Ints

_EXACT = 1e-13
_SETTLED = 1e-11
_LITTLE = 0.1
_FORECASTS_THAT_AGREE = 2  # beside the one that they agree with
_VALUES_AT_ONCE = 1 << 25


def iterated_effects(
    source: Ints, target: Ints, probability: Floats, converting: Floats, last: Ints, labels: int
) -> Floats:
    """Return the removal effect of each label.

    For each label, paths are followed from the start until they meet it; those that do in one step add what they
    convert with, f, to a partial sum. The partial sums of all labels are iterated together and their limits
    foreseen by Wynn's epsilon algorithm (*On a device for computing the e_m(S_n) transformation*, 1956). That ends
    when forecasts agree to eleven digits, or when so little is under way that none is needed: what can still be added
    to a sum is at most what its paths under way convert with.

    Args:
        source: The states that steps lead from; 0 is the start.
        target: The states that they lead to.
        probability: How probable each is.
        converting: How probable it is in each state to convert at once.
        last: The label that each state ends with, -1 for the start.
        labels: How many labels there are.
    """
    size = len(converting)
    steps = sparse.csr_array((probability, (source, target)), shape=(size, size))
    chance = _chance(steps, converting)
    forward = sparse.csr_array((probability, (target, source)), shape=(size, size))
    at_once = max(_VALUES_AT_ONCE // size, 1)
    effects = [
        _effects(forward, chance, last, np.arange(low, min(low + at_once, labels))) for low in range(0, labels, at_once)
    ]
    return np.concatenate(effects)


def _chance(steps: sparse.csr_array, converting: Floats) -> Floats:
    """How probable it is to convert from each state."""
    chance = converting.copy()
    added = converting
    under_way: Floats = np.ones(len(converting))
    while under_way.max() > _EXACT * chance[0]:
        added = steps @ added
        chance += added
        under_way = steps @ under_way
    return chance


def _effects(forward: sparse.csr_array, chance: Floats, last: Ints, labels: Ints) -> Floats:
    """The effects of some labels, a column for each."""
    rows = np.flatnonzero((last >= labels[0]) & (last <= labels[-1]))
    columns = last[rows] - labels[0]
    weights = chance[rows] / chance[0]
    paths = np.zeros((len(chance), len(labels)))
    paths[0] = 1.0
    total = np.zeros(len(labels))
    forecast = _Forecast.of(total)
    while True:
        paths = forward @ paths
        total = total + np.bincount(columns, paths[rows, columns] * weights, len(labels))
        paths[rows, columns] = 0.0
        under_way = chance @ paths / chance[0]
        if under_way.max() <= _EXACT:
            return np.where(forecast.settled, forecast.limit, total)
        forecast.add(total, under_way)
        if forecast.settled.all():
            return forecast.limit


@dataclass(slots=True, eq=False)
class _Forecast:
    """Wynn's epsilon algorithm, for many sequences at once: its last diagonal, and what it foresaw.

    A sequence is settled by three forecasts that agree, if it has grown each time, the forecast is one that it can
    still come to, and little is under way; then it stays settled, before rounding spoils it.
    """

    diagonal: list[Floats]
    limit: Floats
    agreed: Ints
    settled: NDArray[np.bool_]

    @classmethod
    def of(cls, first: Floats) -> "_Forecast":
        return cls([first], first, np.zeros(len(first), np.int64), np.zeros(len(first), np.bool_))

    def add(self, term: Floats, under_way: Floats) -> None:
        """Go on by one term of each sequence, none of which can grow by more than what is under way."""
        new = [term]
        before = np.zeros_like(term)
        with np.errstate(divide="ignore", invalid="ignore"):
            for old in self.diagonal:
                new.append(before + 1 / (new[-1] - old))
                before = old
            limit = term
            for forecast in new[2::2]:  # those at the odd places are steps between
                limit = np.where(np.isfinite(forecast), forecast, limit)
        close = np.abs(limit - self.limit) <= _SETTLED * limit
        possible = (limit >= term) & (limit <= term + under_way) & (term > self.diagonal[0]) & (under_way <= _LITTLE)
        self.agreed = np.where(close & possible, self.agreed + 1, 0)
        self.diagonal = new
        self.limit = np.where(self.settled, self.limit, limit)
        self.settled |= self.agreed >= _FORECASTS_THAT_AGREE
