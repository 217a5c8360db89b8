"""Where rows come from: files, folders, Arrow, pandas; and what is said of those that cannot be counted."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.attribution.rows import conversions, path, touches

from accord.attribution import AttributionError, Columns, attribute

TOUCHES = touches(*path("B A C"), *path("C A", journey=7), *path("A", journey=9))
WON = conversions((7, 4.0, 1_000), (1, 4.0, 100))
NAMES = Columns()
EXPECTED = {"A": 533, "B": 34, "C": 533}
"""1,000 is 500 each for C and A; 100 is 34 for B, 33 for A and for C, by the order of their touches."""


def linear(touchpoints: object, won: object, columns: Columns = NAMES) -> dict[str, int]:
    return dict(attribute(touchpoints, won, ["linear"], columns=columns)["linear"].by_label())  # type: ignore[arg-type]


def test_tables_of_arrow_and_pandas_are_read() -> None:
    assert linear(TOUCHES, WON) == EXPECTED
    assert linear(TOUCHES.to_pandas(), WON.to_pandas()) == EXPECTED
    assert linear(pa.RecordBatchReader.from_batches(TOUCHES.schema, TOUCHES.to_batches()), WON) == EXPECTED


def test_categories_are_read_and_those_that_do_not_occur_are_no_labels() -> None:
    frame = TOUCHES.to_pandas()
    frame["channel"] = frame["channel"].astype(pd.CategoricalDtype(["Z", "C", "A", "B"]))
    assert linear(frame, WON) == EXPECTED


@pytest.mark.parametrize("rows_of_a_group", [1, 2, 100])
def test_files_and_folders_of_files_are_read(tmp_path: Path, rows_of_a_group: int) -> None:
    (tmp_path / "touches").mkdir()
    pq.write_table(TOUCHES[:2], tmp_path / "touches" / "1.parquet", row_group_size=rows_of_a_group)
    pq.write_table(TOUCHES[2:], tmp_path / "touches" / "2.parquet", row_group_size=rows_of_a_group)
    pq.write_table(WON, tmp_path / "won.parquet")
    assert linear(tmp_path / "touches", str(tmp_path / "won.parquet")) == EXPECTED


def test_journeys_may_be_texts_and_numbers_far_apart() -> None:
    def renamed(table: pa.Table, kind: pa.DataType, names: dict[int, object]) -> pa.Table:
        column = pa.array([names[value] for value in table["journey"].to_pylist()], kind)
        return table.set_column(0, "journey", column)

    for kind, names in (
        (pa.string(), {1: "b", 7: "a", 9: "c"}),
        (pa.large_string(), {1: "b", 7: "a", 9: "c"}),
        (pa.string_view(), {1: "b", 7: "a", 9: "c"}),
        (pa.dictionary(pa.int8(), pa.string()), {1: "b", 7: "a", 9: "c"}),
        (pa.int64(), {1: -(1 << 62), 7: (1 << 62), 9: 0}),
        (pa.uint64(), {1: (1 << 64) - 1, 7: 5, 9: 0}),
        (pa.int16(), {1: 1, 7: 7, 9: 300}),
    ):
        assert linear(renamed(TOUCHES, kind, names), renamed(WON, kind, names)) == EXPECTED, kind


def test_labels_may_be_numbers() -> None:
    numbered = TOUCHES.set_column(2, "campaign", pa.array([20, 3, 100, 100, 3, 3], pa.int32()))
    found = attribute(numbered, WON, ["linear"], columns=Columns(touch="campaign"))
    assert found["linear"].by_label() == {3: 533, 20: 34, 100: 533}
    assert found.table()["touch"].to_pylist() == [3, 20, 100, None]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())])
def test_labels_may_be_texts_of_any_kind(kind: pa.DataType) -> None:
    assert linear(TOUCHES.set_column(2, "channel", TOUCHES["channel"].cast(kind)), WON) == EXPECTED


def test_columns_may_be_called_otherwise() -> None:
    columns = Columns(journey="person", at="when", touch="what", cents="amount")
    won = WON.select(["journey", "at", "cents"]).rename_columns(["person", "when", "amount"])
    assert linear(TOUCHES.rename_columns(["person", "when", "what"]), won, columns) == EXPECTED


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_instants_may_be_coarser_or_finer(unit: str, tmp_path: Path) -> None:
    table = TOUCHES.set_column(1, "at", TOUCHES["at"].cast(pa.timestamp(unit, "UTC")))
    pq.write_table(table, tmp_path / "touches.parquet")
    assert linear(table, WON) == EXPECTED
    assert linear(tmp_path / "touches.parquet", WON) == EXPECTED


def test_instants_may_be_days_or_microseconds() -> None:
    days = TOUCHES.set_column(1, "at", pa.array([date(2026, 1, 1)] * 6))
    assert linear(days, WON) == {"A": 534, "B": 33, "C": 533}  # all at one instant: the odd cent is A's
    numbers = TOUCHES.set_column(1, "at", TOUCHES["at"].cast(pa.int64()))
    assert linear(numbers, WON) == EXPECTED


def refusal(touchpoints: object, won: object) -> tuple[str, str]:
    with pytest.raises(AttributionError) as caught:
        linear(touchpoints, won)
    return caught.value.code, str(caught.value)


def test_what_cannot_be_counted_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "not.parquet").write_text("journey,at,channel\n")
    (tmp_path / "empty").mkdir()
    null = TOUCHES.set_column(2, "channel", pa.array(["A", None, "B", "A", None, "B"]))
    assert refusal(null, WON) == (
        "attribution.null",
        "2 rows have no 'channel'; fill them, with a label such as 'not stated', or leave these rows out",
    )
    assert refusal(TOUCHES.drop_columns(["channel"]), WON) == (
        "attribution.missing_column",
        "touchpoints have no column 'channel'; they have journey, at; say with Columns(…) what they are called",
    )
    assert refusal(TOUCHES, WON.set_column(0, "journey", pa.array(["1", "7"])))[0] == "attribution.journeys_differ"
    assert refusal(TOUCHES, WON.set_column(0, "journey", pa.array([1, None])))[0] == "attribution.null"
    assert refusal(TOUCHES, WON.set_column(2, "cents", pa.array([1.5, 2.0])))[0] == "attribution.bad_type"
    assert refusal(TOUCHES, WON.set_column(2, "cents", pa.array([1, None])))[0] == "attribution.null"
    assert refusal(TOUCHES.set_column(1, "at", pa.array(["x"] * 6)), WON)[0] == "attribution.bad_type"
    assert refusal(TOUCHES.set_column(2, "channel", pa.array([0.5] * 6)), WON)[0] == "attribution.bad_type"
    assert refusal(tmp_path / "no.parquet", WON)[0] == "attribution.no_file"
    assert refusal(tmp_path / "empty", WON)[0] == "attribution.no_file"
    assert refusal(tmp_path / "not.parquet", WON)[0] == "attribution.not_parquet"
    assert refusal([{"journey": 1}], WON)[0] == "attribution.not_a_table"


def test_an_instant_without_zone_is_in_utc() -> None:
    naive = TOUCHES.set_column(1, "at", pa.array([datetime(2026, 1, 1)] * 6, pa.timestamp("us")))  # noqa: DTZ001
    assert linear(naive, WON) == {"A": 534, "B": 33, "C": 533}
