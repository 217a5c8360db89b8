"""Markov chains worked out by hand, and compared with their recomputation without each label."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from tests.attribution.rows import conversions, path, touches

from accord.attribution import AttributionError, Markov, attribute, iteration, markov, trace
from accord.attribution.markov import removal_effects
from accord.attribution.paths import Paths
from accord.attribution.transitions import TransitionCounter
from accord.attribution.weights import weights_by_effect

Path = tuple[tuple[int, ...], bool]
"""The labels of a path, by number, and whether it converts."""


def by_hand(markov: Markov, labels: int, paths: Sequence[Path]) -> list[float]:
    """The removal effects by their definition: every label taken out of the chain, and conversions computed anew.

    Written apart from the code, in plain Python and with states as tuples; the linear system is solved by elimination.
    """
    counts: dict[tuple[int, ...], Counter[object]] = {}
    for touches_, converts in paths:
        state: tuple[int, ...] = ()
        kept = [
            touch
            for index, touch in enumerate(touches_)
            if markov.repeats == "keep" or index == 0 or touches_[index - 1] != touch
        ]
        for touch in kept:
            counts.setdefault(state, Counter())[touch] += 1
            state = (*state, touch)[-markov.order :]
        counts.setdefault(state, Counter())["won" if converts else "lost"] += 1
    everything = _conversion(counts, markov.order, None)
    return [1 - _conversion(counts, markov.order, label) / everything for label in range(labels)]


def _conversion(counts: dict[tuple[int, ...], Counter[object]], order: int, removed: int | None) -> float:
    states = list(counts)
    number = {state: index for index, state in enumerate(states)}
    rows = []
    for state in states:
        row = [float(state == other) for other in states] + [0.0]
        total = counts[state].total()
        for follower, count in counts[state].items():
            if follower == "won":
                row[-1] += count / total
            elif isinstance(follower, int) and follower != removed:
                row[number[(*state, follower)[-order:]]] -= count / total
        rows.append(row)
    for pivot, by in enumerate(rows):  # rows are diagonally dominant, so none needs to change its place
        for index, row in enumerate(rows):
            factor = row[pivot] / by[pivot]
            if index != pivot and factor:
                rows[index] = [value - factor * own for value, own in zip(row, by, strict=True)]
    return rows[number[()]][-1] / rows[number[()]][number[()]]


def counted(model: Markov, labels: int, paths: Sequence[Path]) -> TransitionCounter:
    counter = TransitionCounter(model, labels)
    for wins in (True, False):
        some = [labels_ for labels_, converts in paths if converts == wins]
        start = np.cumsum([0, *(len(labels_) for labels_ in some)])
        counter.add(np.array([touch for labels_ in some for touch in labels_], np.int64), start, converted=wins)
    return counter


def effects(model: Markov, labels: int, paths: Sequence[Path]) -> list[float]:
    return removal_effects(counted(model, labels, paths).transitions()).tolist()


def test_a_chain_that_was_worked_out_by_hand() -> None:
    # Paths: A B won, A lost, B lost, B won. From the start half go to A, half to B. From A half go to B, half are
    # lost; from B (three visits) two thirds win. So A wins with 1/3, B with 2/3, all together 1/2.
    # Without A only the half that begins with B is left: 1/2 · 2/3 = 1/3, a third less. Without B nothing wins.
    table = touches(*path("A B", 1), *path("A", 2), *path("B", 3), *path("B", 4))
    found = attribute(table, conversions((1, 5.0, 3_000), (4, 5.0, 1_000)), ["markov_1"])["markov_1"]
    assert found.removal_effects is not None
    assert found.removal_effects.tolist() == pytest.approx([1 / 3, 1.0], abs=1e-15)
    # The effects stand 1 to 3: of two conversions and 40.00, A gets a quarter.
    assert found.conversions.tolist() == pytest.approx([0.5, 1.5])
    assert found.by_label() == {"A": 1_000, "B": 3_000}


def test_a_longer_memory_tells_what_follows_from_what_went_before() -> None:
    # A B wins always and C B never; with one touch remembered B wins half the time, wherever it comes from.
    paths = [((0, 1), True), ((2, 1), False)]
    # Order 1: from the start half A, half C; all go to B; half win. Without A half of that is left, without B none.
    assert effects(Markov(1), 3, paths) == pytest.approx([0.5, 1.0, 0.5])
    # Order 2: only A B wins. Without A, or without B, nothing does; without C nothing is lost.
    assert effects(Markov(2), 3, paths) == pytest.approx([1.0, 1.0, 0.0])


def test_repeats_that_collapse_are_one_touch() -> None:
    # Order 2. Kept: from A A (three visits, of which one wins and one goes on) …; collapsed: A won, A lost, A B won.
    paths = [((0, 0), True), ((0, 0), False), ((0, 0, 1), True)]
    # Collapsed, A (three visits): one third wins, one third goes to B, which wins. In all 2/3; without B 1/3.
    assert effects(Markov(2, repeats="collapse"), 2, paths) == pytest.approx([1.0, 0.5])
    assert effects(Markov(2), 2, paths) == pytest.approx([1.0, 0.5])


def test_repeats_make_no_difference_to_a_chain_of_order_one() -> None:
    paths = [((0, 0, 1), True), ((1, 1, 0), False), ((2, 2, 2), True), ((0, 2, 2, 1, 1), True)]
    kept = effects(Markov(1), 3, paths)
    assert effects(Markov(1, repeats="collapse"), 3, paths) == pytest.approx(kept, abs=1e-14)


def test_journeys_that_never_convert_may_be_left_out() -> None:
    table = touches(*path("A B", 1), *path("A", 2), *path("C", 3))
    won = conversions((1, 5.0, 100))
    found = attribute(table, won, [Markov(), Markov(null="left_out")])
    # Counted: A goes on to B half the time, C is lost at once. Left out: A B is the only path. Both need A and B.
    assert [credit.model for credit in found.credits] == ["markov_1", "markov_1_without_null"]
    assert found["markov_1"].by_label() == found["markov_1_without_null"].by_label() == {"A": 50, "B": 50, "C": 0}
    more = touches(*path("A", 1), *path("B", 2), *path("A B", 3), *path("B", 4))
    won = conversions((1, 5.0, 100), (2, 5.0, 100))
    # Left out, of the paths A and B each is half: effects 1/2 and 1/2.
    assert attribute(more, won, [Markov(null="left_out")]).credits[0].by_label() == {"A": 100, "B": 100}
    # Counted: half begin with A, of which half win and half go to B; of B's three visits one wins. In all
    # 1/2 · (1/2 + 1/2 · 1/3) + 1/2 · 1/3 = 1/2. Without A 1/6 is left, effect 2/3; without B 1/4, effect 1/2.
    # Of 200: 4/7 and 3/7, which is 114.29 and 85.71.
    assert attribute(more, won, [Markov()]).credits[0].by_label() == {"A": 114, "B": 86}


def test_of_a_journey_that_never_converts_the_window_before_its_last_touch_counts() -> None:
    # Journey 2 has A on day 0 and B on day 9: within two days before its last touch there is B alone.
    table = touches(*path("A B", 1), (2, 0.0, "A"), (2, 9.0, "B"))
    won = conversions((1, 1.0, 100))
    whole, recent = (attribute(table, won, ["markov_1"], lookback=days) for days in (None, timedelta(days=2)))
    # All: both begin with A, go to B, half win: both effects are 1. Recent: half begin with A, half with B; half of B
    # win. Without A half of that is left.
    assert whole["markov_1"].removal_effects.tolist() == pytest.approx([1.0, 1.0])
    assert recent["markov_1"].removal_effects.tolist() == pytest.approx([0.5, 1.0])


def test_nothing_converts_and_nothing_is_credited() -> None:
    found = attribute(touches(*path("A B")), conversions((2, 1.0, 700)), ["markov_2"])
    assert (found["markov_2"].by_label(), found.unattributable_cents) == ({"A": 0, "B": 0}, 700)


def test_each_conversion_is_split_by_the_effects_of_the_labels_of_its_own_path() -> None:
    # As worked out above: A has an effect of 1/3, B of 1. The conversion of 30.00 has A B: a quarter to A and the rest
    # to B. That of 10.00 has B alone, so all is B's, where A gets a quarter of it when all is split at once.
    table = touches(*path("A B", 1), *path("A", 2), *path("B", 3), *path("B", 4))
    won = conversions((1, 5.0, 3_000), (4, 5.0, 1_000), (9, 5.0, 70))
    found = attribute(table, won, ["markov_1", "markov_1_by_path"])
    assert found["markov_1"].by_label() == {"A": 1_000, "B": 3_000}
    assert found["markov_1_by_path"].by_label() == {"A": 750, "B": 3_250}
    assert found["markov_1_by_path"].conversions.tolist() == pytest.approx([0.25, 1.75])
    for name in ("markov_1", "markov_1_by_path"):
        assert found[name].effects_by_label() == pytest.approx({"A": 1 / 3, "B": 1.0})
    for asked in ("markov_1", "markov_1_by_path"):
        assert trace(table, won, [asked]).select(["conversion", "touch", "markov_1_by_path"]).to_pylist() == [
            {"conversion": 0, "touch": "A", "markov_1_by_path": 750},
            {"conversion": 0, "touch": "B", "markov_1_by_path": 2_250},
            {"conversion": 1, "touch": "B", "markov_1_by_path": 1_000},
        ]


def test_a_label_that_repeats_gets_no_more_and_its_touches_the_same_each() -> None:
    # The only path is A A B: all go through both, both effects are 1. A and B get a half, each touch of A a quarter.
    rows = trace(touches(*path("A A B")), conversions((1, 5.0, 1_000)), ["markov_1"])
    assert rows["markov_1_by_path"].to_pylist() == [250, 250, 500]
    # The only path is A B A: without B half of A's visits still win, so the effects are 1 and 1/2: two thirds to A.
    rows = trace(touches(*path("A B A")), conversions((1, 5.0, 1_000)), ["markov_1"])
    assert rows["markov_1_by_path"].to_pylist() == [334, 333, 333]


def test_labels_without_effect_share_evenly_by_touch() -> None:
    # No path of a chain has none; effects that were found elsewhere may be nothing.
    found = Paths(
        labels=("A", "B"), conversion=np.array([0, 1]), cents=np.array([100, 100]), start=np.array([0, 3, 5]),
        touch=np.array([0, 1, 0, 1, 0]), before=np.zeros(5, np.int64), lead=np.full(2, -1), opportunity=np.full(2, -1),
    )  # fmt: skip
    assert weights_by_effect(np.zeros(2), found).tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0.5, 0.5])
    assert weights_by_effect(np.array([0.0, 0.2]), found).tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]


def test_models_of_one_chain_have_it_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = []
    monkeypatch.setattr(
        "accord.attribution.crediting.removal_effects", lambda counted: solved.append(1) or removal_effects(counted)
    )
    attribute(touches(*path("A B")), conversions((1, 5.0, 1_000)), ["markov_1", "markov_1_by_path", "markov_2"])
    assert len(solved) == 2


def random_paths(seed: int, labels: int, count: int, longest: int) -> list[Path]:
    random = np.random.default_rng(seed)
    return [
        (tuple(random.integers(0, labels, random.integers(1, longest + 1)).tolist()), bool(random.random() < 0.3))
        for _ in range(count)
    ]


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("repeats", ["keep", "collapse"])
def test_effects_are_those_of_a_chain_without_the_label(order: int, repeats: str) -> None:
    paths = [*random_paths(order, 3, 25, 6), ((0, 1), True)]
    model = Markov(order, repeats=repeats)  # type: ignore[arg-type]
    expected = by_hand(model, 3, paths)
    assert effects(model, 3, paths) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_what_is_iterated_is_what_is_inverted(order: int, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = random_paths(5, 6, 3_000, 15)
    inverted = effects(Markov(order), 6, paths)
    monkeypatch.setattr(markov, "_STATES_INVERTED", 1)
    monkeypatch.setattr(markov, "_LABELS_INVERTED", 1)
    assert effects(Markov(order), 6, paths) == pytest.approx(inverted, rel=1e-10)
    monkeypatch.setattr(iteration, "_VALUES_AT_ONCE", 1)  # one label after the other
    assert effects(Markov(order), 6, paths) == pytest.approx(inverted, rel=1e-10)


def test_a_label_that_is_met_late_or_after_a_long_rest_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    # B is met at the first touch by a few, by nobody for eleven touches, and then by many.
    paths = [((0, *range(2, 13), 1), True)] * 9 + [((1,), True), ((0, 2), False)]
    monkeypatch.setattr(markov, "_LABELS_INVERTED", 1)
    expected = by_hand(Markov(1), 13, paths)
    assert effects(Markov(1), 13, paths) == pytest.approx(expected, abs=1e-12)


def test_transitions_are_counted_alike_with_and_without_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = random_paths(9, 4, 300, 9)
    expected = counted(Markov(3), 4, paths).transitions()
    monkeypatch.setattr("accord.attribution.transitions._CELLS_COUNTED_AT_ONCE", 0)
    monkeypatch.setattr("accord.attribution.transitions._CODES_BEFORE_A_MERGE", 10)
    found = counted(Markov(3), 4, paths).transitions()
    for name in ("state", "follower", "count"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


def test_a_chain_has_an_order_of_one_to_four() -> None:
    for wrong, code in (
        (lambda: Markov(0), "attribution.bad_order"),
        (lambda: Markov(5), "attribution.bad_order"),
        (lambda: TransitionCounter(Markov(4), 10_000), "attribution.too_many_labels"),
        (lambda: trace(touches(), conversions(), ["markov_1", "markov_1_by_path"]), "attribution.same_name"),
    ):
        with pytest.raises(AttributionError) as caught:
            wrong()
        assert caught.value.code == code
