"""One table in each format, read back by what others read such files with."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.server.files.reading import content, gone, read_csv, read_parquet, read_sheets, read_xlsx

from accord.server.files import Cell, Column, Format, Kind, Table, answer, asked_format
from accord.server.files.csv_file import CHUNK
from accord.server.files.parquet_file import write_parquet
from accord.server.files.xlsx_file import write_xlsx

BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 3, 2, 23, 30, 15, 123456, UTC)
"""It is the third of March in Berlin."""
COLUMNS = (
    Column("Name"),
    Column("Calls", Kind.WHOLE),
    Column("Share", Kind.DECIMAL, 4),
    Column("Cost (EUR)", Kind.MONEY),
    Column("Started", Kind.INSTANT),
    Column("Day", Kind.DATE),
    Column("Answered", Kind.BOOLEAN),
)
FULL: list[Cell] = ["Jonas Weber", 12, Decimal("0.25"), Decimal("1234.5"), LATE, date(2026, 3, 3), True]
ATTACKS = ["=1+1", "+SUM(A1)", "-2+3", "@now", "\t=1", "https://evil.example", "{=1+1}"]


def table(*rows: list[Cell], columns: tuple[Column, ...] = COLUMNS) -> Table:
    return Table("calls", columns, rows, BERLIN)


def taken(wanted: Format | None, *rows: list[Cell], columns: tuple[Column, ...] = COLUMNS) -> bytes:
    return content(answer(table(*rows, columns=columns), wanted, at=LATE))


def sheets(found: Table, most_rows: int) -> list[list[tuple[object, ...]]]:
    file = io.BytesIO()
    write_xlsx(found, file, most_rows)
    return [list(sheet.iter_rows(values_only=True)) for sheet in read_sheets(file.getvalue()).worksheets]


def test_csv_writes_wall_time_and_says_in_the_heading_whose() -> None:
    (full, empty) = read_csv(taken(Format.CSV, FULL, [None] * 7))
    assert list(full.values()) == [
        *("Jonas Weber", "12", "0.25", "1234.50"),
        *("2026-03-03 00:30:15", "2026-03-03", "yes"),
    ]
    assert list(full)[4] == "Started (Europe/Berlin)"
    assert set(empty.values()) == {""}


def test_parquet_keeps_every_type_and_instants_in_utc() -> None:
    found = read_parquet(taken(Format.PARQUET, FULL, [None] * 7))
    assert found.schema.names == [column.name for column in COLUMNS]
    assert found.schema.types == [
        *(pa.string(), pa.int64(), pa.decimal128(38, 4), pa.decimal128(38, 2)),
        *(pa.timestamp("us", tz="UTC"), pa.date32(), pa.bool_()),
    ]
    full, empty = found.to_pylist()
    assert list(full.values()) == FULL
    assert set(empty.values()) == {None}


def test_parquet_is_written_in_groups_of_bounded_size_and_rounds_to_the_places_of_the_column() -> None:
    file = io.BytesIO()
    rows = ([Decimal(number) / 3] for number in range(25))
    write_parquet(Table("x", (Column("Third", Kind.DECIMAL, 4),), rows, BERLIN), file, row_group=10)
    written = parquet.ParquetFile(file)
    assert [written.metadata.row_group(place).num_rows for place in range(written.num_row_groups)] == [10, 10, 5]
    assert written.read().column("Third").to_pylist()[1:3] == [Decimal("0.3333"), Decimal("0.6667")]


def test_names_that_parquet_readers_take_for_one_get_a_number() -> None:
    columns = (Column("Page"), Column("page"), Column("Page (2)"))
    assert read_parquet(taken(Format.PARQUET, ["a", "b", "c"], columns=columns)).schema.names == [
        *("Page", "page (2)", "Page (2) (2)"),
    ]


def test_excel_gets_numbers_days_and_truth_as_such() -> None:
    (full, empty) = read_xlsx(taken(Format.XLSX, FULL, [None, None, None, None, None, None, False]))
    assert list(full.values()) == [
        *("Jonas Weber", 12, 0.25, 1234.5),
        *(datetime(2026, 3, 3, 0, 30, 15, 123000), datetime(2026, 3, 3), True),  # noqa: DTZ001  # Excel knows no zones
    ]
    assert list(full)[4] == "Started (Europe/Berlin)"
    assert list(empty.values()) == [None] * 6 + [False]


def test_the_heading_of_a_sheet_stays_in_sight_and_filters() -> None:
    (sheet,) = read_sheets(taken(Format.XLSX, FULL, FULL)).worksheets
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold) == ("A2", "A1:G3", True)
    assert sheet["D2"].number_format == "#,##0.00"
    assert sheet["E2"].number_format == "yyyy-mm-dd hh:mm:ss"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_formula_or_a_link(attack: str) -> None:
    (sheet,) = read_sheets(taken(Format.XLSX, [attack], columns=(Column(attack),))).worksheets
    for cell in (sheet["A1"], sheet["A2"]):
        assert (cell.value, cell.data_type, cell.hyperlink) == (attack, "s", None)
    assert read_parquet(taken(Format.PARQUET, [attack], columns=(Column(attack),))).to_pylist() == [{attack: attack}]


def test_what_excel_cannot_hold_as_a_number_or_a_day_stands_as_text() -> None:
    columns = (Column("Id", Kind.WHOLE), Column("Day", Kind.DATE))
    (row,) = read_xlsx(taken(Format.XLSX, [2**62, date(1899, 12, 31)], columns=columns))
    assert row == {"Id": "4611686018427387904", "Day": "1899-12-31"}


def test_a_text_too_long_for_a_cell_is_cut_and_the_rest_of_the_file_is_whole() -> None:
    columns = (Column("Text"), Column("After"))
    (row,) = read_xlsx(taken(Format.XLSX, ["ab" * 20_000, "there"], columns=columns))
    assert (len(row["Text"]), row["After"]) == (32_767, "there")


def test_rows_beyond_one_sheet_go_on_on_the_next() -> None:
    columns = (Column("N", Kind.WHOLE),)
    rows: list[list[Cell]] = [[number] for number in range(5)]
    assert sheets(table(*rows, columns=columns), 3) == [[("N",), (0,), (1,)], [("N",), (2,), (3,)], [("N",), (4,)]]
    assert sheets(table(*rows[:4], columns=columns), 3) == [[("N",), (0,), (1,)], [("N",), (2,), (3,)]]


@pytest.mark.parametrize("wanted", Format)
def test_a_table_without_rows_still_has_its_heading(wanted: Format) -> None:
    raw = taken(wanted)
    match wanted:
        case Format.CSV:
            assert raw.decode("utf-8-sig").startswith("Name,Calls,Share,")
        case Format.XLSX:
            assert [cell.value for cell in read_sheets(raw).worksheets[0][1]][:3] == ["Name", "Calls", "Share"]
        case Format.PARQUET:
            assert read_parquet(raw).num_rows == 0
            assert read_parquet(raw).schema.names[:3] == ["Name", "Calls", "Share"]


def test_csv_leaves_as_rows_are_read() -> None:
    read = []

    def rows() -> Iterator[list[Cell]]:
        for number in range(3 * CHUNK):
            read.append(number)
            yield [number]

    pieces = answer(Table("n", (Column("N", Kind.WHOLE),), rows(), BERLIN), None, at=LATE)
    parts = iter(pieces)
    next(parts), next(parts)
    assert len(read) == CHUNK


@pytest.mark.parametrize("wanted", Format)
def test_a_file_is_named_after_the_day_where_its_readers_are_and_is_kept_by_no_cache(wanted: Format) -> None:
    found = answer(table(FULL), wanted, at=LATE)
    gone(found)
    headers = found.headers
    assert headers["Content-Disposition"] == f'attachment; filename="calls-2026-03-03.{wanted}"'
    assert headers["Cache-Control"] == "private, no-store"


def test_a_format_that_nobody_knows_is_none() -> None:
    asked = [asked_format({"format": text}) for text in ("csv", "xlsx", "parquet", "exe", "", "CSV")]
    assert asked == [Format.CSV, Format.XLSX, Format.PARQUET, None, None, None]
    assert taken(None, FULL) == taken(Format.CSV, FULL)


@pytest.mark.parametrize("wanted", [Format.XLSX, Format.PARQUET])
def test_what_goes_wrong_while_the_file_is_written_is_no_half_file(wanted: Format) -> None:
    def rows() -> Iterator[list[Cell]]:
        yield ["a"]
        raise LookupError("gone")

    with pytest.raises(LookupError):
        answer(Table("n", (Column("N"),), rows(), BERLIN), wanted, at=LATE)
