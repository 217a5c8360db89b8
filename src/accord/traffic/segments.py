"""Ranges of whole numbers, such as addresses, that overlap, turned into segments that do not."""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import TypeVar

Range = tuple[int, int, int]
"""First number, last number, and a value above zero."""
Value = TypeVar("Value")
Segments = list[tuple[int, Value]]
"""Where each segment begins and its value, in order; it ends where the next begins."""


def flatten(ranges: Iterable[Range]) -> Segments[int]:
    """Return the segments of the ranges, from zero on; of several that overlap the narrowest, then the last given.

    Numbers in no range have the value zero.

    Examples:
        >>> flatten([(10, 29, 1), (12, 13, 2)])
        [(0, 0), (10, 1), (12, 2), (14, 1), (30, 0)]
    """
    return _sweep(((first, last, (last - first, -order), value) for order, (first, last, value) in enumerate(ranges)))


def flatten_greatest(ranges: Iterable[Range]) -> Segments[int]:
    """Return the segments of the ranges, from zero on; of several that overlap the one with the greatest value.

    Examples:
        >>> flatten_greatest([(10, 29, 2), (12, 40, 1)])
        [(0, 0), (10, 2), (30, 1), (41, 0)]
    """
    return _sweep((first, last, (-value, 0), value) for first, last, value in ranges)


def _sweep(ranges: Iterable[tuple[int, int, tuple[int, int], int]]) -> Segments[int]:
    """Go through all numbers at which a range begins or has ended; of the ranges there that of least rank counts."""
    waiting = sorted(ranges, reverse=True)
    found: Segments[int] = [(0, 0)]
    over: list[tuple[tuple[int, int], int, int]] = []
    while waiting or over:
        at = over[0][1] + 1 if over else waiting[-1][0]
        if waiting:
            at = min(at, waiting[-1][0])
        while waiting and waiting[-1][0] == at:
            _, last, rank, value = waiting.pop()
            heappush(over, (rank, last, value))
        while over and over[0][1] < at:
            heappop(over)
        _append(found, at, over[0][2] if over else 0)
    return found


def _append(segments: Segments[Value], at: int, value: Value) -> None:
    if segments and segments[-1][0] == at:
        segments.pop()
    if not segments or segments[-1][1] != value:
        segments.append((at, value))


def overlay(below: Segments[int], above: Segments[int]) -> Segments[tuple[int, int]]:
    """Return the segments with both values, that of ``below`` first.

    Examples:
        >>> overlay([(0, 0), (10, 1)], [(0, 0), (12, 5), (14, 0)])
        [(0, (0, 0)), (10, (1, 0)), (12, (1, 5)), (14, (1, 0))]
    """
    found: Segments[tuple[int, int]] = []
    lower, upper = 0, 0
    for at in sorted({start for start, _ in below} | {start for start, _ in above}):
        lower = _advance(below, lower, at)
        upper = _advance(above, upper, at)
        _append(found, at, (below[lower][1], above[upper][1]))
    return found


def _advance(segments: Sequence[tuple[int, int]], place: int, at: int) -> int:
    while place + 1 < len(segments) and segments[place + 1][0] <= at:
        place += 1
    return place


def sizes(segments: Segments[Value], end: int) -> list[tuple[Value, int]]:
    """Return each segment's value and how many numbers below ``end`` it holds."""
    return [(value, last - first) for (first, value), (last, _) in pairwise([*segments, (end, segments[0][1])])]
