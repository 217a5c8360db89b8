"""The product's pages, and some that behave as a test wants."""

import os
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@login_not_required
def ping(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return HttpResponse(f"{cursor.fetchone()[0]} {request.META['REMOTE_ADDR']}")


@login_not_required
def slow(request: HttpRequest) -> HttpResponse:
    (Path(os.environ["ACCORD_HOME"]) / "slow-began").touch()
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("finished")


@csrf_exempt
@login_not_required
def keep(request: HttpRequest) -> HttpResponse:
    body = request.body
    (Path(os.environ["ACCORD_HOME"]) / "kept").write_bytes(body)
    return HttpResponse(str(len(body)))


@login_not_required
def key(request: HttpRequest) -> HttpResponse:
    return HttpResponse(settings.SECRET_KEY)


urlpatterns = [
    path("key", key),
    path("ping", ping),
    path("slow", slow),
    path("keep", keep),
    path("", include("accord.server.urls")),
]
