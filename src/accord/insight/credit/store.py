"""The edition of the tables of ``CREDIT`` that counts, and what it was made by."""

from collections.abc import Sequence
from dataclasses import dataclass

from accord.insight import editions
from accord.insight.credit.tables import CREDIT
from accord.insight.editions import Shelf, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(editions.Edition):
    """One edition of credit.

    Attributes:
        terms: By which terms it was made, as a text that differs where they do.
        model: The model that was agreed on then.
        models: Those by which credit was given, in the order of the pages.
        scope: Whose touches counted, as agreed.
        rates: Which exchange rates were known, as a text that differs where they do.
        currency: In which amounts are, ISO 4217.
    """

    terms: str
    model: str
    models: Sequence[str]
    scope: str
    rates: str
    currency: str


SHELF = Shelf("credit", f"4-{columns(CREDIT)}", Edition, tuple(CREDIT))
