from datetime import timedelta
from fractions import Fraction

import pytest

from accord.scoring import ScoringError, decay_table

HALF = Fraction(1, 2)
DAYS = {days: timedelta(days=days) for days in (1, 7, 10, 30, 45, 365)}


def test_fifteen_points_with_a_half_life_of_thirty_days():
    table = decay_table(1500, DAYS[30])

    assert [table[day] for day in (0, 30, 60, 90, 120)] == [1500, 750, 375, 188, 94]
    # By hand: 1500 * 2 ** (-1/30) = 1465.737…, 1500 * 2 ** (-15/30) = 1060.660…
    assert table[1] == 1466
    assert table[15] == 1061


def test_halves_are_rounded_away_from_zero_on_both_sides():
    assert decay_table(5, DAYS[1]) == (5, 3, 1, 1)  # 5, 2.5, 1.25, 0.625, 0.3125
    assert decay_table(-5, DAYS[1]) == (-5, -3, -1, -1)


def test_the_table_ends_where_less_than_half_a_hundredth_is_left():
    assert decay_table(1, DAYS[7]) == (1,) * 8  # the half is reached at 7 days, and rounded up
    assert decay_table(0, DAYS[7]) == ()


@pytest.mark.parametrize("points", [1, 7, 499, 500, 1500, 2001, 99_999_999, 100_000_000])
@pytest.mark.parametrize("half_life", list(DAYS))
def test_every_entry_is_the_nearest_whole_number_to_the_exact_worth(points, half_life):
    # A worth w is the nearest to points * 2 ** (-day / half_life) if that lies in [w - 1/2, w + 1/2). To the power
    # of half_life and times 2 ** day, all three are rational, so that this oracle knows no rounding at all.
    table = decay_table(points, DAYS[half_life])
    exact = Fraction(points) ** half_life

    for day in {*range(0, len(table), max(1, len(table) // 60)), len(table) - 1, len(table)}:
        worth = Fraction(table[day] if day < len(table) else 0)
        least, most = max(Fraction(0), worth - HALF), worth + HALF
        assert least**half_life * 2**day <= exact < most**half_life * 2**day


@pytest.mark.parametrize("points", [3, 1500, 4321])
def test_negative_points_mirror_positive_ones_and_worth_only_fades(points):
    table = decay_table(points, DAYS[10])

    assert decay_table(-points, DAYS[10]) == tuple(-worth for worth in table)
    assert list(table) == sorted(table, reverse=True)


@pytest.mark.parametrize("half_life", [timedelta(0), timedelta(days=-1), timedelta(hours=36), timedelta(days=3651)])
def test_a_half_life_is_whole_days_up_to_ten_years(half_life):
    with pytest.raises(ScoringError):
        decay_table(100, half_life)


@pytest.mark.parametrize("points", [100_000_001, -100_000_001, 0.5, True])
def test_points_are_whole_hundredths_within_a_million_points(points):
    with pytest.raises(ScoringError):
        decay_table(points, DAYS[7])
