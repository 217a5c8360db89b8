"""``accord mail listen`` as a real process."""

import os
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from tests.server.conftest import MONDAY
from tests.server.inbox.conftest import written
from tests.server.tracking.running import database_url

from accord.server.tracking.models import Message, Source


@pytest.mark.django_db(transaction=True)
def test_it_takes_mails_and_ends_in_good_order(tmp_path: Path) -> None:
    source = Source.objects.create(name="Mail", kind="mail", created_at=MONDAY)
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "ACCORD_HOME": str(tmp_path),
        "ACCORD_SECRET_KEY": settings.SECRET_KEY,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "accord", "mail", "listen", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("taking mails at 127.0.0.1:")
        with smtplib.SMTP("127.0.0.1", int(line.rpartition(":")[2]), timeout=20) as client:
            client.send_message(written("ada@c1.example", f"{source.write_key}@mail.test"))
        assert Message.objects.get().message_id == "m1@test"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
