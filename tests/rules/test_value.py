"""What values are, what is refused, and what a column holds of them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accord.rules import (
    ColumnType,
    RulesError,
    decimal_value,
    field_column,
    property_columns,
    property_value,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [("0", "0.0000"), ("-0", "0.0000"), ("+1.5", "1.5000"), ("12.34560000", "12.3456"), ("9999999999999999.9999",) * 2],
)
def test_a_decimal_has_four_places(written, value):
    assert str(decimal_value(written)) == value


@pytest.mark.parametrize(
    "written", ["", "1,5", "1e3", "1_000", "٣", "nan", "Infinity", " 1", "1.23456", "10000000000000000", ".5", "5."]
)
def test_what_is_not_a_plain_decimal_of_four_places_is_refused(written):
    with pytest.raises(RulesError):
        decimal_value(written)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (None, None),
        ("", None),
        (" \t\u00a0", None),
        (" As Typed ", " As Typed "),
        (True, True),
        (0, 0),
        (0.1, Decimal("0.1000")),
        (-0.0, Decimal("0.0000")),
        (2.00005, Decimal("2.0000")),
        (2.00015, Decimal("2.0002")),
        (1e-9, Decimal("0.0000")),
        (Decimal("1.23456"), Decimal("1.2346")),
        (9_999_999_999_999_999, 9_999_999_999_999_999),
        (10_000_000_000_000_000, "10000000000000000"),
        (-10_000_000_000_000_000, "-10000000000000000"),
        (1e300, "1e+300"),
    ],
)
def test_a_json_scalar_becomes_one_value(raw, value):
    found = property_value(raw)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("raw", ["a\0b", "\ud800", float("nan"), float("inf"), Decimal("nan"), [], {}, b"x"])
def test_what_no_engine_can_hold_is_refused_at_capture(raw):
    with pytest.raises(RulesError):
        property_value(raw)


def test_half_a_surrogate_pair_can_come_in_as_valid_json_and_is_refused():
    with pytest.raises(RulesError, match="surrogate"):
        property_value(json.loads('"\\ud83d"'))


@pytest.mark.parametrize(
    ("value", "columns"),
    [
        (None, (None, None)),
        (" ", (None, None)),
        (" Straße", ("strasse", None)),
        (True, ("true", None)),
        (False, ("false", None)),
        (date(2026, 1, 5), ("2026-01-05", None)),
        (7, (None, 7)),
        (Decimal("7.5"), (None, Decimal("7.5000"))),
    ],
)
def test_a_property_fills_at_most_one_of_its_columns(value, columns):
    assert property_columns(value) == columns


@pytest.mark.parametrize(
    "value", [1.5, datetime(2026, 1, 5, tzinfo=UTC), [], Decimal("1.00001"), Decimal("NaN"), 10**16, b"x"]
)
def test_a_property_cannot_hold_what_is_no_value(value):
    with pytest.raises(RulesError):
        property_columns(value)


@pytest.mark.parametrize(
    ("value", "column", "held"),
    [
        (None, ColumnType.TEXT, None),
        ("  ", ColumnType.TEXT, None),
        ("ÉCOLE", ColumnType.TEXT, "école"),
        (5, ColumnType.INTEGER, 5),
        (Decimal("5.0000"), ColumnType.INTEGER, 5),
        (5, ColumnType.DECIMAL, 5),
        (Decimal("0.5"), ColumnType.DECIMAL, Decimal("0.5000")),
        (True, ColumnType.BOOLEAN, True),
        (date(2026, 1, 5), ColumnType.DATE, 20458),
    ],
)
def test_a_field_is_stored_in_the_form_of_its_column(value, column, held):
    assert field_column(value, column) == held


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ("5", ColumnType.INTEGER),
        (True, ColumnType.INTEGER),
        (Decimal("5.5"), ColumnType.INTEGER),
        (10**16, ColumnType.INTEGER),
        (1, ColumnType.BOOLEAN),
        (5, ColumnType.TEXT),
        ("a\0", ColumnType.TEXT),
        ("2026-01-05", ColumnType.DATE),
        (datetime(2026, 1, 5, tzinfo=UTC), ColumnType.DATE),
        (0.5, ColumnType.DECIMAL),
        (Decimal("0.00001"), ColumnType.DECIMAL),
    ],
)
def test_a_field_of_another_kind_has_no_place_in_a_column(value, column):
    with pytest.raises(RulesError):
        field_column(value, column)
