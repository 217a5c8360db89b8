"""Every page, wide and narrow, light and dark: no accessibility fault (axe-core), nothing cut off, nothing sideways."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.architecture.addresses import PAGES, address, contested, submitted
from tests.e2e.looking import faults, faults_of, sign_in
from tests.server.conftest import Cast, World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.accounts.models import Role
from accord.server.calls.models import Call, OwnNumber, TelephoneSystem, TrackingNumber
from accord.server.capture.models import ImportRun, RefusedRow
from accord.server.channels.models import Cost
from accord.server.credit.making import make
from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Kind
from accord.server.duplicates.proposals import propose
from accord.server.handoffs.models import Attempt
from accord.server.people.models import Company, Visit, Visitor
from accord.server.people.recognition import recognise_again
from accord.server.pipeline.models import Deal, Lead
from accord.server.tracking.models import Message, Source
from accord.server.warehouse.sync import sync

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

FILES = {
    "black-hole-export",
    "disputes-export",
    "leads-export",
    "near-misses-export",
    "calls-export",
    "channels-export",
    "close-rates-export",
    "funnel-export",
    "companies-export",
    "submissions-export",
    "revision-file",
    "import-run-refused",
    "backtest-people",
}
"""What is taken away, not looked at."""
PARTS = {"consents-of", "near-miss-of", "duplicates-of", "disputes-of", "disputes-set-aside", "notice", "live"}
"""Parts of other pages, which are looked at there, and what says nothing or leads elsewhere."""
ELSEWHERE = {
    *("drafts", "draft", "propose-draft"),
    *("backtests", "backtest", "backtest-new"),
    *("board", "board-give"),
    *("teams", "teams-place", "teams-join", "teams-leave-new", "teams-leave", "teams-dry-run"),
}
"""What the tests of its room look at in the same way, with more on it."""
OF_SALES = ("queue", "lead", "leads", "scoreboard", "calls", "companies", "lead_log", "lead_reject")
OF_A_WIN = {"lead_correct", "lead_cancel"}
BANK = "A bank that is not known"


@pytest.fixture
def lead(world: World, settings: Any, tmp_path: Path) -> Lead:  # noqa: F811
    """A lead that waits for its owner, among others; a file that was imported with a refusal; a deal with credit."""
    settings.ACCORD_WAREHOUSE = tmp_path / "warehouse"
    leads = [world.demo_request(), world.offered(phone=""), *(world.offered() for _ in range(11))]
    world.lead(source="other_publicities")
    Lead.objects.filter(handed_over_at__isnull=False).update(owner=world.cast.priya, queue="")
    run = ImportRun.objects.create(
        kind="leads", file_name="leads.csv", file_sha256="0" * 64, mapping={}, columns=["id", "email"],
        started_at=leads[0].opened_at, finished_at=leads[0].opened_at, rows=2, created=1, updated=0, unchanged=0,
        refused=1, flagged=0,
    )  # fmt: skip
    RefusedRow.objects.create(run=run, line=3, code="import.not_an_address", message="no address", row=["2", "nobody"])
    assert not Attempt.objects.exists()
    submitted(world.cast.olga)
    contested(leads[0], world.cast.olga)
    _visit(leads[0].person.company.name)
    _visit(BANK)
    _twice()
    _calls(leads[0])
    _won(leads[1])
    return leads[0]


def _won(lead: Lead) -> None:
    """A deal that is won, with what it came by and what that cost, first for more and then for less."""
    at = timezone.now() - timedelta(days=40)
    visitor = Visitor.objects.create(anonymous_id="bought", person=lead.person, first_seen_at=at, last_seen_at=at)
    for channel, days, campaign in (("Paid Search", 20, "spring"), ("Email", 12, "news"), ("Referral", 5, "")):
        came = at - timedelta(days=days)
        Visit.objects.create(
            visitor=visitor, started_at=came, last_at=came, channel=channel, source="google", medium="cpc",
            campaign=campaign, inbound=channel != "Email",
        )  # fmt: skip
    Cost.objects.create(
        day=at.date(), source="google", medium="cpc", campaign="spring", currency="EUR", amount=90, stated_at=at
    )
    deal = Deal.objects.create(
        lead=lead, name="Gauges", amount=1000, currency="EUR", outcome="won", opened_at=at, closed_at=at
    )
    sync()
    make()
    Deal.objects.filter(pk=deal.pk).update(amount=900)
    sync()
    make()


def _twice() -> None:
    """Two companies that may be one, and two that were."""
    now = timezone.now()
    names = ("Acme", "Acme GmbH", "Bolt", "Bolt Ltd")
    made = [Company.objects.create(name=name, fields={"country": name[-2:]}, created_at=now).pk for name in names]
    propose(Kind.COMPANY, *made[:2], 0.95, [{"field": "name", "says": "But for the form", "weight": 3.0}], at=now)
    merge(Kind.COMPANY, *made[2:], at=now, by=None)


def _calls(lead: Lead) -> None:
    """Calls of every kind, to a number of ours and to a tracking number, and messages of what reports them."""
    now = timezone.now()
    source = Source.objects.create(name="Switchboard", kind="call", created_at=now)
    TelephoneSystem.objects.create(source=source, provider="accord", secret="whsec_")
    Source.objects.create(name="Inbox", kind="mail", created_at=now)
    Message.objects.create(
        received_at=now, source=source, at=now, type="track", event="Call", message_id="m", anonymous_id="a",
        user_id="", user_agent="", ip_prefix="", body='{"type": "track"}',
    )  # fmt: skip
    letter = TrackingNumber.objects.create(
        number="+493012345699",
        name="Spring letter to readers of both papers",
        campaign="spring",
        shown_for="+493012345600",
        active_from=now,
    )
    OwnNumber.objects.create(number="+49301234567", is_range=True, note="Switchboard")
    how = [("in", "voicemail"), ("in", "answered"), ("out", "no_answer"), ("in", "in_progress")]
    for place, (direction, status) in enumerate(how):
        Call.objects.create(
            source=source, key=str(place), direction=direction, status=status, started_at=now, seconds=40,
            theirs=f"+44207183875{place}", ours="+493012345670", number=letter if place == 0 else None,
            person=lead.person if place else None, recording="https://recordings.example/1", agent=lead.owner,
        )  # fmt: skip


def _visit(organisation: str) -> None:
    """Somebody came from the network of an organisation, which may be a company that is known."""
    now = timezone.now()
    visitor = Visitor.objects.create(anonymous_id=organisation, first_seen_at=now, last_seen_at=now)
    Visit.objects.create(
        visitor=visitor, started_at=now, last_at=now, landing="/pricing", channel="Direct", network="192.0.2.0/24",
        organisation=organisation, network_kind="business", network_why="its organisation is called “bank”",
    )  # fmt: skip
    recognise_again(now - timedelta(hours=1))


@pytest.mark.parametrize("some", [slice(0, None, 2), slice(1, None, 2)], ids=["even", "odd"])
def test_every_page_can_be_read_by_everybody(
    page: Any,
    live_server: Any,
    lead: Lead,
    cast: Cast,  # noqa: F811
    some: slice,
) -> None:
    """Each as revenue operations, who may open them all; those that sales works with, as sales besides."""
    url, others = live_server.url, set(PAGES) - FILES - PARTS - ELSEWHERE
    outside = {path: path for path in (reverse("account_login"), reverse("account_reset_password"), "/nowhere/")}
    assert faults_of(page, url, outside) == {"/nowhere/": ["answers 404"]}
    assert all(Role.OPERATIONS in PAGES[name] for name in others)
    sign_in(page, url, cast.olga)
    pages = {name: _path(name, lead) for name in sorted(others)[some]}
    assert faults_of(page, url, pages | {"password": reverse("account_change_password")}) == {}
    assert len(pages) > 25
    sign_in(page, url, cast.priya)
    assert faults_of(page, url, {name: _path(name, lead) for name in OF_SALES[some]}) == {}


def _path(name: str, lead: Lead) -> str:
    if name in OF_A_WIN:
        won = Deal.objects.get(outcome="won")
        return f"{address(name, won.lead)}?deal={won.pk}"
    query = {"companies-organisation": f"?name={BANK}"}
    return address(name, lead) + query.get(name, "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_question_about_something_grave_can_be_read(
    page: Any,
    live_server: Any,
    lead: Lead,
    cast: Cast,  # noqa: F811
    scheme: str,
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sign_in(page, live_server.url, cast.priya)
    page.goto(f"{live_server.url}/queue/")
    page.evaluate(
        """() => {
            document.querySelector('[data-confirm-yes]').classList.add('btn-danger');
            document.querySelector('#confirm').showModal();
        }"""
    )
    assert faults(page) == []
    page.hover("[data-confirm-yes]")
    assert faults(page) == []
