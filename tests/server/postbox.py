"""A real SMTP server for tests, which keeps what it is given."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler


class Postbox(MessageHandler):
    """Keeps what arrives; refuses while ``closed``, and takes its time.

    Attributes:
        seconds: How long it thinks about each addressee.
        asked: Set once it was asked to take a mail.
        arrived: Called when it has a mail, before it says so.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []
        self.closed = False
        self.seconds = 0.0
        self.asked = threading.Event()
        self.arrived: Callable[[], None] = lambda: None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    def start(self) -> None:
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd names its hooks so
        self, server: object, session: object, envelope: object, address: str, options: list[str]
    ) -> str:
        self.asked.set()
        await asyncio.sleep(self.seconds)
        if self.closed:
            return "451 try again later"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)
        self.arrived()


@pytest.fixture
def postbox(settings: object) -> Iterator[Postbox]:
    box = Postbox()
    box.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = box.port  # type: ignore[attr-defined]
    yield box
    box.stop()
