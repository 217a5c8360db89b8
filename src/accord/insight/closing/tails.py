"""How likely a value as large or larger is by chance, for two distributions: finite sums, or a series.

Formulas by number: Abramowitz, M. and Stegun, I. A.: Handbook of Mathematical Functions, National Bureau of Standards
(1964), chapter 26.
"""

from math import atan2, cos, erf, erfc, exp, lgamma, log, log1p, pi, sin, sqrt

LONG = 200
"""Degrees of freedom from which on Student's t is not summed up any more."""


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the chance that chi-square with so many degrees of freedom is ``value`` or more (26.4.4 and 26.4.5).

    Examples:
        The table of every textbook:

        >>> round(chi_square_tail(3.841, 1), 4), round(chi_square_tail(18.307, 10), 4)
        (0.05, 0.05)
    """
    if degrees < 1:
        raise ValueError(degrees)
    if value <= 0:
        return 1.0
    half = value / 2
    offset = 0.0 if degrees % 2 == 0 else 0.5
    first = 0.0 if degrees % 2 == 0 else erfc(sqrt(half))
    terms = (exp((j + offset) * log(half) - half - lgamma(j + offset + 1)) for j in range(degrees // 2))
    return min(first + sum(terms), 1.0)


def student_tails(value: float, degrees: int) -> float:
    """Return the chance that Student's t is ``value`` or more away from 0, on either side (26.7.3 and 26.7.4).

    Exact to about 1e-14, below which it is 0. From 200 degrees of freedom on it takes the same time however many there
    are.

    Examples:
        >>> round(student_tails(2.228, 10), 4), round(student_tails(-12.706, 1), 4)
        (0.05, 0.05)
    """
    if degrees < 1:
        raise ValueError(degrees)
    if degrees >= LONG:
        return 1.0 - erf(_as_normal(value, degrees) / sqrt(2))
    angle = atan2(abs(value), sqrt(degrees))
    if degrees == 1:
        return 1.0 - 2 * angle / pi
    odd = degrees % 2 == 1
    term = cos(angle) if odd else 1.0
    total, square = term, cos(angle) ** 2
    for j in range(3 if odd else 2, degrees - 1, 2):
        term *= square * (j - 1) / j
        total += term
    inside = 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
    return min(max(1.0 - inside, 0.0), 1.0)


def _as_normal(value: float, degrees: int) -> float:
    """Return which deviate of the normal distribution, 0 or more, is as likely as this value of Student's t.

    The asymptotic series of Hill, G. W.: Algorithm 395: Student's t-distribution. Communications of the ACM 13 (1970),
    617-619.
    """
    offset = degrees - 0.5
    scale = 48 * offset**2
    y = offset * log1p(value**2 / degrees)
    smaller = (((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y**2 + 100.0 + scale)
    return ((smaller + y + 3.0) / scale + 1.0) * sqrt(y)
