"""Which touches count for which conversion."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from tests.attribution.rows import conversions, in_order, path, touches

from accord.attribution import Columns, attribute, trace
from accord.attribution import journeys as module
from accord.attribution.journeys import Packing, Touches


def linear(table: pa.Table, won: pa.Table, lookback: timedelta | None = None) -> dict[str, int]:
    return dict(attribute(table, won, ["linear"], lookback=lookback)["linear"].by_label())


def test_touches_after_the_conversion_do_not_count() -> None:
    assert linear(touches(*path("A B C D")), conversions((1, 1.5, 100))) == {"A": 50, "B": 50, "C": 0, "D": 0}


def test_a_touch_at_the_instant_of_the_conversion_counts() -> None:
    assert linear(touches(*path("A B")), conversions((1, 1.0, 100))) == {"A": 50, "B": 50}


def test_each_conversion_of_a_journey_has_its_own_path() -> None:
    # The first at day 0.5 has A alone, the second at day 5 has A, B and C.
    won = conversions((1, 5.0, 300), (1, 0.5, 1_000))
    assert linear(touches(*path("A B C")), won) == {"A": 1_100, "B": 100, "C": 100}


def test_a_touch_as_old_as_the_window_counts_and_an_older_one_does_not() -> None:
    won = conversions((1, 4.0, 100))
    assert linear(touches(*path("A B C D")), won, timedelta(days=2)) == {"A": 0, "B": 0, "C": 50, "D": 50}
    assert linear(touches(*path("A B C D")), won, timedelta(days=1.99)) == {"A": 0, "B": 0, "C": 0, "D": 100}


def test_what_no_touch_stands_before_is_unattributable() -> None:
    won = conversions((1, -1.0, 500), (2, 9.0, 70), (1, 9.0, 1))
    found = attribute(touches(*path("A")), won, ["first"])
    assert (found.bookings, found.unattributable_cents, found.unattributable_conversions) == (571, 570, 2)
    assert found.table().to_pylist() == [
        {"model": "first", "touch": "A", "conversions": 1.0, "value": 1.0, "cents": 1},
        {"model": "first", "touch": None, "conversions": 2.0, "value": 570.0, "cents": 570},
    ]


def test_touches_at_one_instant_count_in_the_order_of_their_labels() -> None:
    rows = touches((1, 0.0, "B"), (1, 0.0, "C"), (1, 0.0, "A"))
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        found = attribute(in_order(rows, order), conversions((1, 1.0, 9)), ["first", "last"])
        assert (found["first"]["A"], found["last"]["C"]) == (9, 9)


def test_no_conversion_and_no_touch_are_nothing_to_share() -> None:
    assert attribute(touches(*path("A")), conversions(), ["linear"])["linear"].by_label() == {"A": 0}
    found = attribute(touches(), conversions((1, 1.0, 5)), ["linear"])
    assert (found.unattributable_cents, found["linear"].by_label()) == (5, {})


def test_the_rows_behind_the_credit_add_up_to_it() -> None:
    table = touches(*path("A B A"), *path("B C", journey=2))
    won = conversions((1, 3.0, 100), (3, 3.0, 7), (2, 3.0, 51), (1, 1.0, 1_001))
    rows = trace(table, won, ["linear", "last"])
    assert rows.to_pylist()[:4] == [
        {"conversion": 0, "touch": "A", "before": 3 * 86_400_000_000, "linear": 34, "last": 0},
        {"conversion": 0, "touch": "B", "before": 2 * 86_400_000_000, "linear": 33, "last": 0},
        {"conversion": 0, "touch": "A", "before": 1 * 86_400_000_000, "linear": 33, "last": 100},
        {"conversion": 2, "touch": "B", "before": 3 * 86_400_000_000, "linear": 26, "last": 0},
    ]
    summed = rows.group_by("touch").aggregate([("linear", "sum"), ("last", "sum")]).to_pylist()
    found = attribute(table, won, ["linear", "last"])
    for model in ("linear", "last"):
        assert {row["touch"]: row[f"{model}_sum"] for row in summed} == found[model].by_label()


def test_rows_say_which_touchpoint_they_are_and_equal_ones_stand_by_their_ids() -> None:
    # Two touches of A at one instant: the one with the lower id is the first, wherever it stands in the table.
    rows = touches((1, 0.0, "B"), (1, 0.0, "A"), (1, 1.0, "A"), (1, 0.0, "A"), (7, 0.0, "A"))
    rows = rows.append_column("touchpoint", pa.array([10, 90, 5, 80, 1], pa.int32()))
    columns = Columns(id="touchpoint")
    for order in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 3, 1]):
        found = trace(in_order(rows, order), conversions((1, 2.0, 9)), ["first", "last"], columns=columns)
        assert found.select(["id", "touch", "first", "last"]).to_pylist() == [
            {"id": 80, "touch": "A", "first": 9, "last": 0},
            {"id": 90, "touch": "A", "first": 0, "last": 0},
            {"id": 10, "touch": "B", "first": 0, "last": 0},
            {"id": 5, "touch": "A", "first": 0, "last": 9},
        ]
    assert trace(rows, conversions(), columns=columns).column_names == ["conversion", "id", "touch", "before", "linear"]
    assert attribute(rows, conversions((1, 2.0, 9)), ["first"], columns=columns)["first"]["A"] == 9


@pytest.mark.parametrize("spread", [1, 1 << 59])
def test_keys_and_columns_give_one_order(spread: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    columns = (random.integers(0, 40, 500), random.integers(0, 9, 500) * spread, random.integers(0, 5, 500))
    packed = Touches.ordered(*(column.copy() for column in columns))
    monkeypatch.setattr(module.Packing, "of", classmethod(lambda *_: None))
    plain = Touches.ordered(*columns)
    expected = sorted(zip(*(column.tolist() for column in columns), strict=True))
    for touches_ in (packed, plain):
        found = zip(touches_.journey.tolist(), touches_.at.tolist(), touches_.touch.tolist(), strict=True)
        assert list(found) == expected


def test_what_has_no_room_in_a_key_is_not_packed() -> None:
    assert Packing.of(0, (1 << 30) - 1, 0, (1 << 30) - 1, 4) is not None
    assert Packing.of(0, (1 << 30) - 1, 0, (1 << 30) - 1, 5) is None
