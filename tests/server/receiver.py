"""A real HTTP server on loopback, which keeps what it is sent and answers as it is told."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers the requests with ``answers`` in turn, then with ``usual``: status, headers, text.

    Attributes:
        arrived: Called when it has a request, before it answers.
    """

    usual: tuple[int, Mapping[str, str], str] = (200, {}, "ok")
    answers: list[tuple[int, Mapping[str, str], str]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    arrived: Callable[[], None] = lambda: None
    hold: threading.Event = field(default_factory=threading.Event)
    secure: ssl.SSLContext | None = None

    def start(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # as http.server has it
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                receiver.requests.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                receiver.asked.set()
                receiver.arrived()
                receiver.hold.wait(30)
                status, headers, text = receiver.answers.pop(0) if receiver.answers else receiver.usual
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Whoever asked has gone away."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if self.secure is not None:
            self._server.socket = self.secure.wrap_socket(self._server.socket, server_side=True)
        self.hold.set()
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{path}"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """One on loopback, which the settings of this test allow."""
    settings.ACCORD_PRIVATE_ADDRESSES = True
    found = Receiver()
    found.start()
    yield found
    found.stop()
