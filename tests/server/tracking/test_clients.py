"""Libraries of other makers, unmodified, against a running server: what they sent is what is stored."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.conftest import CI, ROOT
from tests.server.tracking.conftest import logged
from tests.server.tracking.running import web

from accord.server.tracking.models import Message, Source

pytestmark = pytest.mark.slow
HOURS_AGO = datetime.now(UTC) - timedelta(hours=3)


@pytest.fixture
def address(transactional_db: None, website: Source, backend: Source, tmp_path: Path) -> Iterator[str]:
    with web(tmp_path) as address:
        yield address.replace("localhost", "127.0.0.1")


@pytest.fixture
def node_clients() -> Path:
    """The folder with the libraries from npm. Without: not run, and under ``CI=true`` failed."""
    got = subprocess.run([ROOT / "scripts" / "ensure_node_clients"], capture_output=True, text=True)
    if got.returncode:
        (pytest.fail if CI else pytest.skip)(f"not run: no libraries from npm ({got.stderr.strip()[-200:]})")
    return Path(got.stdout.strip())


def send_all(client: Any) -> None:
    client.identify("u1", {"email": "ada@example.com", "größe": "XL"}, timestamp=HOURS_AGO)
    client.track("u1", "Signed up", {"plan": "team", "seats": 3, "price": 12.5}, context={"ip": "203.0.113.9"})
    client.page("u1", "Docs", "Prices", {"path": "/pricing"}, anonymous_id="a1")
    client.screen("u1", "App", "Home", {"x": None})
    client.group("u1", "g1", {"name": "Initech"})
    client.alias("a1", "u1")
    client.flush()


def check_all() -> None:
    stored = {message.type: message for message in Message.objects.all()}
    assert set(stored) == {"identify", "track", "page", "screen", "group", "alias"}
    bodies = {body["type"]: body for body in logged()}
    traits = bodies["identify"].get("traits") or bodies["identify"]["context"]["traits"]  # where RudderStack has them
    assert traits == {"email": "ada@example.com", "größe": "XL"}
    assert abs(stored["identify"].at - HOURS_AGO) < timedelta(seconds=30)
    assert (stored["track"].event, bodies["track"]["properties"]) == (
        "Signed up",
        {"plan": "team", "seats": 3, "price": 12.5},
    )
    assert stored["track"].ip_prefix == "203.0.113.0/24"
    assert (stored["page"].event, stored["page"].anonymous_id) == ("Prices", "a1")
    assert bodies["page"]["properties"]["path"] == "/pricing"
    assert (bodies["group"]["groupId"], bodies["group"]["traits"]) == ("g1", {"name": "Initech"})
    assert (bodies["alias"]["previousId"], stored["alias"].user_id) == ("a1", "u1")
    assert all(message.message_id == bodies[type_]["messageId"] for type_, message in stored.items())


@pytest.mark.parametrize("packed", [False, True])
def test_what_segments_python_library_sends_is_stored(address: str, packed: bool) -> None:
    client_of = pytest.importorskip("segment.analytics.client").Client
    failed: list[object] = []
    client = client_of("shop", host=address, gzip=packed, on_error=lambda *what: failed.append(what), sync_mode=False)
    send_all(client)
    client.join()
    assert failed == []
    check_all()


@pytest.mark.parametrize("packed", [False, True])
def test_what_rudderstacks_python_library_sends_is_stored(address: str, packed: bool) -> None:
    client_of = pytest.importorskip("rudderstack.analytics.client").Client
    failed: list[object] = []
    client = client_of("shop", host=address, gzip=packed, on_error=lambda *what: failed.append(what))
    send_all(client)
    client.join()
    assert failed == []
    check_all()


NODE = """
const { Analytics } = require("@segment/analytics-node")
const client = new Analytics({ writeKey: "shop", host: process.argv[1], maxRetries: 0 })
client.on("error", (error) => { console.error(error); process.exit(1) })
const traits = { email: "ada@example.com", "größe": "XL" }
client.identify({ userId: "u1", traits, timestamp: new Date(process.argv[2]) })
const properties = { plan: "team", seats: 3, price: 12.5 }
client.track({ userId: "u1", event: "Signed up", properties, context: { ip: "203.0.113.9" } })
client.page({ userId: "u1", anonymousId: "a1", category: "Docs", name: "Prices", properties: { path: "/pricing" } })
client.screen({ userId: "u1", name: "Home", properties: { x: null } })
client.group({ userId: "u1", groupId: "g1", traits: { name: "Initech" } })
client.alias({ previousId: "a1", userId: "u1" })
client.closeAndFlush().then(() => process.exit(0))
"""


def test_what_segments_node_library_sends_is_stored(address: str, node_clients: Path) -> None:
    ran = subprocess.run(
        ["node", "-e", NODE, address, HOURS_AGO.isoformat()],
        cwd=node_clients,
        env={**os.environ, "NODE_PATH": str(node_clients / "node_modules")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    check_all()


PAGE = """<!doctype html><title>Prices</title><script>
!function(){var a=window.analytics=window.analytics||[];a.methods=["track","identify","page","ready"];
a.factory=function(m){return function(){a.push([m].concat([].slice.call(arguments)));return a}};
a.methods.forEach(function(m){a[m]=a.factory(m)});a._writeKey="web";a._cdn="%s";}();
analytics.page("Prices", {section: "team"});
</script><script src="/analytics-next/dist/umd/standalone.js"></script>"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def site(node_clients: Path, address: str, tmp_path: Path) -> Iterator[str]:
    """A website of its own, on another origin, with the browser library of Segment."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "analytics-next").symlink_to(node_clients / "node_modules" / "@segment" / "analytics-next")
    (folder / "index.html").write_text(PAGE % address)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_what_segments_browser_library_sends_from_another_website_is_stored(
    address: str, site: str, page: Any, until: Callable[[Callable[[], object]], object]
) -> None:
    page.goto(f"{site}/?utm_source=newsletter&utm_medium=email")
    until(lambda: Message.objects.filter(type="page").exists())
    page.evaluate(
        "() => new Promise(done => analytics.ready(() => {"
        " analytics.identify('u1', {email: 'ada@example.com'});"
        " analytics.track('Signed up', {plan: 'team'}).then(done) }))"
    )
    until(lambda: Message.objects.filter(type="track").exists() and Message.objects.filter(type="identify").exists())
    bodies = {body["type"]: body for body in logged()}
    stored = {message.type: message for message in Message.objects.all()}
    assert stored["page"].event == "Prices"
    assert bodies["page"]["properties"]["section"] == "team"
    assert bodies["page"]["context"]["campaign"] == {"source": "newsletter", "medium": "email"}
    assert stored["page"].anonymous_id == stored["track"].anonymous_id != ""
    assert (stored["identify"].user_id, bodies["identify"]["traits"]["email"]) == ("u1", "ada@example.com")
    assert bodies["track"]["properties"] == {"plan": "team"}
    assert "Chrom" in stored["page"].user_agent
    assert stored["page"].ip_prefix == "127.0.0.0/24"
    assert "web" not in json.dumps([body.get("writeKey") for body in bodies.values()])


@pytest.fixture
def until(page: Any) -> Callable[[Callable[[], object]], object]:
    def wait(happened: Callable[[], object]) -> object:
        for _ in range(200):
            if found := happened():
                return found
            page.wait_for_timeout(100)
        pytest.fail("it did not happen in 20 s")

    return wait
