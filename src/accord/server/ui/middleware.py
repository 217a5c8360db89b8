"""Middleware of the shell."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accord.errors import AccordError
from accord.server.errors import http_status


class KnownErrors:
    """Answer a known error with its status and its sentence; htmx requests get the sentence alone, as a toast."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer to a known error, None for an unknown one."""
        if not isinstance(exception, AccordError):
            return None
        status = http_status(exception)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(str(exception), status=status, content_type="text/plain; charset=utf-8")
        return render(request, "known_error.html", {"error": exception, "status": status}, status=status)
