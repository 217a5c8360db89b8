"""A table as CSV (RFC 4180), written as it is read, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from accord.server.files.table import MONEY_PLACES, Cell, Kind, Table, rounded

T = TypeVar("T")

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
CHUNK = 1000
"""Rows that are sent at once."""
_FORMULA = re.compile(r"[=@\t\r\n＝＋－＠]|[+-](?![\d\s().,/-]*\Z)")
"""How a formula begins (OWASP, CSV Injection); the wide signs are read as the narrow ones."""


def harmless(cell: T) -> T | str:
    """Return a cell that no spreadsheet runs: a text that looks like a formula gets an apostrophe in front.

    Telephone numbers stay as they are, and so does whatever is no text.

    Examples:
        >>> harmless("=1+1"), harmless("+49 89 1234"), harmless("-SUM(A1)"), harmless(-5), harmless("a=b")
        ("'=1+1", '+49 89 1234', "'-SUM(A1)", -5, 'a=b')
    """
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def csv_pieces(table: Table) -> Iterator[str]:
    """Yield the file piece by piece; instants as wall time of the table's zone, without an offset.

    Spreadsheets read no time with an offset, so the zone stands in the heading.
    """
    yield BOM + _lines([table.headings()])
    kinds = [column.kind for column in table.columns]
    rows = iter(table.rows)
    while chunk := list(islice(rows, CHUNK)):
        yield _lines([_written(cell, kind, table.zone) for cell, kind in zip(row, kinds, strict=True)] for row in chunk)


def _lines(rows: Iterable[Sequence[object]]) -> str:
    piece = io.StringIO(newline="")
    csv.writer(piece).writerows([harmless(cell) for cell in row] for row in rows)
    return piece.getvalue()


def _written(cell: Cell, kind: Kind, zone: ZoneInfo) -> object:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return f"{cell.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case Decimal() if kind is Kind.MONEY:
            return rounded(cell, MONEY_PLACES)
        case _:
            return cell
