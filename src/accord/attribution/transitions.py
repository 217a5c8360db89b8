"""Which touch follows which: the counts from which a Markov chain is made.

A state is what is remembered of a path: its last touches, as many as the order of the chain, fewer at its beginning.
It is written as a number whose digits, to the base of one more than there are labels, are the touches, with 0 where
the path had not begun; so 0 is the state before every path. What follows is a touch, or the path's end.
"""

from dataclasses import dataclass, field

import numpy as np

from accord.attribution.arrays import Ints
from accord.attribution.errors import AttributionError
from accord.attribution.model import Markov

_CELLS_COUNTED_AT_ONCE = 1 << 23
_CODES_BEFORE_A_MERGE = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """How often each state was followed by each touch or end, a row for each that occurred, by state and follower.

    Attributes:
        labels: How many labels there are; the followers from 0 are touches, ``labels`` is an end without conversion
            and ``labels + 1`` a conversion.
        order: How many touches a state remembers.
        state: The states.
        follower: What followed.
        count: How often.
    """

    labels: int
    order: int
    state: Ints
    follower: Ints
    count: Ints


@dataclass(slots=True, eq=False)
class TransitionCounter:
    """Counts transitions, some paths at a time."""

    markov: Markov
    labels: int
    _table: Ints | None = None
    _codes: list[Ints] = field(default_factory=list)
    _counts: list[Ints] = field(default_factory=list)

    def __post_init__(self) -> None:
        cells = check_room(self.markov, self.labels)
        if cells <= _CELLS_COUNTED_AT_ONCE:
            self._table = np.zeros(cells, np.int64)

    def add(self, touch: Ints, start: Ints, *, converted: bool) -> None:
        """Count paths of at least one touch each, all of which end alike.

        Args:
            touch: Their touches, one path after the other.
            start: Where each begins, and at the end how many touches there are.
            converted: Whether they end with a conversion.
        """
        if not len(touch):
            return
        if self.markov.repeats == "collapse":
            touch, start = collapsed(touch, start)
        base, order = self.labels + 1, self.markov.order
        before = _states(touch + 1, start, base, order)
        last = start[1:] - 1
        after = before[last] % base ** (order - 1) * base + touch[last] + 1
        end = self.labels + 1 if converted else self.labels
        before *= self.labels + 2
        before += touch
        self._count(before)
        self._count(after * (self.labels + 2) + end)

    def transitions(self) -> Transitions:
        """Return what was counted."""
        if self._table is not None:
            codes = np.flatnonzero(self._table)
            counts = self._table[codes]
        else:
            self._merge()
            codes, counts = (self._codes[0], self._counts[0]) if self._codes else (_NONE, _NONE)
        state, follower = np.divmod(codes, self.labels + 2)
        return Transitions(self.labels, self.markov.order, state, follower, counts)

    def _count(self, codes: Ints) -> None:
        if self._table is not None:
            if len(self._table) <= len(codes):
                self._table += np.bincount(codes, minlength=len(self._table))
            else:
                np.add.at(self._table, codes, 1)
            return
        codes.sort()
        first = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
        self._codes.append(codes[first])
        self._counts.append(np.diff(np.append(first, len(codes))))
        if sum(len(some) for some in self._codes[1:]) > _CODES_BEFORE_A_MERGE:
            self._merge()

    def _merge(self) -> None:
        if len(self._codes) > 1:
            codes, counts = summed(np.concatenate(self._codes), np.concatenate(self._counts))
            self._codes, self._counts = [codes], [counts]


_NONE = np.empty(0, np.int64)


def check_room(markov: Markov, labels: int) -> int:
    """Return how many transitions there may be.

    Raises:
        AttributionError: Too many for each to have a number of 63 bits.
    """
    cells: int = (labels + 1) ** markov.order * (labels + 2)
    if cells >= 1 << 63:
        raise AttributionError(
            "attribution.too_many_labels",
            f"{labels:,} labels are too many for a chain of order {markov.order}",
            hint="take a lower order, or credit something coarser",
        )
    return cells


def summed(codes: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return each code once, ascending, with the sum of its counts."""
    if not len(codes):
        return codes, counts
    order = np.argsort(codes)
    codes, counts = codes[order], counts[order]
    first = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    return codes[first], np.add.reduceat(counts, first)


def collapsed(touch: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Return the paths with each run of one label as one touch."""
    kept = np.concatenate(([True], touch[1:] != touch[:-1]))
    kept[start[:-1]] = True
    return touch[kept], np.concatenate(([0], np.cumsum(kept)))[start]


def _states(digits: Ints, start: Ints, base: int, order: int) -> Ints:
    """The state before each touch."""
    states = np.zeros_like(digits)
    for back in range(1, order + 1):
        remembered = np.zeros_like(digits)
        remembered[back:] = digits[:-back]
        for place in range(back):  # so near to the beginning, what stands there is of the path before
            rows = start[:-1] + place
            remembered[rows[rows < start[1:]]] = 0
        states += remembered * base ** (back - 1)
    return states
