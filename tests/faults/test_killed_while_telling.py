"""Killing a process between a decision and what people are told of it loses nothing and tells nobody twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.server.conftest import AGREEMENT, Cast, cast, postbox, revision  # noqa: F401  # fixtures
from tests.server.notifications.test_chats import chat_due
from tests.server.notifications.test_push import Browser, push_due
from tests.server.postbox import Postbox
from tests.server.receiver import Receiver, receiver  # noqa: F401  # a fixture

from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.agreements.services import propose
from accord.server.notifications.delivering import LEASE, mail_due
from accord.server.notifications.models import Delivery, Habits, Notification
from accord.server.notifications.outbox import TASK
from accord.server.notifications.preferences import set_own_chat

pytestmark = pytest.mark.django_db(transaction=True)
BETTER = AGREEMENT.read_text(encoding="utf-8").replace("deliver: 20", "deliver: 25")
STARTS_WITHIN = 120.0
"""Seconds in which a worker gets to work, on a machine that has much else to do."""
PROPOSES_AND_DIES = """
import os, signal, sys
from accord.cli.database import set_up_django
set_up_django()
from django.db import transaction
from django.utils import timezone
from accord.server.accounts.models import User
from accord.server.agreements.services import propose
from accord.server.notifications import outbox
outbox.wake = lambda task: transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
propose(sys.stdin.read(), "b.yaml", reason="More", by=User.objects.get(name="Olga"), at=timezone.now())
"""


def environment(box: Postbox) -> dict[str, str]:
    name = str(connection.settings_dict["NAME"])
    return {
        **os.environ,
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        "ACCORD_SECRET_KEY": settings.SECRET_KEY,
        "ACCORD_EMAIL_BACKEND": settings.EMAIL_BACKEND,
        "ACCORD_SMTP_HOST": "127.0.0.1",
        "ACCORD_SMTP_PORT": str(box.port),
        "ACCORD_PRIVATE_ADDRESSES": "1",
    }


def worker(box: Postbox, concurrency: int = 1) -> subprocess.Popen[bytes]:
    """A real worker, which mails to the postbox."""
    return subprocess.Popen(
        [sys.executable, "-m", "accord", "worker", "--concurrency", str(concurrency)],
        env=environment(box),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(autouse=True)
def at_any_hour(cast: Cast) -> None:  # noqa: F811
    """Nobody is quiet, whatever time it is where this runs."""
    Habits.objects.bulk_create(Habits(user=user, quiet=False) for user in User.objects.all())


@pytest.fixture
def asked(revision: Revision, cast: Cast, postbox: Postbox) -> Notification:  # noqa: F811
    """A proposal of which Mara alone has yet to be told."""
    propose(BETTER, "b.yaml", reason="More", by=cast.olga, at=datetime.now(UTC))
    Notification.objects.exclude(user=cast.mara).delete()
    return Notification.objects.get()


def test_who_dies_right_after_the_commit_has_asked_everybody(
    revision: Revision,  # noqa: F811
    cast: Cast,  # noqa: F811
    postbox: Postbox,  # noqa: F811
) -> None:
    ProcrastinateJob.objects.all()._raw_delete("default")  # those of the revision that is in force
    died = subprocess.run(
        [sys.executable, "-c", PROPOSES_AND_DIES], input=BETTER.encode(), env=environment(postbox), check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert Revision.objects.get(number=2).status == "proposed"
    assert not ProcrastinateJob.objects.filter(task_name=TASK).exists(), "it lived to wake the job"
    assert mail_due(datetime.now(UTC)) == 5
    assert mail_due(datetime.now(UTC)) == 0
    assert sorted(mail["To"] for mail in postbox.mails) == [
        f"{name}@test.works" for name in ("enno", "mara", "priya", "sven", "tom")
    ]


@pytest.mark.slow
def test_a_worker_killed_before_the_mail_has_left_leaves_it_to_the_next(
    asked: Notification,
    postbox: Postbox,  # noqa: F811
) -> None:
    postbox.seconds = 60.0
    first = worker(postbox)
    assert postbox.asked.wait(STARTS_WITHIN)
    first.kill()
    first.wait()
    postbox.seconds = 0.0
    assert mail_due(datetime.now(UTC)) == 0, "somebody else has it, as far as anybody knows"
    assert mail_due(datetime.now(UTC) + LEASE) == 1
    assert [mail["To"] for mail in postbox.mails] == ["mara@test.works"]


@pytest.mark.slow
def test_a_worker_killed_after_the_mail_has_left_sends_no_other_one(
    asked: Notification,
    postbox: Postbox,  # noqa: F811
) -> None:
    """It is sent again, since nobody can know; but it is the same mail, which its reader's program shows once."""
    first = worker(postbox)
    postbox.arrived = first.kill
    assert postbox.asked.wait(STARTS_WITHIN)
    first.wait()
    postbox.arrived = lambda: None
    while not postbox.mails:
        time.sleep(0.01)
    assert Delivery.objects.get().outcome == ""
    assert mail_due(datetime.now(UTC) + LEASE) == 1
    assert len(postbox.mails) == 2
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 1


@pytest.mark.slow
def test_a_worker_killed_while_it_tells_on_every_way_leaves_each_of_them_to_the_next(
    asked: Notification,
    cast: Cast,  # noqa: F811
    postbox: Postbox,  # noqa: F811
    receiver: Receiver,  # noqa: F811
) -> None:
    """What had left is sent once more, since nobody can know, under the same id; what had not is sent once."""
    browser = Browser(receiver, cast.mara, "/push")
    set_own_chat(cast.mara, url=receiver.url("/chat"), form="slack", at=datetime.now(UTC))
    postbox.seconds = 60.0
    receiver.hold.clear()
    first = worker(postbox, concurrency=5)
    assert postbox.asked.wait(STARTS_WITHIN)
    end = time.monotonic() + STARTS_WITHIN
    while len(receiver.requests) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    first.kill()
    first.wait()
    postbox.seconds = 0.0
    receiver.hold.set()
    now = datetime.now(UTC)
    assert (mail_due(now), push_due(now), chat_due(now)) == (0, 0, 0), "somebody else has them, for all anybody knows"
    assert (mail_due(now + LEASE), push_due(now + LEASE), chat_due(now + LEASE)) == (1, 1, 1)
    assert (mail_due(now + 2 * LEASE), push_due(now + 2 * LEASE), chat_due(now + 2 * LEASE)) == (0, 0, 0)
    assert set(Delivery.objects.values_list("channel", "outcome")) == {
        ("mail", "sent"),
        ("push", "sent"),
        ("chat", "sent"),
    }
    assert len(postbox.mails) == 1
    pushed = [request for request in receiver.requests if request.path == "/push"]
    said = [request for request in receiver.requests if request.path == "/chat"]
    assert (len(pushed), len(said)) == (2, 2)
    assert len({browser.read(request.body)["tag"] for request in pushed}) == 1
    assert len({request.headers["idempotency-key"] for request in said}) == 1


def test_two_workers_at_once_tell_on_every_way_once(
    asked: Notification,
    cast: Cast,  # noqa: F811
    postbox: Postbox,  # noqa: F811
    receiver: Receiver,  # noqa: F811
) -> None:
    """Of thirty notices with a mail, a push and a message each."""
    Browser(receiver, cast.mara, "/push")
    set_own_chat(cast.mara, url=receiver.url("/chat"), form="slack", at=datetime.now(UTC))
    said = {"user": cast.mara, "kind": "lead.escalation", "link": "/queue/", "created_at": datetime.now(UTC)}
    Notification.objects.bulk_create(Notification(**said, about=f"clock_event:{n}", text=f"No. {n}") for n in range(29))
    now, together = datetime.now(UTC), threading.Barrier(2)

    def work() -> None:
        together.wait()
        try:
            for way in (mail_due, push_due, chat_due):
                way(now)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert Delivery.objects.filter(outcome="sent").count() == 90
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 30
    topics = [request.headers["topic"] for request in receiver.requests if request.path == "/push"]
    keys = [request.headers["idempotency-key"] for request in receiver.requests if request.path == "/chat"]
    assert len(set(topics)) == len(topics) == 30
    assert len(set(keys)) == len(keys) == 30
