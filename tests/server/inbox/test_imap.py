"""Mails out of a mailbox, by a real IMAP server (pymap)."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone
from tests.server.conftest import MONDAY
from tests.server.inbox.conftest import Post, written

from accord.server.inbox import polling
from accord.server.inbox.models import Mailbox, UnreadMail
from accord.server.tracking.models import Message


@dataclass
class Server:
    """An IMAP server with a mailbox."""

    port: int

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login("demouser", "demopass")
        return client

    def holds(self, raw: bytes) -> None:
        with self.client() as client:
            assert client.append("INBOX", "", None, raw)[0] == "OK"  # type: ignore[arg-type]

    def flags(self) -> list[bytes]:
        with self.client() as client:
            client.select("INBOX", readonly=True)
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("imap")
    command = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "dict", "--demo-data"], cwd=folder, stdout=log, stderr=log)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail((folder / "log").read_text())
        yield Server(port)
        process.terminate()
        process.wait(10)


@pytest.fixture
def box(server: Server, post: Post) -> Mailbox:
    return Mailbox.objects.create(
        source=post.source, host="127.0.0.1", port=server.port, tls=False, user="demouser", password="demopass"
    )


def ids() -> list[str]:
    return list(Message.objects.order_by("id").values_list("message_id", flat=True))


def test_what_arrives_from_now_on_is_fetched_once_and_stays_as_it_is(server: Server, box: Mailbox) -> None:
    server.holds(bytes(written("old@c1.example", "sales@test.works", id_="old@test")))
    assert polling.poll_all(timezone.now()) == 0
    before = server.flags()
    for name in ("one", "two"):
        server.holds(bytes(written("ada@c1.example", "sales@test.works", id_=f"{name}@test")))
    assert polling.poll_all(timezone.now()) == 2
    assert polling.poll_all(timezone.now()) == 0
    assert ids() == ["one@test", "two@test"]
    assert len(server.flags()) == len(before) + 2
    assert not any(b"\\Seen" in line for line in server.flags()[len(before) :])
    box.refresh_from_db()
    assert box.error == ""
    assert box.polled_at is not None


def test_a_mailbox_that_was_made_anew_is_looked_at_again_and_what_is_known_changes_nothing(
    server: Server, box: Mailbox
) -> None:
    polling.poll_all(timezone.now())
    server.holds(bytes(written("ada@c1.example", "sales@test.works", id_="three@test")))
    polling.poll_all(timezone.now())
    Mailbox.objects.update(uid_validity=1, last_uid=999_999)
    assert polling.poll_all(timezone.now()) > 0
    assert ids().count("three@test") == 1


def test_a_mail_that_is_too_large_is_named_and_holds_up_nobody(
    server: Server, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    polling.poll_all(timezone.now())
    monkeypatch.setattr(polling, "LARGEST", 2000)
    server.holds(bytes(written("ada@c1.example", "x@test.works", text="x\n" * 2000, id_="large@test")))
    server.holds(bytes(written("ada@c1.example", "x@test.works", id_="small@test")))
    server.holds(b"Subject: nobody\r\n\r\n")
    assert polling.poll_all(timezone.now()) == 3
    assert ids() == ["small@test"]
    reasons = sorted(UnreadMail.objects.values_list("reason", flat=True))
    assert "bytes are more than 2,000" in reasons[0]
    assert "does not say who wrote it" in reasons[1]


@pytest.mark.parametrize("wrong", [{"password": "no"}, {"folder": "Nowhere"}, {"port": 1}])
def test_a_mailbox_that_cannot_be_opened_says_why_and_holds_up_no_other(
    server: Server, box: Mailbox, wrong: dict[str, object]
) -> None:
    Mailbox.objects.update(**wrong)
    assert polling.poll_all(MONDAY) == 0
    box.refresh_from_db()
    assert box.error
    assert box.polled_at == MONDAY
