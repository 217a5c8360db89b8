"""``accord attribute``: credit from files."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from tests.attribution.rows import conversions, path, touches

from accord.cli import main


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    pq.write_table(touches(*path("Search Mail")), tmp_path / "touchpoints.parquet")
    pq.write_table(conversions((1, 5.0, 100_001), (2, 5.0, 700)), tmp_path / "conversions.parquet")
    return [str(tmp_path / "touchpoints.parquet"), str(tmp_path / "conversions.parquet")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["attribute", *arguments], standalone_mode=False)


def test_models_stand_side_by_side_and_add_up(files: list[str]) -> None:
    said = run(*files, "--model", "first", "--model", "linear")
    assert said.exception is None
    assert [line.split() for line in said.stdout.splitlines()] == [
        ["first", "linear"],
        ["Mail", "0.00", "500.00"],
        ["Search", "1,000.01", "500.01"],
        ["unattributable", "7.00", "7.00"],
        ["bookings", "1,007.01", "1,007.01"],
    ]


def test_a_window_is_in_days(files: list[str]) -> None:
    told = json.loads(run(*files, "--model", "first", "--lookback", "4", "--json").stdout)
    assert told["bookings"] == 100_701
    assert [(row["touch"], row["cents"]) for row in told["credits"]] == [("Mail", 100_001), ("Search", 0), (None, 700)]


@pytest.mark.parametrize("name", ["credit.csv", "credit.parquet"])
def test_credit_is_written_to_a_file(files: list[str], tmp_path: Path, name: str) -> None:
    assert run(*files, "--out", str(tmp_path / name)).stdout == ""
    if name.endswith(".csv"):
        assert len((tmp_path / name).read_text().splitlines()) == 1 + 7 * 3
    else:
        assert pq.read_table(tmp_path / name).num_rows == 7 * 3


def test_the_rows_behind_the_credit_are_written_to_a_file(files: list[str], tmp_path: Path) -> None:
    rows = str(tmp_path / "rows.parquet")
    said = run(*files, "--model", "linear", "--model", "markov_1", "--id", "at_second", "--trace", rows)
    assert said.exception is not None  # no such column
    table = pq.read_table(files[0])
    pq.write_table(table.append_column("touchpoint", pa.array([70, 50])), files[0])
    said = run(*files, "--model", "linear", "--model", "markov_1", "--id", "touchpoint", "--trace", rows)
    assert "bookings" in said.stdout
    assert pq.read_table(rows).select(["id", "touch", "linear", "markov_1_by_path"]).to_pylist() == [
        {"id": 70, "touch": "Search", "linear": 50_001, "markov_1_by_path": 50_001},
        {"id": 50, "touch": "Mail", "linear": 50_000, "markov_1_by_path": 50_000},
    ]


def test_a_file_of_another_kind_and_columns_that_are_not_there_are_refused(files: list[str], tmp_path: Path) -> None:
    refused = run(*files, "--out", str(tmp_path / "credit.xls"))
    assert "neither .parquet nor .csv" in str(refused.exception)
    assert "rows.xls ends with neither" in str(run(*files, "--trace", "rows.xls").exception)
    assert "there is no --trace" in str(run(*files, "--id", "touchpoint").exception)
    done = subprocess.run(
        [sys.executable, "-m", "accord", "attribute", *files, "--by", "campaign"], capture_output=True, text=True
    )
    assert done.returncode == 4
    assert "touchpoints have no column 'campaign'" in done.stderr
