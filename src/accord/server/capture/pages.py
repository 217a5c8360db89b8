"""The Imports pages: what came in from files, and the rows that did not."""

from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.server.accounts.access import for_roles, signed_in
from accord.server.capture.models import ImportRun
from accord.server.capture.queries import READERS, import_run, import_runs, refused_rows, refused_table
from accord.server.files import answer, asked_format

RUNS = 50
"""Imports on one page."""
ROWS = 100
"""Refused rows on one page."""


@require_safe
@for_roles(READERS)
def imports(request: HttpRequest) -> HttpResponse:
    """Show every import, newest first."""
    page = Paginator(import_runs(signed_in(request)), RUNS).get_page(request.GET.get("page"))
    return render(request, "capture/imports.html", {"title": "Imports", "page": page})


@require_safe
@for_roles(READERS)
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """Show one import with the rows that it refused."""
    run = import_run(key, signed_in(request))
    page = Paginator(refused_rows(run), ROWS).get_page(request.GET.get("page"))
    rows = [{"line": row.line, "message": row.message, "cells": named_cells(run, row.row)} for row in page]
    return render(request, "capture/import_run.html", {"title": run.file_name, "run": run, "page": page, "rows": rows})


def named_cells(run: ImportRun, cells: list[str]) -> list[tuple[str, str]]:
    """Return the cells of a refused row that hold something, each with its column; those beyond the header without."""
    names = [*run.columns, *[""] * len(cells)]
    return [(name, cell) for name, cell in zip(names, cells, strict=False) if cell]


@require_safe
@for_roles(READERS)
def refused(request: HttpRequest, key: int) -> HttpResponseBase:
    """Hand out the refused rows of an import as a file."""
    run = import_run(key, signed_in(request))
    table = refused_table(run, ZoneInfo(timezone.get_current_timezone_name()))
    return answer(table, asked_format(request.GET), at=timezone.now())
