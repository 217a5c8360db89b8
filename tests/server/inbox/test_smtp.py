"""Mails by SMTP: the real listener, and Python's own client."""

import asyncio
import smtplib
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from django.db import OperationalError, connections
from django.utils import timezone
from tests.server.conftest import MONDAY
from tests.server.inbox.conftest import written

from accord.server.inbox import listener, receiving
from accord.server.inbox.listener import Certificate
from accord.server.inbox.mail import MailError
from accord.server.inbox.models import UnreadMail
from accord.server.tracking.models import Message, Source

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr("accord.server.inbox.listener.LARGEST", 200_000)
    with listening() as port:
        yield port


@contextmanager
def listening(certificate: Certificate | None = None) -> Iterator[int]:
    # In a thread of its own: in a test's, the loop of a browser may be running from an earlier test.
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))  # so that there is one connection, which can be closed at the end
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listener.listen("127.0.0.1", 0, certificate), loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        _close(server, loop, thread)


def _close(server: asyncio.Server, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    async def end() -> None:
        server.close()
        await asyncio.to_thread(connections.close_all)
        await loop.shutdown_default_executor()

    asyncio.run_coroutine_threadsafe(end(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def source(transactional_db: None) -> Source:
    return Source.objects.create(name="Mail", kind="mail", created_at=MONDAY)


def send(port: int, to: list[str], raw: bytes) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        return client.sendmail("ada@c1.example", to, raw)


def test_a_mail_is_in_the_log_when_it_is_acknowledged(port: int, source: Source) -> None:
    """To its address in whatever case, and once where it is addressed twice."""
    address = f"{source.write_key.lower()}@mail.test"
    raw = bytes(written("ada@c1.example", "sales@test.works"))
    assert send(port, [address, address.upper()], raw) == {}
    assert Message.objects.get().message_id == "m1@test"


def test_a_mail_to_nobody_is_refused_while_the_others_are_taken(port: int, source: Source) -> None:
    raw = bytes(written("ada@c1.example", "sales@test.works"))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, ["nobody@mail.test"], raw)
    assert refused.value.recipients["nobody@mail.test"][0] == 550
    assert list(send(port, ["nobody@mail.test", f"{source.write_key}@mail.test"], raw)) == ["nobody@mail.test"]
    Source.objects.update(disabled_at=timezone.now())
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, [f"{source.write_key}@mail.test"], raw)


def test_a_mail_that_is_too_large_is_refused_with_a_reason(port: int, source: Source) -> None:
    raw = bytes(written("ada@c1.example", "sales@test.works", text="x\n" * 150_000))
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        send(port, [f"{source.write_key}@mail.test"], raw)
    assert refused.value.smtp_code == 552
    assert not Message.objects.exists()


def test_a_mail_that_cannot_be_read_is_taken_and_set_aside(port: int, source: Source) -> None:
    assert send(port, [f"{source.write_key}@mail.test"], b"Subject: x\r\n\r\n\xff") == {}
    assert UnreadMail.objects.get().source == source


def test_while_the_database_is_away_the_sender_is_asked_to_come_again(
    port: int, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(receiving, "append", away)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, [f"{source.write_key}@mail.test"], bytes(written("ada@c1.example", "x@test.works")))
    assert refused.value.smtp_code == 451
    assert not UnreadMail.objects.exists()


def certified(folder: Path, name: str = "localhost") -> tuple[Certificate, ssl.SSLContext]:
    """A certificate in a file, and what a client needs to trust it."""
    authority = trustme.CA()
    authority.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(str(folder / "mail.pem"))
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return Certificate(folder / "mail.pem"), trust


def send_encrypted(port: int, to: str, raw: bytes, trust: ssl.SSLContext) -> str:
    """Send a mail after STARTTLS; return the version of TLS."""
    with smtplib.SMTP("localhost", port, timeout=10) as client:
        client.starttls(context=trust)
        assert isinstance(client.sock, ssl.SSLSocket)
        version = client.sock.version()
        client.sendmail("ada@c1.example", [to], raw)
    return version or ""


def test_a_mail_may_come_encrypted_where_there_is_a_certificate(source: Source, tmp_path: Path) -> None:
    certificate, trust = certified(tmp_path)
    raw = bytes(written("ada@c1.example", "sales@test.works"))
    with listening(certificate) as port:
        assert send_encrypted(port, f"{source.write_key}@mail.test", raw, trust) in {"TLSv1.2", "TLSv1.3"}
        assert Message.objects.get().message_id == "m1@test"
        plain = bytes(written("ada@c1.example", "sales@test.works", id_="m2@test"))
        assert send(port, [f"{source.write_key}@mail.test"], plain) == {}


def test_a_renewed_certificate_counts_from_the_next_connection_on(source: Source, tmp_path: Path) -> None:
    certificate, old = certified(tmp_path)
    raw = bytes(written("ada@c1.example", "sales@test.works"))
    with listening(certificate) as port:
        _, new = certified(tmp_path)
        with pytest.raises(ssl.SSLCertVerificationError):
            send_encrypted(port, f"{source.write_key}@mail.test", raw, old)
        assert send_encrypted(port, f"{source.write_key}@mail.test", raw, new)


def test_without_a_certificate_encryption_is_not_offered(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        assert not client.has_extn("starttls")


def in_a_loop_of_its_own(work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Run it on a thread: a browser that another test has opened keeps a loop running on this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_what_is_no_certificate_is_told_before_anything_is_listened_to(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "mail.pem").write_text(content)
    with pytest.raises(MailError, match=r"mail\.pem holds no certificate that can be used") as refused:
        in_a_loop_of_its_own(lambda: listener.listen("127.0.0.1", 0, Certificate(tmp_path / "mail.pem")))
    assert refused.value.code == "mail.bad_certificate"
