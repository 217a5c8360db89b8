"""Requests to addresses that people enter: to the internet, over real connections, never into this network."""

import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.server.receiver import Receiver, receiver  # noqa: F401  # a fixture

from accord.server import outgoing
from accord.server.outgoing import ForbiddenAddressError, NoAnswerError, check, post

PRIVATE = [
    "https://127.0.0.1/x",
    "https://10.0.0.1/x",
    "https://192.168.1.1/x",
    "https://172.16.5.5/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://[fd00::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fe80::1]/x",
    "https://0.0.0.0/x",
    "https://100.64.0.1/x",
    "https://[2002:7f00:1::]/x",
    "https://[64:ff9b::a00:1]/x",
    "https://224.0.0.1/x",
    "https://[ff0e::1]/x",
]
NONE = [
    "http://example.com/x",
    "ftp://example.com/x",
    "example.com",
    "https://",
    "https://user:secret@example.com/x",
    "https://example.com:0/x",
    "https://example.com:99999/x",
    "https://example.com/a b",
    "https://example.com/a\r\nHost: other",
    "https://exämple.com/",
    "//example.com/x",
    "https://[::1/x",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_not_used(url: str) -> None:
    with pytest.raises(ForbiddenAddressError, match="private network"):
        post(url, b"", {})


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_whole_https_address_is_not_used(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check(url)


@pytest.mark.parametrize(
    "url", ["https://hooks.slack.com/services/T/B/x?y=1", "https://1.1.1.1:8443/", "https://[2606:4700::1111]/"]
)
def test_a_public_address_is(url: str) -> None:
    assert check(url).geturl() == url


def test_a_name_that_leads_into_this_network_is_found_when_it_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if only one of its addresses does."""

    def lookup(host: str, port: int, **_: object) -> list[Any]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("1.1.1.1", port)), (*kind, ("127.0.0.1", port))]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lookup)
    with pytest.raises(ForbiddenAddressError, match="private network"):
        post("https://innocent.example/x", b"", {})


def test_a_request_arrives_as_it_was_sent_and_the_answer_comes_back(receiver: Receiver) -> None:  # noqa: F811
    receiver.usual = (418, {"Retry-After": "7"}, "short and stout")
    answer = post(receiver.url("/a/b?c=d"), b'{"x": 1}', {"Content-Type": "application/json"})
    assert (answer.status, answer.headers["retry-after"], answer.text) == (418, "7", "short and stout")
    [request] = receiver.requests
    assert (request.path, request.body) == ("/a/b?c=d", b'{"x": 1}')
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:  # noqa: F811
    receiver.usual = (302, {"Location": receiver.url("/elsewhere")}, "")
    assert post(receiver.url(), b"", {}).status == 302
    assert [request.path for request in receiver.requests] == ["/hook"]


def test_no_more_of_an_answer_is_read_than_anybody_needs(receiver: Receiver) -> None:  # noqa: F811
    receiver.usual = (200, {}, "x" * 1_000_000)
    assert len(post(receiver.url(), b"", {}).text) == outgoing.MOST_BYTES


def test_who_does_not_answer_in_time_is_left(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(outgoing, "TIMEOUT_SECONDS", 0.2)
    receiver.hold.clear()
    with pytest.raises(NoAnswerError, match="did not answer"):
        post(receiver.url("/secret"), b"", {})


def test_who_answers_drop_by_drop_is_left_as_soon(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each drop comes within the time for one; all of them together may take no longer either."""
    settings.ACCORD_PRIVATE_ADDRESSES = True
    monkeypatch.setattr(outgoing, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                try:
                    for letter in b"HTTP/1.1 200 OK\r\n" * 100:
                        line.sendall(bytes([letter]))
                        time.sleep(0.05)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(NoAnswerError):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {})
        assert time.monotonic() - began < 3


def test_nobody_there_is_said_without_the_secret(settings: Any) -> None:
    settings.ACCORD_PRIVATE_ADDRESSES = True
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NoAnswerError) as caught:
        post(f"http://127.0.0.1:{port}/very-secret?token=very-secret", b"", {})
    assert "very-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


class TestHttps:
    """Real TLS: who answers must prove to be who was asked, though the connection goes to a looked-up address."""

    @pytest.fixture
    def authority(self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
        settings.ACCORD_PRIVATE_ADDRESSES = True
        found = trustme.CA()
        found.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        return found

    def served(self, authority: trustme.CA, name: str) -> Receiver:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        found = Receiver(secure=context)
        found.start()
        return found

    def test_it_is_taken_from_whom_was_asked(self, authority: trustme.CA) -> None:
        server = self.served(authority, "localhost")
        try:
            assert post(server.url(host="localhost"), b"hello", {}).text == "ok"
            assert server.requests[0].body == b"hello"
        finally:
            server.stop()

    def test_nothing_is_said_to_anybody_else(self, authority: trustme.CA) -> None:
        server = self.served(authority, "other.example")
        try:
            with pytest.raises(NoAnswerError, match="cannot prove who it is"):
                post(server.url(host="localhost"), b"hello", {})
            assert server.requests == []
        finally:
            server.stop()
