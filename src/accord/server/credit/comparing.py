"""One campaign, channel or source under every model side by side: what it earned, and what came back of its cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from accord.insight.credit import Measure
from accord.insight.credit.questions import earned, payback
from accord.insight.credit.wishes import OfLabel
from accord.server.credit.asked import Asked
from accord.server.credit.asking import Opened
from accord.server.credit.rows import Row, campaign_rows, roi


class Unit(StrEnum):
    """What a figure is counted in: cents, shares of 1, whole months, or millionths of a deal."""

    CENTS = "cents"
    SHARE = "share"
    MONTHS = "months"
    DEALS = "deals"


Value = int | Fraction | None
"""None: it cannot be told, or has not happened."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure under every model.

    Attributes:
        values: One for each model, in their order.
    """

    name: str
    means: str
    unit: Unit
    values: Sequence[Value]

    @property
    def least(self) -> Value:
        """What the model says that gives least."""
        return min((value for value in self.values if value is not None), default=None)

    @property
    def most(self) -> Value:
        """What the model says that gives most."""
        return max((value for value in self.values if value is not None), default=None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One label under every model.

    Attributes:
        row: What else is known of it.
        models: In the order of the values.
    """

    row: Row
    models: Sequence[str]
    figures: Sequence[Figure]

    def by_model(self) -> Iterator[tuple[str, Sequence[tuple[Figure, Value]]]]:
        """Yield each model with its value of every figure."""
        for at, model in enumerate(self.models):
            yield model, [(figure, figure.values[at]) for figure in self.figures]


def compared(
    opened: Opened, asked: Asked, label: str, models: Sequence[str], span: tuple[int, int]
) -> Comparison | None:
    """Return what one label earned and gave back under some models; None where nothing is known of it.

    Args:
        opened: The edition.
        asked: Of which months, by what, and whose touches; the measure does not matter.
        label: As the tables hold it.
        models: Some of ``asked.models``.
        span: As of ``campaigns``.
    """
    alone = OfLabel(opened.tables, label)
    rows, _ = campaign_rows(alone, asked, span)
    if not rows:
        return None
    (row,) = rows
    figures = _money(alone, asked, row, models, Measure.REVENUE)
    margin = _money(alone, asked, row, models, Measure.MARGIN)
    if any(margin[0].values):
        figures += margin
    deals = _earned(alone, asked, models, Measure.DEALS)
    figures.append(Figure("Deals", "Its part of the deals that it touched", Unit.DEALS, deals))
    return Comparison(row, models, figures)


def _money(alone: OfLabel, asked: Asked, row: Row, models: Sequence[str], measure: Measure) -> list[Figure]:
    name, of = measure.value.capitalize(), "" if measure is Measure.REVENUE else f" of {measure.value}"
    came = _earned(alone, asked, models, measure)
    figures = [Figure(name, "What it earned of the deals of these months", Unit.CENTS, came)]
    if row.cost and row.label:
        shares = [roi(each, row.cost) for each in came]
        back = payback(alone, replace(asked.wish, measure=measure), asked.dimension, models).get(row.label, {})
        whole = "After how many months, from its first cost on, it had earned all that it had cost"
        figures += [
            Figure(f"ROI{of}", f"{name} less cost, over cost", Unit.SHARE, shares),
            Figure(f"Payback{of}", whole, Unit.MONTHS, [back.get(model) for model in models]),
        ]
    return figures


def _earned(alone: OfLabel, asked: Asked, models: Sequence[str], measure: Measure) -> list[int]:
    rows = earned(alone, replace(asked.wish, measure=measure), asked.dimension, models)
    return [rows[0].by_model[model] for model in models] if rows else [0] * len(models)
