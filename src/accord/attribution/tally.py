"""What the labels have got so far, under one model."""

import numpy as np

from accord.attribution.arrays import Floats, Ints
from accord.attribution.cents import apportion
from accord.attribution.credit import Credit
from accord.attribution.journeys import Label
from accord.attribution.markov import removal_effects
from accord.attribution.model import ByTouch, Markov
from accord.attribution.paths import Paths
from accord.attribution.transitions import TransitionCounter
from accord.attribution.weights import weights


class TouchTally:
    """The credit under a model that looks at one conversion at a time, each split to the cent."""

    def __init__(self, model: ByTouch, labels: int) -> None:
        self._model = model
        self._conversions = np.zeros(labels)
        self._value = np.zeros(labels)
        self._cents = np.zeros(labels, np.int64)

    def add(self, paths: Paths) -> None:
        """Credit the touches of paths."""
        labels, shares = len(self._cents), weights(self._model, paths)
        cents = apportion(paths.cents, shares, paths.start)
        self._conversions += np.bincount(paths.touch, shares, labels)
        self._value += np.bincount(paths.touch, shares * paths.cents[paths.path], labels)
        np.add.at(self._cents, paths.touch, cents)

    def credit(self, labels: tuple[Label, ...], conversions: int, cents: int) -> Credit:
        """Return what the labels have got."""
        return Credit(self._model.name, labels, self._conversions, self._value, self._cents)


class ChainTally:
    """The credit under a Markov model: of all that is attributable, by removal effects."""

    def __init__(self, model: Markov, labels: int) -> None:
        self._model = model
        self._counter = TransitionCounter(model, labels)

    def add(self, paths: Paths) -> None:
        """Count the paths of conversions."""
        self._counter.add(paths.touch, paths.start, converted=True)

    def add_null(self, touch: Ints, start: Ints) -> None:
        """Count paths that end without conversion, if the model does."""
        if self._model.null == "count":
            self._counter.add(touch, start, converted=False)

    def credit(self, labels: tuple[Label, ...], conversions: int, cents: int) -> Credit:
        """Return the share of each label in the conversions and the cents that are attributable."""
        effects = removal_effects(self._counter.transitions())
        total = effects.sum()
        shares: Floats = effects / total if total else effects
        rows = np.array([0, len(labels)])
        whole = apportion(np.array([cents]), shares, rows) if total else np.zeros(len(labels), np.int64)
        return Credit(self._model.name, labels, shares * conversions, shares * cents, whole, effects)
