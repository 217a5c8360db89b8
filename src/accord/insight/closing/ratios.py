"""Prices got over prices asked, by group: whether somebody really sells for more or less than the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, sqrt
from statistics import fmean, median, variance

from accord.insight.closing.looks import RISK, holm
from accord.insight.closing.rates import FEW
from accord.insight.closing.tails import student_tails

Views = Mapping[str, Mapping[str, Sequence[float]]]
"""The ratio of each deal, by dimension and group; each dimension holds every deal at most once."""


@dataclass(frozen=True, slots=True)
class RatioGroup:
    """The deals of one group of one dimension.

    Attributes:
        few: Whether they are too few to be believed, or make up all but a few of the dimension.
        chance: How likely the mean differs from that of the other deals by as much by chance; None: not looked at.
        corrected: The same, corrected for all looks at all dimensions.
    """

    dimension: str
    name: str
    deals: int
    mean: float
    median: float
    few: bool
    chance: float | None = None
    corrected: float | None = None

    @property
    def stands_out(self) -> bool:
        """Whether it differs from the rest by more than chance, after all looks."""
        return self.corrected is not None and self.corrected <= RISK


def compare_ratios(views: Views) -> tuple[RatioGroup, ...]:
    """Return every group of every dimension, the surest difference first.

    All dimensions are one family of looks, since a reader looks at all of them for the one that differs. Compared are
    means, because they say what a discount costs, by the test of Welch, B. L.: The generalization of Student's problem
    when several different population variances are involved. Biometrika 34 (1947), 28-35. The degrees of freedom are
    rounded down.
    """
    found: list[RatioGroup] = []
    for dimension, groups in views.items():
        for name, ratios in groups.items():
            rest = [ratio for other, theirs in groups.items() if other != name for ratio in theirs]
            found.append(_group(dimension, name, ratios, rest))
    looked = [place for place, each in enumerate(found) if each.chance is not None]
    corrected = holm([found[place].chance or 0.0 for place in looked])
    for place, after in zip(looked, corrected, strict=True):
        found[place] = replace(found[place], corrected=after)
    return tuple(sorted(found, key=_surest_first))


def _surest_first(group: RatioGroup) -> tuple[float, float, str, str]:
    return (
        2.0 if group.corrected is None else group.corrected,
        group.chance or 0.0,
        group.dimension,
        group.name,
    )


def _group(dimension: str, name: str, ratios: Sequence[float], rest: Sequence[float]) -> RatioGroup:
    few = len(ratios) < FEW or len(rest) < FEW
    chance = None if few else _welch(ratios, rest)
    return RatioGroup(dimension, name, len(ratios), fmean(ratios), median(ratios), few, chance)


def _welch(one: Sequence[float], other: Sequence[float]) -> float:
    of_one, of_other = variance(one) / len(one), variance(other) / len(other)
    error = of_one + of_other
    difference = fmean(one) - fmean(other)
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    degrees = error**2 / (of_one**2 / (len(one) - 1) + of_other**2 / (len(other) - 1))
    return student_tails(difference / sqrt(error), max(floor(degrees), 1))
