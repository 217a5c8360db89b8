"""Prices got over prices asked, by group: whether somebody really sells for more or less than the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, sqrt
from statistics import fmean, variance
from typing import Self

from accord.insight.closing.looks import RISK, holm
from accord.insight.closing.rates import FEW
from accord.insight.closing.tails import student_tails

Views = Mapping[str, Mapping[str, Sequence[float]]]
"""The ratio of each deal, by dimension and group; each dimension holds every deal at most once."""
WHOLE = 10_000
"""A ratio of 1, in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class RatioSums:
    """Some deals: how many there are, and the sums of their ratios and of the squares of these, in ten-thousandths.

    Examples:
        >>> RatioSums.of([9_000, 10_000]) + RatioSums(1, 5_000, 25_000_000)
        RatioSums(deals=3, total=24000, squares=206000000)
    """

    deals: int = 0
    total: int = 0
    squares: int = 0

    @classmethod
    def of(cls, ratios: Iterable[int]) -> Self:
        """Return those of deals of such ratios."""
        return sum((cls(1, ratio, ratio * ratio) for ratio in ratios), cls())

    def __add__(self, other: Self) -> Self:
        """Return those of both."""
        return replace(
            self,
            deals=self.deals + other.deals,
            total=self.total + other.total,
            squares=self.squares + other.squares,
        )

    def __sub__(self, other: Self) -> Self:
        """Return those of the deals that are left without the others."""
        return self + replace(other, deals=-other.deals, total=-other.total, squares=-other.squares)


@dataclass(frozen=True, slots=True)
class RatioGroup:
    """The deals of one group of one dimension.

    Attributes:
        few: Whether they are too few to be believed, or make up all but a few of the dimension.
        chance: How likely the mean differs from that of the other deals by as much by chance; None: not looked at.
        corrected: The same, corrected for all looks at all dimensions.
        rest: The mean of all other deals of the dimension; None: there are none.
    """

    dimension: str
    name: str
    deals: int
    mean: float
    few: bool
    chance: float | None = None
    corrected: float | None = None
    rest: float | None = None

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
            found.append(_group(dimension, name, _of_ratios(ratios), _of_ratios(rest)))
    return _corrected(found)


def compare_sums(views: Mapping[str, Mapping[str, RatioSums]]) -> tuple[RatioGroup, ...]:
    """Return the same of ratios of which only sums are known, in a time that does not grow with the deals; exactly."""
    found: list[RatioGroup] = []
    for dimension, groups in views.items():
        everything = sum(groups.values(), RatioSums())
        for name, sums in groups.items():
            found.append(_group(dimension, name, _of_sums(sums), _of_sums(everything - sums)))
    return _corrected(found)


def _corrected(found: list[RatioGroup]) -> tuple[RatioGroup, ...]:
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


@dataclass(frozen=True, slots=True)
class _Sample:
    deals: int
    mean: float
    variance: float


def _of_ratios(ratios: Sequence[float]) -> _Sample:
    spread = variance(ratios) if len(ratios) > 1 else 0.0
    return _Sample(len(ratios), fmean(ratios) if ratios else 0.0, spread)


def _of_sums(sums: RatioSums) -> _Sample:
    deals, total, squares = sums.deals, sums.total, sums.squares
    spread = (deals * squares - total * total) / (deals * (deals - 1)) if deals > 1 else 0.0
    return _Sample(deals, total / deals / WHOLE if deals else 0.0, spread / WHOLE**2)


def _group(dimension: str, name: str, one: _Sample, rest: _Sample) -> RatioGroup:
    few = one.deals < FEW or rest.deals < FEW
    chance = None if few else _welch(one, rest)
    return RatioGroup(dimension, name, one.deals, one.mean, few, chance, rest=rest.mean if rest.deals else None)


def _welch(one: _Sample, other: _Sample) -> float:
    of_one, of_other = one.variance / one.deals, other.variance / other.deals
    error = of_one + of_other
    difference = one.mean - other.mean
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    degrees = error**2 / (of_one**2 / (one.deals - 1) + of_other**2 / (other.deals - 1))
    return student_tails(difference / sqrt(error), max(floor(degrees), 1))
