"""What the snippet sends from a real browser on another website to a real server: each message once, come what may."""

import re
from typing import Any

import pytest
from tests.server.tracking.snippet.conftest import Site, Until, Watched, logged, of, said

from accord.server.intake.taking import take_in
from accord.server.people.models import Touchpoint

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_page_view_is_sent_in_the_shape_of_segment_and_counts_as_one(
    site: Site, watched: Watched, until: Until
) -> None:
    watched.page.goto(site.at("/pricing?plan=team&reset_token=s3cr3t#top"), referer="https://www.google.com/")
    [message] = until(logged)
    assert message["type"] == "page"
    assert re.fullmatch(r"[0-9a-f]{32}", message["anonymousId"])
    assert re.fullmatch(r"[0-9a-z]{8}-[0-9a-f]{32}", message["messageId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", message["timestamp"])
    context = message["context"]
    assert context["page"] == {
        "path": "/pricing",
        "url": site.at("/pricing?plan=team"),
        "search": "?plan=team",
        "title": "Page /pricing",
        "referrer": "https://www.google.com/",
    }
    assert context["library"]["name"] == "accord.js"
    assert context["userAgent"] == watched.page.evaluate("navigator.userAgent")
    assert context["locale"] == watched.page.evaluate("navigator.language")
    assert context["automation"] is True  # a browser under remote control says so; intake decides
    take_in()
    touchpoint = Touchpoint.objects.get(source__endswith=site.key)
    assert (touchpoint.event, touchpoint.properties["path"]) == ("page_viewed", "/pricing")


def test_no_leave_is_asked_before_sending(site: Site, watched: Watched, until: Until) -> None:
    asked: list[tuple[str, str]] = []
    devtools = watched.page.context.new_cdp_session(watched.page)
    devtools.send("Network.enable")
    devtools.on(
        "Network.requestWillBeSent",
        lambda told: asked.append((told["request"]["method"], told["request"]["url"].removeprefix(site.accord))),
    )
    watched.page.goto(site.at("/"))
    until(logged)

    def ours() -> list[tuple[str, str]]:
        return [each for each in asked if each[1].startswith("/v1/")]

    until(lambda: len(ours()) >= 2)  # the browser tells of it a moment later
    assert ours() == [("GET", "/v1/accord.js"), ("POST", "/v1/batch")]


STUB = "<script>window.accord = window.accord || function () { (accord.q = accord.q || []).push(arguments) }"


def test_what_is_said_before_the_snippet_is_there_is_sent_after_the_page_view(
    site: Site, watched: Watched, until: Until
) -> None:
    site.pages["/"] = STUB + ";accord('track', 'Video played', {seconds: 12}); accord('identify', 'u1')</script>"
    watched.page.route("**/v1/accord.js", lambda route: (watched.page.wait_for_timeout(300), route.continue_()))
    watched.page.goto(site.at("/"))
    until(lambda: len(logged()) == 3)
    told = sorted(logged(), key=lambda each: each["timestamp"])
    assert said()[0] == "page /" or told[0]["timestamp"] == told[1]["timestamp"]
    assert of("Video played")[0]["properties"] == {"seconds": 12}
    assert of("identify")[0]["userId"] == "u1"


def test_the_snippet_twice_on_a_page_counts_once(site: Site, watched: Watched, until: Until) -> None:
    site.pages["/"] = site.tag()
    watched.page.goto(site.at("/"))
    until(logged)
    watched.settle()
    assert said() == ["page /"]


def test_who_somebody_is_goes_along_until_they_leave(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    watched.call("identify", "u1", {"email": "ada@example.com"})
    watched.call("group", "g1", {"name": "Initech"})
    until(lambda: len(logged()) == 3)
    watched.page.goto(site.at("/account"))
    until(lambda: of("page /account"))
    watched.call("reset")
    watched.call("track", "Signed out")
    until(lambda: of("Signed out"))
    [first], [identify], [group] = of("page /"), of("identify"), of("group")
    [later], [out] = of("page /account"), of("Signed out")
    assert identify["traits"] == {"email": "ada@example.com"}
    assert (group["groupId"], group["traits"], group["userId"]) == ("g1", {"name": "Initech"}, "u1")
    assert "userId" not in first
    assert (later["userId"], later["anonymousId"]) == ("u1", first["anonymousId"])
    assert "userId" not in out
    assert out["anonymousId"] != first["anonymousId"]


def test_what_happened_offline_before_the_page_was_left_is_sent_by_the_next(
    site: Site, watched: Watched, until: Until
) -> None:
    # Beacons do not know of Playwright's offline mode, so that one is taken and lost, as browsers may do at any time.
    watched.page.add_init_script("navigator.sendBeacon = () => true")
    watched.page.goto(site.at("/"))
    until(lambda: said() == ["page /"])
    watched.page.context.set_offline(True)
    watched.call("track", "Read in the train")
    watched.page.wait_for_timeout(500)
    watched.page.goto("about:blank")
    watched.page.context.set_offline(False)
    assert said() == ["page /"]
    watched.page.goto(site.at("/next"))
    until(lambda: len(logged()) == 3)
    assert said() == ["page /", "Read in the train", "page /next"]
    [offline], [back] = of("Read in the train"), of("page /next")
    assert offline["timestamp"] < back["timestamp"]
    assert offline["context"]["page"]["path"] == "/"
    until(lambda: not any(name.startswith("accord:q:") for name in watched.kept()["local"]))


def test_what_happens_as_a_page_is_left_is_not_lost(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: said() == ["page /"])
    watched.page.evaluate("() => { accord('track', 'Left'); location.href = 'about:blank' }")
    until(lambda: of("Left"))


def test_a_page_that_is_left_while_an_answer_is_awaited_hands_over_the_rest(
    site: Site, watched: Watched, until: Until
) -> None:
    watched.page.add_init_script("window.fetch = () => new Promise(() => {})")
    watched.page.goto(site.at("/"))
    watched.settle()
    watched.page.evaluate("() => { accord('track', 'Left'); location.href = 'about:blank' }")
    until(lambda: of("Left"))


def test_what_was_handed_over_in_leaving_counts_once_though_the_next_page_sends_it_again(
    site: Site, watched: Watched, until: Until
) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: said() == ["page /"])
    watched.page.evaluate("to => { accord('track', 'Left'); location.href = to }", site.at("/next"))
    until(lambda: of("Left"))
    watched.page.wait_for_url(site.at("/next"))
    waiting = [name for name in watched.kept()["local"] if of("Left")[0]["messageId"] in name]
    assert waiting  # it has arrived, but nobody told the page that it had
    until(lambda: not any(name.startswith("accord:q:") for name in watched.kept()["local"]))
    assert said() == ["page /", "Left", "page /next"]


def test_two_tabs_are_one_visitor_and_nothing_counts_twice(site: Site, watched: Watched, until: Until) -> None:
    other = watched.watch(watched.page.context.new_page())
    watched.page.goto(site.at("/"))
    other.goto(site.at("/"))
    for number in range(20):
        for tab, name in ((watched.page, "a"), (other, "b")):
            tab.evaluate("given => { accord('track', given) }", f"{name}{number}")
    until(lambda: len(logged()) == 42)
    watched.settle()
    assert sorted(said()) == sorted(["page /"] * 2 + [f"{name}{number}" for name in "ab" for number in range(20)])
    assert len({each["anonymousId"] for each in logged()}) == 1


def test_an_answer_that_got_lost_makes_nothing_count_twice(site: Site, watched: Watched, until: Until) -> None:
    lost: list[bool] = []

    def lose_the_first(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(True)
        route.fetch()
        route.abort()

    watched.page.route("**/v1/batch", lose_the_first)
    watched.page.goto(site.at("/"))
    until(lambda: len(watched.sent) >= 2)
    until(lambda: not any(name.startswith("accord:q:") for name in watched.kept()["local"]))
    assert lost
    assert said() == ["page /"]


@pytest.mark.parametrize(("status", "again"), [(503, True), (429, True), (408, True), (400, False), (401, False)])
def test_a_server_that_cannot_is_asked_again_and_one_that_will_not_is_left_alone(
    site: Site, watched: Watched, until: Until, status: int, again: bool
) -> None:
    def refuse_once(route: Any) -> None:
        if len(watched.sent) == 1:
            route.fulfill(status=status, headers={"access-control-allow-origin": "*"}, body="{}")
        else:
            route.continue_()

    watched.page.route("**/v1/batch", refuse_once)
    watched.page.goto(site.at("/"))
    until(lambda: watched.sent)
    if again:
        until(lambda: said() == ["page /"])
    else:
        until(lambda: not any(name.startswith("accord:q:") for name in watched.kept()["local"]))
        watched.page.wait_for_timeout(4000)
        assert (len(watched.sent), logged()) == (1, [])


def test_the_queue_is_bounded_and_says_how_much_it_gave_up(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: said() == ["page /"])
    watched.page.context.set_offline(True)
    watched.page.evaluate("() => { for (let n = 0; n < 130; n++) accord('track', 'n' + n) }")
    watched.page.evaluate("() => { accord('track', 'large', {text: 'x'.repeat(40000)}) }")
    watched.call("track", "last")
    watched.page.context.set_offline(False)
    until(lambda: of("last"))
    watched.call("track", "after")
    until(lambda: of("after"))
    assert said() == ["page /", *(f"n{n}" for n in range(31, 130)), "last", "after"]
    # 31 of the small ones had to make room, and the large one never had any.
    assert of("after")[0]["context"]["dropped"] == 32


def test_many_messages_go_in_batches_that_a_browser_sends_while_a_page_is_left(
    site: Site, watched: Watched, until: Until
) -> None:
    sizes: list[int] = []
    watched.page.on("request", lambda request: sizes.append(len(request.post_data_buffer or b"")))
    watched.page.goto(site.at("/"))
    watched.page.wait_for_function("() => window.accord && accord.version")
    watched.page.evaluate("() => { for (let n = 0; n < 60; n++) accord('track', 'ü' + n, {text: 'é'.repeat(2000)}) }")
    until(lambda: len(logged()) == 61)
    assert max(sizes) <= 60_200
    assert len([size for size in sizes if size > 1000]) >= 4


@pytest.mark.parametrize("what", ["localStorage", "everything"])
def test_a_browser_that_keeps_nothing_still_sends_and_nothing_is_thrown(
    site: Site, watched: Watched, until: Until, what: str
) -> None:
    block = "{ get() { throw new DOMException('no', 'SecurityError') }, set() { throw new DOMException('no') } }"
    watched.page.add_init_script(f"Object.defineProperty(window, 'localStorage', {block})")
    if what == "everything":
        watched.page.add_init_script(f"Object.defineProperty(document, 'cookie', {block})")
    watched.page.goto(site.at("/"))
    watched.call("track", "Signed up", {"plan": "team"})
    until(lambda: len(logged()) == 2)
    watched.page.goto(site.at("/next"))
    until(lambda: len(logged()) == 3)
    visitors = {each["anonymousId"] for each in logged()}
    assert len(visitors) == (1 if what == "localStorage" else 2)


def test_nonsense_is_not_thrown_back_into_the_page(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    watched.call("no such verb")
    watched.call()
    watched.call("identify")
    watched.page.evaluate(
        "() => { const a = {}; a.a = a; accord('track', 'Circular', a); accord('track', 'Big', {n: 1n}) }"
    )
    watched.page.evaluate("() => { accord(null); accord({}); accord('track'); accord('group') }")
    watched.call("track", "Well")
    until(lambda: of("Well"))
    assert of("Circular") == of("Big") == []


def test_a_strict_policy_needs_only_our_address(site: Site, watched: Watched, until: Until) -> None:
    site.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {site.accord}; connect-src {site.accord}; form-action 'self';"
        " require-trusted-types-for 'script'"
    )
    site.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    said_by_browser: list[str] = []
    watched.page.on("console", lambda message: said_by_browser.append(message.text))
    watched.page.goto(site.at("/"))
    watched.page.wait_for_function("() => window.accord && accord.version")
    watched.page.evaluate("() => { accord('track', 'Left'); location.href = '/next' }")
    until(lambda: of("Left") and of("page /next"))
    assert [text for text in said_by_browser if "Security" in text or "Embedder" in text or "blocked" in text] == []


def test_what_is_too_old_or_anothers_is_not_sent(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: said() == ["page /"])
    watched.page.evaluate(
        "key => { const put = (days, name, key) => { const id = (Date.now() - days * 864e5).toString(36) + '-' + name;"
        " localStorage['accord:q:' + id + ':' + key] = JSON.stringify("
        "{type: 'track', event: name, messageId: id, anonymousId: 'a', timestamp: new Date()}) };"
        " put(27, 'recent', key); put(29, 'stale', key); put(1, 'other', 'another-key') }",
        site.key,
    )
    watched.call("track", "Played")
    until(lambda: of("Played") and of("recent"))
    watched.settle()
    assert of("stale") == of("other") == []
    [left] = [name for name in watched.kept()["local"] if name.startswith("accord:q:")]
    assert left.endswith("-other:another-key")
