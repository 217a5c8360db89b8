"""A month of visits, leads and costs, small enough to be counted by hand."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.server.conftest import Cast

from accord.server.agreements.models import Revision
from accord.server.channels.models import Cost
from accord.server.people.models import Person, Visit, Visitor
from accord.server.pipeline.models import Lead, StageChange
from accord.server.pipeline.services import open_lead

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
"""Noon in Berlin on 10 March 2026."""
TENTH = date(2026, 3, 10)
PAID = {"channel": "Paid Search", "source": "google", "medium": "cpc", "inbound": True}
MAIL = {"channel": "Email", "source": "newsletter", "medium": "email", "campaign": "march", "inbound": False}
DIRECT = {"channel": "Direct", "source": "(direct)", "medium": "(none)", "inbound": True}
CHATGPT = {"channel": "AI Assistants", "source": "chatgpt", "medium": "referral", "inbound": True}


@dataclass
class Traffic:
    """Lets people come, become leads, and cost money."""

    count: int = field(default=0)

    def browser(self, person: Person | None = None) -> Visitor:
        self.count += 1
        return Visitor.objects.create(
            anonymous_id=f"v{self.count}", person=person, first_seen_at=NOON, last_seen_at=NOON
        )

    def visit(self, visitor: Visitor, at: datetime = NOON, **how: object) -> Visit:
        return Visit.objects.create(visitor=visitor, started_at=at, last_at=at + timedelta(minutes=3), **how)

    def person(self, name: str, at: datetime = NOON) -> Person:
        return Person.objects.create(name=name, email_key=f"{name.lower()}@fabrikam.example", created_at=at)

    def lead(self, person: Person, *stages: str, at: datetime = NOON, source: str = "") -> Lead:
        lead = open_lead(person, at=at, source=source)
        for stage in stages:
            StageChange.objects.create(lead=lead, to_stage=stage, at=at, decided_by="import")
        return lead

    def cost(self, amount: str, campaign: str = "", *, day: date = TENTH, **named: object) -> Cost:
        about = {"source": "google", "medium": "cpc", "currency": "EUR"} | named
        return Cost.objects.create(day=day, campaign=campaign, amount=Decimal(amount), stated_at=NOON, **about)


@pytest.fixture
def traffic(revision: Revision, cast: Cast) -> Traffic:
    return Traffic()


@dataclass
class March:
    """The month: who is who in it."""

    ada: Person
    bob: Person
    cy: Person


@pytest.fixture
def march(traffic: Traffic) -> March:
    """Ada came by an ad and won; Bob by a mail, long ago; Cy was met at a fair; a stranger asked ChatGPT; robots."""
    ada, cy = traffic.person("Ada"), traffic.person("Cy")
    bob = traffic.person("Bob", at=NOON - timedelta(days=90))
    desk, phone = traffic.browser(ada), traffic.browser(ada)
    traffic.visit(desk, NOON, campaign="spring", **PAID)
    traffic.visit(desk, NOON + timedelta(hours=1), campaign="summer", **PAID)
    traffic.visit(phone, NOON + timedelta(hours=2), **DIRECT)
    traffic.lead(ada, "mql", "sal", "sql", "opportunity", "customer")
    old = traffic.browser(bob)
    traffic.visit(old, NOON - timedelta(days=80), **MAIL)
    traffic.visit(old, NOON, campaign="spring", **PAID)
    traffic.lead(bob, "sal")  # it went past MQL without a stop
    traffic.lead(cy, source="trade fair")
    stranger = traffic.browser()
    traffic.visit(stranger, **CHATGPT)
    traffic.visit(stranger, NOON + timedelta(hours=3), channel="", inbound=None)
    traffic.visit(traffic.browser(), agent="robot", **DIRECT)
    traffic.visit(traffic.browser(), agent="scanner", **DIRECT)
    traffic.visit(traffic.browser(), agent="unknown", **DIRECT)
    traffic.cost("60.00", "spring", clicks=7, impressions=900)
    traffic.cost("40.00", "spring", day=date(2026, 3, 11), clicks=3)
    traffic.cost("25.50", "autumn")
    traffic.cost("10.00", "spring", currency="USD")
    traffic.cost("300.00", source="trade fair", medium="")
    traffic.cost("99.00", "spring", day=date(2026, 2, 28))
    return March(ada, bob, cy)
