"""The share of each touch in its conversion, by each model that splits one conversion at a time."""

from datetime import timedelta

import numpy as np

from accord.attribution.arrays import Floats, Ints
from accord.attribution.model import ByPath, First, Last, LastNonDirect, Linear, Shapley, Staged, TimeDecay
from accord.attribution.paths import Paths
from accord.attribution.shapley import shares

_MICROSECOND = timedelta(microseconds=1)


def weights(model: ByPath, paths: Paths) -> Floats:
    """Return one share for each touch; those of each path add up to 1."""
    match model:
        case First():
            return _all_to(paths, paths.start[:-1])
        case Last():
            return _all_to(paths, paths.start[1:] - 1)
        case LastNonDirect(direct=direct):
            return _all_to(paths, _last_that_is_not(paths, direct))
        case Linear():
            return np.repeat(1 / paths.lengths, paths.lengths)
        case TimeDecay(half_life=half_life):
            return _decayed(paths, half_life / _MICROSECOND)
        case Shapley():
            return shares(paths)
        case Staged():
            return _staged(paths, model)


def weights_by_effect(effects: Floats, paths: Paths) -> Floats:
    """Return one share for each touch, by the removal effects of the labels; those of each path add up to 1.

    Each label of a path counts once, however often it was touched, and is divided among its touches. Where no label of
    a path has an effect, each touch gets the same; of the chain that a path was counted in, each of its labels has one.
    """
    pairs = paths.path * max(len(paths.labels), 1) + paths.touch
    _, pair, touches = np.unique(pairs, return_inverse=True, return_counts=True)
    return _adding_up(paths, effects[paths.touch] / touches[pair])


def _all_to(paths: Paths, rows: Ints) -> Floats:
    found = np.zeros(len(paths.touch))
    found[rows] = 1
    return found


def _last_that_is_not(paths: Paths, direct: frozenset[str | int]) -> Ints:
    is_direct = np.array([label in direct for label in paths.labels], np.bool_)
    rows = np.where(is_direct[paths.touch], -1, np.arange(len(paths.touch)))
    last = np.maximum.reduceat(rows, paths.start[:-1])
    return np.where(last < 0, paths.start[1:] - 1, last)


def _decayed(paths: Paths, half_life: float) -> Floats:
    # Counted from the last touch, so that the shares of a path that is ages old do not all become nothing.
    last = np.repeat(paths.before[paths.start[1:] - 1], paths.lengths)
    return _adding_up(paths, np.exp2((last - paths.before) / half_life))


def _staged(paths: Paths, model: Staged) -> Floats:
    found = np.zeros(len(paths.touch))
    between = np.ones(len(paths.touch), np.bool_)
    for share, rows in (
        (model.first, paths.start[:-1]),
        (model.lead, paths.lead),
        (model.opportunity, paths.opportunity),
        (model.last, paths.start[1:] - 1),
    ):
        if share:
            there = rows[rows >= 0]
            found[there] += share  # no path has two rows here, so none is counted once instead of twice
            between[there] = False
    if model.between:
        count = np.add.reduceat(between, paths.start[:-1], dtype=np.int64)
        found += between * np.repeat(model.between / np.maximum(count, 1), paths.lengths)
    return _adding_up(paths, found)


def _adding_up(paths: Paths, shares: Floats) -> Floats:
    total = np.add.reduceat(shares, paths.start[:-1])
    nothing = total <= 0
    if nothing.any():
        shares = np.where(np.repeat(nothing, paths.lengths), 1.0, shares)
        total = np.where(nothing, paths.lengths, total)
    found: Floats = shares / np.repeat(total, paths.lengths)
    return found
