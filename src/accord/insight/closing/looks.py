"""The correction for many looks: who compares a hundred cells finds a few that differ by chance."""

from collections.abc import Sequence

RISK = 0.05
"""How likely it may be that even one of the differences of a view is chance."""


def holm(chances: Sequence[float]) -> tuple[float, ...]:
    """Return the chances of all looks at one view, corrected for their number, in the same order.

    Holm, S.: A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6 (1979),
    65-70. If those of at most ``RISK`` are believed, the chance that any of them is wrong is at most ``RISK``, in
    whatever way the looks depend on each other. That is needed here: a row holds its cells, and what is above the rest
    pushes the rest below, which Hochberg's sharper procedure does not allow for. Benjamini and Yekutieli's holds under
    any dependence, too, but promises only that few of the differences are wrong, and a reader acts on one of them.

    Examples:
        >>> [round(each, 4) for each in holm([0.01, 0.04, 0.03, 0.005])]
        [0.03, 0.06, 0.06, 0.02]
    """
    corrected = [0.0] * len(chances)
    largest = 0.0
    for turn, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        largest = max(largest, min((len(chances) - turn) * chances[place], 1.0))
        corrected[place] = largest
    return tuple(corrected)
