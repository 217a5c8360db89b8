"""Messages to browsers, also while no page is open: encrypted by RFC 8291, signed by RFC 8292 (VAPID)."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils import timezone
from py_vapid import Vapid02

from accord.server.notifications.answers import RefusedError, must_be_good
from accord.server.notifications.models import Delivery, Device, Notification, PushKey
from accord.server.outgoing import post

SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=1)
"""How long a push service keeps a message for a browser that is not there: until it is due, within these bounds."""
TITLE = "Accord"


def key() -> PushKey:
    """Return the key pair of this installation, made when it is first needed."""
    found = PushKey.objects.first()
    if found is None:
        pair = Vapid02()
        pair.generate_keys()
        point = pair.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        pem = pair.private_pem().decode()
        found, _ = PushKey.objects.get_or_create(only=True, defaults={"private_pem": pem, "public": _base64url(point)})
    return found


def is_public_key(text: str) -> bool:
    """Return whether a text is what a browser gives as its key: a point on P-256, in base64url."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(text))
    except ValueError:
        return False
    return True


def push(deliveries: Sequence[Delivery]) -> None:
    """Send one notice to one browser; one that has let go of its subscription is forgotten.

    Raises:
        RefusedError: It has.
    """
    [delivery] = deliveries
    if delivery.device is not None:
        message = {**words(delivery.notification), "tag": f"notice-{delivery.notification_id}"}
        send(delivery.device, message, _keep(delivery.notification), urgent=delivery.notification.urgent)


def words(notice: Notification) -> dict[str, str]:
    """Return what a browser shows of a notice, and which page it opens."""
    return {"title": TITLE, "text": " ".join(notice.text.split()), "link": notice.get_absolute_url()}


def send(device: Device, message: dict[str, str], keep: timedelta, *, urgent: bool) -> None:
    """Encrypt a message for one browser and bring it to its push service.

    The topic (RFC 8030, section 5.4) is the same whenever the same message is sent again: a push service then keeps one
    of two for a browser that is not there; to one that is there, both have the same tag, and it shows one.
    """
    endpoint = urlsplit(device.endpoint)
    audience = f"{endpoint.scheme}://{endpoint.netloc}"
    claims = {"aud": audience, "sub": _contact(), "exp": int((timezone.now() + timedelta(hours=12)).timestamp())}
    headers = {
        **Vapid02.from_pem(key().private_pem.encode()).sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(keep.total_seconds())),
        "Urgency": "high" if urgent else "normal",
        "Topic": message["tag"],
    }
    sealed = http_ece.encrypt(
        json.dumps(message).encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(device.p256dh),
        auth_secret=_bytes(device.auth),
        version="aes128gcm",
    )
    answer = post(device.endpoint, sealed, headers)
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        text = f"{device.name} does not take messages any more"
        Device.objects.filter(pk=device.pk).delete()  # and its deliveries with it
        raise RefusedError(text)
    must_be_good(answer, endpoint.hostname or "the push service")


def _keep(notice: Notification) -> timedelta:
    now: datetime = timezone.now()
    return min(max(notice.due_at - now, SHORTEST), LONGEST) if notice.due_at is not None else LONGEST


def _contact() -> str:
    """Return how a push service reaches whoever runs this: by its address, or else by that of its mails."""
    if settings.SITE_URL.startswith("https://"):
        return settings.SITE_URL
    return "mailto:" + settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
