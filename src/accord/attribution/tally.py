"""What the labels have got, under one model."""

from collections.abc import Callable

import numpy as np

from accord.attribution.arrays import Floats
from accord.attribution.cents import apportion
from accord.attribution.credit import Bookings, Credit
from accord.attribution.journeys import Label
from accord.attribution.paths import Paths

Shares = Callable[[Paths], Floats]
"""The share of each touch in its conversion."""


class Tally:
    """What labels have got so far under a model that splits one conversion at a time, each to the cent."""

    def __init__(self, model: str, labels: tuple[Label, ...], shares: Shares, effects: Floats | None) -> None:
        self._model, self._labels, self._shares, self._effects = model, labels, shares, effects
        self._conversions = np.zeros(len(labels))
        self._value = np.zeros(len(labels))
        self._cents = np.zeros(len(labels), np.int64)

    def add(self, paths: Paths) -> None:
        """Credit the touches of paths."""
        labels, shares = len(self._cents), self._shares(paths)
        cents = apportion(paths.cents, shares, paths.start)
        self._conversions += np.bincount(paths.touch, shares, labels)
        self._value += np.bincount(paths.touch, shares * paths.cents[paths.path], labels)
        np.add.at(self._cents, paths.touch, cents)

    def credit(self) -> Credit:
        """Return what the labels have got."""
        return Credit(self._model, self._labels, self._conversions, self._value, self._cents, self._effects)


def split_as_a_whole(model: str, labels: tuple[Label, ...], effects: Floats, attributable: Bookings) -> Credit:
    """Return the credit of labels that get the shares of their removal effects in all that is attributable."""
    total = effects.sum()
    shares: Floats = effects / total if total else effects
    rows = np.array([0, len(labels)])
    cents = apportion(np.array([attributable.cents]), shares, rows) if total else np.zeros(len(labels), np.int64)
    return Credit(model, labels, shares * attributable.conversions, shares * attributable.cents, cents, effects)
