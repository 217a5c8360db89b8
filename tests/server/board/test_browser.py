"""The board in a real browser: read wide and narrow, light and dark; leads given by keys, by mouse and by finger."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.e2e.looking import faults, faults_of, sign_in
from tests.server.conftest import World

from accord.server.accounts.models import Leave, Membership, User
from accord.server.handoffs.models import Offer
from accord.server.pipeline.models import Lead

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def leads(world: World) -> list[Lead]:
    """Ten leads of Priya's, and Tom, who has none and goes on leave soon."""
    now = timezone.now()
    Membership.objects.filter(user=world.cast.tom).update(weight=0)
    found = [world.demo_request(now), *(world.offered(now) for _ in range(9))]
    Leave.objects.create(user=world.cast.tom, start=now + timedelta(days=3), end=now + timedelta(days=6))
    return found


def owner_of(lead: Lead) -> User | None:
    lead.refresh_from_db()
    return lead.owner


def test_it_can_be_read_by_everybody(page: Any, live_server: Any, world: World, leads: list[Lead]) -> None:
    sign_in(page, live_server.url, world.cast.sven)
    board = reverse("board")
    give = f"{reverse('board-give', args=[leads[0].pk])}?team=field"
    paths = {"board": board, "opened": f"{board}?open=u{world.cast.priya.pk}", "give": give}
    assert faults_of(page, live_server.url, paths) == {}
    page.goto(live_server.url + board)
    page.locator(f"#give-{leads[0].pk}").click()
    page.locator("#act[open] .choice").wait_for()
    assert faults(page) == []


def test_a_lead_is_given_by_keys_alone_and_the_gift_undone(
    page: Any, live_server: Any, world: World, leads: list[Lead]
) -> None:
    sign_in(page, live_server.url, world.cast.sven)
    page.goto(f"{live_server.url}/board/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == f"card-{leads[0].pk}"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("m")
    page.locator("#act[open] .choice").wait_for()
    page.keyboard.press("a")
    page.get_by_label("Why?").fill("knows the plant")
    page.keyboard.press("Enter")
    page.get_by_text("is with Tom now; both were told.").wait_for()
    assert owner_of(leads[0]) == world.cast.tom
    page.locator(f"#card-{leads[0].pk}:focus").wait_for()
    page.keyboard.press("u")
    page.get_by_text(f"Undone: {leads[0].person} is with Priya again.").wait_for()
    assert owner_of(leads[0]) == world.cast.priya


def dragged(page: Any, lead: Lead, column: str) -> None:
    card = page.locator(f"#card-{lead.pk}").bounding_box()
    target = page.locator(f"[data-column='{column}']").bounding_box()
    page.mouse.move(card["x"] + 60, card["y"] + 40)
    page.mouse.down()
    page.mouse.move(card["x"] + 90, card["y"] + 60, steps=3)
    page.mouse.move(target["x"] + 80, target["y"] + 90, steps=6)


def test_a_lead_is_dragged_to_somebody_and_the_reason_asked_for(
    page: Any, live_server: Any, world: World, leads: list[Lead]
) -> None:
    sign_in(page, live_server.url, world.cast.sven)
    page.goto(f"{live_server.url}/board/")
    dragged(page, leads[0], f"u{world.cast.tom.pk}")
    assert page.locator(".is-target").get_attribute("data-name") == "Tom"
    page.mouse.up()
    page.locator("#act[open]").wait_for()
    assert page.locator("#act input:checked").get_attribute("value") == str(world.cast.tom.pk)
    assert page.evaluate("document.activeElement.name") == "reason"
    assert page.locator(".board-ghost").count() == 0
    page.keyboard.type("to even out the load")
    page.keyboard.press("Enter")
    page.get_by_text("is with Tom now; both were told.").wait_for()
    assert owner_of(leads[0]) == world.cast.tom


def test_a_drag_that_is_given_up_changes_nothing(page: Any, live_server: Any, world: World, leads: list[Lead]) -> None:
    sign_in(page, live_server.url, world.cast.sven)
    page.goto(f"{live_server.url}/board/")
    dragged(page, leads[0], f"u{world.cast.tom.pk}")
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator("#act[open], .board-ghost, .is-target").count() == 0
    dragged(page, leads[0], f"u{world.cast.priya.pk}")
    page.mouse.up()
    page.wait_for_timeout(300)
    assert page.locator("#act[open], .board-ghost").count() == 0
    assert page.url.endswith("/board/")
    assert Offer.objects.count() == len(leads)


def test_a_finger_takes_a_card_up_after_resting_on_it_and_swipes_otherwise(
    browser: Any, live_server: Any, world: World, leads: list[Lead]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    sign_in(page, live_server.url, world.cast.sven)
    page.goto(f"{live_server.url}/board/")
    finger = context.new_cdp_session(page)
    card = page.locator(f"#card-{leads[0].pk}").bounding_box()
    tom = page.locator("[data-name=Tom][data-drop]").bounding_box()

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    start = (card["x"] + 40, card["y"] + 40)
    touch("touchStart", start)
    touch("touchMove", (start[0] - 60, start[1]))
    page.wait_for_timeout(450)
    assert page.locator(".board-ghost").count() == 0
    touch("touchEnd")
    page.wait_for_timeout(200)
    page.locator(f"#card-{leads[0].pk}").scroll_into_view_if_needed()
    card = page.locator(f"#card-{leads[0].pk}").bounding_box()
    start = (card["x"] + 40, card["y"] + 40)
    touch("touchStart", start)
    page.locator(".board-ghost").wait_for()
    touch("touchMove", (start[0] + 5, start[1] + 40))
    touch("touchMove", (tom["x"] + 60, tom["y"] + 30))
    touch("touchEnd")
    page.locator("#act[open]").wait_for()
    assert page.locator("#act input:checked").get_attribute("value") == str(world.cast.tom.pk)


def test_more_of_a_column_is_shown_on_demand(page: Any, live_server: Any, world: World, leads: list[Lead]) -> None:
    sign_in(page, live_server.url, world.cast.sven)
    page.goto(f"{live_server.url}/board/")
    assert page.locator(".board-card").count() == 8
    page.get_by_role("link", name="and 2 more").click()
    page.get_by_role("link", name="Show fewer").wait_for()
    assert page.locator(".board-card").count() == 10
    assert "open=u" in page.url
