"""By which terms won money is credited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from accord.insight.credit.tables import Scope

MODEL_LABELS: Mapping[str, str] = {
    "first": "First touch",
    "last": "Last touch",
    "last_non_direct": "Last non-direct",
    "linear": "Linear",
    "u_shaped": "U-shaped 40/20/40",
    "u_shaped_50_50": "U-shaped 50/50",
    "w_shaped": "W-shaped",
    "full_path": "Full path",
    "time_decay": "Time decay",
    "shapley": "Shapley",
    "markov_1": "Markov",
}
"""The models that pages show, in their order, and how they are called."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the agreement says of it, or its defaults.

    Attributes:
        model: The one that both sides go by.
        lookback: How long before a deal was won a touch may be; None: any length of time.
        scope: Whose touches count.
        inbound: Which share of the credit inbound touches are to have at least, in hundredths; None: no target.
        currency: In which amounts are added up, ISO 4217.
    """

    model: str = "u_shaped"
    lookback: timedelta | None = timedelta(days=180)
    scope: Scope = Scope.COMPANY
    inbound: int | None = None
    currency: str = "EUR"
