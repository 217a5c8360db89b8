"""The tracking API while processes are killed under load: whatever was acknowledged is there, exactly once."""

import base64
import http.client
import itertools
import json
import os
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from tests.faults.conftest import accord, environment

from accord.server.embedded import EmbeddedPostgres

SENDERS = 8


class Load:
    """Senders that never stop: each message goes again until it is acknowledged, as libraries do."""

    def __init__(self, address, key, senders=SENDERS):
        self.host = urlsplit(address).netloc.replace("localhost", "127.0.0.1")
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}
        self.acknowledged = []
        self.statuses = Counter()
        self.numbers = itertools.count()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._send_all) for _ in range(senders)]
        for thread in self.threads:
            thread.start()

    def _send_all(self):
        connection = None
        while not self.stopping.is_set():
            name = f"m{next(self.numbers)}"
            body = json.dumps({"event": "Under load", "userId": "u", "messageId": name, "x": "a" * 200})
            while not self.stopping.is_set():
                try:
                    connection = connection or http.client.HTTPConnection(self.host, timeout=20)
                    connection.request("POST", "/v1/track", body, self.headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException):
                    self.statuses["gone"] += 1
                    connection = connection and connection.close()
                    time.sleep(0.05)
                    continue
                self.statuses[answer.status] += 1
                if answer.status == 200:
                    self.acknowledged.append(name)
                    break
                time.sleep(0.05)
        if connection:
            connection.close()

    def goes_on(self, run):
        """Wait until a good many more have been acknowledged."""
        enough = len(self.acknowledged) + 200
        run.until(lambda: len(self.acknowledged) >= enough, 60)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)


@pytest.fixture
def key(home):
    """A source, added before anything runs."""
    said = subprocess.run(
        accord(home, "source", "add", "Shop", "--kind", "server", "--json"),
        env=environment(home), cwd=home, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(said.stdout)["write_key"]


def stored(home):
    """How often each message stands in the log."""
    with psycopg.connect(EmbeddedPostgres(home / "postgres").url()) as connection:
        return Counter(name for (name,) in connection.execute("SELECT message_id FROM tracking_message"))


def check_exactly_once(home, load):
    found = stored(home)
    missing = [name for name in load.acknowledged if name not in found]
    assert missing == []
    assert {name: times for name, times in found.items() if times > 1} == {}


def test_what_was_acknowledged_outlives_a_web_process_that_is_killed(key, home, serve):
    running = serve()
    load = Load(running.address(), key)
    try:
        load.goes_on(running)
        for _ in range(2):
            running.child("web").kill()
            load.goes_on(running)
    finally:
        load.stop()
    check_exactly_once(home, load)


def test_what_was_acknowledged_outlives_a_database_that_is_killed(key, home, serve):
    running = serve()
    load = Load(running.address(), key)
    try:
        load.goes_on(running)
        postmaster = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        psutil.Process(postmaster).kill()
        load.goes_on(running)
    finally:
        load.stop()
    assert set(load.statuses) <= {200, 503, "gone"}, "what could not be stored was not said to be"
    check_exactly_once(home, load)


def taken_in(home):
    """How often each message has become a touchpoint, how many are still pending, and how many were set aside."""
    with psycopg.connect(EmbeddedPostgres(home / "postgres").url()) as connection:
        rows = connection.execute("SELECT message_id FROM people_touchpoint")
        names = Counter(name.rpartition(":")[2] for (name,) in rows)
        pending = connection.execute("SELECT count(*), count(set_aside_at) FROM tracking_pending").fetchone()
    return names, *pending


def test_what_was_acknowledged_is_taken_in_once_however_often_the_worker_is_killed(key, home, serve):
    running = serve()
    load = Load(running.address(), key)
    killed = 0
    try:
        while killed < 4:
            load.goes_on(running)
            before = sum(taken_in(home)[0].values())
            running.until(lambda before=before: sum(taken_in(home)[0].values()) > before, 60)
            running.child("worker").kill()  # while it takes in: senders never stop
            killed += 1
        load.goes_on(running)
    finally:
        load.stop()
    check_exactly_once(home, load)
    running.until(lambda: taken_in(home)[1] == 0, 120)
    names, _, set_aside = taken_in(home)
    assert set_aside == 0
    assert set(load.acknowledged) <= set(names), "acknowledged, and not taken in"
    assert {name: times for name, times in names.items() if times > 1} == {}


def test_a_web_process_that_is_stopped_answers_what_it_has_taken(key, home, serve):
    running = serve()
    load = Load(running.address(), key)
    load.goes_on(running)
    running.process.terminate()
    load.stop()
    assert running.ends(60) == 0
    server = EmbeddedPostgres(home / "postgres")
    server.join()
    check_exactly_once(home, load)
    server.leave()
    assert set(load.statuses) <= {200, "gone"}


def test_far_too_many_senders_are_asked_to_wait_and_memory_stays_bounded(key, home, serve):
    """The database answers to nobody for a while: what arrives piles up to its limit and not beyond."""
    running = serve()
    address = running.address()
    web = running.child("web")
    before = web.memory_info().rss
    postmaster = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
    load = Load(address, key, senders=4)
    load.goes_on(running)
    for process in postmaster.children():
        if "accord-tracking" in " ".join(process.cmdline()) or process.cmdline()[0].startswith("postgres: postgres"):
            process.suspend()
    flood = Flood(load.host, key)
    try:
        running.until(lambda: flood.statuses[503] > 100, 60)
        most = web.memory_info().rss
    finally:
        for process in postmaster.children():
            process.resume()
        flood.stop()
    load.goes_on(running)
    load.stop()
    assert most - before < 300 * 1024 * 1024
    check_exactly_once(home, load)


@pytest.fixture
def small_disk():
    """A folder on a disk of 48 MB."""
    with tempfile.TemporaryDirectory(prefix="accord-small-") as folder:
        mounted = (
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], check=False).returncode == 0
        )
        if not mounted:
            pytest.skip("not run: no disk of a few megabytes can be mounted here (it takes root)")
        yield Path(folder)
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_said_to_be_and_what_was_acknowledged_is_there_once_there_is_room_again(
    key, home, serve, small_disk
):
    running = serve()
    address = running.address()
    log_on(small_disk, home)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(24 * 1024 * 1024))
    load = Load(address, key, senders=4)
    flood = Flood(load.host, key, senders=8)
    web = running.child("web")
    try:
        running.until(lambda: flood.statuses[503] > 20 and load.statuses[503] > 20, 120)
        assert psutil.disk_usage(str(small_disk)).free < 1024 * 1024, "it was something else"
        flood.stop()
        ballast.unlink()
        load.goes_on(running)
    finally:
        flood.stop()
        load.stop()
    assert set(load.statuses) | set(flood.statuses) == {200, 503}
    assert web.is_running(), "nothing had to be started again"
    check_exactly_once(home, load)
    log_on(None, home)


def log_on(folder, home):
    """Have the log of messages on another disk, or where it was."""
    server = EmbeddedPostgres(home / "postgres")
    owner = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0])).uids().real
    with psycopg.connect(server.url(), autocommit=True) as connection:
        if folder:
            place = folder / "space"
            place.mkdir()
            os.chown(place, owner, -1)
            for above in (folder, place):
                above.chmod(0o755)
            connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        names = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'tracking_message'::regclass"
        )
        for (name,) in names.fetchall():
            connection.execute(f"ALTER TABLE {name} SET TABLESPACE {'small' if folder else 'pg_default'}")
        if not folder:
            connection.execute("DROP TABLESPACE small")


class Flood:
    """Batches of 200 from many connections at once, none of which waits for the other's answer."""

    def __init__(self, host, key, senders=160):
        self.host, self.statuses, self.stopping = host, Counter(), threading.Event()
        message = {"type": "track", "event": "Flood", "userId": "u", "x": "a" * 1500}
        self.body = json.dumps({"batch": [message] * 200, "writeKey": key})
        self.threads = [threading.Thread(target=self._send_all) for _ in range(senders)]
        for thread in self.threads:
            thread.start()

    def _send_all(self):
        while not self.stopping.is_set():
            connection = http.client.HTTPConnection(self.host, timeout=60)
            try:
                connection.request("POST", "/v1/batch", self.body)
                self.statuses[connection.getresponse().status] += 1
            except (OSError, http.client.HTTPException):
                self.statuses["gone"] += 1
            finally:
                connection.close()
            time.sleep(0.1)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
