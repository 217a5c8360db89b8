"""Middleware of the shell."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from psycopg.errors import DeadlockDetected

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
        error = _known(exception)
        if error is None:
            return None
        status = http_status(error)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
        return render(request, "known_error.html", {"error": error, "status": status}, status=status)


def _known(exception: Exception) -> AccordError | None:
    """Return what is known of an exception: two that wait for each other's rows are parted by the database."""
    if isinstance(exception, AccordError):
        return exception
    if isinstance(exception, OperationalError) and isinstance(exception.__cause__, DeadlockDetected):
        said = "somebody changed the same records at the same moment, so this was not done"
        return AccordError("database.overtaken", said, hint="try it again")
    return None
