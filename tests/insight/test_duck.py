"""The engine in this process reaches nothing but what it is given."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from accord.insight.engines.duck import DuckDB
from accord.insight.errors import InsightError
from accord.insight.star import Column, Table, Type

SEEN = Table("seen", (Column("number", Type.BIGINT, "What is counted"),))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM '{file}'",
        "COPY (SELECT 1) TO '{folder}/written.csv'",
        "ATTACH '{folder}/other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = TRUE",
        "SELECT * FROM secret",
    ],
)
def test_no_query_can_read_or_write_a_file_or_see_the_process(tmp_path: Path, query: str) -> None:
    file = tmp_path / "outside.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    secret = pa.table({"number": [1]})
    with DuckDB(folder=work) as engine, pytest.raises(duckdb.Error):
        engine.connection.execute(query.format(file=file, folder=tmp_path)).fetchall()
    assert secret.num_rows == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["outside.csv", "work"]


def test_what_does_not_fit_into_memory_still_goes_to_its_folder(tmp_path: Path) -> None:
    def batches() -> object:
        for start in range(0, 4_000_000, 100_000):
            yield pa.record_batch([pa.array(range(start, start + 100_000), pa.int64())], names=["number"])

    reader = pa.RecordBatchReader.from_batches(pa.schema([("number", pa.int64())]), batches())
    with DuckDB(threads=1, memory_limit="40MB", folder=tmp_path) as engine:
        engine.load(SEEN, reader)
        asked = """
            SELECT count(*), max(place), max(number)
            FROM (SELECT row_number() OVER (ORDER BY number % 1000003, number) AS place, number FROM seen)
        """
        assert engine.connection.execute(asked).fetchall() == [(4_000_000, 4_000_000, 3_999_999)]
        spilled = sum(each.stat().st_size for each in tmp_path.rglob("*"))
    assert spilled > 0


def test_a_disk_without_room_is_said_and_not_thrown(tmp_path: Path) -> None:
    nowhere = tmp_path / "a file"
    nowhere.touch()
    numbers = pa.table({"number": pa.array(range(4_000_000), pa.int64())})
    with DuckDB(threads=1, memory_limit="16MB", folder=nowhere / "work") as engine:
        with pytest.raises(InsightError, match="neither memory nor room on disk is enough for this") as refused:
            engine.load(SEEN, numbers)
        assert "\n" not in str(refused.value)
