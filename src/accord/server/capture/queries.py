"""Reads of imports and of the rows they refused."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from accord.errors import AccordError
from accord.server.accounts.access import require
from accord.server.accounts.models import Role, User
from accord.server.capture.models import ImportRun, RefusedRow
from accord.server.capture.refusals import REPORT_COLUMNS
from accord.server.spreadsheet import harmless

READERS = frozenset({Role.OPERATIONS, Role.MARKETING})
"""Who may see what was imported: refused rows hold people's data as they came."""


class ImportRunError(AccordError):
    """An import cannot be shown."""


def import_runs(reader: User) -> QuerySet[ImportRun]:
    """Return all imports, newest first, with who made them.

    Raises:
        AccessError: Imports are not theirs to see.
    """
    require(reader, READERS, "see imports")
    return ImportRun.objects.select_related("by").order_by("-started_at", "-pk")


def import_run(key: int, reader: User) -> ImportRun:
    """Return one import.

    Raises:
        ImportRunError: ``import_run.unknown``.
        AccessError: Imports are not theirs to see.
    """
    run = import_runs(reader).filter(pk=key).first()
    if run is None:
        raise ImportRunError("import_run.unknown", f"There is no import {key}")
    return run


def refused_rows(run: ImportRun) -> QuerySet[RefusedRow]:
    """Return the rows that an import refused, in the order of the file."""
    return run.refused_rows.order_by("line", "pk")


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def refused_csv(run: ImportRun) -> Iterator[str]:
    """Yield the refused rows as CSV with their line and reason, safe to open in a spreadsheet.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    writer: Any = csv.writer(_Line())
    width = len(run.columns)
    yield "\ufeff" + writer.writerow([harmless(name) for name in (*run.columns, *REPORT_COLUMNS)])
    for refused in refused_rows(run).iterator():
        cells = [harmless(cell) for cell in refused.row]
        fitting = [*cells[:width], *[""] * (width - len(cells))]
        yield writer.writerow([*fitting, refused.line, harmless(refused.message), " ".join(cells[width:])])
