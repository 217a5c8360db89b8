"""Killing the worker or the web process at any moment loses no accepted action and doubles none."""

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.server.conftest import World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.accounts.models import AuditEntry, User
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.offers import offer_ready
from accord.server.notifications.models import Notification
from accord.server.people.models import Touchpoint
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead, StageChange
from accord.server.queue import wake

LEADS = 150


def process(*arguments: str) -> subprocess.Popen[bytes]:
    """A real ``accord`` process on the database of this test."""
    name = str(connection.settings_dict["NAME"])
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    return subprocess.Popen(
        [sys.executable, "-m", "accord", *arguments],
        env={**os.environ, "DATABASE_URL": url, "ACCORD_SECRET_KEY": settings.SECRET_KEY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_worker_killed_again_and_again_judges_and_offers_every_lead_once(world: World) -> None:  # noqa: F811
    now = datetime.now(UTC) - timedelta(minutes=10)
    for _ in range(LEADS):
        world.happens(world.lead(at=now), "webinar_attended", now)
    chance = random.Random(8)  # noqa: S311  # moments to kill at, not secrets
    seen: list[int] = []
    while (seen or [0])[-1] < LEADS and len(seen) < 4:
        wake("handoffs.offer_ready_leads")
        worker = process("worker")
        before = Offer.objects.count()
        deadline = time.monotonic() + 20
        while Offer.objects.count() == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.25))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        seen.append(Offer.objects.count())
    assert seen[0] > 0, "the worker did nothing before it was killed"
    assert seen[0] < LEADS, "the worker was done before it was killed: this test shows nothing"

    at = datetime.now(UTC)
    judge_due(at)
    offer_ready(at)
    assert Lead.objects.filter(stage="mql").count() == LEADS
    assert set(Counter(StageChange.objects.values_list("lead", "to_stage")).values()) == {1}
    assert set(Counter(Offer.objects.values_list("lead", flat=True)).values()) == {1}
    assert Offer.objects.count() == LEADS
    assert set(Counter(Clock.objects.values_list("offer", "promise")).values()) == {1}
    assert Clock.objects.count() == 2 * LEADS == ClockEvent.objects.filter(kind="started").count()
    assert Notification.objects.filter(kind=Kind.OFFERED).count() == LEADS
    assert Touchpoint.objects.count() == LEADS
    assert not Lead.objects.filter(owner=None, queue="").exists()


class Salesperson:
    """Logs calls over HTTP like a browser that tries again whenever an answer is lost."""

    def __init__(self, user: User, port: int) -> None:
        client = Client()
        client.force_login(user)
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'x' * 32}"
        self.port = port

    def logs_a_call(self, lead: Lead, action: uuid.UUID) -> bool:
        form = {"tried": "no_answer", "action_id": str(action), "csrfmiddlewaretoken": "x" * 32, "note": "rang twice"}
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(door):
            try:
                door.request(
                    "POST",
                    reverse("lead_log", args=[lead.pk]),
                    urlencode(form),
                    {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"},
                )
                answer = door.getresponse()
            except (OSError, http.client.HTTPException):
                return False
            answer.read()
        assert (answer.status, answer.headers["Location"]) == (302, reverse("lead", args=[lead.pk]))
        return True


@pytest.mark.django_db(transaction=True)
def test_a_web_process_killed_again_and_again_keeps_every_acknowledged_call_once(world: World) -> None:  # noqa: F811
    lead = world.offered(datetime.now(UTC))
    assert lead.owner is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    caller = Salesperson(lead.owner, port)
    chance = random.Random(3)  # noqa: S311  # moments to kill at, not secrets
    acknowledged: set[uuid.UUID] = set()
    tried: set[uuid.UUID] = set()
    lost = 0
    for _ in range(3):
        web = process("web", "--port", str(port))
        killer = threading.Timer(0.2 + chance.random() / 2, web.kill)
        while web.poll() is None:
            action = uuid.uuid4()
            tried.add(action)
            while not (done := caller.logs_a_call(lead, action)) and web.poll() is None:
                lost += 1
                time.sleep(0.05)
            if done:
                acknowledged.add(action)
                if killer.ident is None:
                    killer.start()
        killer.join()
    assert lost > 0
    assert len(acknowledged) > 3
    kept = list(Attempt.objects.values_list("action_id", flat=True))
    assert acknowledged <= set(kept) <= tried
    assert len(kept) == len(set(kept))
    assert AuditEntry.objects.filter(action="lead.attempted").count() == len(kept)
