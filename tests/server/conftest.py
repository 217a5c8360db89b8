"""A small company with a named cast and a signed agreement, for every test of the server."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Q
from tests.server.postbox import postbox  # noqa: F401  # a fixture

from accord.server.accounts.models import Role, Team, User
from accord.server.accounts.services import join_team
from accord.server.agreements.models import Revision
from accord.server.agreements.services import propose, sign
from accord.server.handoffs.offers import offer_ready
from accord.server.notifications.models import Notification
from accord.server.people.models import Company, Person
from accord.server.people.services import record_touchpoint
from accord.server.pipeline.judging import judge_due, review
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import open_lead

AGREEMENT = Path(__file__).parent / "agreement.yaml"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Monday 2 March 2026, 10:00 in Berlin: an hour into a working day."""


@dataclass
class Cast:
    """Who works at Test Works: Mara in marketing, Priya and Tom in sales under Sven, and the others."""

    mara: User
    priya: User
    tom: User
    sven: User
    enno: User
    olga: User
    xenia: User
    alma: User


@pytest.fixture
def cast(db: None) -> Cast:
    def user(name: str, role: Role) -> User:
        return User.objects.create_user(f"{name.lower()}@test.works", name, role, zone="Europe/Berlin")

    people = Cast(
        mara=user("Mara", Role.MARKETING),
        priya=user("Priya", Role.SALES),
        tom=user("Tom", Role.SALES),
        sven=user("Sven", Role.SALES),
        enno=user("Enno", Role.SALES),
        olga=user("Olga", Role.OPERATIONS),
        xenia=user("Xenia", Role.EXECUTIVE),
        alma=user("Alma", Role.AGENCY),
    )
    join_team(people.priya, "field")
    join_team(people.tom, "field")
    join_team(people.enno, "enterprise")
    Team.objects.filter(name="field").update(manager=people.sven)
    return people


@pytest.fixture
def revision(cast: Cast) -> Revision:
    """The agreement of ``agreement.yaml``, in force since a year before ``MONDAY``; its mails are forgotten."""
    signed_at = MONDAY - timedelta(days=365)
    proposed = propose(
        AGREEMENT.read_text(encoding="utf-8"), "agreement.yaml", reason="first", by=cast.olga, at=signed_at
    )
    sign(proposed.number, by=cast.mara, at=signed_at)
    signed = sign(proposed.number, by=cast.priya, at=signed_at)
    Notification.objects.all().delete()
    return signed


@dataclass
class World:
    """Makes leads and lets things happen to them."""

    cast: Cast
    count: int = field(default=0)

    def agree(self, *changes: tuple[str, str], at: datetime = MONDAY) -> Revision:
        """Both sides sign the agreement in force with these pieces of its text exchanged."""
        text = Revision.objects.get(status="in_force").text
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        number = propose(text, "agreement.yaml", reason="for a test", by=self.cast.olga, at=at).number
        sign(number, by=self.cast.mara, at=at)
        signed = sign(number, by=self.cast.priya, at=at)
        Notification.objects.all().delete()
        return signed

    def person(self, *, employees: int | None = 200, phone: str = "+49 89 1234") -> Person:
        self.count += 1
        company = Company.objects.create(
            name=f"Company {self.count}",
            domain=f"c{self.count}.example",
            fields={} if employees is None else {"employees": employees, "country": "DE"},
            created_at=MONDAY,
        )
        email = f"person{self.count}@c{self.count}.example"
        return Person.objects.create(
            name=f"Person {self.count}", email=email, email_key=email, phone=phone, company=company, created_at=MONDAY
        )

    def lead(self, *, at: datetime = MONDAY, source: str = "referral", **person: object) -> Lead:
        return open_lead(self.person(**person), at=at, source=source)  # type: ignore[arg-type]

    def happens(self, lead: Lead, event: str, at: datetime = MONDAY, **properties: object) -> None:
        self.count += 1
        record_touchpoint(lead.person, event, at=at, message_id=f"m{self.count}", properties=properties)  # type: ignore[arg-type]
        review(Q(pk=lead.person_id), at)

    def mql(self, at: datetime = MONDAY, **person: object) -> Lead:
        """A lead that reaches MQL at ``at`` and awaits its offer."""
        lead = self.lead(at=at, **person)  # type: ignore[arg-type]
        self.happens(lead, "webinar_attended", at)
        judge_due(at)
        lead.refresh_from_db()
        return lead

    def offered(self, at: datetime = MONDAY, **person: object) -> Lead:
        """A lead that is offered to sales at ``at``."""
        lead = self.mql(at, **person)
        offer_ready(at)
        lead.refresh_from_db()
        return lead

    def demo_request(self, at: datetime = MONDAY, **person: object) -> Lead:
        """A lead that is offered through the fast lane at ``at``."""
        lead = self.lead(at=at, **person)  # type: ignore[arg-type]
        self.happens(lead, "form_submitted", at, form="demo")
        judge_due(at)
        offer_ready(at)
        lead.refresh_from_db()
        return lead


@pytest.fixture
def world(revision: Revision, cast: Cast) -> World:
    return World(cast)
