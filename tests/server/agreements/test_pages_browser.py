"""The pages of drafts and proposals can be read by everybody, wide and on a phone, light and dark."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from tests.e2e.looking import faults, faults_of, sign_in
from tests.server.conftest import AGREEMENT, Cast

from accord.server.agreements import drafting
from accord.server.agreements.commenting import comment, settle
from accord.server.agreements.models import Draft, Revision
from accord.server.agreements.services import decline, propose
from accord.server.agreements.testing import keep_tests

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TEXT = AGREEMENT.read_text(encoding="utf-8")
STRICTER = TEXT.replace("at_least: 50\n", "at_least: 60\n").replace("label: Bad timing", "label: Not now")
TESTS = """
cases:
  - case: A firm of fifty is the right company
    at: 2026-03-02 10:00
    lead: {company.employees: 50}
    expect: {criteria: {right_company: true}}
"""


@pytest.fixture
def draft(cast: Cast, revision: Revision) -> Draft:
    """Mara's draft, beside a proposal that is talked about and one that was declined."""
    at = datetime.now(UTC)
    keep_tests(revision, {"fit.yaml": TESTS})
    for number in (2, 3):
        propose(STRICTER + f"# {number}\n", "b.yaml", reason="Fifty is too few", by=cast.olga, at=at)
        first = comment(number, "criteria.right_company", "Why?", by=cast.priya, at=at, action_id=uuid.uuid4())
        comment(number, "", "Because", by=cast.mara, at=at, action_id=uuid.uuid4())
        settle(first.pk, settled=number == 3, by=cast.mara, at=at)
    decline(3, why="One is enough", by=cast.priya, at=at)
    draft = drafting.begin(by=cast.mara, at=at, action_id=uuid.uuid4(), revision=revision)
    return drafting.save(draft.pk, STRICTER, 1, by=cast.mara, at=at)


def test_the_pages_can_be_read_by_everybody(page: Any, live_server: Any, draft: Draft, cast: Cast) -> None:
    sign_in(page, live_server.url, cast.mara)
    drafts = ("drafts/", f"drafts/{draft.pk}/", f"drafts/{draft.pk}/propose/")
    paths = {path: f"/agreement/{path}" for path in (*drafts, "2/", "3/", "2/?view=source", "1/")}
    assert faults_of(page, live_server.url, paths, until="networkidle") == {}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_faults_and_conflicts_can_be_read_by_everybody(
    page: Any, live_server: Any, draft: Draft, cast: Cast, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, cast.mara)
    page.goto(f"{live_server.url}/agreement/drafts/{draft.pk}/")
    page.locator("#draft-text").fill(STRICTER.replace("field: company.employees", "field: company.employes"))
    page.locator("#draft-lines .mark-error").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    for tab in page.locator("[data-pane]").all():
        if tab.is_visible():
            tab.click()
            assert faults(page) == []
    draft.refresh_from_db()
    drafting.save(draft.pk, TEXT + "# elsewhere\n", draft.version, by=cast.mara, at=datetime.now(UTC))
    page.locator("#draft-text").evaluate("box => { box.value += '# mine\\n'; box.dispatchEvent(new Event('input')) }")
    page.get_by_text("This draft has changed since you opened it").wait_for()
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    drafting.take_over(draft.pk, by=cast.priya, at=datetime.now(UTC))
    page.get_by_role("button", name="Keep what I typed").click()
    page.get_by_text("Priya writes this draft").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Begin a draft of my own with what I typed").click()
    page.wait_for_url(f"**/agreement/drafts/{draft.pk + 1}/")
    assert page.locator("#draft-text").input_value().endswith("# mine\n")


def test_what_was_typed_is_saved_once_its_author_signed_in_again_in_another_tab(
    page: Any, live_server: Any, draft: Draft, cast: Cast
) -> None:
    cast.mara.set_password("a long password")
    cast.mara.save()
    sign_in(page, live_server.url, cast.mara)
    page.goto(f"{live_server.url}/agreement/drafts/{draft.pk}/")
    Session.objects.all().delete()
    page.locator("#draft-text").fill(TEXT + "# typed meanwhile\n")
    page.get_by_text("Please sign in again in another tab").wait_for()
    other = page.context.new_page()
    other.goto(f"{live_server.url}/agreement/")
    other.locator("[name=login]").fill(cast.mara.email)
    other.locator("[name=password]").fill("a long password")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/agreement/")
    page.locator("#draft-saved").get_by_text("Saved.", exact=True).wait_for()
    draft.refresh_from_db()
    assert drafting.text_of(draft).endswith("# typed meanwhile\n")
