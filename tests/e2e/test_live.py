"""Three people at their browsers at once: what one does, the others see without asking.

One server, and one signed-in browser for each of them, for the whole story: starting these is what takes time. How soon
the others see it is measured by ``benchmarks/three_desks.py``; here it is only that they do.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.desk import Desk, SignedIn
from tests.server.conftest import Cast, World, cast, revision, world  # noqa: F401  # fixtures
from tests.server.tracking.running import web

from accord.server.accounts.models import Membership
from accord.server.pipeline.models import Lead

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

SOON = 9_000
"""Milliseconds. A machine with nothing else to do takes less than one second; the pages ask by themselves after 20."""


@pytest.fixture
def address(tmp_path: Path, world: World) -> Iterator[str]:  # noqa: F811
    """Where the product runs; Tom gets no leads by himself."""
    Membership.objects.filter(user=world.cast.tom).update(weight=0)
    with web(tmp_path) as found:
        yield found


def card(page: Any, lead: Lead) -> Any:
    return page.locator(f"#card-{lead.pk}")


def row(page: Any, lead: Lead) -> Any:
    return page.locator(f"#lead-{lead.pk}")


def test_what_one_does_the_others_see(
    world: World,  # noqa: F811
    cast: Cast,  # noqa: F811
    browser: Any,
    address: str,
) -> None:
    priya, sven, mara = (SignedIn(browser, address, user) for user in (cast.priya, cast.sven, cast.mara))
    queue, board, todo = priya.opens("/queue/"), sven.opens("/board/"), mara.opens("/todo/")
    for page in (queue, board, todo):
        page.wait_for_timeout(300)  # until each has its stream

    lead = world.demo_request(datetime.now(UTC))
    row(queue, lead).wait_for(timeout=SOON)
    card(board, lead).wait_for(timeout=SOON)
    bell = queue.locator('.sidebar [data-badge="bell"]')
    bell.get_by_text("1").wait_for(timeout=SOON)

    row(queue, lead).focus()
    queue.keyboard.press("e")
    queue.locator("#act[open]").get_by_label("What is missing").fill("Which site is it about?")
    queue.locator("#act").get_by_role("button", name="Ask marketing").click()
    todo.locator("#todo").get_by_text("Which site is it about?").wait_for(timeout=SOON)
    card(board, lead).get_by_text("On hold").wait_for(timeout=SOON)

    todo.get_by_role("link", name="Answer").first.click()
    todo.locator("#act[open] textarea").fill("The one in Ulm")
    todo.locator("#act").get_by_role("button", name="Answer").click()
    card(board, lead).get_by_text("On hold").wait_for(state="detached", timeout=SOON)
    row(queue, lead).get_by_text("On hold").wait_for(state="detached", timeout=SOON)

    page = mara.opens(f"/leads/{lead.pk}/")
    page.wait_for_timeout(300)
    row(queue, lead).get_by_role("button", name="Accept").click()
    page.locator("#lead-body").get_by_text("SAL").first.wait_for(timeout=SOON)
    row(queue, lead).focus()
    queue.keyboard.press("c")
    queue.locator("#act[open] .try").first.wait_for()
    page.locator('[href*="kind="], .segments').first.focus()  # whoever reads is not disturbed by a redraw
    queue.keyboard.press("2")
    queue.get_by_text("Logged: call, no answer.").wait_for()
    page.get_by_text("No answer").first.wait_for(timeout=SOON)
    card(board, lead).get_by_text("Qualify or give back").wait_for(timeout=SOON)

    _gives_to_tom(board, lead)
    row(queue, lead).wait_for(state="detached", timeout=SOON)
    page.locator("#lead-body").get_by_text("Tom").first.wait_for(timeout=SOON)

    other = world.demo_request(datetime.now(UTC))
    card(board, other).wait_for(timeout=SOON)
    row(queue, other).focus()
    queue.keyboard.press("r")
    queue.locator("#act[open] input[type=radio]").first.check()
    queue.locator("#act").get_by_role("button", name="Reject").click()
    card(board, other).wait_for(state="detached", timeout=SOON)

    queue.goto(f"{address}/notices/")
    queue.locator("#notices a").first.click()
    queue.wait_for_url("**/leads/*/")
    _no_fault(priya, sven, mara)


def _gives_to_tom(board: Any, lead: Lead) -> None:
    card(board, lead).focus()
    board.keyboard.press("m")
    board.locator("#act[open] .choice").first.wait_for()
    board.keyboard.press("a")
    board.get_by_label("Why?").fill("knows the plant in Ulm")
    board.keyboard.press("Enter")
    board.locator("[data-name=Tom]").locator(f"#card-{lead.pk}").wait_for()


def _no_fault(*desks: Desk) -> None:
    assert [fault for desk in desks for fault in desk.faults] == []
