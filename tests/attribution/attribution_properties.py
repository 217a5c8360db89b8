"""What holds of every model, whatever the journeys."""

from datetime import timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.attribution.rows import in_order, marked, touches

from accord.attribution import MODELS, Markov, attribute, trace
from accord.attribution.model import Model

LABELS = "ABCDE"
BY_TOUCH = [name for name, model in MODELS.items() if not isinstance(model, Markov) or model.split == "by_path"]
EVERY: list[str | Model] = [*MODELS, Markov(2, repeats="collapse"), Markov(null="left_out")]

instants = st.integers(0, 8).map(float)  # few, so that many fall together
rows = st.lists(st.tuples(st.integers(1, 6), instants, st.sampled_from([*LABELS, "Direct"])), max_size=30)
marks = st.none() | instants
values = st.lists(st.tuples(st.integers(1, 7), instants, st.integers(-5_000, 100_000), marks, marks), max_size=12)
windows = st.none() | st.integers(0, 9).map(timedelta)


@given(rows, values, windows)
@settings(max_examples=30)
def test_credits_add_up_to_the_bookings_to_the_cent(
    touched: list[tuple[int, float, str]],
    won: list[tuple[int, float, int, float | None, float | None]],
    lookback: timedelta | None,
) -> None:
    found = attribute(touches(*touched), marked(*won), EVERY, lookback=lookback)
    assert found.bookings == sum(row[2] for row in won)
    for credit in found.credits:
        assert int(credit.cents.sum()) + found.unattributable_cents == found.bookings
        assert abs(credit.conversions.sum() + found.unattributable_conversions - len(won)) < 1e-9
    for row in found.table().group_by("model").aggregate([("cents", "sum")]).to_pylist():
        assert row["cents_sum"] == found.bookings


@given(rows, values, windows, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_rows_never_matters(touched, won, lookback, random) -> None:
    tables = touches(*touched), marked(*won)
    shuffled = tuple(in_order(table, random.sample(range(len(table)), len(table))) for table in tables)
    found, again = (attribute(*some, EVERY, lookback=lookback) for some in (tables, shuffled))
    for one, other in zip(found.credits, again.credits, strict=True):
        assert one.by_label() == other.by_label()


@given(rows, values, windows)
@settings(max_examples=20)
def test_what_is_never_touched_in_time_gets_nothing(touched, won, lookback) -> None:
    # Z is a dummy: one journey has it, long after everything.
    found = attribute(touches(*touched, (3, 99.0, "Z")), marked(*won), EVERY, lookback=lookback)
    for credit in found.credits:
        assert credit["Z"] == 0


@given(rows, values, windows)
@settings(max_examples=20)
def test_names_do_not_matter_but_for_ties(touched, won, lookback) -> None:
    # A and B change their names; no two touches fall together, so no tie is decided by names. (Symmetry.)
    apart = [(journey, at + number / 100, label) for number, (journey, at, label) in enumerate(touched)]
    swap = str.maketrans("AB", "BA")
    swapped = [(journey, at, label.translate(swap) if len(label) == 1 else label) for journey, at, label in apart]
    found, other = (attribute(touches(*some), marked(*won), EVERY, lookback=lookback) for some in (apart, swapped))
    for one, two in zip(found.credits, other.credits, strict=True):
        ours, theirs = (dict(zip(credit.labels, credit.value.tolist(), strict=True)) for credit in (one, two))
        for label in ours:
            mirrored = label.translate(swap) if len(str(label)) == 1 else label
            assert abs(ours[label] - theirs[mirrored]) < 1e-6 * max(1, abs(ours[label]))


@given(rows, values, windows)
@settings(max_examples=20)
def test_the_rows_of_a_trace_add_up_to_the_credit(touched, won, lookback) -> None:
    tables = touches(*touched), marked(*won)
    found = attribute(*tables, BY_TOUCH, lookback=lookback)
    traced = trace(*tables, BY_TOUCH, lookback=lookback)
    for name in BY_TOUCH:
        summed = dict.fromkeys(found[name].labels, 0)
        for row in traced.select(["touch", name]).to_pylist():
            summed[row["touch"]] += row[name]
        assert summed == found[name].by_label()
    by_conversion = traced.group_by("conversion").aggregate([(name, "sum") for name in BY_TOUCH])
    for row in by_conversion.to_pylist():
        assert {row[f"{name}_sum"] for name in BY_TOUCH} == {won[row["conversion"]][2]}


@given(rows, values, windows)
@settings(max_examples=20)
def test_journeys_may_be_split_over_tables_of_any_parts(touched, won, lookback) -> None:
    whole = touches(*touched)
    parts = pa.concat_tables([whole[:5], whole[5:6], whole[6:]])
    expected = attribute(whole, marked(*won), EVERY, lookback=lookback)
    found = attribute(parts, marked(*won), EVERY, lookback=lookback)
    assert found.table().equals(expected.table())
