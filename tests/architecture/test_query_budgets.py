"""How many queries each page may ask of the database, and that it asks no more of them when there is more to show."""

from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.architecture.addresses import PAGES, address
from tests.architecture.test_access import client_of, lead  # noqa: F401  # fixture
from tests.server.conftest import Cast, World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.accounts.models import Role
from accord.server.pipeline.models import Lead

BUDGETS = {
    "home": 2,
    "live": 2,
    "notices": 9,
    "notice": 3,
    "notifications": 14,
    "queue": 19,
    "lead": 27,
    "lead_timeline": 16,
    "queue-bulk": 8,
    "leads": 15,
    "near-misses": 12,
    "near-misses-export": 5,
    "near-miss-of": 4,
    "leads-export": 4,
    "agreement": 13,
    "revision": 12,
    "revision-file": 8,
    "drafts": 9,
    "draft": 12,
    "propose-draft": 10,
    "scoreboard": 18,
    "scoreboard-rows": 10,
    "hand-offs": 11,
    "campaigns": 9,
    "campaign": 9,
    "attribution": 9,
    "won-deals": 9,
    "won-deal": 9,
    "restatements": 9,
    "black-hole": 15,
    "black-hole-export": 3,
    "disputes": 10,
    "disputes-export": 3,
    "disputes-of": 7,
    "disputes-set-aside": 4,
    "dispute": 11,
    "disputes-samples": 11,
    "disputes-sample": 11,
    "disputes-sampled": 9,
    "dispute-contest": 11,
    "backtests": 8,
    "backtest-new": 10,
    "backtest": 3,
    "backtest-people": 3,
    "sources": 12,
    "source-new": 7,
    "source": 14,
    "source-edit": 11,
    "messages": 10,
    "message": 3,
    "companies": 12,
    "companies-export": 4,
    "companies-visits": 9,
    "companies-organisation": 3,
    "company": 22,
    "forms": 10,
    "form-new": 8,
    "form": 12,
    "form-edit": 11,
    "consents-of": 3,
    "submissions": 10,
    "submissions-export": 5,
    "submission": 10,
    "duplicates": 9,
    "duplicate": 3,
    "duplicates-merge": 3,
    "duplicates-of": 7,
    "calls": 12,
    "calls-export": 4,
    "calls-report": 15,
    "calls-report-rows": 12,
    "calls-numbers": 11,
    "calls-number-new": 7,
    "calls-number": 3,
    "calls-setup": 3,
    "mail-setup": 3,
    "close-rates": 12,
    "close-rates-export": 9,
    "close-rates-leads": 10,
    "discounts": 12,
    "discounts-deals": 10,
    "funnel": 10,
    "funnel-export": 6,
    "funnel-leads": 10,
    "channels": 12,
    "channels-export": 8,
    "channels-rows": 10,
    "board": 18,
    "board-give": 18,
    "teams": 25,
    "teams-place": 10,
    "teams-join": 10,
    "teams-leave-new": 8,
    "teams-leave": 9,
    "teams-dry-run": 12,
    "imports": 8,
    "import-run": 3,
    "import-run-refused": 3,
    "lead_reject": 9,
    "lead_ask": 9,
    "lead_answer": 10,
    "lead_touch": 9,
    "todo": 14,
    "lead_snooze": 11,
    "lead_log": 9,
    "lead_deal": 9,
    "lead_lose": 9,
    "lead_correct": 9,
    "lead_cancel": 9,
    "lead_recycle": 9,
}
"""The most queries of a page, with those for the session, the user and the navigation; few where there is nothing."""
BEFORE = (Role.OPERATIONS, Role.SALES, Role.MARKETING)
"""Who opens a page, the first of them that may."""


def asked(page: str, lead: Lead, cast: Cast) -> int:  # noqa: F811
    """Return how many queries a page asks that has been opened before."""
    client = client_of(next(role for role in BEFORE if role in PAGES[page]), lead, cast)
    path = address(page, lead)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def test_no_page_asks_more_than_its_budget_however_many_leads_there_are(
    world: World,  # noqa: F811
    lead: Lead,  # noqa: F811
    cast: Cast,  # noqa: F811
) -> None:
    few = {page: asked(page, lead, cast) for page in PAGES}
    now = datetime.now(UTC)
    for _ in range(9):
        world.offered(now)
        world.demo_request(now)
    many = {page: asked(page, lead, cast) for page in PAGES}
    assert {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]} == {}
    assert {page: (many[page], BUDGETS[page]) for page in PAGES if many[page] > BUDGETS[page]} == {}


def test_every_page_has_a_budget() -> None:
    assert set(BUDGETS) == set(PAGES)
