"""Whether a report comes from whom it says: the signatures of each telephone system. Pure.

Accord's own format is that of Standard Webhooks (https://www.standardwebhooks.com), for which there are libraries in
most languages. Twilio: https://www.twilio.com/docs/usage/security#validating-requests. CallRail:
https://apidocs.callrail.com/#validating-payloads.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from accord.server.calls.payloads import Provider

WINDOW = timedelta(minutes=5)
"""How far the sender's clock may be off: an older report is a replay, whatever its signature."""
PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request is signed.

    Attributes:
        url: The address as the sender knows it, which is not always the one that arrives behind a proxy.
        headers: By their names in lower case.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes


def new_secret() -> str:
    """Return a secret of 256 bits, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def refused(provider: Provider, request: Request, secrets_: Iterable[str], at: datetime) -> str:
    """Return why a report is not taken: ``bad_signature`` or ``replayed``; empty if it is genuine.

    Args:
        provider: Whose report it says it is.
        request: The request.
        secrets_: Each that works now.
        at: Now.
    """
    holds = {Provider.ACCORD: _accord, Provider.TWILIO: _twilio, Provider.CALLRAIL: _callrail}[provider]
    if not any(holds(request, secret) for secret in secrets_ if secret):
        return "bad_signature"
    if provider is Provider.ACCORD:
        sent_at = float(request.headers["webhook-timestamp"])  # it is signed, and was read a moment ago
        if abs(at.timestamp() - sent_at) > WINDOW.total_seconds():
            return "replayed"
    return ""


def _accord(request: Request, secret: str) -> bool:
    stamp, id_ = request.headers.get("webhook-timestamp", ""), request.headers.get("webhook-id", "")
    if not (id_ and stamp.isascii() and stamp.isdigit() and len(stamp) < 15):
        return False
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return False
    digest = hmac.digest(key, f"{id_}.{stamp}.".encode() + request.body, hashlib.sha256)
    signed = f"v1,{base64.b64encode(digest).decode()}"
    return any(_same(each, signed) for each in request.headers.get("webhook-signature", "").split())


def _twilio(request: Request, secret: str) -> bool:
    pairs = sorted(set(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)))
    fields = "".join(name + value for name, value in pairs)
    given = request.headers.get("x-twilio-signature", "")
    return any(_same(given, _sha1(secret, (url + fields).encode())) for url in _with_and_without_port(request.url))


def _with_and_without_port(url: str) -> tuple[str, ...]:
    """Return an address as Twilio may have signed it: it leaves the usual port out, or not."""
    parts = urlsplit(url)
    host, usual = parts.hostname or "", {"https": 443, "http": 80}.get(parts.scheme)
    bare = f"[{host}]" if ":" in host else host
    port = parts.port or usual
    return url, parts._replace(netloc=bare).geturl(), parts._replace(netloc=f"{bare}:{port}").geturl()


def _callrail(request: Request, secret: str) -> bool:
    return _same(request.headers.get("signature", ""), _sha1(secret, request.body))


def _sha1(secret: str, text: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), text, hashlib.sha1)).decode()


def _same(given: str, signed: str) -> bool:
    return hmac.compare_digest(given.encode(), signed.encode())
