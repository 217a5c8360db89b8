"""One cell at a time: what is taken, and what is refused in which words."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accord.agreement import FieldType
from accord.server.capture.cells import CellError, Manner, Staged, converter, email_key, utc
from accord.server.capture.targets import Cell, Target

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def take(text: str, cell: Cell = Cell.TEXT, kind: FieldType = FieldType.TEXT, **more: object) -> Staged:
    decimal, form = str(more.pop("decimal", ".")), more.pop("format", None)
    zone = ZoneInfo(str(more.pop("zone", "Europe/Berlin")))
    target = Target("lead.x", "x", cell, type=kind, **more)  # type: ignore[arg-type]
    return converter(target, Manner("their", zone, decimal, form, NOW))(text)  # type: ignore[arg-type]


def refused(text: str, *args: object, **more: object) -> CellError:
    with pytest.raises(CellError) as caught:
        take(text, *args, **more)  # type: ignore[arg-type]
    return caught.value


def test_text_is_composed_and_trimmed_and_nothing_else() -> None:
    assert take(" Zoe\u0308  Mu\u0308ller\t") == "Zoë  Müller"


def test_blanks_are_a_missing_value() -> None:
    assert take(" \u00a0\u2003 ") is None


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_database_holds_is_refused(text: str) -> None:
    assert refused(text).code == "import.unprintable"


def test_text_that_is_too_long_is_refused_with_both_lengths() -> None:
    assert refused("x" * 201).message == "'their' has 201 characters, lead.x takes 200"


def test_an_empty_cell_that_every_row_needs_is_refused() -> None:
    assert refused("  ", needed=True).code == "import.missing"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        ("a.b+c@example.com", "a.b+c@example.com"),
        ("müller@bücher.example", "müller@bücher.example"),
        ("o'hara@example.com", "o'hara@example.com"),
    ],
)
def test_an_address_is_kept_as_given_and_compared_in_lower_case(given: str, key: str) -> None:
    assert take(given, Cell.EMAIL) == given
    assert take(given, Cell.EMAIL_KEY) == key == email_key(given)


@pytest.mark.parametrize(
    "text", ["ann", "ann@", "@example.com", "a@b@c.example", "a b@example.com", "ann@localhost", "Ann <a@b.example>"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert refused(text, Cell.EMAIL).code == "import.not_an_address"


@pytest.mark.parametrize(
    "text", ["example.com", "https://www.Example.com/about?x=1", "EXAMPLE.com.", "example.com:443"]
)
def test_a_domain_is_found_in_an_address_of_the_web(text: str) -> None:
    assert take(text, Cell.DOMAIN) == "example.com"


@pytest.mark.parametrize("text", ["no domain", "http://", "-", "a..b"])
def test_what_is_no_domain_is_refused(text: str) -> None:
    assert refused(text, Cell.DOMAIN).code == "import.not_a_domain"


class TestInstants:
    @pytest.mark.parametrize(
        ("text", "instant"),
        [
            ("2026-01-15", "2026-01-14T23:00:00+00:00"),
            ("2026-01-15 10:30:00", "2026-01-15T09:30:00+00:00"),
            ("2026-01-15T10:30:00Z", "2026-01-15T10:30:00+00:00"),
            ("2026-01-15T10:30:00.123456-05:00", "2026-01-15T15:30:00.123456+00:00"),
        ],
    )
    def test_a_time_without_an_offset_was_in_the_zone_of_the_file(self, text: str, instant: str) -> None:
        assert take(text, Cell.INSTANT) == instant

    def test_an_hour_that_came_twice_counts_as_the_first(self) -> None:
        assert take("2025-10-26 02:30:00", Cell.INSTANT) == "2025-10-26T00:30:00+00:00"

    def test_an_hour_that_was_skipped_is_read_with_the_offset_before_it(self) -> None:
        assert take("2025-03-30 02:30:00", Cell.INSTANT) == "2025-03-30T01:30:00+00:00"

    def test_a_day_without_midnight_begins_at_one(self) -> None:
        zone = ZoneInfo("America/Sao_Paulo")
        assert utc(datetime(2018, 11, 4), zone).astimezone(zone).hour == 1  # noqa: DTZ001  # that is the point

    def test_other_ways_of_writing_need_a_format(self) -> None:
        assert "'format' in the mapping" in str(refused("15/01/2026", Cell.INSTANT).hint)
        assert take("15/01/2026", Cell.INSTANT, format="%d/%m/%Y") == "2026-01-14T23:00:00+00:00"

    @pytest.mark.parametrize("text", ["2026-03-04", "1899-12-30", "0001-01-01", "9999-12-31"])
    def test_a_day_that_cannot_have_been_is_refused(self, text: str) -> None:
        assert refused(text, Cell.INSTANT).code == "import.impossible_day"


class TestFields:
    def test_numbers_are_read_by_the_declared_type(self) -> None:
        assert take("-12", Cell.FIELD, FieldType.INTEGER) == -12
        assert take("12.0", Cell.FIELD, FieldType.INTEGER) == 12
        assert take("12.5", Cell.FIELD, FieldType.DECIMAL) == Decimal("12.5000")
        assert take("12,5", Cell.FIELD, FieldType.DECIMAL, decimal=",") == Decimal("12.5000")

    @pytest.mark.parametrize("text", ["12.5", "1,234", "twelve", "1e3", "١٢", "12345678901234567"])
    def test_what_is_no_whole_number_is_refused(self, text: str) -> None:
        assert refused(text, Cell.FIELD, FieldType.INTEGER).code == "import.not_a_number"

    @pytest.mark.parametrize("text", ["1,234.5", "1,5", "nan", "inf", "1.23456", "1e40"])
    def test_a_number_that_might_mean_two_things_is_refused(self, text: str) -> None:
        assert refused(text, Cell.FIELD, FieldType.DECIMAL).code == "import.not_a_number"

    def test_yes_and_no_are_read_in_the_usual_words(self) -> None:
        assert take("Yes", Cell.FIELD, FieldType.BOOLEAN) is True
        assert take("0", Cell.FIELD, FieldType.BOOLEAN) is False
        assert refused("ja", Cell.FIELD, FieldType.BOOLEAN).code == "import.not_yes_no"

    def test_a_day_loses_its_time(self) -> None:
        assert take("2026-01-15 10:00", Cell.FIELD, FieldType.DATE) == "2026-01-15"

    def test_a_choice_is_found_whatever_its_case_and_else_suggested(self) -> None:
        assert take("APPROVED", Cell.FIELD, FieldType.CHOICE, choices=("none", "approved")) == "approved"
        error = refused("aproved", Cell.FIELD, FieldType.CHOICE, choices=("none", "approved"))
        assert error.hint == "did you mean 'approved'?"


@pytest.mark.parametrize(("text", "amount"), [("1200", "1200.00"), ("1200.50", "1200.50"), ("0", "0.00")])
def test_an_amount_has_two_decimals(text: str, amount: str) -> None:
    assert take(text, Cell.AMOUNT) == amount


@pytest.mark.parametrize("text", ["-1", "1.005", "1000000000000"])
def test_an_amount_that_cannot_be_is_refused(text: str) -> None:
    assert refused(text, Cell.AMOUNT).code == "import.bad_amount"


def test_stages_outcomes_and_currencies_are_known_by_name() -> None:
    assert take("MQL", Cell.STAGE) == "mql"
    assert refused("mqll", Cell.STAGE).hint == "did you mean 'mql'?"
    assert take("Won", Cell.OUTCOME) == "won"
    assert take("eur", Cell.CURRENCY) == "EUR"
