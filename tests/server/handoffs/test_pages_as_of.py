"""The page of a lead, looking back: why it stood where it stood on Monday."""

import re
from datetime import timedelta

import pytest
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.server.handoffs import decisions
from accord.server.pipeline.models import Lead


@pytest.fixture
def lead(world: World, cast: Cast) -> Lead:
    """A lead of 42 staff that attended a webinar on Monday; on Tuesday somebody found that there are 60."""
    lead = world.mql(employees=42)
    decisions.fill_in(lead.pk, {"company.employees": "60"}, by=cast.mara, at=MONDAY + timedelta(days=1))
    return lead


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_without_an_instant_it_is_now(lead: Lead, cast: Cast, sign_in: SignIn, present: Present) -> None:
    present.passes(days=2)
    page = text(sign_in(cast.olga).get(f"/leads/{lead.pk}/").content.decode())

    assert "Why this lead stands here" in page
    assert "50 or more staff 60" in page
    assert (
        "In 24 hours: engagement 14.32 becomes 14 ." in page.replace(".  ", " . ") or "engagement 14.32 becomes" in page
    )


def test_an_instant_shows_what_was_known_then(lead: Lead, cast: Cast, sign_in: SignIn, present: Present) -> None:
    present.passes(days=2)
    page = text(sign_in(cast.olga).get(f"/leads/{lead.pk}/?at=2026-03-02T11:00").content.decode())

    assert "Why this lead stood there" in page
    assert "As of Mon 2 March 2026 11:00 (Europe/Berlin) , by revision 1 , which is still in force." in page
    assert "50 or more staff 42 8 short" in page
    assert "company employees is at least 50 (now 42, 8 short)" in page
    assert "What time alone would have changed" in page
    assert "Back to now" in page


def test_the_form_keeps_the_instant(lead: Lead, cast: Cast, sign_in: SignIn, present: Present) -> None:
    page = sign_in(cast.olga).get(f"/leads/{lead.pk}/?at=2026-03-02T11:00").content.decode()

    assert 'name="at" value="2026-03-02T11:00"' in page


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Tuesday", "&#x27;Tuesday&#x27; is not an instant"),
        ("2026-03-29T02:30", "the clocks are put forward past it"),
        ("2024-01-01T10:00", "No agreement was in force on 2024-01-01 10:00; the first came into force on 2025-03-02."),
        ("9999-12-31T23:59", "The year 9999 is out of reach."),
    ],
)
def test_an_instant_that_cannot_be_shown_says_why_and_is_kept(
    lead: Lead, cast: Cast, sign_in: SignIn, present: Present, written: str, said: str
) -> None:
    answer = sign_in(cast.olga).get(f"/leads/{lead.pk}/", {"at": written})
    page = answer.content.decode()

    assert answer.status_code == 200
    assert said in page
    assert "Why this lead stands here" in page
    assert f'value="{written}"' in page


def test_what_is_no_text_is_escaped(lead: Lead, cast: Cast, sign_in: SignIn, present: Present) -> None:
    page = sign_in(cast.olga).get(f"/leads/{lead.pk}/", {"at": '"><script>'}).content.decode()

    assert "<script>" not in page.split('id="lead-why"')[1].split("</section>")[0]


def test_looking_back_takes_few_questions_to_the_database(
    lead: Lead, world: World, cast: Cast, sign_in: SignIn, present: Present, django_assert_max_num_queries
) -> None:
    for minutes in range(40):
        world.happens(lead, "page_viewed", MONDAY + timedelta(minutes=minutes), path="/pricing")
    client = sign_in(cast.olga)
    with django_assert_max_num_queries(40):
        client.get(f"/leads/{lead.pk}/?at=2026-03-02T11:00")


def test_an_agency_has_no_way_back(world: World, cast: Cast, sign_in: SignIn, present: Present) -> None:
    lead = world.offered()
    assert lead.owner is not None
    decisions.reject(lead.pk, reason="no_contact", by=lead.owner, at=MONDAY)
    page = sign_in(cast.alma).get(f"/leads/{lead.pk}/?at=2026-03-02T09:30").content.decode()

    assert "Why this lead stands here" in page
    assert 'name="at"' not in page
