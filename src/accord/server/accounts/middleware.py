"""Middleware of the accounts app."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accord.server.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponseBase]


def local_time(get_response: Answer) -> Answer:
    """Show times in the signed-in user's zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        zone = request.user.zone if isinstance(request.user, User) else "UTC"
        with timezone.override(ZoneInfo(zone)):
            return get_response(request)

    return middleware


def private_pages(get_response: Answer) -> Answer:
    """Keep what a signed-in user sees out of every cache, so that going back after signing out shows nobody's data."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(request.user, User):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
