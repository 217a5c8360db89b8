"""Files of every sort, and what is said of those that are none."""

import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accord.agreement import FieldType
from accord.server.capture.errors import ImportingError
from accord.server.capture.mapping import FileEntry
from accord.server.capture.reading import LARGEST_CELL, open_table
from accord.server.capture.table import Row, Unreadable


def read(path: Path, **how: str) -> tuple[tuple[str, ...], list[Row | Unreadable]]:
    with open_table(path, FileEntry(**how)) as table:
        return table.header, [row if isinstance(row, Unreadable) else (row[0], list(row[1])) for row in table.rows]


def written(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, **how: str) -> ImportingError:
    with pytest.raises(ImportingError) as caught:
        read(path, **how)
    return caught.value


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name",
    [
        *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf"),
        *("quotes_and_newlines", "simple", "simple_crlf", "utf8"),
    ],
)
def test_the_csv_spectrum_reads_as_it_says(name: str, shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    folder = shared_data("robustness/csv_spectrum")
    content = (folder / "csvs" / f"{name}.csv").read_bytes()
    if name.endswith("_crlf"):  # our copies of these lost the ends of their lines
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    header, rows = read(written(tmp_path, content))
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    assert [dict(zip(header, row[1], strict=True)) for row in rows if not isinstance(row, Unreadable)] == expected


@pytest.mark.shared_data
def test_quotation_marks_inside_cells_that_are_not_quoted_stay(shared_data: Callable[[str], Path]) -> None:
    _, rows = read(shared_data("robustness/csv_spectrum/csvs/location_coordinates.csv"))
    assert rows[0] == (2, ["2095257564", "37\ufffd36'37.8\"N 121\ufffd2'17.9\"W", "Modesto", "Stanislaus"])


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_found_out(delimiter: str, tmp_path: Path) -> None:
    text = delimiter.join(("id", '"na,;me"', "c")) + "\n" + delimiter.join(("1", "x", "y")) + "\n"
    assert read(written(tmp_path, text)) == (("id", "na,;me", "c"), [(2, ["1", "x", "y"])])


def test_a_mark_of_utf_8_is_taken_off(tmp_path: Path) -> None:
    assert read(written(tmp_path, "\ufeffid,b\n1,2\n"))[0] == ("id", "b")


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    _, rows = read(written(tmp_path, 'a,b\n1,"x\ny\nz"\n\n2,w\n'))
    assert rows == [(2, ["1", "x\ny\nz"]), (6, ["2", "w"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str, tmp_path: Path) -> None:
    assert read(written(tmp_path, f"a,b{end}1,2{end}3,4")) == (("a", "b"), [(2, ["1", "2"]), (3, ["3", "4"])])


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    assert read(written(tmp_path, gzip.compress(b"a,b\n1,2\n"), "file.csv.gz"))[1] == [(2, ["1", "2"])]


def test_a_gzipped_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    data = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    assert refusal(written(tmp_path, data[: len(data) // 2], "file.csv.gz")).code == "import.damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import.empty"),
        (b"\n\n\n", "import.empty"),
        (b"id,name,id\n1,2,3\n", "import.duplicate_column"),
        (b"PK\x03\x04rest of a workbook", "import.not_a_table"),
        (b"PAR1 not really", "import.damaged"),
        (b'"a,b\n1,2\n', "import.unclosed_quote"),
        (b'a,b\n1,"x\n2,y\n', "import.unclosed_quote"),
    ],
)
def test_what_is_no_table_is_refused_whole(content: bytes, code: str, tmp_path: Path) -> None:
    assert refusal(written(tmp_path, content)).code == code


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in str(refusal(tmp_path / "nothing.csv"))


def test_a_quotation_mark_that_is_never_closed_is_refused_with_the_line_where_it_opens(tmp_path: Path) -> None:
    assert str(refusal(written(tmp_path, 'a,b\n1,2\n3,"x\n4,5\n'))).startswith(
        "file.csv:3: a quotation mark that is opened on line 3 is never closed"
    )


def test_a_row_with_a_stray_quotation_mark_is_handed_on_and_the_others_are_read(tmp_path: Path) -> None:
    _, rows = read(written(tmp_path, 'a,b\n1,"x"y\n2,z\n'))
    assert [row.line if isinstance(row, Unreadable) else row for row in rows] == [2, (3, ["2", "z"])]
    assert isinstance(rows[0], Unreadable)
    assert rows[0].text == '1,"x"y'


def test_a_huge_cell_costs_its_row_only(tmp_path: Path) -> None:
    _, rows = read(written(tmp_path, f"a,b\n1,{'x' * (LARGEST_CELL + 1)}\n2,y\n"))
    assert isinstance(rows[0], Unreadable)
    assert rows[1] == (3, ["2", "y"])


def test_a_huge_cell_that_spans_lines_refuses_the_file(tmp_path: Path) -> None:
    text = 'a,b\n1,"' + ("x" * 1000 + "\n") * (LARGEST_CELL // 1000 + 10) + '"\n'
    assert refusal(written(tmp_path, text)).code == "import.unclosed_quote"


class TestEncodings:
    def test_latin_1_is_refused_with_byte_line_and_remedy(self, tmp_path: Path) -> None:
        error = refusal(written(tmp_path, "a,b\n1,x\n2,Müller\n".encode("latin-1")))
        assert str(error) == (
            "file.csv:3: file.csv is not utf-8: byte 11 (0xfc) on line 3 is none; "
            "it looks like windows-1252: write 'file: {encoding: windows-1252}' in the mapping"
        )

    def test_the_remedy_works(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a,b\n2,Müller\n".encode("latin-1"))
        assert read(path, encoding="windows-1252")[1] == [(2, ["2", "Müller"])]

    def test_the_place_is_right_far_into_a_file(self, tmp_path: Path) -> None:
        before = ("x" * 60 + "ü,1\n").encode() * 40_000
        error = refusal(written(tmp_path, b"a,b\n" + before + b"\xff,1\n"))
        assert f"byte {4 + len(before):,} (0xff) on line 40,002" in str(error)

    def test_a_letter_that_is_cut_off_at_the_end_is_found(self, tmp_path: Path) -> None:
        assert "byte 6 (0xc3) on line 2" in str(refusal(written(tmp_path, b"a,b\n1,\xc3")))

    @pytest.mark.parametrize(
        ("encoding", "remedy"), [("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")]
    )
    def test_utf_16_is_recognised_with_and_without_its_mark(self, encoding: str, remedy: str, tmp_path: Path) -> None:
        path = written(tmp_path, "id,name\n1,Ann\n".encode(encoding))
        assert f"write 'file: {{encoding: {remedy}}}'" in str(refusal(path))
        assert read(path, encoding=remedy) == (("id", "name"), [(2, ["1", "Ann"])])

    def test_utf_8_that_is_called_latin_1_is_refused_before_it_is_garbled(self, tmp_path: Path) -> None:
        error = refusal(written(tmp_path, "a,b\n1,Müller\n"), encoding="latin-1")
        assert "write 'file: {encoding: utf-8}'" in str(error)


class TestParquet:
    def written(self, folder: Path, columns: dict[str, list[object]]) -> Path:
        path = folder / "file.parquet"
        pq.write_table(pa.table(columns), path)
        return path

    def test_its_rows_are_read_as_text_and_its_types_are_kept(self, tmp_path: Path) -> None:
        path = self.written(
            tmp_path,
            {
                "id": ["a", None],
                "n": [1, 2],
                "x": [0.5, float("nan")],
                "ok": [True, None],
                "d": [Decimal("1.20"), None],
            },
        )
        with open_table(path, FileEntry()) as table:
            assert list(table.rows) == [(2, ("a", "1", "0.5", "true", "1.20")), (3, ("", "2", "", "", ""))]
            assert table.types == {
                "n": FieldType.INTEGER,
                "x": FieldType.DECIMAL,
                "ok": FieldType.BOOLEAN,
                "d": FieldType.DECIMAL,
            }

    def test_instants_keep_their_zone(self, tmp_path: Path) -> None:
        path = tmp_path / "file.parquet"
        moments = pa.array([1_700_000_000_000_000_000], pa.timestamp("ns", tz="Europe/Berlin"))
        pq.write_table(pa.table({"at": moments}), path)
        assert read(path)[1] == [(2, ["2023-11-14T23:13:20+01:00"])]
