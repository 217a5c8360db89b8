"""``accord serve --mail-port``: mails by SMTP to everything that runs on one machine."""

import json
import smtplib
import socket
import subprocess

import psycopg
from tests.faults.conftest import accord, environment
from tests.server.inbox.conftest import written

from accord.server.embedded import EmbeddedPostgres


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def touchpoints(home):
    with psycopg.connect(EmbeddedPostgres(home / "postgres").url()) as connection:
        rows = connection.execute(
            "SELECT event, email, properties ->> 'subject'"
            " FROM people_touchpoint JOIN people_person ON people_person.id = person_id"
        )
        return rows.fetchall()


def send(port, key, number):
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.send_message(
            written("ada@c1.example", f"{key}@mail.test", subject=f"Gauge {number}", id_=f"m{number}@c1")
        )


def test_a_mail_to_the_served_port_ends_as_a_touchpoint_also_after_the_listener_was_killed(home, run):
    added = subprocess.run(
        accord(home, "source", "add", "Mail", "--kind", "mail", "--json"),
        env=environment(home), cwd=home, check=True, capture_output=True, text=True,
    )  # fmt: skip
    key, port = json.loads(added.stdout)["write_key"], free_port()
    running = run("serve", "--port", "0", "--mail-port", str(port))
    running.says(r"taking mails at 127\.0\.0\.1:\d+")
    send(port, key, 1)
    running.until(lambda: touchpoints(home), 60)
    assert touchpoints(home) == [("mail_received", "ada@c1.example", "Gauge 1")]
    running.child("mail").kill()
    running.says(r"taking mails at", times=2)
    send(port, key, 2)
    running.until(lambda: len(touchpoints(home)) == 2, 60)
    running.process.terminate()
    assert running.ends(60) == 0
