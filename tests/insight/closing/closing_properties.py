"""Random maps: what holds of every one of them, and how often chance alone is taken for a difference."""

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.insight.closing import RISK, RatioSums, close_rates, compare_ratios, compare_sums, fisher, holm, tails

PART = st.integers(0, 12).flatmap(lambda leads: st.tuples(st.just(leads), st.integers(0, leads)))
MAP = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), PART)
LARGE = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")),
    st.integers(0, 400).flatmap(lambda leads: st.tuples(st.just(leads), st.integers(0, leads))),
)

RATIO = st.integers(0, 15_000) | st.sampled_from([9_500, 10_000])
RATIOS = st.builds(lambda some, times: some * times, st.lists(RATIO, min_size=1, max_size=8), st.integers(1, 12))
VIEWS = st.dictionaries(st.sampled_from(["owner", "team"]), st.dictionaries(st.sampled_from("abc"), RATIOS))


def counted(part: tuple[int, int], rest: tuple[int, int]) -> Fraction:
    """The same chance by counting every table, in whole numbers."""
    leads, won = part[0] + rest[0], part[1] + rest[1]
    ways = {k: comb(won, k) * comb(leads - won, part[0] - k) for k in range(won + 1) if 0 <= part[0] - k <= leads - won}
    return Fraction(sum(each for each in ways.values() if each <= ways[part[1]]), sum(ways.values()))


@given(PART, PART)
def test_the_exact_test_is_what_counting_every_table_gives(part: tuple[int, int], rest: tuple[int, int]) -> None:
    found = fisher(part[1], part[0], part[1] + rest[1], part[0] + rest[0])
    assert found == pytest.approx(float(counted(part, rest)), rel=1e-9)


@given(PART, PART)
def test_a_part_and_the_rest_differ_from_each_other_equally(part: tuple[int, int], rest: tuple[int, int]) -> None:
    won, leads = part[1] + rest[1], part[0] + rest[0]
    one = fisher(part[1], part[0], won, leads)
    assert fisher(rest[1], rest[0], won, leads) == pytest.approx(one, rel=1e-9)
    assert fisher(part[0] - part[1], part[0], leads - won, leads) == pytest.approx(one, rel=1e-9)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_correction_never_makes_anything_surer_and_keeps_the_order(chances: list[float]) -> None:
    corrected = holm(chances)
    assert all(before <= after <= 1 for before, after in zip(chances, corrected, strict=True))
    in_order = [after for _, after in sorted(zip(chances, corrected, strict=True))]
    assert in_order == sorted(in_order)
    assert all(after <= min(len(chances) * before, 1) for before, after in zip(chances, corrected, strict=True))


@given(LARGE)
def test_a_map_adds_up_and_believes_no_small_cell(counts: dict[tuple[str, str], tuple[int, int]]) -> None:
    """Lesson 26: no share is above 100 %, and nobody out of nobody has none."""
    found = close_rates(counts)
    for parts in (found.cells, found.rows, found.columns):
        assert sum(each.leads for each in parts) == found.whole.leads
        assert sum(each.won for each in parts) == found.whole.won
    everything = (*found.cells, *found.rows, *found.columns, found.whole)
    assert all(each.rate is None or 0 <= each.rate <= 1 for each in everything)
    assert all(each.corrected is None for each in everything if each.few)
    for each in everything:
        if each.chance is not None and each.corrected is not None:
            assert each.chance <= each.corrected
            assert each.rate is not None
            assert each.above == (found.whole.won / found.whole.leads < each.rate)


@given(LARGE)
def test_it_does_not_matter_which_dimension_stands_where(counts: dict[tuple[str, str], tuple[int, int]]) -> None:
    turned = close_rates({(column, row): both for (row, column), both in counts.items()})
    straight = close_rates(counts)
    assert (turned.looks, turned.whole) == (straight.looks, straight.whole)
    for one, other in zip(turned.rows, straight.columns, strict=True):
        assert (one.row, one.leads, one.few, one.above) == (other.column, other.leads, other.few, other.above)
        assert one.corrected == (None if other.corrected is None else pytest.approx(other.corrected, rel=1e-9))


def test_of_maps_in_which_nothing_differs_no_more_than_one_in_twenty_claims_that_something_does() -> None:
    """200 maps of 5 by 6 cells, each lead won with the same chance; twice the standard error is allowed for."""
    lot = random.Random(26)  # noqa: S311  # no secrets
    wrong = 0
    for _ in range(200):
        rate = lot.choice([0.05, 0.2, 0.5])
        sizes = {(str(row), str(column)): lot.choice([10, 40, 160]) for row in range(5) for column in range(6)}
        found = close_rates({key: (n, sum(lot.random() < rate for _ in range(n))) for key, n in sizes.items()})
        wrong += found.pattern
    assert wrong / 200 <= RISK + 2 * (RISK * (1 - RISK) / 200) ** 0.5


def test_one_cell_that_really_closes_better_is_found_among_thirty() -> None:
    lot = random.Random(26)  # noqa: S311  # no secrets
    found = close_rates(
        {
            (str(row), str(column)): (200, sum(lot.random() < (0.4 if row == column == 3 else 0.2) for _ in range(200)))
            for row in range(5)
            for column in range(6)
        }
    )
    assert ("3", "3") in {(each.row, each.column) for each in found.standing_out}
    assert found.uneven


@given(VIEWS)
def test_sums_of_ratios_compare_like_the_ratios_themselves(views: dict[str, dict[str, list[int]]]) -> None:
    each_deal = {
        name: {group: [ratio / 10_000 for ratio in ratios] for group, ratios in groups.items()}
        for name, groups in views.items()
    }
    sums = {name: {group: RatioSums.of(ratios) for group, ratios in groups.items()} for name, groups in views.items()}
    expected = {(each.dimension, each.name): each for each in compare_ratios(each_deal)}
    found = {(each.dimension, each.name): each for each in compare_sums(sums)}
    assert set(found) == set(expected)
    for key, one in found.items():
        other = expected[key]
        assert (one.deals, one.few) == (other.deals, other.few)
        assert (one.mean, one.rest or 0) == pytest.approx((other.mean, other.rest or 0), rel=1e-9)
        assert (one.rest is None, one.chance is None) == (other.rest is None, other.chance is None)
        # A hair decides which way degrees of freedom are rounded that are all but whole: of 19 or more, a little.
        assert one.chance is None or one.chance == pytest.approx(other.chance, abs=1e-3)


@given(st.lists(st.integers(0, 10**6)), st.lists(st.integers(0, 10**6)))
def test_sums_add_up_and_are_taken_off_again(some: list[int], others: list[int]) -> None:
    both = RatioSums.of(some) + RatioSums.of(others)
    assert both == RatioSums.of([*some, *others])
    assert both - RatioSums.of(others) == RatioSums.of(some)


@given(st.floats(-40, 40), st.integers(tails.LONG, 2_000))
def test_the_series_of_students_t_is_the_finite_sum(value: float, degrees: int) -> None:
    series = tails.student_tails(value, degrees)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tails, "LONG", degrees + 1)
        assert series == pytest.approx(tails.student_tails(value, degrees), rel=0, abs=1e-12)
