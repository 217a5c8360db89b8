"""A telephone system of each kind, whose reports go through the door, the log and intake."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook
from tests.server.conftest import MONDAY
from twilio.request_validator import RequestValidator

from accord.server.agreements.models import Revision
from accord.server.calls.models import Call, TelephoneSystem, TrackingNumber
from accord.server.intake.taking import take_in
from accord.server.tracking.models import Source

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()
OURS = "+493012345670"
PUBLIC = "https://accord.test.works"


@dataclass
class Switchboard:
    """Reports calls as the three kinds of system do, signed by libraries that are not ours."""

    source: Source
    system: TelephoneSystem
    client: Client = field(default_factory=Client)

    @property
    def path(self) -> str:
        return f"/hooks/calls/{self.source.write_key}/"

    def post(self, payload: Mapping[str, Any], *, at: datetime | None = None, secret: str = "") -> int:
        """Report in Accord's own format; return the status of the answer."""
        body = json.dumps(payload)
        stamp, id_ = at or timezone.now(), "msg_1"
        headers = {
            "webhook-id": id_,
            "webhook-timestamp": str(int(stamp.timestamp())),
            "webhook-signature": Webhook(secret or self.system.secret).sign(id_, stamp, body),
        }
        return self.client.post(self.path, body, content_type="application/json", headers=headers).status_code

    def twilio(self, token: str, **params: str) -> int:
        signature = RequestValidator(token).compute_signature(PUBLIC + self.path, params)
        return self.client.post(
            self.path,
            urlencode(params),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature},
        ).status_code

    def call(self, status: str = "no-answer", *, key: str = "c1", **told: Any) -> Call | None:
        """Report one call that is over and have it taken in."""
        default = {"from": "+442071838750", "to": OURS, "at": MONDAY.isoformat(), "started_at": MONDAY.isoformat()}
        assert self.post({"call_id": key, "status": status} | default | told) == 204
        take_in()
        return Call.objects.filter(key=key).first()


@pytest.fixture
def board(revision: Revision, settings: Any) -> Switchboard:
    settings.SITE_URL = PUBLIC
    source = Source.objects.create(name="Switchboard", kind="call", created_at=MONDAY - timedelta(days=400))
    return Switchboard(source, TelephoneSystem.objects.create(source=source, provider="accord", secret=SECRET))


@pytest.fixture
def letter(db: None) -> TrackingNumber:
    """The number on the spring letter."""
    return TrackingNumber.objects.create(
        number="+493012345699",
        name="Spring letter",
        source="spring",
        medium="cpc",
        campaign="spring_letter",
        active_from=MONDAY - timedelta(days=30),
    )
