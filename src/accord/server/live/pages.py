"""The stream where nothing stands in front of Django: there is none, and pages go on asking by themselves."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accord.server.accounts.access import EVERYBODY, for_roles


@require_safe
@for_roles(EVERYBODY)
def no_stream(request: HttpRequest) -> HttpResponse:
    """Answer that there is nothing to listen to, after which a browser asks no more."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
