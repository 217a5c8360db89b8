"""The main job in a real browser, with a real worker beside the server: from an MQL to a won deal on the scoreboard."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.e2e.desk import Desk, waits, worker  # noqa: F401  # a fixture
from tests.server.conftest import Cast, World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.accounts.models import Membership
from accord.server.pipeline.models import Lead
from accord.server.scoreboard import queries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


def score() -> dict[str, Any]:
    """The numbers of the scoreboard that this story can change."""
    month = queries.month(queries.laws().zone, datetime.now(UTC))
    delivered = queries.marketing_delivered(month, "mql")
    return {
        "delivered": (delivered.delivered, delivered.accepted, delivered.rejected, delivered.waiting),
        "funnel": {row.stage: row.leads for row in queries.funnel(month)},
        "wins": {row.source: (row.leads, row.won) for row in queries.win_rates()},
        "rejections": {row.reason: row.leads for row in queries.rejections(month)},
    }


def test_the_story(
    world: World,  # noqa: F811
    cast: Cast,  # noqa: F811
    worker: None,  # noqa: F811
    browser: Any,
    live_server: Any,
) -> None:
    Membership.objects.filter(user=cast.tom).delete()
    now = datetime.now(UTC)
    good, bad = world.lead(at=now, source="referral"), world.lead(at=now, source="webinar")
    mara, priya, xenia = (Desk(browser, live_server.url, user) for user in (cast.mara, cast.priya, cast.xenia))
    before = score()

    leads = mara.opens("/leads/?stage=mql")
    assert not leads.get_by_text(good.person.name).is_visible()
    for lead in (good, bad):
        world.happens(lead, "form_submitted", datetime.now(UTC), form="demo")
    waits(leads, lambda: Lead.objects.filter(owner=cast.priya).count() == 2)
    leads = mara.opens("/leads/?stage=mql")
    leads.get_by_text(good.person.name).wait_for()
    leads.get_by_text(bad.person.name).wait_for()

    queue = priya.opens("/queue/")
    row = queue.locator(f"#lead-{bad.pk}")
    assert "Call" in row.inner_text()
    assert row.locator("time").first.is_visible(), "there is no clock"
    row.get_by_role("link", name="Reject").click()
    queue.get_by_role("radio", name=re.compile("Bad timing")).check()
    queue.get_by_label("Note").fill("asks us to ring again in spring")
    queue.get_by_role("dialog").get_by_role("button", name=re.compile("Reject")).click()
    queue.get_by_role("dialog").wait_for(state="hidden")

    row = queue.locator(f"#lead-{good.pk}")
    row.get_by_role("button", name="Accept").click()
    queue.locator(f"#lead_accept-{good.pk}").wait_for(state="detached")
    row.get_by_role("link", name=re.compile("Log")).click()
    queue.get_by_role("button", name=re.compile("Reached")).click()
    queue.get_by_role("dialog").wait_for(state="hidden")

    page = priya.opens(f"/leads/{good.pk}/")
    page.get_by_role("link", name=re.compile("Start a deal")).click()
    page.get_by_label("Amount").fill("1200")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("deal", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("Deal won")).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Deal won").click()
    page.get_by_text("Customer").first.wait_for()

    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.stage, bad.stage, bad.end_reason) == ("customer", "recycled", "not_now")
    assert [str(deal.amount) for deal in good.deals.all()] == ["1200.00"]
    after = score()
    nobody = dict.fromkeys(("mql", "sal", "sql", "opportunity", "customer"), 0)
    assert before == {
        "delivered": (0, 0, 0, 0),
        "funnel": {"subscriber": 2, "lead": 2, **nobody},
        "wins": {"referral": (1, 0), "webinar": (1, 0)},
        "rejections": {},
    }
    assert after == {
        "delivered": (2, 1, 1, 0),
        "funnel": {"subscriber": 2, "lead": 2, "mql": 2, "sal": 1, "sql": 1, "opportunity": 1, "customer": 1},
        "wins": {"referral": (1, 1), "webinar": (1, 0)},
        "rejections": {"not_now": 1},
    }

    board = xenia.opens("/scoreboard/")
    wins = board.locator("#wins")
    assert re.search(r"referral\s+1\s+1\s+100(\.0)?\s%", wins.inner_text())
    assert re.search(r"webinar\s+1\s+0\s+0(\.0)?\s%", wins.inner_text())
    for desk in (mara, priya, xenia):
        assert desk.faults == []
