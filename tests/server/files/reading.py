"""What programs read in files that pages hand out: the csv module, pyarrow and an Excel reader of others."""

import csv
import io
from typing import Any

import openpyxl
from django.http import FileResponse
from pyarrow import Table as Arrow
from pyarrow import parquet


def content(answer: Any) -> bytes:
    """All bytes of an answer."""
    assert answer.status_code == 200
    read = b"".join(answer.streaming_content)
    gone(answer)
    return read


def gone(answer: Any) -> None:
    """Let go of the file behind an answer, as a server does; to close the answer would close the tests' connection."""
    if isinstance(answer, FileResponse) and answer.file_to_stream:  # the client of tests wraps it, and lets go itself
        answer.file_to_stream.close()


def read_csv(raw: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by heading."""
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_parquet(raw: bytes) -> Arrow:
    """The table of a Parquet file."""
    return parquet.read_table(io.BytesIO(raw))


def read_sheets(raw: bytes) -> Any:
    """The workbook of an XLSX file."""
    return openpyxl.load_workbook(io.BytesIO(raw))


def read_xlsx(raw: bytes) -> list[dict[str, Any]]:
    """The rows of the first sheet of an XLSX file by heading."""
    heading, *rows = read_sheets(raw).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]
