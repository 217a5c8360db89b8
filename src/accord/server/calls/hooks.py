"""Where telephone systems report calls: ``POST /hooks/calls/<write key>/``.

A report is answered once it is committed to the log; what it means is found out by ``intake``.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accord.server.calls.meaning import EVENT
from accord.server.calls.models import TelephoneSystem
from accord.server.calls.payloads import PayloadError, Provider, kept, report_of
from accord.server.calls.signatures import Request, refused
from accord.server.tracking.log import TrackingError, append
from accord.server.tracking.models import Source
from accord.server.tracking.tally import count_refused

AGAIN_SECONDS = 5
STATUS = {
    "unknown_write_key": HTTPStatus.NOT_FOUND,
    "source_disabled": HTTPStatus.NOT_FOUND,
    "not_set_up": HTTPStatus.NOT_FOUND,
    "bad_signature": HTTPStatus.FORBIDDEN,
    "replayed": HTTPStatus.FORBIDDEN,
    "bad_payload": HTTPStatus.BAD_REQUEST,
}


@csrf_exempt
@login_not_required
@require_POST
def report(request: HttpRequest, key: str) -> HttpResponse:
    """Take one report of a call."""
    at = timezone.now()
    try:
        source, why = _take(request, key, at)
        if why:
            count_refused(source, why, at)
    except (OperationalError, InterfaceError):
        answer = JsonResponse({"code": "unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        answer.headers["Retry-After"] = str(AGAIN_SECONDS)
        return answer
    if why:
        return JsonResponse({"code": why}, status=STATUS[why])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _take(request: HttpRequest, key: str, at: datetime) -> tuple[int | None, str]:
    """Put a report into the log; return whose it was, and why it was refused, if it was."""
    works = Q(write_key=key) | Q(old_key=key, old_key_until__gt=at)
    source = Source.objects.filter(works, kind=Source.Kind.CALL).first()
    if source is None:
        return None, "unknown_write_key"
    if source.disabled_at is not None:
        return source.pk, "source_disabled"
    system = TelephoneSystem.objects.filter(source=source).first()
    if system is None:
        return source.pk, "not_set_up"
    old = system.old_secret if system.old_secret_until is not None and system.old_secret_until > at else ""
    signed = Request(
        settings.SITE_URL.rstrip("/") + request.get_full_path(),
        {name.lower(): value for name, value in request.headers.items()},
        request.body,
    )
    provider = Provider(system.provider)
    if why := refused(provider, signed, (system.secret, old), at):
        return source.pk, why
    try:
        append(source, [message(provider, _payload(provider, request.body), at)], received_at=at)
    except (PayloadError, TrackingError, ValueError, RecursionError):
        return source.pk, "bad_payload"
    return source.pk, ""


def _payload(provider: Provider, body: bytes) -> Mapping[str, Any]:
    if provider is Provider.TWILIO:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    found = json.loads(body)
    if not isinstance(found, dict):
        msg = "no JSON object"
        raise ValueError(msg)
    return found


def message(provider: Provider, payload: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return a report as the log has it; the same report twice is the same message.

    Raises:
        PayloadError: ``calls.bad_payload``.
    """
    told = report_of(provider, payload, at)
    whole = json.dumps(payload, sort_keys=True, default=str)
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return {
        "type": "track",
        "event": EVENT,
        "userId": f"call {told.key}",
        "messageId": f"{told.key} {digest}",
        "timestamp": told.at.isoformat(),
        "properties": {"provider": provider.value, "payload": kept(payload)},
    }
