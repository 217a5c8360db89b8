"""The scoreboard and the rows behind it: for whom, with which numbers, and with how many queries."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.models import User
from accord.server.handoffs import decisions
from accord.server.people.models import Company
from accord.server.pipeline.models import Deal, Lead
from accord.server.scoreboard.drilldown import DRILLDOWNS

PAGE_BUDGET = 16
"""Queries of the whole scoreboard: session and user, revisions, each question once, names of forgotten leads."""
ROWS_BUDGET = 7
NOON = MONDAY + timedelta(hours=2)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday, noon in Berlin."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


def page(user: User, address: str = "/scoreboard/", status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode() if not answer.streaming else b"".join(answer.streaming_content).decode()


def said(html: str) -> str:
    """The text of a page, as one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").split())


@pytest.fixture
def busy(world: World) -> list[Lead]:
    """Five leads: accepted and won for 1,234.50, rejected, waiting, asked for a demo two hours ago, and not ready."""
    leads = [world.offered(), world.offered(), world.offered(), world.demo_request(), world.lead(source="")]
    decisions.accept(leads[0].pk, by=leads[0].owner, at=MONDAY + timedelta(minutes=5))
    decisions.start_deal(leads[0].pk, amount=Decimal("1234.50"), by=leads[0].owner, at=MONDAY + timedelta(minutes=6))
    decisions.win(leads[0].pk, by=leads[0].owner, at=MONDAY + timedelta(minutes=7))
    decisions.reject(leads[1].pk, reason="wrong_size", by=leads[1].owner, at=MONDAY + timedelta(minutes=8))
    return leads


# --- for whom -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/scoreboard/", "/scoreboard/rows/funnel/"])
def test_a_stranger_is_led_to_the_sign_in_page(db: None, address: str) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", ["/scoreboard/", "/scoreboard/rows/funnel/", "/scoreboard/rows/wins/?format=csv"])
def test_the_agency_sees_none_of_it(cast: Cast, address: str) -> None:
    page(cast.alma, address, status=403)


@pytest.mark.parametrize("name", ["mara", "priya", "olga", "xenia"])
def test_everybody_else_does(world: World, name: str) -> None:
    assert "Who kept their word" in page(getattr(world.cast, name))


def test_nothing_can_be_posted(world: World) -> None:
    client = Client()
    client.force_login(world.cast.olga)
    assert client.post("/scoreboard/").status_code == 405


# --- what it says ---------------------------------------------------------------------------------------------------


def test_the_page_says_who_kept_their_word(world: World, busy: list[Lead]) -> None:
    text = said(page(world.cast.xenia))
    assert "Who kept their word this month" in text
    assert "Marketing delivers 20 marketing-qualified leads (MQL) per month" in text
    assert "4 of 20 (day 2 of 31: ahead by 3)" in text
    assert "50 % (1 of 2 decided)" in text
    assert "2 await a decision" in text
    assert "1 overdue now" in text


def test_leads_that_nobody_is_working_are_listed_with_the_reason(world: World, busy: list[Lead]) -> None:
    html = page(world.cast.xenia)
    assert "1 lead that nobody is working" in said(html)
    assert "First attempt overdue, and nobody has tried" in said(html)
    assert f'href="/leads/{busy[3].pk}/"' in html


def test_the_count_of_forgotten_leads_reads_zero_when_there_are_none(world: World) -> None:
    world.offered()
    assert "0 leads that nobody is working" in said(page(world.cast.xenia))


def test_win_rates_keep_not_stated_apart(world: World, busy: list[Lead]) -> None:
    text = said(page(world.cast.xenia))
    assert "referral 4 1 25.0 %" in text
    assert "not stated 1 0 0.0 % –" in text
    assert "€1,235" in text


def test_win_rates_sort_by_any_column_and_over_any_cohort(world: World, busy: list[Lead]) -> None:
    up = said(page(world.cast.xenia, "/scoreboard/?sort=rate&cohort=month"))
    assert up.index("not stated") < up.index("referral 4")
    assert "first heard of 1 Mar 2026 – 31 Mar 2026" in up
    assert "No leads in this time" in said(page(world.cast.xenia, "/scoreboard/?month=2025-11&cohort=month"))


def test_the_present_month_refreshes_itself_and_a_past_one_does_not(world: World) -> None:
    assert 'hx-trigger="every 60s"' in page(world.cast.xenia, "/scoreboard/?cohort=year")
    past = page(world.cast.xenia, "/scoreboard/?month=2026-02")
    assert 'hx-trigger="every 60s"' not in past
    assert "?month=2026-03" in past
    assert "?month=2026-01" in past


def test_without_an_agreement_the_page_says_so_and_shows_the_rest(cast: Cast) -> None:
    text = said(page(cast.xenia))
    assert "There is no agreement in force" in text
    assert "Win rate by source" in text
    assert "0 leads that nobody is working" in text


def test_a_month_before_the_agreement_has_no_promises(world: World) -> None:
    assert "No agreement was in force yet" in said(page(world.cast.xenia, "/scoreboard/?month=2024-05"))


def test_the_page_keeps_to_its_budget_of_queries_however_many_leads(world: World, busy: list[Lead]) -> None:
    client = Client()
    client.force_login(world.cast.xenia)
    client.get("/scoreboard/")
    for _ in range(5):
        world.demo_request(MONDAY - timedelta(days=1))
    with CaptureQueriesContext(connection) as asked:
        client.get("/scoreboard/")
    assert len(asked) <= PAGE_BUDGET
    with CaptureQueriesContext(connection) as asked:
        client.get("/scoreboard/rows/funnel/")
    assert len(asked) <= ROWS_BUDGET


def test_pages_hold_nothing_that_the_content_policy_refuses(world: World, busy: list[Lead]) -> None:
    for address in ("/scoreboard/", "/scoreboard/rows/black-hole/"):
        html = page(world.cast.xenia, address)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)


# --- the rows behind ------------------------------------------------------------------------------------------------


def links(html: str) -> list[tuple[str, int]]:
    """Every link to rows whose text is a number, with that number."""
    found = re.findall(r'href="(/scoreboard/rows/[^"]+)"[^>]*>\s*([\d,]+)(?![\d,]| %)[^<]*<', html)
    return [(unquote(address.replace("&amp;", "&")), int(count.replace(",", ""))) for address, count in found]


def test_every_number_opens_onto_as_many_rows(world: World, busy: list[Lead]) -> None:
    Deal.objects.update(closed_at=MONDAY - timedelta(days=2))
    html = page(world.cast.xenia)
    counted = [
        (address, count)
        for address, count in links(html)
        # Those of time open onto all that was timed, and "1 of 2" of a promise onto both.
        if not re.search(r"rows/(days|responses)/", address) and ("promise=" not in address or "verdict=" in address)
    ]
    assert len(counted) > 12
    for address, count in counted:
        assert said(page(world.cast.xenia, address)).count("Person ") == count, address


def test_rows_open_onto_the_lead(world: World, busy: list[Lead]) -> None:
    html = page(world.cast.mara, "/scoreboard/rows/rejections/?reason=wrong_size")
    assert f'href="/leads/{busy[1].pk}/"' in html
    assert "Reason: Company too small or too large." in said(html)


@pytest.mark.parametrize("name", DRILLDOWNS)
def test_every_drilldown_answers_empty_and_full_and_as_a_file(world: World, busy: list[Lead], name: str) -> None:
    for user in (world.cast.xenia,):
        stage = "?stage=mql" if name == "delivered" else "?"
        assert page(user, f"/scoreboard/rows/{name}/{stage}")
        for column in DRILLDOWNS[name].columns:
            assert page(user, f"/scoreboard/rows/{name}/{stage}&sort={column.name}")
        assert (
            "There is nothing behind this number"
            in page(user, f"/scoreboard/rows/{name}/{stage}&from=1999-01-01&to=1999-02-01")
            or name == "black-hole"
        )
        rows = list(csv.reader(io.StringIO(page(user, f"/scoreboard/rows/{name}/{stage}&format=csv"))))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 1 or name in {"days", "responses", "second-lives"}


def test_a_cell_that_a_spreadsheet_would_run_is_quoted(world: World, busy: list[Lead]) -> None:
    person = busy[0].person
    person.name = '=HYPERLINK("http://evil.example")'
    person.save()
    Company.objects.filter(pk=person.company_id).update(name="@SUM(1)")
    Lead.objects.filter(pk=busy[0].pk).update(source="-2+3")
    rows = csv.DictReader(io.StringIO(page(world.cast.mara, "/scoreboard/rows/wins/?won=1&format=csv")))
    (row,) = rows
    assert row["Person"] == '\'=HYPERLINK("http://evil.example")'
    assert (row["Company"], row["Source"], row["Amount (EUR)"]) == ("'@SUM(1)", "'-2+3", "1234.50")


def test_rows_come_in_pages(world: World) -> None:
    for _ in range(52):
        world.lead()
    first = said(page(world.cast.mara, "/scoreboard/rows/funnel/"))
    assert (first.count("Person "), "1–50 of 52" in first) == (50, True)
    assert said(page(world.cast.mara, "/scoreboard/rows/funnel/?page=2")).count("Person ") == 2
    assert "1–50 of 52" in said(page(world.cast.mara, "/scoreboard/rows/funnel/?page=77"))


@pytest.mark.parametrize(
    "query",
    [
        "nothing/",
        "delivered/",
        "delivered/?stage=recycled",
        "funnel/?place=two",
        "funnel/?from=2026-03-01&to=2026-02-01",
        "funnel/?from=yesterday&to=today",
        "funnel/?from=0001-01-01&to=0001-01-02",
    ],
)
def test_what_cannot_be_listed_is_refused_with_a_sentence(world: World, query: str) -> None:
    client = Client(raise_request_exception=True)
    client.force_login(world.cast.mara)
    assert 400 <= client.get(f"/scoreboard/rows/{query}").status_code < 500


def test_odd_parameters_change_nothing(world: World, busy: list[Lead]) -> None:
    page(world.cast.mara, "/scoreboard/?month=0001-01&sort=colour&cohort=never&page=x")
    page(world.cast.mara, "/scoreboard/rows/wins/?source=%00%27&sort=-lead_id;drop&page=-1")
