"""Exchange rates as they are stated, for reports in one currency."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Max

from accord.agreement.exchange import OLDEST, Rates, StatedRate, rates_into
from accord.server.pipeline.models import ExchangeRate, ExchangeRateChange


def rates(into: str, currencies: Iterable[str], first: date, last: date) -> Rates:
    """Return the rates by which amounts of some days are converted; one query, or none where nothing is foreign.

    Args:
        into: The currency that they are converted into, such as that of the agreement.
        currencies: Those of the amounts.
        first: The first day of an amount; rates of the ten days before it are read too.
        last: The last day of an amount.
    """
    wanted = {*currencies, into}
    if wanted == {into}:
        return Rates(into, {})
    found = ExchangeRate.objects.filter(
        currency__in=wanted, day__gte=first - timedelta(days=OLDEST), day__lte=last
    ).order_by("day", "pk")
    return rates_into(into, map(StatedRate._make, found.values_list("day", "base", "currency", "rate")))


def rates_known() -> str:
    """Return which rates there are, as a text that differs where any was added or restated since."""
    stated = ExchangeRate.objects.aggregate(last=Max("stated_at"))["last"]
    restated = ExchangeRateChange.objects.aggregate(last=Max("at"))["last"]
    return " ".join(at.isoformat() for at in (stated, restated) if at is not None)
