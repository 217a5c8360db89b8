"""By which terms credit is given now."""

from dataclasses import astuple, dataclass
from zoneinfo import ZoneInfo

from accord.agreement import CreditTerms
from accord.server.agreements.services import in_force_or_none
from accord.server.pipeline.models import Deal

NO_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Law:
    """What the agreement says of it.

    Attributes:
        terms: As signed, or as usual.
        signed: Whether an agreement that is in force says so itself.
        currency: In which amounts are added up, ISO 4217.
        zone: In which months begin.
    """

    terms: CreditTerms
    signed: bool
    currency: str
    zone: ZoneInfo

    @property
    def text(self) -> str:
        """All that the agreed numbers depend on, as a text that differs where anything does."""
        terms = self.terms
        said = f"{terms.model} {terms.touches_of} {terms.lookback} {self.currency} {self.zone}"
        return said if terms.weights is None else f"{said} {astuple(terms.weights)}"


def law() -> Law:
    """Return by which terms credit is given now; before an agreement by the usual ones, in the last deal's currency."""
    held = in_force_or_none()
    if held is not None:
        says = held.agreement
        return Law(says.credit_terms, says.credit is not None, says.currency, says.zone)
    last = Deal.objects.order_by("-pk").values_list("currency", flat=True).first()
    return Law(CreditTerms(), False, last or NO_CURRENCY, ZoneInfo("UTC"))
