"""What each label gets under each model, as one table that adds up."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accord.attribution.arrays import Floats, Ints
from accord.attribution.errors import AttributionError
from accord.attribution.journeys import Label
from accord.attribution.source import numbers, texts


@dataclass(frozen=True, slots=True)
class Bookings:
    """Some conversions: how many, and their value in cents."""

    conversions: int
    cents: int


@dataclass(frozen=True, slots=True, eq=False)
class Credit:
    """What one model gives to each label.

    Attributes:
        model: The name of the model.
        labels: Everything that was touched, ascending, also what gets nothing.
        conversions: The conversions of each label, in parts of one.
        value: The cents of each label before they are made whole.
        cents: The whole cents of each label. With those that nobody can be credited with they add up to the bookings.
        removal_effects: Under a Markov model, the share of conversions that is lost without each label.
    """

    model: str
    labels: tuple[Label, ...]
    conversions: Floats
    value: Floats
    cents: Ints
    removal_effects: Floats | None = None

    def __getitem__(self, label: Label) -> int:
        """Return the cents of a label."""
        return self.by_label()[label]

    def by_label(self) -> Mapping[Label, int]:
        """Return the cents of each label."""
        return dict(zip(self.labels, self.cents.tolist(), strict=True))

    def effects_by_label(self) -> Mapping[Label, float]:
        """Return the removal effect of each label; nothing under a model that has none."""
        if self.removal_effects is None:
            return {}
        return dict(zip(self.labels, self.removal_effects.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """The credit under each model, and what nobody can be credited with.

    Attributes:
        bookings: The value of all conversions in cents; the sum of every model's cents and ``unattributable_cents``.
        conversions: How many there are.
        unattributable_cents: The value of those before which there is no touch.
        unattributable_conversions: How many these are.
        credits: One for each model, in the order in which they were asked for.
    """

    bookings: int
    conversions: int
    unattributable_cents: int
    unattributable_conversions: int
    credits: tuple[Credit, ...]

    def __getitem__(self, model: str) -> Credit:
        """Return the credit under a model.

        Raises:
            AttributionError: It was not asked for.
        """
        for credit in self.credits:
            if credit.model == model:
                return credit
        raise AttributionError(
            "attribution.unknown_model",
            f"there is no credit under {model!r}",
            hint=f"there is {', '.join(credit.model for credit in self.credits)}",
        )

    def table(self) -> pa.Table:
        """Return a row for each model and label, and one without label for what is unattributable.

        The columns are ``model``, ``touch``, ``conversions``, ``value`` and ``cents``; the cents of each model add up
        to the bookings.
        """
        return pa.concat_tables(self._rows_of(credit) for credit in self.credits)

    def _rows_of(self, credit: Credit) -> pa.Table:
        by_number = bool(credit.labels) and isinstance(credit.labels[0], int)
        touch = (
            numbers(np.array(credit.labels, np.int64)) if by_number else texts([str(each) for each in credit.labels])
        )
        return pa.table(
            {
                "model": texts([credit.model] * (len(credit.labels) + 1)),
                "touch": pa.concat_arrays([touch, pa.nulls(1, touch.type)]),
                "conversions": numbers(np.append(credit.conversions, float(self.unattributable_conversions))),
                "value": numbers(np.append(credit.value, float(self.unattributable_cents))),
                "cents": numbers(np.append(credit.cents, self.unattributable_cents)),
            }
        )
