"""Number insertion: the small script that shows each visitor of a website the tracking number of what brought them.

It is answered by Django, not by the front of the tracking API: the numbers stand here, and browsers keep it.
"""

import json
from functools import lru_cache
from pathlib import Path

import phonenumbers
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from phonenumbers import PhoneMetadata, PhoneNumberFormat

from accord.server.calls.models import TrackingNumber
from accord.server.tracking.models import Source

FRESH_SECONDS = 300
"""How long a browser shows a number that has been retired."""


@lru_cache(maxsize=1)
def _script() -> str:
    return (Path(__file__).parent / "script" / "numbers.js").read_text("utf-8").strip()


@login_not_required
@require_safe
@gzip_page
def numbers_js(request: HttpRequest) -> HttpResponse:
    """Answer with the script and the numbers that are in use; with nothing if the key is no website's."""
    key, now = request.GET.get("key", "").replace("\x00", ""), timezone.now()
    works = Q(write_key=key) | Q(old_key=key, old_key_until__gt=now)
    known = Source.objects.filter(works, kind=Source.Kind.BROWSER, disabled_at=None).exists()
    shown = _numbers() if known else []
    text = f"{_script()}({json.dumps(shown)})\n" if shown else ""
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}, stale-while-revalidate=86400"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _numbers() -> list[dict[str, str]]:
    """Return the tracking numbers in use that stand for one on the website."""
    in_use = TrackingNumber.objects.filter(active_until=None).exclude(shown_for="").order_by("pk")
    return [_described(each) for each in in_use]


def _described(one: TrackingNumber) -> dict[str, str]:
    shown, place = phonenumbers.parse(one.number), phonenumbers.parse(one.shown_for)
    metadata = PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_number(place) or "ZZ")
    return {
        "number": one.number,
        "abroad": phonenumbers.format_number(shown, PhoneNumberFormat.INTERNATIONAL),
        "home": phonenumbers.format_number(shown, PhoneNumberFormat.NATIONAL),
        "source": one.source,
        "medium": one.medium,
        "campaign": one.campaign,
        "shown_for": one.shown_for,
        "country": str(place.country_code),
        "rest": phonenumbers.national_significant_number(place),
        "trunk": (metadata.national_prefix or "") if metadata is not None else "",
    }
