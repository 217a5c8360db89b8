"""Sums that are split to the cent."""

import numpy as np
import pytest

from accord.attribution import cents as module
from accord.attribution.cents import apportion


def split(cents: int, *weights: float) -> list[int]:
    return apportion(np.array([cents]), np.array(weights), np.array([0, len(weights)])).tolist()


def test_what_is_left_goes_to_the_largest_remainders() -> None:
    # 10 cents at 26, 35 and 39 %: 2.6, 3.5 and 3.9 are 2, 3 and 3 rounded down; two are left, for .9 and .6.
    assert split(10, 0.26, 0.35, 0.39) == [3, 3, 4]


def test_equal_remainders_favour_the_earlier_row() -> None:
    assert split(100, 1 / 3, 1 / 3, 1 / 3) == [34, 33, 33]
    assert split(200, 1 / 3, 1 / 3, 1 / 3) == [67, 67, 66]


def test_remainders_that_differ_by_rounding_only_are_equal() -> None:
    # 0.1 + 0.2 is more than 0.3 by the last bit of a float; both mean 0.3 of a cent.
    assert split(1, 0.3, 0.1 + 0.2, 0.4 - 1e-17) == [0, 0, 1]
    assert split(2, 0.3, 0.1 + 0.2, 0.4) == [1, 0, 1]


def test_a_refund_is_split_by_the_same_rule() -> None:
    # -10 thirds are -3.33: rounded down -4 each, two cents are left, for the earlier rows.
    assert split(-10, 1 / 3, 1 / 3, 1 / 3) == [-3, -3, -4]


def test_nothing_is_split_into_nothing() -> None:
    assert split(0, 0.5, 0.5) == [0, 0]


def test_sums_that_do_not_fit_one_sort_are_split_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    lengths = random.integers(1, 9, 200)
    start = np.concatenate(([0], np.cumsum(lengths)))
    weights = np.concatenate([random.dirichlet(np.ones(length)) for length in lengths])
    cents = random.integers(-1_000_000, 1_000_000, 200)
    at_once = apportion(cents, weights, start)
    monkeypatch.setattr(module, "_BITS_OF_ROW", 2)  # four rows at once, so that longer sums stand alone
    monkeypatch.setattr(module, "SUMS_AT_ONCE", 3)
    assert apportion(cents, weights, start).tolist() == at_once.tolist()
    assert np.add.reduceat(at_once, start[:-1]).tolist() == cents.tolist()
