"""Leads that close well and leads that do not, enough of them for a difference to be believed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import Cast

from accord.server.agreements.models import Revision
from accord.server.people.models import Company, Person
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageChange

NOW = datetime.now(UTC)
BEGAN = NOW - timedelta(days=60)


@dataclass
class Made:
    """Makes leads that came to MQL, some of them won."""

    cast: Cast

    def leads(self, count: int, won: int, *, source: str = "", country: str = "", **more: object) -> list[Lead]:
        first = Person.objects.count()
        company = Company.objects.create(name=f"C{first}", fields={"country": country}, created_at=BEGAN)
        people = Person.objects.bulk_create(
            Person(name=f"Person {first + n}", company=company, created_at=BEGAN) for n in range(count)
        )
        about = {"first_contact_at": BEGAN, "opened_at": BEGAN, "stage": "mql", "stage_since": BEGAN, **more}
        leads = Lead.objects.bulk_create(Lead(person=person, source=source, **about) for person in people)
        StageChange.objects.bulk_create(
            StageChange(lead=lead, to_stage="mql", at=BEGAN, decided_by=DecidedBy.IMPORT) for lead in leads
        )
        Deal.objects.bulk_create(
            Deal(lead=lead, currency="EUR", outcome="won", opened_at=BEGAN, closed_at=BEGAN + timedelta(days=20))
            for lead in leads[:won]
        )
        StageChange.objects.bulk_create(
            StageChange(lead=lead, to_stage="customer", at=BEGAN + timedelta(days=20), decided_by=DecidedBy.IMPORT)
            for lead in leads[:won]
        )
        return leads


@pytest.fixture
def made(revision: Revision, cast: Cast) -> Made:
    return Made(cast)


@pytest.fixture
def uneven(made: Made) -> Made:
    """Fairs close at 50 % in both countries, webinars at 10; of referrals there are five."""
    made.leads(60, 30, source="fair", country="DE")
    made.leads(40, 20, source="fair", country="AT")
    made.leads(100, 10, source="webinar", country="DE")
    made.leads(5, 5, source="referral", country="AT")
    return made
