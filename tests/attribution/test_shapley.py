"""Shapley values worked out by hand, and by their definition over all coalitions."""

from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np
import pytest
from tests.attribution.rows import conversions, path, touches

from accord.attribution import AttributionError, attribute, coalitions, ordered_shapley, trace


def test_values_that_were_worked_out_by_hand() -> None:
    # A B A is worth 120 and has two labels, 60 each; B C D 90, 30 each; A 10.
    table = touches(*path("A B A", 1), *path("B C D", 2), *path("A", 3), *path("D", 4))
    won = conversions((1, 9.0, 120), (2, 9.0, 90), (3, 9.0, 10))
    assert attribute(table, won, ["shapley"])["shapley"].by_label() == {"A": 70, "B": 90, "C": 30, "D": 30}
    # A B A: the two touches of A share its 60.
    assert trace(table, won, ["shapley"])["shapley"].to_pylist()[:3] == [30, 60, 30]
    worth = coalitions(table, won)
    assert worth.worth([]) == worth.worth(["B", "C"]) == 0
    assert (worth.worth(["A"]), worth.worth(["B", "A"]), worth.worth("ABCD")) == (10, 130, 220)
    assert ordered_shapley(table, won).to_pylist() == [
        {"touch": "A", "place": 1, "cents": 40},
        {"touch": "A", "place": 3, "cents": 30},
        {"touch": "B", "place": 1, "cents": 30},
        {"touch": "B", "place": 2, "cents": 60},
        {"touch": "C", "place": 2, "cents": 30},
        {"touch": "D", "place": 3, "cents": 30},
    ]


def by_definition(worth: np.ndarray, labels: int) -> list[Fraction]:
    """Σ over the coalitions S without i of |S|! (n - |S| - 1)! / n! · (v(S ∪ i) - v(S)): Shapley, 1953."""
    values = []
    for label in range(labels):
        total = Fraction(0)
        others = [other for other in range(labels) if other != label]
        for size in range(labels):
            weight = Fraction(factorial(size) * factorial(labels - size - 1), factorial(labels))
            for members in combinations(others, size):
                without = sum(1 << member for member in members)
                total += weight * int(worth[without | 1 << label] - worth[without])
        values.append(total)
    return values


@pytest.mark.parametrize(("labels", "journeys"), [(3, 40), (7, 60), (12, 200)])
def test_values_are_those_of_the_definition_over_all_coalitions(labels: int, journeys: int) -> None:
    random = np.random.default_rng(labels)
    paths = [[f"{label:02}" for label in random.integers(0, labels, random.integers(1, 9))] for _ in range(journeys)]
    paths.append([f"{label:02}" for label in range(labels)])
    cents = random.integers(0, 100_000, len(paths)).tolist()
    table = touches(*(row for number, labels_ in enumerate(paths) for row in path(" ".join(labels_), number)))
    won = conversions(*((number, 20.0, value) for number, value in enumerate(cents)))
    # What a coalition is worth, by looking at every journey anew.
    sets = [sum(1 << int(label) for label in set(labels_)) for labels_ in paths]
    worth = np.array([sum(c for s, c in zip(sets, cents, strict=True) if s | m == m) for m in range(1 << labels)])
    assert coalitions(table, won).value.tolist() == worth.tolist()
    expected = [float(value) for value in by_definition(worth, labels)]
    found = attribute(table, won, ["shapley"])["shapley"]
    assert found.value.tolist() == pytest.approx(expected, rel=1e-12)
    assert int(found.cents.sum()) == sum(cents)


def test_coalitions_of_too_many_labels_and_of_unknown_ones_are_refused() -> None:
    many = touches(*path(" ".join(f"{number:02}" for number in range(21))))
    for wrong, code in (
        (lambda: coalitions(many, conversions()), "attribution.too_many_coalitions"),
        (lambda: coalitions(touches(*path("A")), conversions()).worth(["B"]), "attribution.unknown_label"),
    ):
        with pytest.raises(AttributionError) as caught:
            wrong()
        assert caught.value.code == code
