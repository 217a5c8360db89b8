"""How an agreement scores leads: points for fit and engagement, decay, caps, and the grade that both give together.

All points are whole hundredths of a point, so that every engine computes the same sum. What cannot be computed exactly
is refused when a clause is made, with ``ScoringError``.
"""

from dataclasses import dataclass
from datetime import timedelta

from accord.rules import PropertyTest, Rule
from accord.scoring.errors import ScoringError

HUNDREDTHS = 100
"""Hundredths in a point."""

MOST_POINTS = 1_000_000 * HUNDREDTHS
"""A million points, in hundredths; more would be a slip of the pen, and sums stay far inside a BIGINT."""

LONGEST_HALF_LIFE_DAYS = 3650
"""Ten years."""


def check_points(name: str, points: int) -> None:
    """Check that ``points`` of the clause ``name`` are whole hundredths within a million points.

    Raises:
        ScoringError: They are not.
    """
    if isinstance(points, bool) or not isinstance(points, int) or abs(points) > MOST_POINTS:
        raise ScoringError(
            "scoring.points", f"{name}: {points!r} hundredths of a point is not a whole number within a million points"
        )


def check_half_life(name: str, half_life: timedelta) -> None:
    """Check that the half-life of the clause ``name`` is 1 to 3650 whole days.

    Raises:
        ScoringError: It is not.
    """
    if half_life != timedelta(days=half_life.days) or not 1 <= half_life.days <= LONGEST_HALF_LIFE_DAYS:
        raise ScoringError("scoring.half_life", f"{name}: a half-life is 1 to 3650 whole days, not {half_life}")


@dataclass(frozen=True, slots=True)
class FitClause:
    """Points for a rule that holds.

    Attributes:
        name: ``score.fit[0]``, … by its place in the document.
        points: In hundredths; may be negative.
    """

    name: str
    when: Rule
    points: int

    def __post_init__(self) -> None:
        check_points(self.name, self.points)


@dataclass(frozen=True, slots=True)
class EngagementClause:
    """Points for each touchpoint ``event`` that passes all of ``where``, fading with age.

    Attributes:
        name: ``score.engagement[0]``, … by its place in the document.
        points: For one fresh touchpoint, in hundredths; may be negative.
        half_life: After this time a touchpoint is worth half; whole days; None: it never fades.
        at_most: The sum of this clause never exceeds this (or, for negative points, never falls below its negative),
            in hundredths; None: no cap.
    """

    name: str
    event: str
    where: tuple[PropertyTest, ...]
    points: int
    half_life: timedelta | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        check_points(self.name, self.points)
        if self.half_life is not None:
            check_half_life(self.name, self.half_life)
        if self.at_most is not None:
            check_points(self.name, self.at_most)
            if self.at_most < 0:
                raise ScoringError("scoring.at_most", f"{self.name}: a cap is 0 or more, not {self.at_most}")


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the least fit and engagement it takes, in hundredths."""

    name: str
    fit: int = 0
    engagement: int = 0


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """The clauses of a score; ``grades`` from best to worst, the first whose bounds are met applies."""

    fit: tuple[FitClause, ...] = ()
    engagement: tuple[EngagementClause, ...] = ()
    grades: tuple[Grade, ...] = ()
