"""Exchange rates from files: a row for each currency, or a column for each as the European Central Bank has it."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from tests.server.capture.conftest import NOW, RATES, Importer, counts
from tests.server.conftest import Cast

from accord.agreement.exchange import Converted, NotConvertible
from accord.server.agreements.models import Revision
from accord.server.capture.errors import ImportingError, MappingError
from accord.server.capture.models import ImportRun, RefusedRow
from accord.server.pipeline.models import ExchangeRate, ExchangeRateChange
from accord.server.pipeline.rates import rates

EXAMPLE = (Path(__file__).parents[3] / "examples" / "northwind" / "rates.yaml").read_text(encoding="utf-8")
BANK = "Date,USD,JPY,CHF,GBP,\n2026-02-11,1.0850,163.06,0.9402,0.83465,\n2026-02-10,1.0800,162.10,0.9410,N/A,\n"
"""Written as the bank writes its file: the latest day first, and a delimiter at the end of each line."""


BARE = "accord_import: 1\nkind: rates\ncolumns: {rate.day: day, rate.USD: usd}\n"


def stated() -> list[tuple[str, str, str, str]]:
    found = ExchangeRate.objects.order_by("day", "currency")
    return [(each.day.isoformat(), each.base, each.currency, f"{each.rate.normalize():f}") for each in found]


def reasons() -> list[tuple[int, str]]:
    return list(RefusedRow.objects.order_by("line").values_list("line", "code"))


def test_a_row_becomes_a_rate(importer: Importer) -> None:
    assert counts(importer.rates({"rate": "1.0845"}, {"rate": "0.83465", "currency": "gbp"})) == (2, 0, 0, 0)
    assert stated() == [("2026-02-10", "EUR", "GBP", "0.83465"), ("2026-02-10", "EUR", "USD", "1.0845")]
    rate = ExchangeRate.objects.get(currency="USD")
    assert (rate.stated_at, str(rate)) == (NOW, "1 EUR = 1.0845 USD on 2026-02-10")
    assert ImportRun.objects.get().get_kind_display() == "Exchange rates"


def test_the_file_of_the_european_central_bank_is_read_by_the_mapping_of_the_example(importer: Importer) -> None:
    assert counts(importer.content("rates", BANK, EXAMPLE)) == (2, 0, 0, 0)
    assert stated() == [
        ("2026-02-10", "EUR", "CHF", "0.941"),
        ("2026-02-10", "EUR", "USD", "1.08"),
        ("2026-02-11", "EUR", "CHF", "0.9402"),
        ("2026-02-11", "EUR", "GBP", "0.83465"),
        ("2026-02-11", "EUR", "USD", "1.085"),
    ]
    again = BANK.replace("N/A", "0.8330").replace("163.06", "163.07")
    assert counts(importer.content("rates", again, EXAMPLE, at=NOW + timedelta(days=1))) == (1, 0, 1, 0)
    assert not ExchangeRateChange.objects.exists()


def test_a_later_file_restates_a_rate_and_what_it_was_is_kept(importer: Importer, cast: Cast) -> None:
    importer.rates({"rate": "1.08"}, {"rate": "0.94", "currency": "CHF"})
    later = NOW + timedelta(days=2)
    result = importer.rates({"rate": "1.09"}, {"rate": "0.9400", "currency": "CHF"}, at=later, by=cast.mara)
    assert counts(result) == (0, 1, 1, 0)
    change = ExchangeRateChange.objects.get()
    assert (change.exchange_rate.currency, change.rate_before, change.rate_after) == (
        "USD", Decimal("1.08"), Decimal("1.09"),
    )  # fmt: skip
    assert (change.at, change.by) == (later, cast.mara)
    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        ExchangeRateChange.objects.update(rate_before=3)
    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        ExchangeRateChange.objects.all().delete()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"rate": "0"}, "import.bad_rate"),
        ({"rate": "-1.08"}, "import.bad_rate"),
        ({"rate": "1,08"}, "import.bad_rate"),
        ({"rate": "1.08 USD"}, "import.bad_rate"),
        ({"rate": ""}, "import.half_a_rate"),
        ({"rate": "1", "currency": ""}, "import.half_a_rate"),
        ({"rate": "1", "currency": "EUR"}, "import.rate_of_itself"),
        ({"rate": "1", "currency": "DOLLAR"}, "import.unknown_currency"),
        ({"rate": "1", "day": "2026-03-05"}, "import.impossible_day"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_and_the_others_are_taken(
    importer: Importer, row: dict[str, str], code: str
) -> None:
    assert counts(importer.rates(row, {"rate": "163.06", "currency": "JPY"})) == (1, 0, 0, 1)
    assert reasons() == [(2, code)]


def test_two_statements_about_the_same_are_both_refused(importer: Importer) -> None:
    assert counts(importer.rates({"rate": "1.08"}, {"rate": "1.5", "day": "2026-02-11"}, {"rate": "1.09"})) == (
        1,
        0,
        0,
        2,
    )
    assert reasons() == [(2, "import.rate_twice"), (4, "import.rate_twice")]
    assert RefusedRow.objects.get(line=2).message == "line 4 states USD of the same day; keep one"
    assert RefusedRow.objects.get(line=4).message == "line 2 states USD of the same day; keep one"


def test_a_row_that_states_a_currency_twice_is_refused(importer: Importer) -> None:
    both = RATES + "  rate.USD: rate\n"
    assert counts(importer.content("rates", "day,currency,rate\n2026-02-10,USD,1.08\n", both)) == (0, 0, 0, 1)
    assert RefusedRow.objects.get().message == "it states USD twice"


def test_the_agreement_says_the_base_where_the_mapping_does_not(importer: Importer, revision: Revision) -> None:
    importer.content(
        "rates",
        "day,usd\n2026-02-10,1.08\n",
        BARE,
    )
    assert stated() == [("2026-02-10", "EUR", "USD", "1.08")]


def test_without_an_agreement_somebody_must_say_the_base(importer: Importer) -> None:
    with pytest.raises(ImportingError, match="currency of these rates") as error:
        importer.content(
            "rates",
            "day,usd\n2026-02-10,1\n",
            BARE,
        )
    assert error.value.hint == "map rate.base, such as 'rate.base: {constant: EUR}'"
    with pytest.raises(ImportingError, match="1 of 1 rows were refused"):
        importer.content(
            "rates", "day,base,usd\n2026-02-10,,1\n",
            "accord_import: 1\nkind: rates\ncolumns: {rate.day: day, rate.base: base, rate.USD: usd}\n", strict=True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("rate.day: day", "rates need 'rate.currency'"),
        ("rate.day: day, rate.rate: rate", "rates need 'rate.currency'"),
        ("rate.day: day, rate.currency: of", "rates need 'rate.rate'"),
        ("rate.USD: usd", "rates need 'rate.day'"),
        ("rate.day: day, rate.UDS: usd", "unknown field 'rate.UDS' for rates"),
    ],
)
def test_a_mapping_says_the_rates_in_one_of_two_ways(importer: Importer, columns: str, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        importer.content("rates", "day\n", f"accord_import: 1\nkind: rates\ncolumns: {{{columns}}}\n")


def test_rates_have_no_id(importer: Importer) -> None:
    with pytest.raises(MappingError, match="rates have no id") as error:
        importer.content("rates", "day\n", RATES + "id: day\n")
    assert error.value.issues[0].hint == "their day, base and currency tell them apart; take 'id' away"


@pytest.mark.parametrize("fault", [{"rate": 0}, {"currency": "EUR"}, {"base": "eur"}])
def test_the_database_holds_no_rate_of_nothing(db: None, fault: dict[str, object]) -> None:
    sound = {"day": date(2026, 2, 10), "base": "EUR", "currency": "USD", "rate": 1, "stated_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.create(**(sound | fault))


def test_what_was_imported_converts_amounts_of_its_days(importer: Importer, django_assert_num_queries: object) -> None:
    importer.content("rates", BANK, EXAMPLE)
    tenth, late = date(2026, 2, 10), date(2026, 2, 22)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = rates("EUR", ["USD", "GBP"], tenth, late)
    assert found.convert(Decimal(108), "USD", tenth) == Converted(Decimal("100.00"), tenth)
    assert found.convert(Decimal(108), "USD", date(2026, 2, 21)) == Converted(Decimal("99.54"), date(2026, 2, 11))
    assert found.convert(Decimal(108), "USD", late) == NotConvertible(Decimal(108), "USD", late)
    assert found.convert(Decimal(1), "GBP", tenth) == NotConvertible(Decimal(1), "GBP", tenth)
    francs = rates("CHF", ["USD"], date(2026, 2, 12), date(2026, 2, 12))
    assert francs.convert(Decimal(1085), "USD", date(2026, 2, 12)) == Converted(Decimal("940.20"), date(2026, 2, 11))


def test_where_nothing_is_foreign_nothing_is_asked(db: None, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        found = rates("EUR", ["EUR"], date(2026, 2, 10), date(2026, 2, 10))
    assert found.convert(Decimal(5), "EUR", date(2026, 2, 10)) == Converted(Decimal(5), None)
