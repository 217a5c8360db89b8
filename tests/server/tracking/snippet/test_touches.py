"""First and last touch: where a visitor came from, kept across navigation and later direct visits."""

from urllib.parse import urlencode

import pytest
from tests.server.tracking.snippet.conftest import Site, Until, Watched, logged, of

from accord.traffic import arrivals

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_first_and_last_touch_survive_navigation_and_later_direct_visits(
    site: Site, watched: Watched, until: Until
) -> None:
    """Lesson 10."""
    link = '<a href="{}">on</a>'
    site.pages["/landing"] = link.format("/inside?utm_source=banner&utm_medium=internal")
    watched.page.goto(
        site.at("/landing?utm_source=newsletter&utm_medium=email&utm_campaign=spring&utm_term=a&utm_content=b"),
        referer="https://mail.example/inbox",
    )
    until(lambda: of("page /landing"))
    watched.page.click("a")
    until(lambda: of("page /inside"))
    watched.page.goto(site.at("/ad?gclid=abc"), referer="https://www.google.com/")
    until(lambda: of("page /ad"))
    an_hour_earlier(watched)
    watched.page.goto("about:blank")
    watched.page.goto(site.at("/direct"))
    until(lambda: of("page /direct"))

    [landing], [inside], [ad], [direct] = (of(f"page /{name}") for name in ("landing", "inside", "ad", "direct"))
    spring = {"source": "newsletter", "medium": "email", "name": "spring", "term": "a", "content": "b"}
    first = landing["context"]["first"]
    assert first["campaign"] == landing["context"]["campaign"] == spring
    assert first["referrer"] == "https://mail.example/inbox"
    assert first["landing"].startswith(site.at("/landing?"))
    assert landing["context"]["last"] == first
    assert inside["context"]["first"] == inside["context"]["last"] == first
    assert inside["context"]["campaign"] == spring
    last = ad["context"]["last"]
    assert (last["click"], last["referrer"]) == ({"gclid": "abc"}, "https://www.google.com/")
    assert ad["context"]["first"] == first
    assert "campaign" not in ad["context"]
    assert (direct["context"]["first"], direct["context"]["last"]) == (first, last)
    assert "campaign" not in direct["context"]


def an_hour_earlier(watched: Watched) -> None:
    """Let the visit at hand have ended."""
    watched.page.evaluate(
        "() => { const state = JSON.parse(localStorage['accord:state']); state.seen -= 36e5;"
        " localStorage['accord:state'] = JSON.stringify(state) }"
    )


def test_the_campaign_of_a_visit_stays_for_a_second_window_and_ends_with_the_visit(
    site: Site, watched: Watched, until: Until
) -> None:
    watched.page.goto(site.at("/a?utm_source=s"))
    until(lambda: of("page /a"))
    watched.page.goto(site.at("/b"))
    until(lambda: of("page /b"))
    an_hour_earlier(watched)
    watched.page.goto(site.at("/c"))
    until(lambda: of("page /c"))
    [a], [b], [c] = of("page /a"), of("page /b"), of("page /c")
    assert [each["context"].get("campaign") for each in (a, b, c)] == [{"source": "s"}, {"source": "s"}, None]
    assert c["context"]["last"]["campaign"] == {"source": "s"}


def test_whoever_came_directly_at_first_has_that_as_first_and_the_next_campaign_as_last(
    site: Site, watched: Watched, until: Until
) -> None:
    watched.page.goto(site.at("/a"))
    until(lambda: of("page /a"))
    watched.page.goto(site.at("/b?utm_source=s"))
    until(lambda: of("page /b"))
    [a], [b] = of("page /a"), of("page /b")
    assert a["context"]["first"] == a["context"]["last"] == b["context"]["first"]
    assert b["context"]["first"]["landing"] == site.at("/a")
    assert b["context"]["last"]["campaign"] == {"source": "s"}


def test_every_click_id_that_counts_for_a_channel_is_kept(site: Site, watched: Watched, until: Until) -> None:
    names = list(arrivals._CLICK_IDS)
    watched.page.goto(site.at("/?" + urlencode({name: f"v-{name}" for name in names})))
    [message] = until(logged)
    assert message["context"]["first"]["click"] == {name: f"v-{name}" for name in names}


def test_subdomains_are_one_site_with_one_visitor(site: Site, watched: Watched, until: Until) -> None:
    site.pages["/a"] = f'<a href="{site.at("/b", "shop.northwind.localhost")}">shop</a>'
    watched.page.goto(site.at("/a?utm_source=s"))
    until(lambda: of("page /a"))
    watched.page.click("a")
    until(lambda: of("page /b"))
    watched.page.goto(site.at("/c", "www.initech.localhost"))
    until(lambda: of("page /c"))
    [a], [b], [c] = of("page /a"), of("page /b"), of("page /c")
    assert a["anonymousId"] == b["anonymousId"] != c["anonymousId"]
    assert b["context"]["page"]["referrer"].startswith("http://www.northwind.localhost")
    assert "first" not in b["context"]  # coming from another part of the site is no touch
