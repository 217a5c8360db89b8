"""How evenly leads are spread."""

from collections.abc import Iterable


def gini(amounts: Iterable[float]) -> float:
    """Return the Gini coefficient of ``amounts``: 0 when all are equal, towards 1 when one has everything.

    For n amounts in rising order x₁ … xₙ it is (2 · Σ i·xᵢ) / (n · Σ xᵢ) − (n + 1) / n, which is half of their mean
    difference as a share of their mean (C. Gini, "Variabilità e mutabilità", 1912; the form is that of A. Sen, "On
    Economic Inequality", 1973, chapter 2). The most that n amounts can reach is 1 − 1/n. Nothing at all is spread
    evenly.

    Raises:
        ValueError: An amount is negative.

    Examples:
        >>> gini([3, 3, 3]), gini([0, 0, 12]), round(gini([1, 2, 3, 4]), 4)
        (0.0, 0.6666666666666667, 0.25)
    """
    rising = sorted(amounts)
    total = sum(rising)
    if rising and rising[0] < 0:
        msg = f"an amount of {rising[0]} cannot be spread"
        raise ValueError(msg)
    if not total:
        return 0.0
    count = len(rising)
    weighted = sum(place * amount for place, amount in enumerate(rising, start=1))
    return max(0.0, (2 * weighted) / (count * total) - (count + 1) / count)
