"""The page of hand-offs: shares with their intervals, few cases in grey, and every number opens onto its rows."""

import csv
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast, World
from tests.server.files.reading import content
from tests.server.handoffs.conftest import Present, SignIn

from accord.server.accounts.models import User
from accord.server.handoffs import decisions, giving
from accord.server.handoffs.models import Attempt
from accord.server.pipeline.models import Lead
from accord.server.scoreboard.hand_offs import Share

PATH = "/scoreboard/hand-offs/"


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def linked(said: str, text: str) -> list[str]:
    """The addresses of the links that say ``text``."""
    return [unescape(found) for found in re.findall(rf'<a href="([^"]+)">{text}</a>', said)]


def tried(lead: Lead, minutes: int, number: int) -> None:
    assert lead.owner is not None
    at = MONDAY + timedelta(minutes=minutes)
    action = f"7b1c8a52-8b9f-4b59-9a0a-{number:012}"
    outcome, channel = Attempt.Outcome.NO_ANSWER, Attempt.Channel.CALL
    decisions.log_attempt(lead.pk, channel=channel, outcome=outcome, action_id=action, by=lead.owner, at=at)  # type: ignore[arg-type]


def accepted(lead: Lead) -> Lead:
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY + timedelta(minutes=5))
    return lead


def rejected(lead: Lead) -> Lead:
    assert lead.owner is not None
    decisions.reject(lead.pk, reason="not_now", by=lead.owner, at=MONDAY + timedelta(minutes=6))
    return lead


@pytest.fixture
def month(world: World, present: Present) -> User:
    """Three demo requests accepted and one rejected; two tried after 10 minutes, one after two hours."""
    leads = [accepted(world.demo_request()) for _ in range(3)]
    rejected(world.demo_request())
    for number, (lead, minutes) in enumerate(zip(leads, (10, 10, 120), strict=True)):
        tried(lead, minutes, number)
    present.passes(days=3)
    return world.cast.sven


def test_it_says_what_share_was_accepted_and_that_these_are_few(month: User, sign_in: SignIn) -> None:
    """Wilson's interval of 3 of 4 is 30.1 % to 95.4 %."""
    said = page(sign_in(month))
    assert "Sales accepted <strong>75%</strong> of the 4 leads" in said.replace("\u202f", "").replace(" %", "%")
    assert "which are too few to say much" in said
    assert re.search(r"30\s*% – 95\s*%", said)
    assert 'class="few"' in said


def test_leads_stand_by_how_long_they_waited(month: User, sign_in: SignIn) -> None:
    rows = list(csv.reader(content(sign_in(month).get("/scoreboard/hand-offs/?format=csv")).decode().splitlines()))
    found = {row[1]: row[2:4] for row in rows if row[0] == "Accepted by time to first attempt"}
    assert found == {"Under 1 hour": ["2", "2"], "1 to 4 hours": ["1", "1"], "Never tried": ["1", "0"]}


def test_every_number_opens_onto_its_rows(month: User, sign_in: SignIn) -> None:
    client = sign_in(month)
    said = page(client)
    numbers = re.findall(r'<a href="(/scoreboard/rows/[^"]+)">([\d,]+)</a>', said)
    assert len(numbers) > 6
    for href, number in numbers:
        rows = client.get(href).content.decode()
        assert rows.count("data-list-item") == int(number), href


def test_a_lead_that_was_given_to_somebody_else_is_decided_on_once(
    world: World,
    cast: Cast,
    sign_in: SignIn,
    present: Present,
) -> None:
    lead = accepted(world.demo_request())
    to = cast.tom if lead.owner == cast.priya else cast.priya
    giving.give(lead.pk, to=to.pk, team="field", reason="x", by=cast.sven, at=MONDAY + timedelta(hours=1))
    present.passes(hours=2)
    assert "of the 1 lead that it decided on" in page(sign_in(cast.sven))


def test_a_team_and_a_span_are_chosen(month: User, sign_in: SignIn) -> None:
    client = sign_in(month)
    assert "Sales decided on no lead in this time." in page(client, "?team=enterprise")
    assert "of the 4 leads" in page(client, "?team=field&span=year")
    assert "of the 4 leads" in page(client, "?span=all")
    assert "Sales decided on no lead in this time." in page(client, "?month=2025-12")


def test_without_anything_it_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    said = page(sign_in(cast.mara))
    assert "Sales decided on nothing in this time" in said
    assert "No first attempt was due in this time" in said


def test_the_number_of_queries_does_not_grow_with_the_leads(
    month: User,
    world: World,
    sign_in: SignIn,
    django_assert_num_queries: object,
) -> None:
    client = sign_in(month)
    page(client)
    with django_assert_num_queries(12) as few:  # type: ignore[operator]
        page(client)
    for _ in range(4):
        accepted(world.demo_request())
    with django_assert_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        page(client)


def test_shares_of_fewer_than_twenty_are_not_believed() -> None:
    assert Share(19, 19, "").few
    assert not Share(1, 20, "").few
    assert Share(0, 0, "").interval is None
