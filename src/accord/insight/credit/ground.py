"""What credit is given on: a version of the warehouse, the terms, and what deals are worth by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from accord.agreement import CreditTerms
from accord.agreement.exchange import Rates
from accord.insight.credit.spending import in_cents
from accord.insight.credit.tables import A_DEAL, Measure
from accord.insight.query import Query
from accord.rules import instant


class Asked(Protocol):
    """A version of the warehouse that answers with Arrow."""

    def arrow(self, question: Query, given: Mapping[str, Any]) -> pa.Table:
        """Return the answer to a question."""


Values = Mapping[Measure, list[int | None]]
"""What each deal is worth, by measure, in the order of the deals."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What credit is given on beside the touches.

    Attributes:
        terms: What the agreement says of it: how long a touch counts, and the order of the Markov chain.
        rates: What amounts come to in the agreement's currency, by the day on which a deal was won or a cost paid.
        zone: In which days and months begin.
    """

    terms: CreditTerms
    rates: Rates
    zone: ZoneInfo


def values_of(deals: pa.Table, ground: Ground) -> Values:
    """Return what deals are worth by the rates of their days."""

    def converted(amounts: str) -> list[int | None]:
        rows = zip(*(deals[name].to_pylist() for name in (amounts, "currency", "at_us")), strict=True)
        return [
            None
            if cents is None
            else in_cents(ground.rates, cents, currency, instant(at).astimezone(ground.zone).date())
            for cents, currency, at in rows
        ]

    return {
        Measure.REVENUE: converted("amount_cents"),
        Measure.MARGIN: converted("margin_cents"),
        Measure.DEALS: [A_DEAL] * deals.num_rows,
    }
