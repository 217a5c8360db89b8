"""What follows for a lead when a file says that its deal was lost."""

from collections.abc import Mapping
from typing import Any

from accord.agreement.ways_out import LOST_DEAL, way_back
from accord.server.agreements.services import in_force_or_none


def lost_deal() -> Mapping[str, Any]:
    """Return what the agreement says of lost deals, for the statement that stores them; no reason of ours is known."""
    law = in_force_or_none()
    agreed = way_back(law.agreement, LOST_DEAL) if law else None
    if agreed is None:
        return {"lost_clause": "", "lost_to": "marketing", "lost_for": None}
    return {"lost_clause": LOST_DEAL, "lost_to": agreed.to, "lost_for": agreed.back_after}
