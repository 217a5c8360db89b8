"""The pages of backtests in a real browser: wide and narrow, light and dark, and by keyboard."""

from typing import Any

import pytest
from django.urls import reverse
from tests.e2e.looking import faults_of, sign_in
from tests.server.backtests.test_pages import done  # noqa: F401  # a fixture
from tests.server.conftest import World

from accord.server.backtests.models import Backtest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_they_can_be_read_by_everybody(page: Any, live_server: Any, world: World, done: Backtest) -> None:  # noqa: F811
    sign_in(page, live_server.url, world.cast.mara)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    pages = {"backtests": [], "backtest": [done.pk], "backtest-new": []}
    paths = {name: reverse(name, args=arguments) for name, arguments in pages.items()}
    assert faults_of(page, live_server.url, paths) == {}
    assert said == []


def test_the_numbers_of_the_drawing_open_by_keyboard_and_people_change_in_place(
    page: Any,
    live_server: Any,
    world: World,
    done: Backtest,  # noqa: F811
) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    sign_in(page, live_server.url, world.cast.mara)
    page.goto(live_server.url + reverse("backtest", args=[done.pk]))
    page.get_by_text("The same as a table").focus()
    page.keyboard.press("Enter")
    assert page.locator(".weeks-table tbody tr").count() == 3
    assert page.locator("#people tbody tr").count() == 3
    page.get_by_role("link", name="Under both").click()
    expect(page.locator("#people tbody tr")).to_have_count(1)
    assert "who=both" in page.url
    assert page.locator(".weeks-table").get_attribute("open") is not None  # the rest of the page was left alone
