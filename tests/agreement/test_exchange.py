"""Amounts in another currency, by the rate of their day; every figure here is worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.agreement.exchange import Converted, NotConvertible, Rates, StatedRate, rates_into, to_the_cent

GOOD_FRIDAY = date(2026, 4, 3)
THURSDAY = date(2026, 4, 2)


def euros(*stated: tuple[date, str, str]) -> Rates:
    return rates_into("EUR", [StatedRate(day, "EUR", currency, Decimal(rate)) for day, currency, rate in stated])


@pytest.mark.parametrize(
    ("amount", "rate", "worth"),
    [
        ("100.00", "1.0800", "92.59"),  # 92.5925…
        ("1200.50", "1.0845", "1106.96"),  # 1106.9617…
        ("2.01", "2", "1.01"),  # 1.005, half a cent away from zero
        ("-2.01", "2", "-1.01"),
        ("2.03", "2", "1.02"),  # 1.015; half to even would say 1.02 as well, and 1.00 above
        ("1000000", "163.06", "6132.71"),  # yen: 6132.7118…
        ("0", "1.08", "0.00"),
        ("999999999999.99", "0.5", "1999999999999.98"),
    ],
)
def test_an_amount_is_divided_by_the_rate_and_is_exact_to_the_cent(amount: str, rate: str, worth: str) -> None:
    found = euros((THURSDAY, "USD", rate)).convert(Decimal(amount), "USD", THURSDAY)

    assert found == Converted(Decimal(worth), THURSDAY)


def test_the_own_currency_is_left_as_it_is_whether_there_are_rates_or_not() -> None:
    assert euros().convert(Decimal("9.99"), "EUR", THURSDAY) == Converted(Decimal("9.99"), None)


def test_a_holiday_takes_the_last_rate_before_it_and_never_a_later_one() -> None:
    rates = euros((THURSDAY, "USD", "1.25"), (date(2026, 4, 7), "USD", "1.50"))

    for day in range(2, 7):  # Thursday before Easter, until the bank states rates again on Tuesday
        assert rates.convert(Decimal(100), "USD", date(2026, 4, day)) == Converted(Decimal("80.00"), THURSDAY)
    assert rates.convert(Decimal(100), "USD", date(2026, 4, 7)) == Converted(Decimal("66.67"), date(2026, 4, 7))
    assert rates.convert(Decimal(100), "USD", date(2026, 4, 1)) == NotConvertible(Decimal(100), "USD", date(2026, 4, 1))


def test_a_rate_of_ten_days_ago_counts_and_an_older_one_does_not() -> None:
    rates = euros((THURSDAY, "USD", "1.25"))

    assert rates.convert(Decimal(100), "USD", THURSDAY + timedelta(days=10)) == Converted(Decimal("80.00"), THURSDAY)
    later = THURSDAY + timedelta(days=11)
    assert rates.convert(Decimal(100), "USD", later) == NotConvertible(Decimal(100), "USD", later)


def test_a_currency_without_any_rate_is_named() -> None:
    assert euros((THURSDAY, "USD", "1.25")).convert(Decimal(5), "GBP", THURSDAY) == NotConvertible(
        Decimal(5), "GBP", THURSDAY
    )


def francs(*stated: StatedRate) -> Rates:
    return rates_into("CHF", stated)


def test_two_rates_of_one_day_against_a_third_currency_serve_as_well() -> None:
    rates = francs(
        StatedRate(THURSDAY, "EUR", "USD", Decimal("1.25")), StatedRate(THURSDAY, "EUR", "CHF", Decimal("0.95"))
    )

    assert rates.convert(Decimal(100), "USD", THURSDAY) == Converted(Decimal("76.00"), THURSDAY)  # 100 / 1.25 × 0.95
    assert rates.convert(Decimal(100), "EUR", GOOD_FRIDAY) == Converted(Decimal("95.00"), THURSDAY)


def test_two_rates_of_different_days_are_never_put_together() -> None:
    rates = francs(
        StatedRate(THURSDAY, "EUR", "USD", Decimal("1.25")), StatedRate(GOOD_FRIDAY, "EUR", "CHF", Decimal("0.95"))
    )

    assert isinstance(rates.convert(Decimal(100), "USD", GOOD_FRIDAY), NotConvertible)


def test_a_rate_against_the_currency_itself_comes_before_that_by_a_third_one() -> None:
    rates = francs(
        StatedRate(GOOD_FRIDAY, "EUR", "USD", Decimal("1.25")),
        StatedRate(GOOD_FRIDAY, "EUR", "CHF", Decimal("0.95")),
        StatedRate(THURSDAY, "CHF", "USD", Decimal("1.60")),
    )

    assert rates.convert(Decimal(100), "USD", GOOD_FRIDAY) == Converted(Decimal("62.50"), THURSDAY)


@given(st.fractions(min_value=-(10**12), max_value=10**12))
def test_rounding_is_never_off_by_more_than_half_a_cent_and_is_the_same_below_zero(amount: Fraction) -> None:
    cents = to_the_cent(amount)

    assert abs(Fraction(cents) - amount) <= Fraction(1, 200)
    assert to_the_cent(-amount) == -cents
    assert cents.as_tuple().exponent == -2
