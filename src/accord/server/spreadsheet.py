"""Cells of a file that people open in a spreadsheet, which runs as a formula what looks like one."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

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


def csv_lines(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV (RFC 4180), safe to open in a spreadsheet.

    Examples:
        >>> csv_lines([["Weber, Jonas", 12, None]]).splitlines()
        ['"Weber, Jonas",12,']
    """
    piece = io.StringIO(newline="")
    csv.writer(piece).writerows([harmless(cell) for cell in row] for row in rows)
    return piece.getvalue()
