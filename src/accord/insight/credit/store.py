"""The edition of the tables of ``CREDIT`` that counts, and what it was made by."""

from dataclasses import dataclass

from accord.insight import editions
from accord.insight.credit.tables import CREDIT
from accord.insight.editions import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(editions.Edition):
    """One edition of credit.

    Attributes:
        database: What tells the database from any other whose rows have other meanings.
        terms: By which terms it was made, as a text that differs where they do.
        rates: Which exchange rates were known, as a text that differs where they do.
        currency: In which amounts are, ISO 4217.
    """

    database: str
    terms: str
    rates: str
    currency: str


SHELF = Shelf("credit", 2, Edition, tuple(CREDIT))
