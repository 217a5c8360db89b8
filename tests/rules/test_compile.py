"""Compilation: what it refuses, what it is made of, and that every engine's text reads back as the same tree.

That it means what the reference means is in ``tests/conformance``.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlglot
from sqlglot import exp

from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    ColumnType,
    Contains,
    CountRule,
    CriterionRule,
    DaysRule,
    FieldColumn,
    FieldRule,
    FirstRule,
    InNext,
    IsAnyOf,
    IsMissing,
    IsNoneOf,
    LastRule,
    LessThan,
    Matches,
    MoreThanAgo,
    NoneOf,
    PeopleRule,
    PropertyColumns,
    PropertyTest,
    RulesError,
    Selection,
    SequenceRule,
    StartsWith,
    Tables,
)
from accord.rules.compile import compile_rule, render, touchpoint_condition

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
AT_MICROSECONDS = 1_768_478_400_000_000
WEEK_MICROSECONDS = 604_800_000_000
DIALECTS = ["duckdb", "postgres", "spark", "clickhouse", "bigquery", "snowflake", "trino"]
TABLES = Tables(
    fields={
        "name": FieldColumn("order", ColumnType.TEXT),
        "employees": FieldColumn("employees", ColumnType.INTEGER),
        "amount": FieldColumn("amount", ColumnType.DECIMAL),
        "opted_in": FieldColumn("opted_in", ColumnType.BOOLEAN),
        "renewal": FieldColumn("renewal", ColumnType.DATE),
    },
    properties={"path": PropertyColumns("path key", "path number")},
)
AWKWARD = "100%_\\!'\"x"
EVERYTHING = All((
    AnyOf((
        FieldRule("name", IsAnyOf((AWKWARD, "b"))),
        FieldRule("name", StartsWith(AWKWARD)),
        FieldRule("name", Contains("\\")),
        FieldRule("name", Matches("a*" + AWKWARD + "*z")),
        FieldRule("name", Matches("plain*")),
    )),
    NoneOf((
        FieldRule("employees", IsNoneOf((1, 2))),
        FieldRule("employees", AtLeast(Decimal("-4.5"))),
        FieldRule("amount", AtMost(Decimal("-0.5"))),
        FieldRule("opted_in", IsAnyOf((True,))),
        FieldRule("renewal", LessThan(date(2026, 1, 1))),
        FieldRule("name", IsMissing()),
        FieldRule("name", AtLeast(1)),
    )),
    CountRule(Selection(("page_viewed",), (PropertyTest("path", IsAnyOf((AWKWARD, 5))),), timedelta(days=7)), 3),
    AbsenceRule(Selection((), (), timedelta(days=60))),
    DaysRule(Selection(("page_viewed", "it's")), 3),
    PeopleRule(Selection(("page_viewed",), (PropertyTest("path", IsMissing()),), timedelta(days=7)), 2),
    FirstRule(Selection(("page_viewed",), (PropertyTest("path", StartsWith(AWKWARD)),))),
    LastRule(Selection(("page_viewed",), (), timedelta(days=1))),
    SequenceRule(Selection(("a",), (), timedelta(days=30)), Selection(("b",), (), timedelta(days=3))),
    FieldRule("renewal", InNext(90)),
    FieldRule("renewal", MoreThanAgo(7)),
    CriterionRule("named"),
))  # fmt: skip
CRITERIA = {"named": All(())}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("at", [AT, exp.column("at", table="lead", quoted=True)], ids=["instant", "column"])
def test_every_engine_reads_the_text_back_as_the_same_constants(dialect, at):
    compiled = compile_rule(EVERYTHING, TABLES, at, CRITERIA, today=exp.column("today", table="lead", quoted=True))

    read = sqlglot.parse_one(render(compiled, dialect), dialect=dialect)

    assert constants(read, dialect) == constants(compiled, dialect)
    assert names(read) == names(compiled)


def constants(tree, dialect):
    """The constants of a tree, without the digits of types and without patterns that an engine escapes its own way."""
    escaped = (exp.Like, exp.Escape) if dialect in {"bigquery", "clickhouse"} else ()
    literals = tree.find_all(exp.Literal)
    return sorted(literal.name for literal in literals if literal.find_ancestor(exp.DataType, *escaped) is None)


def names(tree):
    return sorted(name.name for name in tree.find_all(exp.Identifier))


@pytest.mark.parametrize("dialect", ["bigquery", "clickhouse"])
def test_engines_without_an_escape_clause_get_backslashes(dialect):
    rule = FieldRule("name", StartsWith("50%_\\!'x"))

    text = render(compile_rule(rule, TABLES, AT, {}), dialect)

    assert "ESCAPE" not in text
    (like,) = sqlglot.parse_one(text, dialect=dialect).find_all(exp.Like)
    assert like.expression.name == "50\\%\\_\\\\!'x%"


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", "snowflake", "trino"])
def test_other_engines_are_told_the_escape_character(dialect):
    text = render(compile_rule(FieldRule("name", StartsWith("50%\\!")), TABLES, AT, {}), dialect)

    (escape,) = sqlglot.parse_one(text, dialect=dialect).find_all(exp.Escape)
    assert escape.expression.name == "!"
    assert escape.this.expression.name == "50!%\\!!%"


def test_identifiers_are_quoted_since_some_are_reserved_words():
    assert '"lead"."order"' in render(compile_rule(FieldRule("name", IsMissing()), TABLES, AT, {}), "duckdb")


def test_a_window_is_a_range_of_whole_microseconds():
    condition = touchpoint_condition(Selection(("page_viewed",), within=timedelta(days=7)), TABLES, AT)

    assert render(condition, "duckdb") == (
        f'"touchpoint"."event" = \'page_viewed\' AND "touchpoint"."at" <= {AT_MICROSECONDS}'
        f' AND "touchpoint"."at" > {AT_MICROSECONDS - WEEK_MICROSECONDS}'
    )


def test_the_instant_may_be_an_expression_over_the_lead():
    at = exp.column("judged", table="lead", quoted=True) + 1

    condition = touchpoint_condition(Selection(("page_viewed",), within=timedelta(days=7)), TABLES, at)

    assert render(condition, "duckdb") == (
        '"touchpoint"."event" = \'page_viewed\' AND "touchpoint"."at" <= "lead"."judged" + 1'
        f' AND "touchpoint"."at" > ("lead"."judged" + 1) - {WEEK_MICROSECONDS}'
    )


def test_touchpoints_may_be_counted_elsewhere():
    counted = exp.column("visits", quoted=True)

    compiled = compile_rule(
        CountRule(Selection(("page_viewed",)), at_least=3), TABLES, AT, {}, measure=lambda _: counted
    )

    assert render(compiled, "postgres") == '"visits" >= 3'


def test_days_from_today_are_a_range_of_whole_days():
    rule = FieldRule("renewal", InNext(90))
    column = exp.column("today", table="lead", quoted=True)

    fixed, varying = (render(compile_rule(rule, TABLES, AT, {}, today=today), "duckdb") for today in (20468, column))

    held = 'NOT "lead"."renewal" IS NULL AND'
    assert fixed == f'{held} ("lead"."renewal" >= 20468 AND "lead"."renewal" <= 20558)'
    assert varying == (f'{held} ("lead"."renewal" >= "lead"."today" AND "lead"."renewal" <= "lead"."today" + 90)')


def test_a_day_from_today_is_refused_where_nobody_says_what_today_is():
    with pytest.raises(RulesError, match="today"):
        compile_rule(FieldRule("renewal", InNext(90)), TABLES, AT, {})


def test_the_same_rule_gives_the_same_text_each_time():
    once, again = (compile_rule(EVERYTHING, TABLES, AT, CRITERIA, today=20468) for _ in range(2))

    assert render(once, "duckdb") == render(again, "duckdb") == render(once, "duckdb")


@pytest.mark.parametrize(
    "rule",
    [
        FieldRule("unknown", IsMissing()),
        CountRule(Selection(("page_viewed",), (PropertyTest("unknown", IsMissing()),))),
        CriterionRule("unknown"),
    ],
)
def test_what_has_no_column_or_no_criterion_is_refused(rule):
    with pytest.raises(RulesError, match="unknown"):
        compile_rule(rule, TABLES, AT, {})


def test_a_criterion_that_refers_to_itself_is_refused():
    criteria = {"a": CriterionRule("b"), "b": NoneOf((CriterionRule("a"),))}

    with pytest.raises(RulesError, match="refers to itself"):
        compile_rule(CriterionRule("a"), TABLES, AT, criteria)


def test_the_instant_needs_a_zone():
    with pytest.raises(RulesError, match="time zone"):
        compile_rule(CountRule(Selection(("page_viewed",))), TABLES, datetime(2026, 1, 15), {})  # noqa: DTZ001  # the point


def test_the_touchpoints_do_not_hide_the_leads():
    with pytest.raises(RulesError, match="hides"):
        Tables(lead="Touchpoint")
