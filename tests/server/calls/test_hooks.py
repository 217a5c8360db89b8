"""Reports of calls at the door: who may report, and what is safe by the time it is answered."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook
from tests.server.calls.conftest import OURS, SECRET, Switchboard
from tests.server.conftest import MONDAY

from accord.server.calls.models import Call, TelephoneSystem
from accord.server.calls.signatures import new_secret
from accord.server.handoffs.models import Attempt
from accord.server.intake.taking import take_in
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead
from accord.server.tracking.models import Message, Pending, Receipt, Tally

CALL = {"call_id": "c1", "status": "completed", "from": "+442071838750", "to": OURS}


def refusals() -> list[str]:
    return sorted(Tally.objects.exclude(reason="").values_list("reason", flat=True))


def test_a_signed_report_is_in_the_log_when_it_is_answered(board: Switchboard) -> None:
    assert board.post(CALL) == 204
    assert json.loads(Message.objects.get().body)["properties"]["payload"] == CALL


def test_the_same_report_twice_is_in_the_log_once(board: Switchboard) -> None:
    """Lesson 25."""
    assert [board.post(CALL), board.post(CALL)] == [204, 204]
    assert Message.objects.count() == 1


def test_a_report_that_somebody_else_signed_is_refused_and_counted(board: Switchboard) -> None:
    assert board.post(CALL, secret=new_secret()) == 403
    assert Client().post(board.path, json.dumps(CALL), content_type="application/json").status_code == 403
    assert not Message.objects.exists()
    assert Tally.objects.get(source=board.source).reason == "bad_signature"
    assert Tally.objects.get(source=board.source).count == 2


def test_a_report_whose_body_was_changed_is_refused(board: Switchboard) -> None:
    stamp = timezone.now()
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("m", stamp, json.dumps(CALL)),
    }
    body = json.dumps(CALL | {"from": "+441"})
    assert Client().post(board.path, body, content_type="application/json", headers=headers).status_code == 403


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_report_that_was_signed_long_ago_is_a_replay(board: Switchboard, minutes: int) -> None:
    assert board.post(CALL, at=timezone.now() + timedelta(minutes=minutes)) == 403
    assert refusals() == ["replayed"]


def test_a_replaced_secret_works_until_its_day(board: Switchboard) -> None:
    new, day = new_secret(), timezone.now() + timedelta(days=1)
    systems = TelephoneSystem.objects.filter(source=board.source)
    systems.update(secret=new, old_secret=SECRET, old_secret_until=day)
    assert [board.post(CALL, secret=SECRET), board.post(CALL, secret=new)] == [204, 204]
    systems.update(old_secret_until=timezone.now() - timedelta(seconds=1))
    assert [board.post(CALL, secret=SECRET), board.post(CALL, secret=new)] == [403, 204]


def test_twilio_signs_the_public_address_and_its_fields(board: Switchboard) -> None:
    TelephoneSystem.objects.update(provider="twilio", secret="token")
    told = {"CallSid": "CA1", "CallStatus": "completed", "From": "+442071838750", "To": OURS, "CallerName": ""}
    assert board.twilio("token", **told) == 204
    assert board.twilio("another", **told) == 403
    assert Message.objects.get().message_id.startswith("CA1 ")


def test_callrail_signs_the_body(board: Switchboard) -> None:
    TelephoneSystem.objects.update(provider="callrail", secret="company-key")
    body = json.dumps({"id": "CAL1", "duration": 5, "answered": True, "transcription": "every word"})
    good = base64.b64encode(hmac.new(b"company-key", body.encode(), hashlib.sha1).digest()).decode()

    def post(signature: str) -> int:
        return (
            Client()
            .post(board.path, body, content_type="application/json", headers={"Signature": signature})
            .status_code
        )

    assert [post(good), post(good[:-2] + "A="), post("")] == [204, 403, 403]
    assert "every word" not in Message.objects.get().body


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"call_id": "c1"},
        {"call_id": "c1", "status": "sung"},
        {"call_id": "", "status": "completed"},
        {"call_id": "x" * 101, "status": "completed"},
        {"call_id": "c1", "status": "completed", "direction": "sideways"},
        {"call_id": ["c1"], "status": {"a": 1}},
    ],
)
def test_a_report_that_says_nothing_usable_is_told_so(board: Switchboard, payload: dict[str, object]) -> None:
    assert board.post(payload) == 400
    assert refusals() == ["bad_payload"]


@pytest.mark.parametrize("body", ["", "[]", "nonsense", "\\ud800", "[" * 100_000])
def test_a_body_that_is_no_object_is_told_so(board: Switchboard, body: str) -> None:
    stamp = timezone.now()
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("m", stamp, body),
    }
    assert Client().post(board.path, body, content_type="application/json", headers=headers).status_code == 400


def test_nobody_reports_under_an_unknown_key_or_for_a_source_that_is_closed(board: Switchboard) -> None:
    assert Client().post("/hooks/calls/nobody/").status_code == 404
    board.source.disabled_at = timezone.now()
    board.source.save()
    assert board.post(CALL) == 404
    assert refusals() == ["source_disabled", "unknown_write_key"]


def test_before_it_is_set_up_a_source_takes_no_reports(board: Switchboard) -> None:
    TelephoneSystem.objects.all().delete()
    assert board.post(CALL) == 404
    assert refusals() == ["not_set_up"]


def test_while_the_database_is_away_the_system_is_asked_to_come_again(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr("accord.server.calls.hooks.append", away)
    assert board.post(CALL) == 503


def test_the_door_opens_to_post_alone(board: Switchboard) -> None:
    assert Client().get(board.path).status_code == 405


def replayed(provider: str, board: Switchboard) -> Callable[[], int]:
    """A report of a missed call, signed once, that anybody may send again who has seen it."""
    if provider == "twilio":
        TelephoneSystem.objects.update(provider="twilio", secret="token")
        told = {
            "CallSid": "CA1",
            "CallStatus": "no-answer",
            "Direction": "inbound",
            "From": "+442071838750",
            "To": OURS,
        }
        return lambda: board.twilio("token", **told)
    TelephoneSystem.objects.update(provider="callrail", secret="key")
    told = {
        "id": "CAL1", "answered": False, "duration": 0, "direction": "inbound", "start_time": MONDAY.isoformat(),
        "customer_phone_number": "+442071838750", "tracking_phone_number": OURS,
    }  # fmt: skip
    body = json.dumps(told)
    signature = base64.b64encode(hmac.new(b"key", body.encode(), hashlib.sha1).digest()).decode()
    headers = {"Signature": signature}
    return lambda: Client().post(board.path, body, content_type="application/json", headers=headers).status_code


def everything() -> list[list[dict[str, object]]]:
    """All that calls have led to; of a call its outcome, not which reports it was told by."""
    found = [list(model.objects.order_by("pk").values()) for model in (Call, Touchpoint, Person, Lead, Attempt)]
    for call in found[0]:
        call.pop("reports")
    return found


@pytest.mark.parametrize("provider", ["twilio", "callrail"])
def test_a_signed_report_that_somebody_sends_again_changes_nothing(board: Switchboard, provider: str) -> None:
    """Lesson 25. Neither signs a time, so that the signature holds for ever."""
    TelephoneSystem.objects.update(opens_leads=True)
    send = replayed(provider, board)
    assert send() == 204
    take_in()
    before = everything()
    assert [len(rows) for rows in before] == [1, 1, 1, 1, 0]
    Call.objects.update(settled_at=MONDAY)
    before[0][0]["settled_at"] = MONDAY

    assert [send(), send()] == [204, 204]
    take_in()
    assert Message.objects.count() == 1
    assert everything() == before


@pytest.mark.parametrize("provider", ["twilio", "callrail"])
def test_one_that_comes_again_when_its_receipt_is_forgotten_is_the_same_call(board: Switchboard, provider: str) -> None:
    TelephoneSystem.objects.update(opens_leads=True)
    send = replayed(provider, board)
    send()
    take_in()
    before = everything()
    Receipt.objects.all().delete()

    assert send() == 204
    assert take_in() == 1
    after = everything()
    review = [lead.pop("review_at") for lead in (*before[3], *after[3])]  # it is looked at again, to no effect
    assert all(review)
    assert after == before
    assert not Pending.objects.exists()
