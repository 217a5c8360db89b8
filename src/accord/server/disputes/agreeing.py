"""How far two sides agree when they judge the same leads apart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 20
"""Leads judged by both sides below which chance decides more than they do, so that no kappa is given."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two sides agree.

    Attributes:
        both: Leads that both have judged.
        same: Those of them that both judged alike.
        kappa: Agreement beyond chance; None with too few leads, or where chance alone agrees always.
    """

    both: int
    same: int
    kappa: float | None

    @property
    def rate(self) -> float | None:
        """The share that both judged alike; None without any."""
        return self.same / self.both if self.both else None


def agreement(judged: Sequence[tuple[bool, bool]]) -> Agreement:
    """Return how far two sides agree.

    Kappa is (p_o - p_e) / (1 - p_e), where p_o is the share of leads judged alike, and p_e the share that would be by
    chance, given how often each side says yes (J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educational
    and Psychological Measurement 20(1), 1960, pages 37-46).

    Args:
        judged: For each lead, what the one side says and what the other says.

    Examples:
        >>> agreement([(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15)
        Agreement(both=50, same=35, kappa=0.4)
        >>> agreement([(True, True), (True, False)])
        Agreement(both=2, same=1, kappa=None)
    """
    both = len(judged)
    same = sum(one == other for one, other in judged)
    if both < ENOUGH:
        return Agreement(both, same, None)
    first, second = sum(one for one, _ in judged), sum(other for _, other in judged)
    by_chance = first * second + (both - first) * (both - second)  # of both * both
    if by_chance == both * both:
        return Agreement(both, same, None)
    return Agreement(both, same, (same * both - by_chance) / (both * both - by_chance))
