"""Whole cents that add up: the method of largest remainder, for many sums at once."""

import numpy as np

from accord.attribution.arrays import Floats, Ints

SUMS_AT_ONCE = 1 << 17
_FRACTIONS = 1 << 23  # remainders closer than this are equal: what floating point makes of one third must not decide
_BITS_OF_ROW = 22


def apportion(cents: Ints, weights: Floats, start: Ints) -> Ints:
    """Split each sum of cents over its rows, so that the rows of each sum add up to it exactly.

    Every row gets its share rounded down; the cents that are left go to the rows with the largest remainders, one
    each, and among equal remainders to the earlier row (Hamilton's method, 1792). Remainders that differ by less than
    1e-7 cents are equal. A negative sum, such as a refund, is split by the same rule.

    Args:
        cents: The sums.
        weights: One per row; those of each sum add up to 1, none is negative.
        start: Where the rows of each sum begin, and at the end the number of rows; each sum has at least one row.

    Examples:
        >>> apportion(np.array([100, -1]), np.array([1 / 3, 1 / 3, 1 / 3, 0.5, 0.5]), np.array([0, 3, 5])).tolist()
        [34, 33, 33, 0, -1]
    """
    split = np.empty(len(weights), np.int64)
    for low, high in _blocks(start):
        rows = slice(start[low], start[high])
        split[rows] = _apportioned(cents[low:high], weights[rows], start[low : high + 1] - start[low])
    return split


def _blocks(start: Ints) -> list[tuple[int, int]]:
    """Runs of sums that are few enough, with rows few enough, for one sort; a single sum may have any number."""
    sums, low, blocks = len(start) - 1, 0, []
    while low < sums:
        fits = int(np.searchsorted(start, start[low] + (1 << _BITS_OF_ROW), side="right")) - 1
        high = min(max(fits, low + 1), low + SUMS_AT_ONCE, sums)
        blocks.append((low, high))
        low = high
    return blocks


def _apportioned(cents: Ints, weights: Floats, start: Ints) -> Ints:
    rows = np.diff(start)
    shares = weights * np.repeat(cents, rows)
    floors = np.floor(shares)
    split = floors.astype(np.int64)
    left = cents - np.add.reduceat(split, start[:-1])
    if not left.any():
        return split
    smallness = _FRACTIONS - np.rint((shares - floors) * _FRACTIONS).astype(np.int64)
    order = _by_sum_and_smallness(np.repeat(np.arange(len(rows)), rows), smallness)
    rank = np.arange(len(order)) - np.repeat(start[:-1], rows)
    split[order[rank < np.repeat(left, rows)]] += 1
    return split


def _by_sum_and_smallness(sums: Ints, smallness: Ints) -> Ints:
    """The rows in the order of their sums, in each by the size of the remainder, equal ones as they stand."""
    if len(sums) > 1 << _BITS_OF_ROW:  # one sum of more rows than a key has room for
        return np.argsort(smallness, kind="stable")
    key = (((sums << 24) | smallness) << _BITS_OF_ROW) | np.arange(len(sums))
    key.sort()
    return key & ((1 << _BITS_OF_ROW) - 1)
