"""Journeys that were reduced elsewhere: paths and steps worked out by hand, and what is said of wrong ones."""

from collections.abc import Sequence
from datetime import timedelta

import pyarrow as pa
import pytest
from tests.attribution.rows import conversions, marked, touches

from accord.attribution import (
    AttributionError,
    Bookings,
    Columns,
    Markov,
    Reduced,
    Steps,
    attribute,
    attribute_reduced,
    trace,
    trace_reduced,
)

DAY = 86_400_000_000
NAMES = ("conversion", "cents", "touch", "before_us", "lead_us", "opportunity_us", "id")
Row = tuple[int, int, int, int, int | None, int | None, int]


def rows(*cells: Row) -> pa.Table:
    return pa.table({name: pa.array([row[place] for row in cells], pa.int64()) for place, name in enumerate(NAMES)})


def steps(back: int, *cells: tuple[int, ...]) -> pa.Table:
    names = [*(f"back_{place}" for place in range(back + 1)), "ends", "times"]
    return pa.table({name: pa.array([row[place] for row in cells], pa.int64()) for place, name in enumerate(names)})


# Two conversions, A B A worth 10.00 and B worth 5.01, and a third of 0.70 without a touch; one journey A B never
# converts. The lead of the first came to be between B and the last A, the opportunity after all.
PATHS: tuple[Row, ...] = (
    (10, 1_000, 0, 3 * DAY, DAY + 1, -DAY, 1),
    (10, 1_000, 1, 2 * DAY, DAY + 1, -DAY, 2),
    (10, 1_000, 0, 1 * DAY, DAY + 1, -DAY, 3),
    (20, 501, 1, 0, None, None, 4),
)
COUNTED = Steps(
    # A first; B after A; A after B after A, and the end; B first and at once the end.
    converting=steps(2, (0, -1, -1, 0, 1), (1, 0, -1, 0, 1), (0, 1, 0, 1, 1), (1, -1, -1, 1, 1)),
    null=steps(2, (0, -1, -1, 0, 1), (1, 0, -1, 1, 1)),
)


def reduced(*cells: Row, counted: Steps = COUNTED, by: int = 100) -> Reduced:
    return Reduced(
        labels=("A", "B"),
        bookings=Bookings(3, 1_571),
        rows=lambda: pa.RecordBatchReader.from_batches(rows().schema, rows(*cells).to_batches(max_chunksize=by)),
        steps={"keep": counted},
        with_ids=True,
    )


def table_of(cells: Sequence[tuple[int, float, str, int]]) -> pa.Table:
    table = touches(*(cell[:3] for cell in cells))
    return table.append_column("id", pa.array([cell[3] for cell in cells]))


TOUCHES = table_of(
    [(1, 0.0, "A", 1), (1, 1.0, "B", 2), (1, 2.0, "A", 3), (2, 3.0, "B", 4), (3, 0.0, "A", 5), (3, 1.0, "B", 6)]
)
WON = marked((1, 3.0, 1_000, 1.99, 4.0), (2, 3.0, 501, None, None), (9, 3.0, 70, None, None))
MODELS = ["first", "linear", "w_shaped", "time_decay", "shapley", "markov_1", "markov_2", "markov_2_by_path"]


@pytest.mark.parametrize("rows_of_a_batch", [1, 2, 3, 100])
def test_credit_is_that_of_the_touchpoints_themselves(rows_of_a_batch: int) -> None:
    journeys = reduced(*PATHS, by=rows_of_a_batch)
    expected = attribute(TOUCHES, WON, MODELS)
    found = attribute_reduced(journeys, MODELS)
    assert found.table().equals(expected.table())
    assert (found.bookings, found.unattributable_cents, found.conversions) == (1_571, 70, 3)
    traced = trace_reduced(journeys, MODELS)
    assert traced["conversion"].to_pylist() == [10, 10, 10, 20]
    expected_rows = trace(TOUCHES, WON, MODELS, columns=Columns(id="id"))
    assert traced.drop_columns(["conversion"]).equals(expected_rows.drop_columns(["conversion"]))


def test_a_chain_is_made_from_steps_that_remember_more() -> None:
    # With one touch remembered, A is followed twice by B and once by the end, B once by A, once by a conversion, and
    # once by an end without one: what the touches themselves come to.
    expected = attribute(TOUCHES, WON, [Markov(1), Markov(1, null="left_out")])
    found = attribute_reduced(reduced(*PATHS), [Markov(1), Markov(1, null="left_out")])
    for ours, theirs in zip(found.credits, expected.credits, strict=True):
        assert ours.effects_by_label() == theirs.effects_by_label()


def test_nothing_is_reduced_to_nothing() -> None:
    empty = Reduced((), Bookings(1, 70), rows, {"keep": Steps(steps(1), steps(1))})
    found = attribute_reduced(empty, ["linear", "markov_1"])
    assert (found.unattributable_cents, found["markov_1"].by_label()) == (70, {})
    assert trace_reduced(empty, ["linear"]).num_rows == 0
    assert (
        attribute(touches(), conversions((1, 3.0, 70)), ["markov_1"])
        .table()
        .equals(attribute_reduced(empty, ["markov_1"]).table())
    )


def test_what_was_not_counted_is_refused_with_the_reason() -> None:
    for model in (Markov(3), Markov(1, repeats="collapse")):
        with pytest.raises(AttributionError) as caught:
            attribute_reduced(reduced(*PATHS), [model])
        assert caught.value.code == "attribution.not_counted"
    without = Steps(COUNTED.converting)
    with pytest.raises(AttributionError, match="journeys that never convert"):
        attribute_reduced(reduced(*PATHS, counted=without), [Markov(1)])
    attribute_reduced(reduced(*PATHS, counted=without), [Markov(1, null="left_out")])


@pytest.mark.parametrize("order", [[3, 0, 1, 2], [1, 0, 2, 3], [0, 2, 1, 3]])
@pytest.mark.parametrize("rows_of_a_batch", [1, 100])
def test_rows_that_are_not_in_order_are_refused(order: list[int], rows_of_a_batch: int) -> None:
    journeys = reduced(*(PATHS[place] for place in order), by=rows_of_a_batch)
    with pytest.raises(AttributionError) as caught:
        attribute_reduced(journeys, ["first"])
    assert caught.value.code == "attribution.not_in_order"


def test_labels_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(AttributionError) as caught:
        Reduced(("b", "B"), Bookings(0, 0), rows)
    assert caught.value.code == "attribution.not_in_order"


def test_the_window_is_that_of_whoever_reduces() -> None:
    # The same paths as a window of two days leaves them.
    expected = attribute(TOUCHES, WON, ["linear"], lookback=timedelta(days=2))
    assert attribute_reduced(reduced(*PATHS[1:]), ["linear"]).table().equals(expected.table())
