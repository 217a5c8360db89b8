"""The tracking API as real processes: several at once, anything at all as a request, and a page that shows arrivals."""

import base64
import contextlib
import gzip
import http.client
import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.server.conftest import Cast, cast  # noqa: F401  # a fixture
from tests.server.tracking.running import web

from accord.server.tracking.models import Message, Pending, Source
from accord.server.tracking.work import read

pytestmark = pytest.mark.slow


@pytest.fixture
def address(transactional_db: None, backend: Source, tmp_path: Path) -> Iterator[str]:
    with web(tmp_path) as address:
        yield address


def host_of(address: str) -> str:
    return urlsplit(address).netloc.replace("localhost", "127.0.0.1")


def test_the_same_message_a_thousand_times_over_two_processes_is_stored_once(
    address: str, backend: Source, tmp_path: Path
) -> None:
    statuses: Counter[int] = Counter()
    body = json.dumps({"event": "Once", "userId": "u", "messageId": "once", "writeKey": "shop"})

    def send(host: str) -> None:
        connection = http.client.HTTPConnection(host, timeout=30)
        for _ in range(100):
            connection.request("POST", "/v1/track", body)
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] += 1
        connection.close()

    with web(tmp_path) as second:
        senders = [threading.Thread(target=send, args=[host_of(each)]) for each in [address, second] * 5]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    assert statuses == {200: 1000}
    assert Message.objects.count() == Pending.objects.count() == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("type", "event", "userId", "anonymousId", "messageId", "timestamp", "sentAt", "context", "writeKey", "batch")
MESSAGES = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES))
PROPER = st.builds(lambda message: {**message, "userId": "u", "event": "e", "type": "track"}, MESSAGES)
BODIES = st.one_of(
    st.builds(lambda value: json.dumps(value).encode(), MESSAGES | PROPER | VALUES),
    st.builds(lambda some: json.dumps({"batch": some}).encode(), st.lists(PROPER | VALUES, max_size=4)),
    st.binary(max_size=200),
)
PATHS = st.sampled_from(
    ["track", "t", "identify", "page", "group", "alias", "batch", "b", "m", "projects/shop/settings"]
)


def test_nothing_that_anybody_sends_is_a_fault_of_the_server(address: str, backend: Source) -> None:
    """And whatever is acknowledged can be read again by whoever takes it in."""
    host = host_of(address)
    statuses: Counter[int] = Counter()

    @hypothesis_settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        st.sampled_from(["POST", "POST", "POST", "GET", "OPTIONS", "PUT"]),
        PATHS | st.text("abc/%.0", max_size=8),
        BODIES,
        st.booleans(),
        st.sampled_from([{}, {"content-encoding": "gzip"}, {"origin": "null"}, {"authorization": "Basic !"}]),
    )
    def anything(method: str, path: str, body: bytes, packed: bool, more: dict[str, str]) -> None:
        headers = {"authorization": "Basic " + base64.b64encode(b"shop:").decode(), **more}
        if packed:
            body, headers = gzip.compress(body), {**headers, "content-encoding": "gzip"}
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request(method, f"/v1/{path}", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        assert answer.status < 500, (method, path, body, said)
        statuses[answer.status] += 1

    anything()
    assert statuses[200] > 50, statuses
    assert statuses[400] > 50, statuses
    for body in Message.objects.values_list("body", flat=True):
        read(body)


ODD = (
    b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /v1/track HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"a" * 65536 + b"\r\n",
    b"POST /v1/track?writeKey=%ff&writeKey=%00 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /v1/%ff HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    b"POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Basic /w==\r\nContent-Length: 2\r\n\r\n{}",
)


def test_odd_requests_cost_only_their_sender(address: str) -> None:
    host, port = host_of(address).split(":")
    for raw in ODD:
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(raw if b"chunked" not in raw else raw + raw.split(b"\r\n\r\n")[1] * 9)
            with contextlib.suppress(ConnectionResetError):
                assert client.makefile("rb").readline().split()[1] in {b"400", b"401", b"404"}, raw
        connection = http.client.HTTPConnection(host_of(address), timeout=20)
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200, raw
        connection.close()


@pytest.mark.browser
def test_a_test_event_is_sent_the_way_any_sender_does_and_shown_as_it_arrives(
    address: str,
    backend: Source,
    cast: Cast,  # noqa: F811
    page: Any,
) -> None:
    client = Client()
    client.force_login(cast.mara)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    Source.objects.update(allowed_origins=["https://www.example.com"])
    page.goto(f"{address}/tracking/{backend.pk}/")
    page.get_by_role("button", name="Send a test event").click()
    page.locator("#latest").get_by_text("Accord test event").wait_for()
    assert "is stored" in page.get_by_role("status").filter(has_text="test event").inner_text()
    assert Message.objects.get().event == "Accord test event"

    page.goto(f"{address}/tracking/messages/")
    page.get_by_label("Event or page").fill("te")
    Message.objects.get()
    sent = http.client.HTTPConnection(host_of(address))
    sent.request("POST", "/v1/page", json.dumps({"userId": "u9", "name": "Tests", "writeKey": "shop"}))
    sent.getresponse().read()
    sent.close()
    page.locator("#messages").get_by_text("Tests").wait_for()
    assert page.get_by_label("Event or page").input_value() == "te", "what was typed stays"
    page.get_by_role("link", name="Tests").click()
    page.get_by_role("heading", name="As it was sent").wait_for()
    assert faults == []
