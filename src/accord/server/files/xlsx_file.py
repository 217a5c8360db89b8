"""A table as an Excel workbook: numbers, days and instants as such, texts only ever as texts."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from accord.server.files.table import MONEY_PLACES, Cell, Column, Kind, Table

MOST_ROWS = 1_048_576
"""Rows of one sheet, with its heading (Excel specifications and limits, Microsoft)."""
EXACT = 10**15
"""Excel keeps fifteen digits; a longer number stands as a text, so that an id stays itself."""
FIRST_YEAR = 1900
"""Before it Excel knows no days."""
WIDTHS = {Kind.TEXT: 22, Kind.INSTANT: 19, Kind.DATE: 11}
"""In characters; of other kinds as wide as the heading."""
SHEET_NAME = 28
"""Characters, so that a number has room beside them: Excel takes 31."""


def write_xlsx(table: Table, file: IO[bytes], most_rows: int = MOST_ROWS) -> None:
    """Write a table, one row of which is in memory at a time; instants as wall time of the table's zone.

    What does not fit on one sheet goes on on the next, under the same heading. A text beyond 32,767 characters is cut
    there, which is Excel's limit for a cell.
    """
    with Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {column: _format(book, column) for column in table.columns}
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for number, rows in enumerate(_sheets(table, most_rows - 1), start=1):
            title = table.name[:SHEET_NAME].replace("-", " ").capitalize()
            sheet = book.add_worksheet(title if number == 1 else f"{title} {number}")
            last = 0
            for place, column in enumerate(table.columns):
                sheet.set_column(place, place, max(WIDTHS.get(column.kind, 0), len(column.name) + 4), formats[column])
            for place, name in enumerate(table.headings()):
                sheet.write_string(0, place, name, heading)
            for last, row in enumerate(rows, start=1):
                for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                    _write(sheet, (last, place), cell, formats[column], table)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _sheets(table: Table, most: int) -> Iterator[Iterator[Sequence[Cell]]]:
    """Yield the rows of each sheet; each is read to its end before the next. A table without rows has one sheet."""
    rows = iter(table.rows)
    yield islice(rows, most)
    while (first := next(rows, None)) is not None:
        yield islice(chain([first], rows), most)


def _format(book: Workbook, column: Column) -> Format | None:
    match column.kind:
        case Kind.INSTANT:
            return book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        case Kind.DATE:
            return book.add_format({"num_format": "yyyy-mm-dd"})
        case Kind.MONEY:
            return book.add_format({"num_format": f"#,##0.{'0' * MONEY_PLACES}"})
        case Kind.DECIMAL:
            return book.add_format({"num_format": f"0.{'0' * column.places}" if column.places else "0"})
        case _:
            return None


def _write(sheet: Worksheet, at: tuple[int, int], cell: Cell, shown: Format | None, table: Table) -> None:
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_boolean(*at, cell)
        case datetime():
            _write_day(sheet, at, cell.astimezone(table.zone).replace(tzinfo=None), shown)
        case date():
            _write_day(sheet, at, cell, shown)
        case int() if abs(cell) < EXACT:
            sheet.write_number(*at, cell, shown)
        case Decimal() if abs(cell) < EXACT:
            sheet.write_number(*at, cell, shown)
        case _:
            sheet.write_string(*at, str(cell))


def _write_day(sheet: Worksheet, at: tuple[int, int], day: date, shown: Format | None) -> None:
    if day.year < FIRST_YEAR:
        sheet.write_string(*at, str(day))
    else:
        sheet.write_datetime(*at, day, shown)
