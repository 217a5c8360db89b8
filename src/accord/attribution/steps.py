"""Transitions of chains from steps that somebody else has counted, such as an engine that holds the touchpoints.

A step is a touch with the touches before it in its path. Those of the longest memory that is asked for are counted
once; a chain that remembers less is made from sums of them.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accord.attribution.arrays import Ints
from accord.attribution.errors import AttributionError
from accord.attribution.model import Markov
from accord.attribution.source import whole_numbers
from accord.attribution.transitions import Transitions, check_room, summed


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """How often each touch came after which others, over many paths.

    Both tables have a row for each step that occurred, with the columns ``back_0``, the code of its touch; ``back_1``
    to ``back_k``, the codes of the touches before it, the nearest first, and -1 where the path had not begun; ``ends``,
    1 where it is the last of its path and else 0; and ``times``, how often it occurred. A row may stand there twice.

    Attributes:
        converting: The steps of the paths of conversions, each conversion with a path of its own.
        null: Those of journeys that never convert; None if they were not counted.
    """

    converting: pa.Table
    null: pa.Table | None = None


def transitions_of(steps: Steps, markov: Markov, labels: int) -> Transitions:
    """Return what a chain is made from.

    Args:
        steps: Counted with repeats as the chain has them.
        markov: The chain; it remembers as many touches as the steps do, or fewer.
        labels: How many labels there are; codes are below that.

    Raises:
        AttributionError: The steps remember too little, or null journeys were not counted.
    """
    check_room(markov, labels)
    tables = [(steps.converting, labels + 1)]
    if markov.null == "count":
        if steps.null is None:
            raise _not_counted("journeys that never convert")
        tables.append((steps.null, labels))
    parts = [_coded(table, markov.order, labels, end) for table, end in tables]
    codes, counts = summed(np.concatenate([code for code, _ in parts]), np.concatenate([count for _, count in parts]))
    state, follower = np.divmod(codes, labels + 2)
    return Transitions(labels, markov.order, state, follower, counts)


def _coded(table: pa.Table, order: int, labels: int, end: int) -> tuple[Ints, Ints]:
    """The transitions of one table: from each step one to its touch, and from the last of a path one to its end."""
    missing = {f"back_{place}" for place in range(order + 1)} - set(table.column_names)
    if missing:
        raise _not_counted(f"the {order} touches before each")
    digits = [whole_numbers(table[f"back_{place}"], f"back_{place}") + 1 for place in range(order + 1)]
    times = whole_numbers(table["times"], "times")
    ends = whole_numbers(table["ends"], "ends") == 1
    before = _number(digits[1:], labels + 1)
    after = _number(digits[:-1], labels + 1)[ends]
    codes = np.concatenate((before * (labels + 2) + digits[0] - 1, after * (labels + 2) + end))
    return codes, np.concatenate((times, times[ends]))


def _number(digits: list[Ints], base: int) -> Ints:
    """The states that are written with these digits, the last touch first."""
    state = np.zeros_like(digits[0])
    for place, digit in enumerate(digits):
        state += digit * base**place
    return state


def _not_counted(what: str) -> AttributionError:
    return AttributionError(
        "attribution.not_counted", f"the steps were counted without {what}", hint="reduce with the models you ask for"
    )
