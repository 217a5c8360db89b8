"""What is kept on a visitor's device and sent of them, with consent and without: docs/explanation/privacy.md."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.server.tracking.snippet.conftest import Site, Until, Watched, logged, of, said, stored

from accord.server.tracking.models import Pending

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORM = (
    '<form name="demo" action="/thanks"><input type="email" name="mail" value="ada@initech.example">'
    '<input name="wish" value="a call"><button>Go</button></form>'
)


def act(site: Site, watched: Watched) -> None:
    """Do everything that a page and a visitor can do."""
    site.pages["/"] = FORM
    watched.page.goto(
        site.at("/?email=ada@initech.example&gclid=abc&utm_source=s#x"), referer="https://a.example/b?q=1"
    )
    watched.call("track", "Played", {"seconds": 3})
    watched.call("identify", "u1", {"email": "ada@initech.example"})
    watched.call("group", "g1", {})
    watched.page.evaluate("() => { history.pushState({}, '', '/two'); accord('reset') }")
    watched.settle()
    watched.page.click("form button")
    watched.page.wait_for_url("**/thanks*")
    watched.settle()


def test_with_consent_required_nothing_is_kept_or_sent_before_it_is_given(site: Site, watched: Watched) -> None:
    site.settings = 'data-consent="required" data-engagement'
    act(site, watched)
    assert (watched.kept(), watched.sent, logged()) == ({}, [], [])


@pytest.mark.parametrize("signal", ["globalPrivacyControl", "doNotTrack"])
@pytest.mark.parametrize("consent", ["", 'data-consent="anonymous"'])
def test_a_browser_that_says_no_is_left_in_peace(site: Site, watched: Watched, signal: str, consent: str) -> None:
    value = {"globalPrivacyControl": "true", "doNotTrack": "'1'"}[signal]
    watched.page.add_init_script(f"Object.defineProperty(navigator, '{signal}', {{ get: () => {value} }})")
    site.settings = consent
    act(site, watched)
    assert (watched.kept(), watched.sent, logged()) == ({}, [], [])


def test_a_visitor_who_agrees_here_counts_for_more_than_the_browser(site: Site, watched: Watched, until: Until) -> None:
    watched.page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })")
    watched.page.goto(site.at("/"))
    watched.call("consent", "granted")
    until(lambda: said() == ["page /"])
    watched.page.goto(site.at("/two"))
    until(lambda: of("page /two"))


def test_consent_begins_with_the_page_at_hand_and_its_withdrawal_removes_everything(
    site: Site, watched: Watched, until: Until
) -> None:
    site.settings = 'data-consent="required"'
    watched.page.goto(site.at("/?utm_source=s"))
    watched.call("track", "Before")
    watched.call("consent", "granted")
    [first] = until(logged)
    assert first["context"]["first"]["campaign"] == {"source": "s"}
    watched.page.goto(site.at("/two"))
    until(lambda: of("page /two"))
    assert of("page /two")[0]["anonymousId"] == first["anonymousId"]
    watched.call("consent", "denied")
    watched.call("track", "After")
    watched.settle()
    assert watched.kept() == {}
    watched.page.goto(site.at("/three"))
    watched.settle()
    assert (watched.kept(), said()) == ({}, ["page /", "page /two"])


def test_where_nobody_is_asked_a_refusal_is_all_that_is_remembered(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: said() == ["page /"])
    watched.call("consent", "denied")
    for _ in range(2):
        watched.page.goto(site.at("/two"))
        watched.settle()
        kept = watched.kept()
        assert re.fullmatch(r"accord_visitor=\.[0-9a-z]+\.no", kept.pop("cookies"))
        assert kept == {"jar": ["accord_visitor"]}
    assert said() == ["page /"]
    watched.call("consent", "granted")
    until(lambda: of("page /two"))


def test_a_refusal_before_the_snippet_is_there_counts_for_the_first_page(site: Site, watched: Watched) -> None:
    site.pages["/"] = (
        "<script>window.accord = function () { (accord.q = accord.q || []).push(arguments) };"
        "accord('track', 'Played'); accord('consent', 'denied')</script>"
    )
    watched.page.add_init_script(
        "window.kept = []; const set = Storage.prototype.setItem;"
        "Storage.prototype.setItem = function (name, text) { kept.push(name); set.call(this, name, text) }"
    )
    watched.page.route("**/v1/accord.js", lambda route: (watched.page.wait_for_timeout(300), route.continue_()))
    watched.page.goto(site.at("/"))
    watched.settle()
    assert watched.page.evaluate("kept") == []  # not even for a moment
    assert (watched.sent, logged()) == ([], [])


def flat(message: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in message.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


SENT_WITHOUT_CONSENT = {
    "type",
    "messageId",
    "anonymousId",
    "timestamp",
    "context.page.path",
    "context.page.url",
    "context.page.search",
    "context.page.referrer",
    "context.campaign.source",
    "context.userAgent",
    "context.automation",
    "context.library.name",
    "context.library.version",
    "context.anonymous",
    "context.ip",
    "context.dropped",
}
"""The list in docs/explanation/privacy.md, word for word."""


def test_without_consent_a_message_is_nobodys_and_nothing_is_kept(site: Site, watched: Watched) -> None:
    site.settings = 'data-consent="anonymous" data-engagement'
    act(site, watched)
    assert watched.kept() == {}
    views = [each for each in logged() if each["type"] == "page"]
    [form] = of("Form Submitted")
    assert sorted(set(said())) == ["Form Submitted", "Page Left", "Played", "page /", "page /thanks", "page /two"]
    first = next(each for each in views if each["context"]["page"]["path"] == "/")
    assert {name for each in views for name in flat(each)} == SENT_WITHOUT_CONSENT
    assert first["context"]["page"] == {
        "path": "/",
        "url": site.at("/?utm_source=s"),
        "search": "?utm_source=s",
        "referrer": "https://a.example",
    }
    assert form["properties"] == {"form": "demo", "path": "/two"}
    assert len({each["anonymousId"] for each in views}) == len(views) == 3
    assert "ada" not in str(logged()).casefold()
    assert "abc" not in {value for each in logged() for value in flat(each).values()}
    assert {(message.ip_prefix, message.user_id) for message in stored()} == {("", "")}
    pending = Pending.objects.filter(id__in=[message.pk for message in stored()])
    assert set(pending.values_list("ip", flat=True)) == {None}


def test_the_list_of_what_is_sent_without_consent_is_in_the_documentation() -> None:
    text = (ROOT / "docs/explanation/privacy.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([\w.`, ]+)` \|", text, re.MULTILINE))
    assert {name.strip("` ") for cell in named for name in cell.split(",")} == SENT_WITHOUT_CONSENT


def test_agreeing_ends_the_anonymity_from_then_on(site: Site, watched: Watched, until: Until) -> None:
    site.settings = 'data-consent="anonymous"'
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    watched.call("consent", "granted")
    watched.call("track", "Played")
    until(lambda: of("Played"))
    assert of("Played")[0]["anonymousId"] != of("page /")[0]["anonymousId"]
    assert "anonymous" not in of("Played")[0]["context"]
    assert len(of("page /")) == 1


def test_a_mode_that_is_not_understood_is_taken_for_the_strictest(site: Site, watched: Watched) -> None:
    site.settings = 'data-consent="yes please"'
    act(site, watched)
    assert (watched.kept(), logged()) == ({}, [])


def test_with_consent_there_is_one_cookie_for_thirteen_months_and_the_rest_is_named(
    site: Site, watched: Watched, until: Until
) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    until(lambda: set(watched.kept().get("local", {})) == {"accord:state"})
    [cookie] = watched.page.context.cookies()
    assert (cookie["name"], cookie["sameSite"], cookie["domain"]) == ("accord_visitor", "Lax", ".northwind.localhost")
    lasts = datetime.fromtimestamp(cookie["expires"], UTC) - datetime.now(UTC)
    assert timedelta(days=394) < lasts <= timedelta(days=395)
    assert set(watched.kept()) == {"cookies", "local", "jar"}


def test_coming_back_does_not_make_the_cookie_last_longer(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    [before] = watched.page.context.cookies()
    watched.page.wait_for_timeout(2000)
    watched.page.goto(site.at("/two"))
    until(lambda: of("page /two"))
    watched.call("consent", "granted")
    [after] = watched.page.context.cookies()
    assert after["value"] == before["value"] + "yes"
    assert abs(after["expires"] - before["expires"]) < 1.5


def test_who_removes_the_cookie_is_somebody_new(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/?utm_source=s"))
    until(lambda: of("page /"))
    watched.page.context.clear_cookies()
    watched.page.goto(site.at("/two"))
    until(lambda: of("page /two"))
    assert of("page /")[0]["anonymousId"] != of("page /two")[0]["anonymousId"]
    assert of("page /two")[0]["context"]["first"]["landing"] == site.at("/two")


def test_what_was_kept_is_removed_once_the_site_asks_for_consent(site: Site, watched: Watched, until: Until) -> None:
    watched.page.goto(site.at("/"))
    until(lambda: of("page /"))
    site.settings = 'data-consent="required"'
    watched.page.goto(site.at("/two"))
    watched.settle()
    assert (watched.kept(), said()) == ({}, ["page /"])
