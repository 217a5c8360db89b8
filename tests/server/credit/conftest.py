"""A warehouse of the test's own, and people who came, bought, and cost something."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import MONDAY, World

from accord.server.channels.models import Cost
from accord.server.credit.making import make
from accord.server.people.models import Visit, Visitor
from accord.server.pipeline.models import Deal, Lead
from accord.server.warehouse.sync import sync


@pytest.fixture
def warehouse(settings: Any, tmp_path: Path) -> Path:
    """The folder of a warehouse that is not there yet."""
    settings.ACCORD_WAREHOUSE = tmp_path / "warehouse"
    return tmp_path / "warehouse"


def came(lead: Lead, days: int, channel: str = "Paid Search", **more: object) -> Visit:
    """A visit of the lead's person, so many days after Monday."""
    at = MONDAY + timedelta(days=days)
    number = Visitor.objects.count()
    visitor = Visitor.objects.create(anonymous_id=f"v{number}", person=lead.person, first_seen_at=at, last_seen_at=at)
    told = {"source": "google", "medium": "cpc", "campaign": "spring", "inbound": True, **more}
    return Visit.objects.create(visitor=visitor, started_at=at, last_at=at, channel=channel, **told)


def bought(lead: Lead, days: int, amount: str | None = "1000.00") -> Deal:
    """A deal that is won so many days after Monday."""
    at = MONDAY + timedelta(days=days)
    return Deal.objects.create(
        lead=lead,
        name="Gauges",
        amount=amount,
        currency="EUR",
        outcome="won",
        opened_at=at - timedelta(days=1),
        closed_at=at,
    )


def offered(lead: Lead, days: int, outcome: str = "open") -> Deal:
    """A deal that is open since so many days after Monday, or was lost then."""
    at = MONDAY + timedelta(days=days)
    ends = {"opened_at": at} if outcome == "open" else {"opened_at": at - timedelta(days=1), "closed_at": at}
    return Deal.objects.create(lead=lead, name="Valves", amount="500.00", currency="EUR", outcome=outcome, **ends)


def paid(days: int, amount: str, campaign: str = "spring") -> Cost:
    """What a campaign cost so many days after Monday."""
    day = (MONDAY + timedelta(days=days)).date()
    return Cost.objects.create(
        day=day, source="google", medium="cpc", campaign=campaign, currency="EUR", amount=amount, stated_at=MONDAY
    )


@pytest.fixture
def counted(warehouse: Path) -> Callable[[], None]:
    """Bring the warehouse up to date, and give credit."""

    def count() -> None:
        sync()
        make()

    return count


@pytest.fixture
def march(world: World, counted: Callable[[], None]) -> tuple[Deal, Deal]:
    """Two deals of March, both of 1,000: one came by a campaign and by a letter, the other from nowhere."""
    one, other = world.lead(source=""), world.lead(source="")
    came(one, 1)
    came(one, 3, "Email", source="letter", medium="email", campaign="news", inbound=False)
    paid(1, "300.00")
    deals = bought(one, 9), bought(other, 9)
    counted()
    return deals
