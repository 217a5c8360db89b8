"""Leads about which something was decided, and the words of a dispute."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.models import User
from accord.server.disputes.models import Dispute
from accord.server.disputes.opening import contest
from accord.server.handoffs.decisions import reject
from accord.server.pipeline.models import Lead

NOON = MONDAY + timedelta(hours=2)
TUESDAY = MONDAY + timedelta(days=1)
Contest = Callable[..., Dispute]


@pytest.fixture
def rejected(world: World) -> Lead:
    """A lead that its owner rejected on Monday at noon."""
    lead = world.offered()
    reject(lead.pk, reason="wrong_size", note="Two people in a garage", by=lead.owner, at=NOON)  # type: ignore[arg-type]
    lead.refresh_from_db()
    return lead


@pytest.fixture
def disputed(cast: Cast) -> Contest:
    def contested(lead: Lead, kind: str = "no_mql", by: User | None = None, at: datetime = TUESDAY) -> Dispute:
        who = by or (cast.sven if kind == "no_mql" else cast.mara)
        return contest(lead.pk, Dispute.Kind(kind), "They have two people", action_id=uuid4(), by=who, at=at)

    return contested
