"""Number insertion in a real browser: each visitor sees the number of what brought them, however it is written."""

import gzip
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from tests.emptying import empty_database
from tests.server.conftest import MONDAY
from tests.server.tracking.running import web

from accord.server.calls import insertion
from accord.server.calls.models import TrackingNumber
from accord.server.tracking.models import Source

PLACE = "+4930901820"
MOST_BYTES = 2560


def place(number: str, **more: Any) -> TrackingNumber:
    return TrackingNumber.objects.create(
        number=number, name=number, **{"shown_for": PLACE, "active_from": MONDAY} | more
    )


@pytest.fixture
def website(db: None) -> Source:
    TrackingNumber.objects.all().delete()  # those of the server that runs for other tests of this file
    return Source.objects.create(name="Website", kind="browser", created_at=MONDAY)


def served(key: str) -> str:
    answer = Client().get("/numbers.js", {"key": key})
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Type"].startswith("text/javascript")
    assert "private" not in answer["Cache-Control"]
    return answer.content.decode()


def test_the_script_is_small() -> None:
    source = (Path(insertion.__file__).parent / "script" / "numbers.js").read_bytes()
    assert len(gzip.compress(source, 9, mtime=0)) <= MOST_BYTES


def test_a_website_gets_the_numbers_in_use_and_nobody_else_any(website: Source) -> None:
    place("+493012345601", campaign="spring")
    place("+493012345602", active_until=MONDAY)
    place("+493012345603", shown_for="")
    told = served(website.write_key)
    numbers = json.loads(told[told.rindex("([{") + 1 : told.rindex(")")])
    assert [(each["number"], each["abroad"], each["home"]) for each in numbers] == [
        ("+493012345601", "+49 30 12345601", "030 12345601")
    ]
    assert (numbers[0]["country"], numbers[0]["rest"], numbers[0]["trunk"]) == ("49", "30901820", "0")
    assert served("nobody") == served("") == ""
    Source.objects.update(disabled_at=MONDAY)
    assert served(website.write_key) == ""


def test_without_tracking_numbers_there_is_no_script(website: Source) -> None:
    assert served(website.write_key) == ""


@pytest.fixture(scope="module")
def accord_address(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with django_db_blocker.unblock():
        key = secrets.token_hex(8)
        Source.objects.create(name=f"Website {key}", kind="browser", write_key=key, created_at=MONDAY)
        place("+493012345611", source="google", medium="cpc", campaign="gauges")
        place("+493012345612", source="google", medium="cpc")
        place("+493012345613", source="google", medium="organic")
        place("+12125550199", shown_for="+12125550123", campaign="gauges")
        with web(tmp_path_factory.mktemp("accord")) as address:
            yield f"{address.replace('localhost', '127.0.0.1')}/numbers.js?key={key}"
        empty_database()
        connections.close_all()


@dataclass
class Site:
    """A website of one page with the script in its head."""

    script: str
    body: str = ""
    head: str = ""
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def at(self, query: str = "") -> str:
        return f"http://www.northwind.localhost:{self.port}/{query}"


@pytest.fixture
def site(accord_address: str) -> Iterator[Site]:
    site = Site(accord_address)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = (
                f'<!doctype html><html><head><meta charset="utf-8">{site.head}<script src="{site.script}"></script>'
                f"</head><body>{site.body}</body></html>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    site.port = server.server_port
    yield site
    server.shutdown()
    server.server_close()


CAMPAIGN = "?utm_source=Google&utm_medium=cpc&utm_campaign=gauges"


def seen(page: Any) -> str:
    return " ".join(page.inner_text("body").split())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Call 030 901820 now", "Call 030 12345611 now"),
        ("(030) 90 18-20", "030 12345611"),
        ("+49 30 901820", "+49 30 12345611"),
        ("+49 (0)30 / 90 18 20", "+49 30 12345611"),
        ("0049 30 901820.", "+49 30 12345611."),
        ("Tel:030/901820", "Tel:030 12345611"),
        ("1030 901820", "1030 901820"),
        ("030 9018205", "030 9018205"),
        ("+430 901820", "+430 901820"),
        ("030 901821", "030 901821"),
        ("(212) 555-0123", "(212) 555-0199"),
        ("+1 212-555-0123", "+1 212-555-0199"),
    ],
)
def test_a_number_is_replaced_however_it_is_written(site: Site, page: Any, written: str, shown: str) -> None:
    site.body = f"<p>{written}</p>"
    page.goto(site.at(CAMPAIGN))
    assert seen(page) == shown


@pytest.mark.browser
def test_links_and_what_is_added_later_change_too_and_what_is_typed_does_not(site: Site, page: Any) -> None:
    site.body = (
        '<a id="a" href="tel:+49-30-901820">030 901820</a><a id="b" href="tel:030%20901820">Call us</a>'
        '<a id="c" href="/030901820">Page</a><textarea id="t">030 901820</textarea><div id="later"></div>'
    )
    page.goto(site.at(CAMPAIGN))
    hrefs = [page.get_attribute(f"#{name}", "href") for name in "abc"]
    assert hrefs == ["tel:+493012345611", "tel:+493012345611", "/030901820"]
    assert page.input_value("#t") == "030 901820"
    page.evaluate(
        """() => {
        later.innerHTML = '<p>030 901820</p><a href="tel:+4930901820">x</a>'
        a.firstChild.nodeValue = "(030) 901820"
        }"""
    )
    page.wait_for_function("() => later.innerText.startsWith('030 12345611')")
    assert page.get_attribute("#later a", "href") == "tel:+493012345611"
    assert page.inner_text("#a") == "030 12345611"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "referrer", "shown"),
    [
        ("", "", "030 901820"),
        ("?utm_source=letter", "", "030 901820"),
        ("?utm_source=google&utm_medium=cpc&utm_campaign=other", "", "030 12345612"),
        ("?gclid=abc", "", "030 12345612"),
        ("", "http://www.google.localhost:1/", "030 12345613"),
        ("", "http://other.localhost:1/", "030 901820"),
    ],
)
def test_who_came_another_way_sees_another_number(
    site: Site,
    page: Any,
    query: str,
    referrer: str,
    shown: str,
) -> None:
    site.body = "<p>030 901820</p>"
    site.head = f"<script>Object.defineProperty(document, 'referrer', {{value: '{referrer}'}})</script>"
    page.goto(site.at(query))
    assert seen(page) == shown


@pytest.mark.browser
def test_what_a_visitor_agreed_to_have_remembered_counts_on_later_visits(site: Site, page: Any) -> None:
    site.body = "<p>030 901820</p>"
    touch = {"landing": site.at(), "referrer": "", "campaign": {"source": "google", "medium": "cpc", "name": "gauges"}}
    other = {"landing": site.at(), "referrer": "http://partner.example/"}
    page.goto(site.at())
    for state, shown in (
        ({"first": touch, "last": touch}, "030 12345611"),
        ({"first": touch, "last": other}, "030 12345611"),
        ({"first": other, "last": other}, "030 901820"),
    ):
        page.evaluate("text => localStorage.setItem('accord:state', text)", json.dumps(state))
        page.reload()
        assert seen(page) == shown


@pytest.mark.browser
def test_it_keeps_and_sends_nothing_and_nobody_sees_the_number_change(site: Site, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    site.body = "<p>030 901820</p><script>window.first = document.querySelector('p').innerText</script>"
    # A frame is painted only after what the observer does; what was painted is asked for at each.
    site.head = (
        "<script>window.painted = new Set(); const look = () => { const p = document.querySelector('p');"
        " if (p?.innerText) painted.add(p.innerText); requestAnimationFrame(look) };"
        " requestAnimationFrame(look)</script>"
    )
    page.goto(site.at(CAMPAIGN))
    page.wait_for_timeout(300)
    assert page.evaluate("[...painted]") == ["030 12345611"]
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert [url for url in asked if "favicon" not in url] == [site.at(CAMPAIGN), site.script]
