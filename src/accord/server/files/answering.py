"""A table as the answer to a request, in the format that is asked for."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import IO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from accord.server.files.csv_file import csv_pieces
from accord.server.files.table import Table

PARAMETER = "format"
"""How an address says which format it wants."""


class Format(StrEnum):
    """In what a table is handed out; the value also ends the name of the file."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}


def asked_format(given: Mapping[str, str]) -> Format | None:
    """Return the format that the parameters of an address ask for; None: none, or one that nobody knows."""
    return {each.value: each for each in Format}.get(given.get(PARAMETER, ""))


def answer(table: Table, wanted: Format | None, *, at: datetime) -> HttpResponseBase:
    """Return the file as an answer that no cache keeps, CSV where no format is wanted.

    CSV leaves as its rows are read. The others are written to a file of their own first, because their end says where
    everything stands; that file is gone once it is sent. None of them holds the table in memory.
    """
    wanted = wanted or Format.CSV
    response: HttpResponseBase
    if wanted is Format.CSV:
        response = StreamingHttpResponse(csv_pieces(table), content_type=TYPES[wanted])
    else:
        response = FileResponse(_written(table, wanted), content_type=TYPES[wanted])
    name = f"{table.name}-{at.astimezone(table.zone).date()}.{wanted}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _written(table: Table, wanted: Format) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it when it is sent
    try:
        if wanted is Format.XLSX:
            from accord.server.files.xlsx_file import write_xlsx  # noqa: PLC0415  # heavy, and few ask for it

            write_xlsx(table, file)
        else:
            from accord.server.files.parquet_file import write_parquet  # noqa: PLC0415  # pyarrow is heavier still

            write_parquet(table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
