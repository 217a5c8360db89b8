"""How sure a share is that was counted in a few cases."""

from math import sqrt

Z_95 = 1.959963984540054
"""The quantile of the normal distribution that leaves 2.5 % on either side."""


def wilson(found: int, of: int) -> tuple[float, float] | None:
    """Return the interval in which a share lies with 95 % confidence; None of nobody.

    Wilson, E. B.: Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22 (1927), 209-212. Unlike the plain interval it holds for few cases, and never leaves 0..1.

    Examples:
        >>> [round(bound, 4) for bound in wilson(8, 10)]
        [0.4902, 0.9433]
        >>> wilson(0, 0)
    """
    if of == 0:
        return None
    share, square = found / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)
