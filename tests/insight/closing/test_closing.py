"""Figures that were published or worked out by hand."""

import pytest

from accord.insight import RatioSum, wilson
from accord.insight.closing import (
    FAR,
    Course,
    RatioSums,
    TruncationKind,
    close_rates,
    compare_ratios,
    compare_sums,
    fisher,
    holm,
    sums_of_groups,
    truncations,
)
from accord.insight.closing.tails import chi_square_tail, student_tails

# --- one comparison -------------------------------------------------------------------------------------------------


def test_fishers_convicts() -> None:
    """Fisher 1935: 10 of 13 identical twins of convicts were convicted, and 2 of 17 others; 1/2150 on one side.

    On both sides R's ``fisher.test`` gives 0.0005367.
    """
    assert fisher(10, 13, 12, 30) == pytest.approx(0.0005367, abs=5e-8)


def test_where_there_is_nothing_to_compare_nothing_differs() -> None:
    assert [fisher(0, 0, 5, 10), fisher(5, 10, 5, 10), fisher(0, 4, 0, 10), fisher(4, 4, 10, 10)] == [1.0] * 4


def test_impossible_counts_are_refused() -> None:
    for counts in ((5, 4, 5, 10), (0, 5, 8, 10), (1, 11, 1, 10), (-1, 4, 5, 10)):
        with pytest.raises(ValueError, match=r"\("):
            fisher(*counts)


@pytest.mark.parametrize(
    ("counts", "chance"),
    [
        # By R 4.3, fisher.test(matrix(c(found, of - found, others found, others not found), 2))$p.value
        ((75, 1350, 842, 8000), 3.583126e-12),
        ((179, 1099, 842, 8000), 2.269993e-10),
    ],
)
def test_large_tables_are_exact_too(counts: tuple[int, int, int, int], chance: float) -> None:
    assert fisher(*counts) == pytest.approx(chance, rel=1e-6)


def test_a_million_leads_take_no_detour() -> None:
    """Both tails of a part at exactly the rate of all are everything; a thousandth more is nothing to speak of."""
    assert fisher(50_000, 500_000, 100_000, 1_000_000) == 1.0
    assert 0.7 < fisher(50_050, 500_000, 100_000, 1_000_000) < 0.75
    assert fisher(60_000, 500_000, 100_000, 1_000_000) == 0.0


@pytest.mark.parametrize(
    ("degrees", "value", "chance"),
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4: upper critical values of chi-square
    [(1, 3.841, 0.05), (2, 5.991, 0.05), (7, 18.475, 0.01), (30, 59.703, 0.001), (99, 148.230, 0.001)],
)
def test_chi_square_is_that_of_the_tables(degrees: int, value: float, chance: float) -> None:
    assert chi_square_tail(value, degrees) == pytest.approx(chance, rel=2e-3)


@pytest.mark.parametrize(
    ("degrees", "value", "chance"),
    # The same handbook, 1.3.6.7.2: critical values of Student's t, here on both sides
    [(1, 12.706, 0.05), (2, 4.303, 0.05), (5, 4.032, 0.01), (30, 2.750, 0.01), (100, 3.174, 0.002)],
)
def test_students_t_is_that_of_the_tables(degrees: int, value: float, chance: float) -> None:
    assert student_tails(value, degrees) == pytest.approx(chance, rel=2e-3)
    assert student_tails(-value, degrees) == student_tails(value, degrees)


@pytest.mark.parametrize(
    ("degrees", "value", "chance"),
    # Two-sided quantiles of the normal distribution, to which Student's t comes ever closer (the handbook's 1.3.6.7.1)
    [(10**7, 1.959963985, 0.05), (10**7, 3.290526731, 0.001)],
)
def test_students_t_of_very_many_is_the_normal_distribution(degrees: int, value: float, chance: float) -> None:
    assert student_tails(value, degrees) == pytest.approx(chance, rel=1e-5)


def test_tails_begin_at_everything_and_need_a_degree_of_freedom() -> None:
    assert [chi_square_tail(0.0, 4), *(student_tails(0.0, degrees) for degrees in (3, 4, 5_000))] == [1.0] * 4
    for tail in (chi_square_tail, student_tails):
        with pytest.raises(ValueError, match="0"):
            tail(1.0, 0)


def test_the_correction_is_holms() -> None:
    """By hand: the smallest times five, the next times four, never less than the one before, never above 1."""
    assert holm([0.02, 0.01, 0.9, 0.03, 0.02]) == pytest.approx((0.08, 0.05, 0.9, 0.08, 0.08))
    assert holm([]) == ()


# --- a map ----------------------------------------------------------------------------------------------------------


def test_a_map_by_hand() -> None:
    """Two sources and two owners: fairs close at 50 %, ads at 10 %, whoever has them; four cells are four looks.

    The two rows are one look, and so are the two columns; with that of all cells together there are seven.
    """
    found = close_rates({("fair", "A"): (40, 20), ("fair", "B"): (60, 30), ("ad", "A"): (60, 6), ("ad", "B"): (40, 4)})
    assert (found.whole.leads, found.whole.won, found.whole.rate) == (200, 60, 0.3)
    assert found.whole.interval == wilson(60, 200)
    assert [(each.row, each.leads, each.rate, each.stands_out) for each in found.rows] == [
        ("ad", 100, 0.1, True),
        ("fair", 100, 0.5, True),
    ]
    assert [(each.column, each.rate, each.stands_out) for each in found.columns] == [
        ("A", 0.26, False),
        ("B", 0.34, False),
    ]
    assert found.looks == 7
    assert found.chance is not None
    # Of 40, 60, 60 and 40 leads at 30 %: (8² + 12²·…) by hand: 8²/8.4 + 12²/12.6 + 12²/12.6 + 8²/8.4.
    assert found.chance == pytest.approx(chi_square_tail(2 * 64 / 8.4 + 2 * 144 / 12.6, 3))
    assert (found.uneven, found.pattern) == (True, True)
    best, worst = found.standing_out[:2]
    assert {best.row, worst.row} == {"fair", "ad"}
    assert {each.row: each.above for each in found.rows} == {"fair": True, "ad": False}


def test_small_cells_are_not_believed_however_striking() -> None:
    """19 of 19 were won; and of 60 leads at 5 % only three are to be expected, so that nothing can be said of them."""
    found = close_rates({("a", "x"): (19, 19), ("a", "y"): (500, 25), ("b", "x"): (60, 12), ("b", "y"): (500, 20)})
    few = {(each.row, each.column): each.few for each in found.cells}
    assert few == {("a", "x"): True, ("a", "y"): False, ("b", "x"): True, ("b", "y"): False}
    assert all(each.chance is None and not each.stands_out for each in found.cells if each.few)


def test_a_row_of_one_cell_is_one_look() -> None:
    """Each agent belongs to one office: rows of agents are the cells of the map."""
    apart = close_rates({("Ann", "Berlin"): (100, 30), ("Bob", "Berlin"): (100, 32), ("Eve", "Wien"): (100, 28)})
    assert apart.looks == 3 + 1
    assert [each.corrected for each in apart.cells] == [1.0] * 3


def test_one_dimension_alone_is_a_map_of_one_column() -> None:
    found = close_rates({("fair", ""): (100, 50), ("ad", ""): (100, 10), ("web", ""): (100, 30)})
    assert (found.looks, [each.stands_out for each in found.rows]) == (4, [True, True, False])
    assert [each.stands_out for each in found.cells] == [True, True, False]
    assert [each.chance for each in found.columns] == [None]


@pytest.mark.parametrize("counts", [{}, {("a", "x"): (0, 0)}, {("a", "x"): (50, 50)}, {("a", "x"): (50, 20)}])
def test_a_map_of_nobody_or_of_one_cell_says_nothing(counts: dict[tuple[str, str], tuple[int, int]]) -> None:
    """Lesson 26: nobody has no rate."""
    found = close_rates(counts)
    assert (found.looks, found.pattern, found.chance) == (0, False, None)
    assert found.whole.rate is None or found.whole.leads == 50


# --- what a rate cannot say -----------------------------------------------------------------------------------------

DAY = 86_400_000_000


def course(**more: int | float | None) -> Course:
    usual = {"deals": 100, "median_us": 14 * DAY, "p90_us": 90 * DAY, "first_win_us": 400 * DAY}
    return Course(**{**usual, "leads": 1000, "rate": 0.1, "young": 0, "early": 0, **more})  # type: ignore[arg-type]


def test_leads_younger_than_nine_of_ten_wins_are_told_of() -> None:
    (found,) = truncations(course(young=250))
    assert (found.kind, found.leads, found.share) == (TruncationKind.YOUNG, 250, 0.25)


def test_leads_from_before_deals_were_recorded_are_told_of_where_some_should_have_been_won() -> None:
    """Of 60 leads at 10 % half of the six wins fall within the median time: three, and there is none."""
    (found,) = truncations(course(early=60))
    assert (found.kind, found.leads, found.share) == (TruncationKind.BEFORE_DEALS, 60, 0.06)
    assert truncations(course(early=59)) == ()


def test_with_a_handful_of_deals_nothing_can_be_said() -> None:
    (found,) = truncations(course(deals=19, median_us=None, p90_us=None, young=500, early=500))
    assert (found.kind, found.share) == (TruncationKind.UNMEASURED, 1.0)


def test_a_cohort_of_nobody_has_no_warnings() -> None:
    assert truncations(course(leads=0, deals=0)) == ()


# --- discounts ------------------------------------------------------------------------------------------------------


def test_a_discount_by_hand() -> None:
    """Welch's t of 30 deals at 0.9 ± 0.1 and 30 at 1.0 ± 0.1: t = 0.1 / √(2·s²/30) with s² = 0.3/29."""
    low, high = [0.8, 1.0] * 15, [0.9, 1.1] * 15
    ann, bob = compare_ratios({"owner": {"Ann": low, "Bob": high}})
    assert (ann.mean, bob.mean) == pytest.approx((0.9, 1.0))
    t = 0.1 / (2 * 0.3 / 29 / 30) ** 0.5
    assert ann.chance == pytest.approx(student_tails(t, 58))
    assert ann.corrected == pytest.approx(2 * student_tails(t, 58))
    assert ann.stands_out


def test_all_dimensions_of_a_view_are_one_family_of_looks() -> None:
    deals = [0.97, 1.0, 1.02] * 20
    alone = compare_ratios({"owner": {"Ann": deals, "Bob": [each + 0.012 for each in deals]}})
    beside = {str(number): {"a": deals, "b": deals} for number in range(20)}
    among = compare_ratios({"owner": {"Ann": deals, "Bob": [each + 0.012 for each in deals]}} | beside)
    assert [each.stands_out for each in alone] == [True, True]
    assert not any(each.stands_out for each in among)


def test_few_deals_are_not_compared() -> None:
    found = compare_ratios({"owner": {"Ann": [0.2] * 19, "Bob": [1.0] * 500}})
    assert [(each.few, each.chance) for each in found] == [(True, None), (True, None)]


def test_prices_that_never_vary_differ_or_do_not() -> None:
    same = compare_ratios({"owner": {"Ann": [1.0] * 30, "Bob": [1.0] * 30}})
    other = compare_ratios({"owner": {"Ann": [0.9] * 30, "Bob": [1.0] * 30}})
    assert ([each.chance for each in same], [each.chance for each in other]) == ([1.0, 1.0], [0.0, 0.0])


def test_a_discount_by_its_sums_is_the_discount_by_hand() -> None:
    """30 deals at 0.8 and 1.0 in turn: 27 in sum, and 24.6 in squares; 30 at 0.9 and 1.1: 30 and 30.3."""
    low, high = RatioSums(30, 270_000, 2_460_000_000), RatioSums(30, 300_000, 3_030_000_000)
    assert (low, high) == (RatioSums.of([8_000, 10_000] * 15), RatioSums.of([9_000, 11_000] * 15))
    ann, bob = compare_sums({"owner": {"Ann": low, "Bob": high}})
    t = 0.1 / (2 * 0.3 / 29 / 30) ** 0.5
    assert (ann.name, ann.deals, ann.mean, ann.rest, bob.mean) == ("Ann", 30, 0.9, 1.0, 1.0)
    assert ann.chance == pytest.approx(student_tails(t, 58))
    assert ann.corrected == pytest.approx(2 * student_tails(t, 58))


def test_prices_that_never_vary_differ_or_do_not_however_many_there_are() -> None:
    """The sums are whole numbers, so that nothing is left of a spread that there is not."""
    many, more = 30_000, 77_777
    ann, bob = RatioSums(many, many * 9_999, many * 9_999**2), RatioSums(more, more * 9_999, more * 9_999**2)
    low = RatioSums(more, more * 9_998, more * 9_998**2)
    same = compare_sums({"owner": {"Ann": ann, "Bob": bob}})
    other = compare_sums({"owner": {"Ann": ann, "Bob": low}})
    assert ([each.chance for each in same], [each.chance for each in other]) == ([1.0, 1.0], [0.0, 0.0])


def test_sums_stay_whole_numbers_in_every_engine_for_millions_of_deals() -> None:
    assert 9_000_000 * FAR**2 < 2**63


def test_deals_far_above_the_list_price_count_like_all_others() -> None:
    rows = [RatioSum("owner", "7", 0, 2, 19_000, 181_000_000), RatioSum("owner", "7", 10**18, 3, 0, 0)]
    found = sums_of_groups([*rows, RatioSum("owner", "", FAR + 1, 1, 0, 0)])
    assert found["owner"] == {"7": RatioSums.of([9_000, 10_000, *[10**18] * 3]), "": RatioSums.of([FAR + 1])}
