"""Close rates compared: which of many shares really differ, and which cannot be believed yet.

Pure functions over counts, which ``questions.py`` and ``prices.py`` ask for: no engine, no clock. Start reading at
``rates.py``; the tests behind it stand in ``exact.py`` and ``tails.py``, what a share cannot say in ``truncation.py``,
discounts in ``ratios.py``.
"""

from accord.insight.closing.exact import fisher
from accord.insight.closing.looks import RISK, holm
from accord.insight.closing.prices import FAR, priced, ratio_spread, ratio_sums, sums_of_groups
from accord.insight.closing.questions import Dimension, cells, counts
from accord.insight.closing.rates import FEW, LEAST_EXPECTED, CloseRates, Share, close_rates
from accord.insight.closing.ratios import WHOLE, RatioGroup, RatioSums, compare_ratios, compare_sums
from accord.insight.closing.truncation import Course, Truncation, TruncationKind, truncations

__all__ = [
    "FAR",
    "FEW",
    "LEAST_EXPECTED",
    "RISK",
    "WHOLE",
    "CloseRates",
    "Course",
    "Dimension",
    "RatioGroup",
    "RatioSums",
    "Share",
    "Truncation",
    "TruncationKind",
    "cells",
    "close_rates",
    "compare_ratios",
    "compare_sums",
    "counts",
    "fisher",
    "holm",
    "priced",
    "ratio_spread",
    "ratio_sums",
    "sums_of_groups",
    "truncations",
]
