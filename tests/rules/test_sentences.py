"""Every sentence with which the rules refuse something, whole: its code, what is wrong, and what to do about it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accord.rules import (
    AtLeast,
    ColumnType,
    CountRule,
    CriterionRule,
    DaysRule,
    Facts,
    FieldColumn,
    FieldRule,
    InNext,
    IsAnyOf,
    PeopleRule,
    PropertyTest,
    RulesError,
    Selection,
    Tables,
    check_references,
    decimal_value,
    evaluate,
    explain,
    field_column,
    microseconds,
    property_value,
    reached,
)
from accord.rules.compile import compile_rule, render

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
TABLES = Tables(fields={"company.renewal": FieldColumn("renewal", ColumnType.DATE)})
CIRCLE = {"a": CriterionRule("b"), "b": CriterionRule("a")}
UNKNOWN = CriterionRule("nobody")
PRICES = Selection(("page_viewed",), (PropertyTest("path", IsAnyOf(("/pricing",))),))


def compiled(rule, criteria=None, **given):
    return compile_rule(rule, TABLES, AT, criteria or {}, **given)


@pytest.mark.parametrize(
    ("refused", "code", "sentence"),
    [
        (lambda: compiled(UNKNOWN), "rules.unknown_criterion", "unknown criterion 'nobody'"),
        (lambda: evaluate(UNKNOWN, Facts(), AT, {}), "rules.unknown_criterion", "unknown criterion 'nobody'"),
        (lambda: explain(UNKNOWN, Facts(), AT, {}), "rules.unknown_criterion", "unknown criterion 'nobody'"),
        (lambda: list(reached([UNKNOWN], {})), "rules.unknown_criterion", "unknown criterion 'nobody'"),
        (lambda: compiled(CIRCLE["a"], CIRCLE), "rules.criterion_cycle", "the criterion 'b' refers to itself"),
        (
            lambda: evaluate(CIRCLE["a"], Facts(), AT, CIRCLE),
            "rules.criterion_cycle",
            "the criterion 'b' refers to itself",
        ),
        (
            lambda: compiled(FieldRule("company.size", AtLeast(5))),
            "rules.no_column",
            "there is no column for the field 'company.size'",
        ),
        (lambda: compiled(CountRule(PRICES)), "rules.no_column", "there is no column for the property 'path'"),
        (
            lambda: microseconds(datetime(2026, 1, 1)),  # noqa: DTZ001  # the point
            "rules.naive_instant",
            "the instant 2026-01-01T00:00:00 has no time zone; give it one",
        ),
        (lambda: InNext(0), "rules.days", "0 is not a number of days; use 1 to 36525"),
        (
            lambda: Tables(touchpoint="Lead", lead="lead"),
            "rules.alias",
            "the alias 'Lead' of the touchpoints hides the leads",
        ),
        (
            lambda: field_column("many", ColumnType.INTEGER),
            "rules.column",
            "'many' does not belong in a column for integer",
        ),
        (
            lambda: field_column(Decimal("2.5"), ColumnType.INTEGER),
            "rules.column",
            "2.5000 is not a whole number",
        ),
        (
            lambda: PropertyTest("renewal", AtLeast(date(2026, 1, 5))),
            "rules.day_of_property",
            "the property 'renewal' cannot be compared with the day 2026-01-05: properties hold text, numbers and"
            " yes/no; use within, which counts from the touchpoint",
        ),
        (
            lambda: PropertyTest("renewal", InNext(3)),
            "rules.day_of_property",
            "the property 'renewal' cannot be compared with today: properties hold text, numbers and yes/no;"
            " use within, which counts from the touchpoint",
        ),
        (
            lambda: Selection("page_viewed"),
            "rules.events",
            "the events of a selection are a tuple of names",
        ),
        (
            lambda: Selection(("page_viewed",), within=timedelta(0)),
            "rules.within",
            "a window of 0:00:00 is not possible; use more than nothing, at most 100 years",
        ),
        (
            lambda: CountRule(PRICES, 0),
            "rules.at_least",
            "at least 0 touchpoints always holds; use 1 or more",
        ),
        (lambda: DaysRule(PRICES, 0), "rules.at_least", "at least 0 days always holds; use 1 or more"),
        (lambda: PeopleRule(PRICES, 0), "rules.at_least", "at least 0 people always holds; use 1 or more"),
        (
            lambda: IsAnyOf((0.5,)),
            "rules.kind",
            "0.5 is not text, a number, yes/no or a day; use a whole number or a decimal",
        ),
        (lambda: IsAnyOf(([],)), "rules.kind", "[] is not text, a number, yes/no or a day"),
        (lambda: IsAnyOf((" ",)), "rules.empty_text", "an empty text is a missing value; use is_missing"),
        (lambda: IsAnyOf(("a\0",)), "rules.text", "the text 'a\\x00' holds a NUL character"),
        (lambda: IsAnyOf(("\ud800",)), "rules.text", "the text '\\ud800' holds half of a surrogate pair"),
        (
            lambda: IsAnyOf((10**16,)),
            "rules.range",
            "10000000000000000 has more than 16 digits; write an identifier as text, in quotes",
        ),
        (
            lambda: AtLeast("5"),
            "rules.bound",
            "nothing is more or less than '5'; use a number or a day",
        ),
        (lambda: decimal_value("1e3"), "rules.decimal", "'1e3' is not a decimal; write it like 12.5"),
        (
            lambda: decimal_value("0.00001"),
            "rules.decimal",
            "0.00001 has more than 4 decimal places or more than 16 digits before them",
        ),
        (lambda: AtLeast(Decimal("NaN")), "rules.not_finite", "NaN is not a number"),
        (lambda: property_value(float("inf")), "rules.not_finite", "a property cannot be inf"),
        (lambda: property_value(Decimal("-Infinity")), "rules.not_finite", "a property cannot be Decimal('-Infinity')"),
        (
            lambda: property_value([1]),
            "rules.not_scalar",
            "a property holds text, a number or yes/no, not list",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(refused, code, sentence):
    with pytest.raises(RulesError) as error:
        refused()
    assert (error.value.code, str(error.value)) == (code, sentence)


def test_a_circle_of_criteria_is_written_from_its_beginning_round_to_it():
    assert [str(found) for found in check_references({**CIRCLE, "c": UNKNOWN})] == [
        "the criterion 'c' refers to 'nobody', which is unknown",
        "criteria refer to each other in a circle: a → b → a",
    ]


def test_every_name_of_a_query_is_quoted():
    rule = compiled(FieldRule("company.renewal", AtLeast(date(2026, 1, 5))))
    touched = compiled(CountRule(Selection(("page_viewed",))))

    assert '"lead"."renewal"' in render(rule, "duckdb")
    assert '"touchpoints" AS "touchpoint"' in render(touched, "duckdb")
    assert '"touchpoint"."event"' in render(touched, "duckdb")
