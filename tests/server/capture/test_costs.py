"""Costs of campaigns from files: exact, restated with what they were before kept, and never half of a sum."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import DatabaseError, transaction
from tests.server.capture.conftest import NOW, Importer, counts
from tests.server.conftest import Cast

from accord.server.agreements.models import Revision
from accord.server.capture.errors import ImportingError, MappingError
from accord.server.capture.models import ImportRun, RefusedRow
from accord.server.channels.models import Cost, CostChange


def reasons() -> list[tuple[int, str]]:
    return list(RefusedRow.objects.order_by("line").values_list("line", "code"))


def test_a_row_becomes_a_cost_to_the_cent(importer: Importer) -> None:
    result = importer.costs({"campaign": "spring", "amount": "1234567.89", "clicks": "40", "impressions": "9000"})
    assert counts(result) == (1, 0, 0, 0)
    cost = Cost.objects.get()
    assert (cost.day, cost.source, cost.medium, cost.campaign) == (date(2026, 2, 10), "google", "cpc", "spring")
    assert (cost.amount, cost.currency, cost.clicks, cost.impressions) == (Decimal("1234567.89"), "EUR", 40, 9000)
    assert cost.stated_at == NOW
    run = ImportRun.objects.get()
    assert (run.kind, run.rows, run.created) == ("costs", 1, 1)


def test_the_same_file_again_changes_nothing(importer: Importer) -> None:
    rows = ({"campaign": "spring", "amount": "10.10"}, {"campaign": "summer", "amount": "0"})
    importer.costs(*rows)
    before = list(Cost.objects.order_by("pk").values())
    assert counts(importer.costs(*rows, at=NOW + timedelta(days=1))) == (0, 0, 2, 0)
    assert list(Cost.objects.order_by("pk").values()) == before
    assert not CostChange.objects.exists()


def test_a_later_file_restates_an_amount_and_what_it_was_is_kept(importer: Importer, cast: Cast) -> None:
    importer.costs({"campaign": "spring", "amount": "10.10", "clicks": "5"}, {"campaign": "summer", "amount": "7"})
    later = NOW + timedelta(days=3)
    result = importer.costs(
        {"campaign": "spring", "amount": "9.99"}, {"campaign": "summer", "amount": "7"}, at=later, by=cast.mara
    )
    assert counts(result) == (0, 1, 1, 0)
    assert list(Cost.objects.order_by("campaign").values_list("amount", "clicks")) == [
        (Decimal("9.99"), 5),
        (Decimal("7.00"), None),
    ]
    change = CostChange.objects.get()
    assert (change.cost.campaign, change.amount_before, change.amount_after) == (
        "spring",
        Decimal("10.10"),
        Decimal("9.99"),
    )
    assert (change.clicks_before, change.clicks_after, change.at, change.by) == (5, 5, later, cast.mara)


def test_what_a_cost_was_cannot_be_rewritten(importer: Importer) -> None:
    importer.costs({"campaign": "spring", "amount": "1"})
    importer.costs({"campaign": "spring", "amount": "2"})
    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        CostChange.objects.update(amount_before=3)
    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        CostChange.objects.all().delete()


def test_another_currency_day_or_spelling_is_another_cost(importer: Importer) -> None:
    result = importer.costs(
        {"campaign": "spring", "amount": "1"},
        {"campaign": "spring", "amount": "1", "currency": "usd"},
        {"campaign": "Spring", "amount": "1"},
        {"campaign": "spring", "amount": "1", "day": "2026-02-11"},
    )
    assert counts(result) == (4, 0, 0, 0)
    assert set(Cost.objects.values_list("currency", flat=True)) == {"EUR", "USD"}


def test_two_rows_about_the_same_are_both_refused_since_half_a_sum_is_wrong(importer: Importer) -> None:
    same = {"campaign": "spring", "amount": "5"}
    result = importer.costs(same, {"campaign": "summer", "amount": "1"}, same, {"campaign": "spring", "amount": "6"})
    assert counts(result) == (1, 0, 0, 3)
    assert reasons() == [(2, "import.cost_twice"), (4, "import.cost_twice"), (5, "import.cost_twice")]
    assert RefusedRow.objects.get(line=2).message.startswith("line 4 has the same day")
    assert RefusedRow.objects.get(line=5).message.startswith("line 2 has the same day")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"amount": "1.005"}, "import.bad_amount"),
        ({"amount": "-1"}, "import.bad_amount"),
        ({"amount": ""}, "import.missing"),
        ({"amount": "1", "currency": "EURO"}, "import.unknown_currency"),
        ({"amount": "1", "currency": ""}, "import.cost_without_currency"),
        ({"amount": "1", "day": "2026-03-05"}, "import.impossible_day"),
        ({"amount": "1", "day": "10.02.2026"}, "import.not_a_day"),
        ({"amount": "1", "day": ""}, "import.missing"),
        ({"amount": "1", "clicks": "-3"}, "import.bad_count"),
        ({"amount": "1", "impressions": "many"}, "import.not_a_number"),
        ({"amount": "1", "source": "", "medium": ""}, "import.cost_of_nothing"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_and_the_others_are_taken(
    importer: Importer, row: dict[str, str], code: str
) -> None:
    assert counts(importer.costs(row, {"campaign": "sound", "amount": "1"})) == (1, 0, 0, 1)
    assert reasons() == [(2, code)]


def test_the_agreement_says_the_currency_where_no_row_does(importer: Importer, revision: Revision) -> None:
    importer.costs({"campaign": "spring", "amount": "1", "currency": ""})
    assert Cost.objects.get().currency == "EUR"


BARE = "accord_import: 1\nkind: costs\ncolumns: {cost.day: day, cost.amount: amount, cost.source: {constant: fair}}\n"


def test_without_an_agreement_or_a_column_nobody_knows_the_currency(importer: Importer) -> None:
    with pytest.raises(ImportingError, match="currency of these costs") as error:
        importer.content("costs", "day,amount\n2026-02-10,1\n", BARE)
    assert error.value.hint == "map cost.currency, such as 'cost.currency: {constant: EUR}'"


def test_costs_have_no_id_and_all_other_kinds_need_one(importer: Importer) -> None:
    with pytest.raises(MappingError, match="costs have no id"):
        importer.content("costs", "day,amount\n", BARE + "id: day\n")
    with pytest.raises(MappingError, match="the mapping needs 'id'"):
        importer.content("leads", "a\n1\n", "accord_import: 1\nkind: leads\ncolumns: {person.name: a}\n")


def test_a_mapping_of_costs_must_say_what_they_paid_for(importer: Importer) -> None:
    with pytest.raises(MappingError, match="costs must say what they belong to"):
        importer.content(
            "costs", "day,amount\n", "accord_import: 1\nkind: costs\ncolumns: {cost.day: day, cost.amount: amount}\n"
        )


def test_a_parquet_file_with_days_and_decimals_is_read_exactly(importer: Importer) -> None:
    table = pa.table(
        {
            "day": pa.array([date(2026, 2, 10)], pa.date32()),
            "source": ["google"],
            "medium": ["cpc"],
            "campaign": ["spring"],
            "amount": pa.array([Decimal("0.10")], pa.decimal128(14, 2)),
            "currency": ["EUR"],
            "clicks": pa.array([7], pa.int64()),
            "impressions": pa.array([None], pa.int64()),
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    assert counts(importer.content("costs", sink.getvalue(), name="costs.parquet")) == (1, 0, 0, 0)
    cost = Cost.objects.get()
    assert (cost.day, cost.amount, cost.clicks, cost.impressions) == (date(2026, 2, 10), Decimal("0.10"), 7, None)
