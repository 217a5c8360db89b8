"""A mail source, and mails that go through the door, the log and intake."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from tests.server.conftest import MONDAY

from accord.server.agreements.models import Revision
from accord.server.inbox.receiving import receive
from accord.server.intake.taking import take_in
from accord.server.tracking.models import Source


def written(
    sender: str, to: str, *, subject: str = "Gauges", text: str = "Hello", id_: str = "m1@test", at: datetime = MONDAY
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"], mail["Date"] = f"<{id_}>", format_datetime(at)
    mail.set_content(text)
    return mail


@dataclass
class Post:
    """Brings mails."""

    source: Source

    @property
    def address(self) -> str:
        return f"{self.source.write_key}@mail.test.works"

    def brings(self, mail: EmailMessage | bytes, at: datetime = MONDAY) -> bool:
        taken = receive(self.source, mail if isinstance(mail, bytes) else bytes(mail), at)
        take_in()
        return taken


@pytest.fixture
def post(revision: Revision) -> Post:
    return Post(Source.objects.create(name="Mail", kind="mail", created_at=MONDAY - timedelta(days=400)))
