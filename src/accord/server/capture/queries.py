"""Reads of imports and of the rows they refused."""

from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accord.errors import AccordError
from accord.server.accounts.access import require
from accord.server.accounts.models import Role, User
from accord.server.capture.models import ImportRun, RefusedRow
from accord.server.capture.refusals import REPORT_COLUMNS
from accord.server.files import Cell, Column, Kind, Table

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


def refused_table(run: ImportRun, zone: ZoneInfo) -> Table:
    """Return the refused rows with their line and reason, to be mended and imported again."""
    line, *texts = REPORT_COLUMNS
    columns = [*map(Column, run.columns), Column(line, Kind.WHOLE), *map(Column, texts)]
    width = len(run.columns)
    rows = (_cells(refused, width) for refused in refused_rows(run).iterator())
    return Table(f"import-{run.pk}-refused", columns, rows, zone)


def _cells(refused: RefusedRow, width: int) -> list[Cell]:
    cells = refused.row
    return [*cells[:width], *[""] * (width - len(cells)), refused.line, refused.message, " ".join(cells[width:])]
