"""What web processes ask of an edition: answers kept within bounds, and long ones in parts."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accord.insight.engines.duck_tables import PART, SHORT, DuckTables

ROWS = 2 * PART + 500
FIRST = "SELECT n FROM t ORDER BY n LIMIT $most"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    pq.write_table(pa.table({"n": range(ROWS)}), tmp_path / "t.parquet")
    return tmp_path


def test_answers_are_kept_until_there_are_too_many_rows_and_the_oldest_go_first(files: Path) -> None:
    tables = DuckTables(files, {"t": "t.parquet"}, kept=100)
    first = tables.ask(FIRST, {"most": 60})
    assert tables.ask(FIRST, {"most": 60}) is first
    tables.ask(FIRST, {"most": 40})
    assert (tables.kept, tables.ask(FIRST, {"most": 60}) is first) == (100, True)
    tables.ask(FIRST, {"most": 1})
    assert tables.kept == 41
    again = tables.ask(FIRST, {"most": 60})
    assert again == first
    assert again is not first
    tables.ask("SELECT n FROM t WHERE n < 0", {})  # an answer without rows takes room, too
    assert tables.kept <= 100


def test_a_long_answer_is_not_kept(files: Path) -> None:
    tables = DuckTables(files, {"t": "t.parquet"})
    assert len(tables.ask(FIRST, {"most": SHORT + 1})) == SHORT + 1
    assert tables.kept == 0


def test_an_answer_in_parts_is_the_whole_one_and_no_part_is_longer_than_agreed(files: Path) -> None:
    tables = DuckTables(files, {"t": "t.parquet"})
    parts = list(tables.parts(FIRST, {"most": ROWS}))
    assert [len(part) for part in parts] == [PART, PART, 500]
    assert [n for part in parts for (n,) in part] == list(range(ROWS))
    assert tables.kept == 0
