"""On a phone every page of every role fits its width, and so does the bar at its foot."""

from typing import Any

import pytest
from tests.architecture.addresses import address
from tests.e2e.desk import SignedIn
from tests.e2e.looking import faults
from tests.e2e.test_every_page import lead  # noqa: F401  # fixture
from tests.server.conftest import Cast, World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.accounts.models import User
from accord.server.handoffs.decisions import reject
from accord.server.pipeline.models import Lead
from accord.server.ui.nav import entries_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
OUTSIDE = """() => [
    ...(document.documentElement.scrollWidth > innerWidth ? ['scrolls sideways'] : []),
    ...[...document.querySelectorAll('.tabbar > a, .tabbar summary')]
        .filter(each => each.getBoundingClientRect().right > innerWidth || each.getBoundingClientRect().width < 44)
        .map(each => each.textContent.trim()),
    ...[...document.querySelectorAll('.tabbar-label')]
        .filter(each => each.scrollWidth > each.clientWidth).map(each => 'cut off: ' + each.textContent),
]"""


@pytest.mark.parametrize(("who", "entries"), [("sven", 5), ("mara", 5), ("olga", 5), ("xenia", 5), ("alma", 1)])
def test_every_page_that_a_role_is_offered_fits_a_phone_and_so_does_the_bar(
    browser: Any,
    live_server: Any,
    lead: Lead,  # noqa: F811
    cast: Cast,  # noqa: F811
    who: str,
    entries: int,
) -> None:
    user: User = getattr(cast, who)
    desk = SignedIn(browser, live_server.url, user, **PHONE)
    found, bars = {}, set()
    for name in [entry.url_name for entry in entries_for(user.role)]:
        page = desk.opens(address(name, lead))
        found[name] = page.evaluate(OUTSIDE)
        bars.add(page.locator(".tabbar > *").count())
    assert {name: what for name, what in found.items() if what} == {}
    assert max(bars) == entries


def test_who_went_back_can_be_read_by_marketing_and_by_the_agency(
    browser: Any,
    live_server: Any,
    world: World,  # noqa: F811
    cast: Cast,  # noqa: F811
) -> None:
    for reason in ("no_contact", "not_now"):
        gone = world.offered()
        assert gone.owner is not None
        reject(gone.pk, reason=reason, by=gone.owner, at=gone.handed_over_at or gone.opened_at)
    for user, path, leads in ((cast.mara, "/todo/?due=care", 2), (cast.alma, "/queue/", 1)):
        desk = SignedIn(browser, live_server.url, user, **PHONE, color_scheme="dark", reduced_motion="reduce")
        page = desk.opens(path)
        assert page.locator("li.item").count() == leads
        assert faults(page) == []
        desk.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_rest_of_the_pages_is_one_press_away(browser: Any, live_server: Any, cast: Cast, scripts: bool) -> None:  # noqa: F811
    desk = SignedIn(browser, live_server.url, cast.sven, **PHONE, java_script_enabled=scripts)
    page = desk.opens("/leads/")
    shown = page.locator(".tabbar > a").all_inner_texts()
    assert [text.strip() for text in shown] == ["Queue", "Leads", "Calls", "Board"]
    more, teams = page.locator(".tabbar summary"), page.locator(".tabbar-sheet").get_by_role("link", name="Teams")
    assert not teams.is_visible()
    more.focus()
    page.keyboard.press("Enter")
    assert teams.is_visible()
    if scripts:
        assert faults(page) == []
        page.keyboard.press("Escape")
        assert not teams.is_visible()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    else:
        page.keyboard.press("Enter")
    more.tap()
    teams.tap()
    page.wait_for_url("**/teams/")
    assert "among them this one: Teams" in (page.locator(".tabbar summary").text_content() or "")


def test_more_adds_up_the_numbers_of_what_it_hides(browser: Any, live_server: Any, cast: Cast) -> None:  # noqa: F811
    desk = SignedIn(browser, live_server.url, cast.sven, **PHONE)
    page = desk.opens("/leads/")
    sum_of = page.locator("[data-badge-sum]")
    before = int(sum_of.text_content() or 0)
    page.evaluate(
        """() => document.dispatchEvent(new CustomEvent('badge', {detail: {items: [
            {name: 'agreement', count: 3}, {name: 'teams', count: 2}, {name: 'queue', count: 7}]}}))"""
    )
    assert (before, sum_of.text_content()) == (0, "5")
    assert sum_of.is_visible()
