"""Whether one part of the cases was found more or less often than the rest: exactly, however few or many there are."""

from collections.abc import Callable
from math import exp, lgamma

_SAME = 1e-7
"""Two tables whose probabilities differ by less, as a share, are equally likely: rounding alone makes them differ."""
_NOTHING = 1e-17
"""A term that adds less than this, as a share, no longer changes the sum."""


def fisher(found: int, of: int, all_found: int, all_of: int) -> float:
    """Return how likely a part differs from the rest by as much or more if nothing but chance tells them apart.

    Fisher, R. A.: The logic of inductive inference. Journal of the Royal Statistical Society 98 (1935), 39-82; on both
    sides by the rule of Irwin, J. O.: Tests of significance for differences between percentages based on small numbers.
    Metron 12 (1935), 84-94: the sum over all tables with the same margins that are no more likely than the one seen. It
    needs no large numbers, and errs to the cautious side where they are small. At ten million cases the logarithms are
    still exact to seven digits.

    Args:
        found: Cases of the part that were found.
        of: All cases of the part.
        all_found: Cases that were found, those of the part among them.
        all_of: All cases, those of the part among them.

    Returns:
        1.0 where there is nothing to compare: an empty part, no rest, or everything or nothing found.

    Examples:
        Of eight cups Dr Bristol named three of the four right that had the milk first; then all four.

        >>> round(fisher(3, 4, 4, 8), 4), round(fisher(4, 4, 4, 8), 4)
        (0.4857, 0.0286)
    """
    lowest, highest = max(0, of - (all_of - all_found)), min(of, all_found)
    if not 0 <= lowest <= found <= highest or of > all_of:
        raise ValueError(found, of, all_found, all_of)
    if lowest == highest:
        return 1.0
    constant = _choose(all_of, of)

    def weight(at: int) -> float:
        return _choose(all_found, at) + _choose(all_of - all_found, of - at) - constant

    def up(at: int) -> float:
        return (all_found - at) * (of - at) / ((at + 1) * (all_of - all_found - of + at + 1))

    def down(at: int) -> float:
        return at * (all_of - all_found - of + at) / ((all_found - at + 1) * (of - at + 1))

    limit = weight(found) + _SAME
    top = (of + 1) * (all_found + 1) // (all_of + 2)
    if weight(top) <= limit:
        return 1.0
    left = found if found < top else _edge(weight, limit, lowest, top)
    right = found if found > top else _edge(weight, limit, highest, top)
    below = 0.0 if left is None else _sum(weight(left), down, left, lowest)
    above = 0.0 if right is None else _sum(weight(right), up, right, highest)
    return min(below + above, 1.0)


def _choose(of: int, chosen: int) -> float:
    """Return the logarithm of the number of ways in which so many can be chosen."""
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


def _edge(weight: Callable[[int], float], limit: float, end: int, top: int) -> int | None:
    """Return the place between ``end`` and ``top`` nearest to ``top`` that is no likelier than ``limit``, if any is."""
    if weight(end) > limit:
        return None
    inside, outside = end, top
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        inside, outside = (middle, outside) if weight(middle) <= limit else (inside, middle)
    return inside


def _sum(weight: float, ratio: Callable[[int], float], start: int, end: int) -> float:
    """Return the probability of ``start``, whose logarithm is ``weight``, and of all places from it to ``end``."""
    term = exp(weight)
    total = term
    for at in range(start, end, 1 if end > start else -1):
        term *= ratio(at)
        total += term
        if term <= total * _NOTHING:
            break
    return total
