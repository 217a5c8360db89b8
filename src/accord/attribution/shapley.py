"""Shapley values of labels, where a coalition of labels is worth what converts with these labels alone.

After Zhao, Mahboobi and Bagheri, *Shapley value methods for attribution modeling in online advertising* (2018): with
c(T) the value of the conversions whose path has exactly the labels T, a coalition S is worth v(S) = Σ c(T) over all T
within S, and then the Shapley value, a sum over all coalitions, comes down to φ_i = Σ c(T) / |T| over all T with i in
it. So it is exact for any number of labels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accord.attribution.arrays import Floats, Ints
from accord.attribution.errors import AttributionError
from accord.attribution.journeys import Label
from accord.attribution.paths import Paths
from accord.attribution.source import as_array

MOST_LABELS = 20


def shares(paths: Paths) -> Floats:
    """Return the share of each touch in its path: each label of the path has the same, divided among its touches.

    This is the ordered Shapley value of Zhao et al.: summed up by label it is the Shapley value on sets, and by label
    and place in the path it says what the first, the second, … touch of a label earns.
    """
    labels = max(len(paths.labels), 1)
    pairs, pair, touches = np.unique(paths.path * labels + paths.touch, return_inverse=True, return_counts=True)
    different = np.bincount(pairs // labels, minlength=len(paths))
    found: Floats = 1 / (different[paths.path] * touches[pair])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Coalitions:
    """What each set of labels is worth by itself; a set is a number whose bit i says whether label i is in it.

    Attributes:
        labels: The labels, ascending.
        value: For each set the value of the conversions whose touches are all of it.
    """

    labels: tuple[Label, ...]
    value: Ints

    def worth(self, labels: Sequence[Label]) -> int:
        """Return what some labels are worth by themselves.

        Raises:
            AttributionError: One of them was not touched.
        """
        unknown = [label for label in labels if label not in self.labels]
        if unknown:
            raise AttributionError("attribution.unknown_label", f"there is no touch of {unknown[0]!r}")
        return int(self.value[sum(1 << self.labels.index(label) for label in set(labels))])


def coalition_values(paths: Iterable[Paths], labels: tuple[Label, ...]) -> Coalitions:
    """Return what every coalition is worth.

    The sums over subsets are those of the zeta transform (Yates, 1937): one pass for each label.

    Raises:
        AttributionError: There are more than 20 labels, which is more than a million coalitions.
    """
    if len(labels) > MOST_LABELS:
        raise AttributionError(
            "attribution.too_many_coalitions",
            f"{len(labels)} labels have {2 ** len(labels):,} coalitions",
            hint=f"credit something coarser, of at most {MOST_LABELS} labels; the model 'shapley' takes any number",
        )
    value = np.zeros(1 << len(labels), np.int64)
    for some in paths:
        np.add.at(value, np.bitwise_or.reduceat(1 << some.touch, some.start[:-1]), some.cents)
    for index in range(len(labels)):
        halves = value.reshape(-1, 2, 1 << index)
        halves[:, 1] += halves[:, 0]
    return Coalitions(labels, value)


def by_place(rows: pa.Table) -> pa.Table:
    """Sum up the rows of a trace under ``shapley`` by label and place: the ordered Shapley values.

    The columns are ``touch``, ``place``, counted from 1, and ``cents``; the cents add up to what is attributable.
    """
    conversion = as_array(rows["conversion"])
    first = np.concatenate(([True], conversion[1:] != conversion[:-1]))[: len(conversion)]
    place = np.arange(len(conversion)) - np.maximum.accumulate(np.where(first, np.arange(len(conversion)), 0)) + 1
    placed = pa.table({"touch": rows["touch"], "place": place, "cents": rows["shapley"]})
    summed = (
        placed.group_by(["touch", "place"]).aggregate([("cents", "sum")]).rename_columns(["touch", "place", "cents"])
    )
    return summed.sort_by([("touch", "ascending"), ("place", "ascending")])
