"""Push: to a push service on loopback, whose browser reads what it is sent by the standards."""

import json
import secrets
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from tests.server.conftest import MONDAY, Cast
from tests.server.notifications.conftest import tell
from tests.server.notifications.decryption import base64url, decrypt, point, unbase64url, verified
from tests.server.receiver import Receiver, receiver  # noqa: F401  # a fixture

from accord.server.accounts.models import User
from accord.server.notifications import push
from accord.server.notifications.delivering import LEASE, Channel, deliver
from accord.server.notifications.models import Delivery, Device, Notification, PushKey
from accord.server.notifications.outbox import notify
from accord.server.notifications.preferences import (
    MOST_DEVICES,
    NotificationError,
    add_device,
    remove_device,
)

LATER = MONDAY + timedelta(minutes=1)


class Browser:
    """A browser with keys of its own, subscribed for a user."""

    def __init__(self, service: Receiver, user: User, path: str = "/push/abc") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = secrets.token_bytes(16)
        keys = {"p256dh": base64url(point(self.private.public_key())), "auth": base64url(self.auth)}
        self.device = add_device(user, endpoint=service.url(path), **keys, name="Firefox on Linux", at=MONDAY)

    def read(self, body: bytes) -> dict[str, str]:
        return dict(json.loads(decrypt(body, self.private, self.auth)))


def push_due(at: object = LATER) -> int:
    return deliver({Channel.PUSH: push.push}, at)  # type: ignore[arg-type]


def test_the_oracle_reads_the_example_of_the_standard() -> None:
    """RFC 8291, section 5."""
    number = int.from_bytes(unbase64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    private = ec.derive_private_key(number, ec.SECP256R1())
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    said = decrypt(unbase64url(body), private, unbase64url("BTBZMqHH6r4Tts7J_aSIgg"))
    assert said == b"When I grow up, I want to be a watermelon"


def test_a_browser_can_read_what_it_is_sent_and_nobody_on_the_way_can(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    browser = Browser(receiver, cast.mara)
    tell(cast.mara, text="New lead:\nAnna")
    assert push_due() == 1
    [request] = receiver.requests
    notice = Notification.objects.get()
    assert browser.read(request.body) == {
        "title": "Accord",
        "text": "New lead: Anna",
        "link": f"/notices/{notice.pk}/",
        "tag": f"notice-{notice.pk}",
    }
    assert b"Anna" not in request.body
    assert (request.path, request.headers["content-encoding"]) == ("/push/abc", "aes128gcm")
    assert (request.headers["ttl"], request.headers["urgency"]) == ("86400", "normal")
    assert request.headers["topic"] == f"notice-{notice.pk}"


def test_the_push_service_knows_who_sends_it(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    tell(cast.mara)
    push_due()
    claims, known = verified(receiver.requests[0].headers["authorization"])
    assert claims["aud"] == f"http://127.0.0.1:{receiver.port}"
    assert claims["sub"] == "mailto:accord@localhost"
    assert 0 < claims["exp"] - timezone.now().timestamp() < 24 * 3600, "RFC 8292: no longer than a day"
    assert known == PushKey.objects.get().public == push.key().public


def test_what_is_urgent_says_so_and_lasts_until_it_is_due(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    due = timezone.now() + timedelta(minutes=30)
    notify([cast.mara.pk], "room.news", "Call", about="row:1", link="/", at=MONDAY, due=due, urgent=True)
    push_due()
    headers = receiver.requests[0].headers
    assert headers["urgency"] == "high"
    assert 1700 < int(headers["ttl"]) <= 1800


def test_every_browser_gets_it_once(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    browsers = [Browser(receiver, cast.mara, f"/push/{number}") for number in range(3)]
    Browser(receiver, cast.tom, "/push/tom")
    tell(cast.mara)
    assert push_due() == 3
    assert push_due(LATER + timedelta(hours=1)) == 0
    found = {request.path: request.body for request in receiver.requests}
    assert sorted(found) == ["/push/0", "/push/1", "/push/2"]
    assert [browser.read(found[f"/push/{number}"])["text"] for number, browser in enumerate(browsers)] == [
        "The roof leaks"
    ] * 3


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_expired_is_forgotten(cast: Cast, receiver: Receiver, status: int) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    receiver.usual = (status, {}, "")
    tell(cast.mara)
    assert push_due() == 0
    assert not Device.objects.exists()
    assert not Delivery.objects.filter(channel="push").exists()
    assert Delivery.objects.filter(channel="mail").count() == 1, "and by mail it goes on"


def test_a_service_that_fails_is_asked_again_with_the_same_topic(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    receiver.answers = [(503, {}, "")]
    tell(cast.mara)
    assert push_due() == 0
    assert push_due(LATER + timedelta(minutes=1)) == 0
    assert push_due(LATER + timedelta(minutes=2)) == 1
    first, again = receiver.requests
    assert first.headers["topic"] == again.headers["topic"]
    assert first.body != again.body, "sealed anew"


def test_a_service_that_says_when_is_asked_no_earlier(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    receiver.answers = [(429, {"Retry-After": "600"}, "")]
    tell(cast.mara)
    push_due()
    assert Delivery.objects.get(channel="push").next_try_at == LATER + timedelta(minutes=10)
    assert push_due(LATER + timedelta(minutes=9)) == 0
    assert push_due(LATER + timedelta(minutes=10)) == 1


def test_who_looks_at_it_in_the_page_first_is_left_in_peace(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    tell(cast.mara)
    Notification.objects.update(seen_at=MONDAY)
    assert push_due() == 0
    assert Delivery.objects.get(channel="push").last_error == "was seen in the page"
    assert receiver.requests == []


def test_a_worker_that_died_leaves_it_to_the_next(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    tell(cast.mara)
    push_due()
    Delivery.objects.filter(channel="push").update(outcome="", ended_at=None, next_try_at=LATER + LEASE)
    assert push_due(LATER + LEASE) == 1
    first, again = receiver.requests
    assert first.headers["topic"] == again.headers["topic"]


class TestSubscribing:
    GOOD = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    AUTH = "BTBZMqHH6r4Tts7J_aSIgg"

    @pytest.mark.parametrize(
        "bad",
        [
            {"endpoint": "https://127.0.0.1/push"},
            {"endpoint": "http://push.example/push"},
            {"endpoint": "javascript:alert(1)"},
            {"p256dh": "AAAA"},
            {"p256dh": base64url(b"\x04" + b"\x01" * 64)},
            {"p256dh": "ü"},
            {"auth": "short"},
            {"auth": "x" * 51},
        ],
    )
    def test_what_no_message_can_be_brought_to_is_refused(self, cast: Cast, bad: dict[str, str]) -> None:
        good = {"endpoint": "https://push.example/abc", "p256dh": self.GOOD, "auth": self.AUTH, "name": "A browser"}
        with pytest.raises(NotificationError, match="this browser gave no"):
            add_device(cast.mara, **(good | bad), at=MONDAY)
        assert not Device.objects.exists()
        add_device(cast.mara, **good, at=MONDAY)

    def test_a_browser_belongs_to_whoever_switched_it_on_last(self, cast: Cast) -> None:
        where = {"endpoint": "https://push.example/abc", "p256dh": self.GOOD, "auth": self.AUTH, "name": "Shared"}
        add_device(cast.mara, **where, at=MONDAY)
        add_device(cast.tom, **where, at=LATER)
        assert Device.objects.get().user == cast.tom

    def test_the_oldest_of_too_many_is_forgotten(self, cast: Cast) -> None:
        for number in range(MOST_DEVICES + 1):
            where = {"endpoint": f"https://push.example/{number}", "p256dh": self.GOOD, "auth": self.AUTH}
            add_device(cast.mara, **where, name=str(number), at=MONDAY + timedelta(minutes=number))
        assert [device.name for device in Device.objects.all()] == [str(n) for n in range(1, MOST_DEVICES + 1)]

    def test_nobody_removes_the_browser_of_another(self, cast: Cast) -> None:
        where = {"endpoint": "https://push.example/abc", "p256dh": self.GOOD, "auth": self.AUTH, "name": "Mara's"}
        device = add_device(cast.mara, **where, at=MONDAY)
        remove_device(cast.tom, device.pk, at=MONDAY)
        assert Device.objects.count() == 1
        remove_device(cast.mara, device.pk, at=MONDAY)
        assert Device.objects.count() == 0
