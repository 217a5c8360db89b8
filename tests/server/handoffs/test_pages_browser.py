"""The queue and the page of a lead in a real browser: by keyboard, without disturbing whoever works, for everybody."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.server.conftest import World

from accord.server.handoffs.models import Attempt, Offer
from accord.server.handoffs.questions import answer, ask
from accord.server.pipeline.models import Lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mine(world: World) -> list[Lead]:
    """Three leads of one owner, the most urgent first."""
    leads = [world.demo_request(), world.offered(), world.offered()]
    Lead.objects.update(owner=world.cast.priya)
    Offer.objects.update(owner=world.cast.priya)
    return leads


@pytest.fixture
def queue(page: Any, live_server: Any, mine: list[Lead], world: World) -> Any:
    client = Client()
    client.force_login(world.cast.priya)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/queue/")
    page.wait_for_function("window.htmx && document.querySelector('#queue')")
    return page


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def await_focus(page: Any, element: str) -> None:
    """A closing dialog gives the focus back in a task of its own, shortly after its answer has been announced."""
    page.wait_for_function("id => document.activeElement.id === id", arg=element)


def refresh(page: Any) -> None:
    with page.expect_response(lambda answer: "/queue/" in answer.url):
        page.evaluate("htmx.trigger('#queue', 'queue-refresh')")
    page.wait_for_timeout(100)


def test_a_lead_is_logged_accepted_rejected_and_taken_back_without_a_mouse(queue: Any, mine: list[Lead]) -> None:
    row = f"lead-{mine[0].pk}"
    queue.keyboard.press("j")
    assert focused(queue) == row
    queue.keyboard.press("c")
    queue.locator("#act[open] .try").first.wait_for()
    queue.keyboard.press("2")
    queue.get_by_text("Logged: call, no answer.").wait_for()
    await_focus(queue, row)
    assert Attempt.objects.get(lead=mine[0]).outcome == "no_answer"
    queue.keyboard.press("r")
    queue.locator("#act[open] [value=not_now]").check()
    queue.locator("#act .btn-danger").click()
    queue.get_by_role("button", name="Undo").click()
    queue.get_by_text("Taken back").wait_for()
    queue.locator(f"#{row}").focus()
    queue.keyboard.press("a")
    queue.get_by_text("Accepted.").wait_for()
    mine[0].refresh_from_db()
    assert mine[0].stage == "sal"


def test_a_refresh_announces_what_is_new_and_disturbs_neither_focus_nor_dialog(
    queue: Any, mine: list[Lead], world: World
) -> None:
    queue.keyboard.press("j")
    here = focused(queue)
    new = world.offered()
    Lead.objects.filter(pk=new.pk).update(owner=world.cast.priya)
    refresh(queue)
    assert queue.inner_text("#queue-news") == f"New: {new.person}."
    assert queue.title().startswith("(4) Queue")
    assert focused(queue) == here
    queue.keyboard.press("r")
    queue.locator("#act[open] textarea").fill("half a sentence")
    refresh(queue)
    assert queue.input_value("#act textarea") == "half a sentence"
    assert queue.evaluate("document.activeElement.tagName") == "TEXTAREA"
    queue.locator("#act [data-cancel]").click()
    await_focus(queue, here)


def test_an_error_keeps_what_was_typed_in_the_dialog(queue: Any, mine: list[Lead]) -> None:
    queue.keyboard.press("j")
    queue.keyboard.press("r")
    queue.locator("#act[open] textarea").fill("no reason yet")
    queue.locator("#act .btn-danger").click()
    queue.get_by_text("Choose the reason").wait_for()
    assert queue.input_value("#act textarea") == "no reason yet"


def test_a_field_saves_itself_and_the_explanation_follows(queue: Any, mine: list[Lead], live_server: Any) -> None:
    queue.goto(f"{live_server.url}/leads/{mine[0].pk}/")
    queue.select_option("#value-lead-budget", "approved")
    queue.get_by_text("Everything holds that").wait_for()
    mine[0].refresh_from_db()
    assert mine[0].fields == {"budget": "approved"}


def test_leads_are_selected_by_key_and_by_shift_and_the_undo_of_all_is_one_press(queue: Any, mine: list[Lead]) -> None:
    bar, boxes = queue.locator("#bulk"), queue.locator("#queue-items input[name=lead]")
    assert bar.is_hidden()
    queue.keyboard.press("j")
    queue.keyboard.press("x")
    bar.get_by_text("1 selected").wait_for()
    boxes.nth(2).click(modifiers=["Shift"])
    bar.get_by_text("3 selected").wait_for()
    refresh(queue)
    assert [box.is_checked() for box in boxes.all()] == [True, True, True]
    queue.locator("#bulk-let-go").click()
    queue.locator("#act[open] [value=not_now]").check()
    queue.locator("#act .btn-danger").click()
    queue.get_by_text("3 leads let go.").wait_for()
    queue.get_by_text("3 leads", exact=True).wait_for()
    assert bar.is_hidden()
    assert Lead.objects.filter(ended_at=None).count() == 0
    queue.get_by_role("button", name="Undo").click()
    queue.get_by_text("3 leads as before.").wait_for()
    boxes.nth(2).wait_for()
    assert Lead.objects.filter(ended_at=None).count() == 3


def test_escape_selects_none(queue: Any, mine: list[Lead]) -> None:
    queue.keyboard.press("j")
    queue.keyboard.press("x")
    queue.locator("#bulk").get_by_text("1 selected").wait_for()
    queue.keyboard.press("Escape")
    assert queue.locator("#bulk").is_hidden()
    assert queue.locator("#queue-items input:checked").count() == 0


def test_on_a_phone_a_call_is_made_and_logged_with_two_taps(
    browser: Any, live_server: Any, mine: list[Lead], world: World
) -> None:
    """One on the number, one on what came of it; nothing to scroll to, and every button wide enough for a thumb."""
    client = Client()
    client.force_login(world.cast.priya)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    # No telephone here: the browser would wait for one. It is stopped after the page has seen the tap.
    stop = "addEventListener('click', (tap) => tap.target.closest('a[href^=\"tel:\"]') && tap.preventDefault())"
    context.add_init_script(stop)
    phone = context.new_page()
    phone.goto(f"{live_server.url}/queue/")
    phone.wait_for_function("window.htmx && document.querySelector('#queue')")
    call = phone.locator(f"#call-{mine[0].pk}")
    assert call.get_attribute("href").startswith("tel:")
    call.tap()
    phone.get_by_role("heading", name="How did it go with").wait_for()
    tries = phone.locator("#act .try")
    boxes = [each.bounding_box() for each in tries.all()]
    assert len(boxes) == 6
    assert all(box["height"] >= 44 and box["width"] >= 44 and box["y"] + box["height"] <= 844 for box in boxes)
    phone.get_by_role("button", name="No answer").tap()
    phone.get_by_text("Logged: call, no answer.").wait_for()
    assert Attempt.objects.get(lead=mine[0]).outcome == "no_answer"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_list_of_marketing_follows_what_is_answered_elsewhere(
    page: Any, live_server: Any, mine: list[Lead], world: World
) -> None:
    asked = ask(mine[0].pk, "Which site is it about?", by=world.cast.priya, at=timezone.now())
    client = Client()
    client.force_login(world.cast.mara)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/todo/?due=question")
    page.get_by_text("Which site is it about?").wait_for()
    answer(mine[0].pk, "Both", by=world.cast.mara, at=timezone.now())
    page.evaluate("document.dispatchEvent(new CustomEvent('lead-changed', {detail: {leads: [], everything: true}}))")
    page.get_by_text("Nothing like that here").wait_for()
    assert page.url.endswith("/todo/?due=question")
    assert asked.answer == ""
