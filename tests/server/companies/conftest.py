"""Visits from known networks, made here without the log: what intake makes of messages is tested elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.server.conftest import Cast

from accord.server.agreements.models import Revision
from accord.server.people.models import Company, Person, Touchpoint, Visit, Visitor
from accord.server.people.recognition import recognise_again
from accord.server.tracking.models import Source

OFFICE = {
    "network": "198.51.100.0/24",
    "organisation": "Contoso Instruments GmbH",
    "network_kind": "business",
    "network_why": "its organisation is called “instruments”",
}
SCHOOL = {
    "network": "192.0.2.0/24",
    "organisation": "University of Fabrikam",
    "network_kind": "education",
    "network_why": "its organisation is called “university”",
}
HOME = {"network": "203.0.113.0/24", "organisation": "Northwind Telecom", "network_kind": "provider"}
UNSURE = {"network": "203.0.114.0/24", "organisation": "Tailspin Ltd", "network_kind": "unknown"}


@dataclass
class Street:
    """Lets people come by, from one network or another."""

    count: int = field(default=0)

    def comes(
        self,
        origin: dict[str, str],
        *,
        at: datetime | None = None,
        person: Person | None = None,
        pages: tuple[str, ...] = (),
        **more: object,
    ) -> Visit:
        self.count += 1
        at = at or timezone.now() - timedelta(hours=2)
        visitor = Visitor.objects.create(
            anonymous_id=f"v{self.count}", person=person, first_seen_at=at, last_seen_at=at
        )
        visit = Visit.objects.create(visitor=visitor, started_at=at, last_at=at, landing="/", **{**origin, **more})
        for path in pages:
            self.count += 1
            Touchpoint.objects.create(
                message_id=f"t{self.count}", visitor=visitor, visit=visit, person=person, event="page_viewed",
                at=at, received_at=at, properties={"path": path},
            )  # fmt: skip
        recognise_again(at - timedelta(minutes=1))
        visit.refresh_from_db()
        return visit


@pytest.fixture
def street(revision: Revision, cast: Cast) -> Street:
    Source.objects.create(name="Website", kind="browser", created_at=timezone.now())
    return Street()


@pytest.fixture
def contoso(db: None) -> Company:
    return Company.objects.create(
        name="Contoso Instruments", domain="contoso.example", fields={"employees": 200}, created_at=timezone.now()
    )
