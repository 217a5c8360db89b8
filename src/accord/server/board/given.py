"""What somebody gave away in the last minutes and can still take back."""

from dataclasses import dataclass
from datetime import datetime

from accord.server.accounts.models import User
from accord.server.handoffs.giving import UNDO_WITHIN, untouched
from accord.server.handoffs.models import Offer


@dataclass(frozen=True, slots=True)
class Given:
    """A lead that was given to somebody a moment ago."""

    lead_id: int
    offer_id: int
    person: str
    owner: str
    at: datetime


def given_lately(by: User, at: datetime) -> list[Given]:
    """Return what somebody gave to others and can still undo, the latest first."""
    lately = Offer.objects.filter(given_by=by, offered_at__gt=at - UNDO_WITHIN, lead__ended_at=None)
    lately = lately.exclude(status=Offer.Status.WITHDRAWN).exclude(owner=None)
    found = lately.select_related("lead__person", "owner").order_by("-offered_at", "-pk")
    return [
        Given(offer.lead_id, offer.pk, str(offer.lead.person), offer.owner.name, offer.offered_at)
        for offer in found
        if offer.owner is not None and offer.lead.owner_id == offer.owner_id and untouched(offer, at)
    ]
