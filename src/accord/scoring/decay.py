"""How points fade: a table of whole hundredths by whole days of age, computed once and looked up by every engine."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from accord.scoring.model import check_half_life, check_points

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Sixty digits: an error in the last of them cannot move a result across the half between two hundredths, since only
whole half-lives give halves exactly, and those are computed exactly."""


@lru_cache(maxsize=1024, typed=True)
def decay_table(points: int, half_life: timedelta) -> tuple[int, ...]:
    """Return what a touchpoint is worth at 0, 1, 2, … whole days of age, in hundredths; beyond the table it is worth 0.

    The worth is ``points * 2 ** (-days / half_life)``, exponential decay by half-life (E. Rutherford, Philosophical
    Magazine 49, 1900), rounded to whole hundredths, halves away from zero, so negative points mirror positive ones.

    Args:
        points: For a fresh touchpoint, in hundredths.
        half_life: The age at which half is left, whole days.

    Raises:
        ScoringError: The points or the half-life are out of range.

    Examples:
        >>> decay_table(4, timedelta(days=1))
        (4, 2, 1, 1)
    """
    check_points("decay", points)
    check_half_life("decay", half_life)
    days = half_life.days
    within_one = [_CONTEXT.power(Decimal(2), _CONTEXT.divide(Decimal(-day), Decimal(days))) for day in range(days)]
    table: list[int] = []
    halves = 1
    while True:
        for share in within_one:
            worth = _CONTEXT.divide(_CONTEXT.multiply(Decimal(points), share), Decimal(halves))
            rounded = int(worth.to_integral_value(ROUND_HALF_UP))
            if rounded == 0:
                return tuple(table)
            table.append(rounded)
        halves *= 2
