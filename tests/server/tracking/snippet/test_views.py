"""Which views of a page the snippet counts, and what it tells of how a page was read."""

import time
from typing import Any

import pytest
from tests.server.tracking.snippet.conftest import Site, Until, Watched, logged, of, said

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_each_address_of_an_application_is_viewed_once(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/app"))
    watched.settle()
    steps = (
        "history.pushState({}, '', '/app/leads')",
        "history.pushState({}, '', '/app/leads')",
        "history.replaceState({}, '', '/app/leads?page=2')",
        "history.replaceState({}, '', '/app/leads?page=2#row-7')",
        "location.hash = '#/settings'",
        "history.back()",
    )
    for step in steps:
        watched.page.evaluate(f"() => {{ {step} }}")
        watched.page.wait_for_timeout(200)
    until(lambda: len(logged()) >= 5)
    watched.settle()
    pages = sorted(logged(), key=lambda each: each["messageId"])
    viewed = [each["context"]["page"]["url"].removeprefix(site.at("")) for each in pages]
    assert viewed == ["/app", "/app/leads", "/app/leads?page=2", "/app/leads?page=2#/settings", "/app/leads?page=2"]
    assert [each["context"]["page"]["referrer"] for each in pages[:3]] == ["", site.at("/app"), site.at("/app/leads")]


def test_pages_may_be_told_by_hand(site: Site, watched: Watched, until: Until) -> None:
    site.settings = 'data-pages="manual"'
    watched.page.goto(site.at("/"))
    watched.settle()
    watched.page.evaluate("() => { history.pushState({}, '', '/two') }")
    watched.settle()
    assert logged() == []
    watched.call("page", "Prices", {"section": "team"})
    watched.call("page", "Prices", {"section": "team"})
    until(lambda: len(logged()) == 2)
    assert [(each["name"], each["properties"]) for each in logged()] == [("Prices", {"section": "team"})] * 2


def test_a_page_that_is_shown_again_as_it_was_left_is_another_view(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"), referer="https://www.google.com/")
    until(lambda: of("page /"))
    watched.page.evaluate("() => { dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})) }")
    until(lambda: len(of("page /")) == 2)
    # Not from the search engine again: nobody has searched twice.
    assert {each["context"]["page"]["referrer"] for each in of("page /")} == {"https://www.google.com/", site.at("/")}


def test_a_page_that_is_only_prepared_is_viewed_once_it_is_shown(site: Site, watched: Watched, until: Until) -> None:
    watched.page.add_init_script("Object.defineProperty(document, 'prerendering', { value: true })")
    watched.page.goto(site.at("/"))
    watched.page.wait_for_timeout(1500)
    assert (logged(), watched.kept()) == ([], {})
    watched.page.evaluate("() => { document.dispatchEvent(new Event('prerenderingchange')) }")
    until(lambda: said() == ["page /"])


def test_how_a_page_was_read_is_told_once_when_it_is_left(site: Site, watched: Watched, until: Until) -> None:
    site.settings = "data-engagement"
    site.pages["/long"] = '<div style="height:4000px">long</div>'
    watched.page.goto(site.at("/long"))
    watched.settle()
    watched.page.evaluate("() => scrollTo(0, 1200)")
    watched.page.wait_for_timeout(1500)
    watched.page.evaluate("() => { history.pushState({}, '', '/short'); scrollTo(0, 0) }")
    until(lambda: of("page /short"))
    watched.page.goto(site.at("/next"))
    until(lambda: len(of("Page Left")) == 2 and of("page /next"))
    watched.settle()
    first, second = sorted(of("Page Left"), key=lambda each: each["timestamp"])
    assert (first["context"]["page"]["path"], second["context"]["page"]["path"]) == ("/long", "/short")
    assert 45 <= first["properties"]["scrolled"] <= 55  # (1,200 + 800) of about 4,016 pixels
    assert 1 <= first["properties"]["seconds"] <= 6


def test_without_being_asked_the_snippet_does_not_tell_how_a_page_was_read(
    site: Site, watched: Watched, until: Until
) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    watched.page.goto(site.at("/next"))
    until(lambda: of("page /next"))
    assert of("Page Left") == []


def hide(watched: Watched, hidden: bool) -> None:
    """Let the page believe that its tab is out of sight, or seen again."""
    watched.page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        hidden,
    )


def test_time_out_of_sight_does_not_count_and_coming_back_goes_on(site: Site, watched: Watched, until: Until) -> None:
    site.settings = "data-engagement"
    began = time.monotonic()
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    hide(watched, True)
    away = time.monotonic()
    [draft] = until(lambda: [name for name in watched.kept()["local"] if name.startswith("accord:q:")])
    watched.page.wait_for_timeout(4000)
    assert of("Page Left") == []
    away = time.monotonic() - away
    hide(watched, False)
    assert draft not in watched.kept()["local"]
    watched.page.wait_for_timeout(1200)
    watched.page.goto(site.at("/next"))
    until(lambda: of("Page Left"))
    seen = time.monotonic() - began - away
    assert 1 <= of("Page Left")[0]["properties"]["seconds"] <= seen + 1
    assert of("Page Left")[0]["messageId"] in draft


def test_a_page_that_is_left_out_of_sight_counts_for_what_was_seen(site: Site, watched: Watched, until: Until) -> None:
    site.settings = "data-engagement"
    began = time.monotonic()
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    watched.page.wait_for_timeout(1000)
    hide(watched, True)
    seen = time.monotonic() - began
    watched.page.wait_for_timeout(seen * 1000 + 3000)
    watched.page.goto(site.at("/next"))
    until(lambda: of("Page Left"))
    assert 1 <= of("Page Left")[0]["properties"]["seconds"] <= seen + 1


def test_a_page_that_ended_unseen_is_told_by_the_next(site: Site, watched: Watched, until: Until, browser: Any) -> None:
    """As on a telephone, where the browser ends a page in the background without a word."""
    site.settings = "data-engagement"
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    hide(watched, True)
    state = watched.page.context.storage_state()
    assert of("Page Left") == []
    later = browser.new_context(storage_state=state)
    later.new_page().goto(site.at("/next"))
    until(lambda: of("Page Left"))
    assert of("Page Left")[0]["context"]["page"]["path"] == "/"
    assert of("Page Left")[0]["anonymousId"] == of("page /")[0]["anonymousId"]
