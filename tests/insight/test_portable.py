"""The questions keep to the portable subset, and the lint that says so catches what does not."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
import sqlglot
from sqlglot import exp
from tests.insight import small_warehouse as small

from accord.insight import Query, Type, findings, names, query
from accord.insight.engines.duck_files import DuckFiles
from accord.insight.portable import FUNCTIONS
from accord.insight.query import DIALECTS, as_question, parse

RENDERED_ONLY = ("clickhouse", "trino", "bigquery", "snowflake")
"""Engines that are not run here."""
CLICKHOUSE = {Type.BIGINT: "Int64", Type.TEXT: "String"}
DIVISION = (exp.IntDiv, exp.Trunc, exp.Mod)
"""What becomes of a whole division, which is no function in DuckDB."""
JOINED = (exp.Concat,)
"""What becomes of ``||``; no text of the star is ever NULL, on which the two differ."""


@pytest.mark.parametrize("name", names())
def test_a_question_keeps_to_the_portable_subset(name: str) -> None:
    text = (files("accord.insight") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    assert findings(query(name), text) == ()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("engine", DIALECTS)
def test_a_question_is_rendered_for_every_engine_and_read_back(name: str, engine: str) -> None:
    text = query(name).render(engine)
    assert sqlglot.parse_one(text, read=engine).named_selects == list(query(name).columns)
    listing = query(name).listing(order=query(name).columns[0]) if "lead_id" in query(name).columns else query(name)
    sqlglot.parse_one(listing.render(engine), read=engine)


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckFiles]:
    """A small warehouse on the engine whose dialect the questions are written in."""
    folder = tmp_path_factory.mktemp("small")
    with DuckFiles(folder, small.fill(folder)) as opened:
        yield opened


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("engine", RENDERED_ONLY)
def test_what_is_read_back_is_the_same_and_finds_the_same_rows(name: str, engine: str, duck: DuckFiles) -> None:
    reads_back(query(name), engine, duck)


@pytest.mark.parametrize("question", small.DISCOUNTS, ids=lambda each: each.name)
@pytest.mark.parametrize("engine", RENDERED_ONLY)
def test_so_is_what_is_put_together(question: Query, engine: str, duck: DuckFiles) -> None:
    reads_back(question, engine, duck)


def reads_back(question: Query, engine: str, duck: DuckFiles) -> None:
    given = small.given(question)
    text = question.render(engine, given=given)
    back = sqlglot.parse_one(text, read=engine)
    assert back.sql(engine, identify=True) == text
    assert all(each.quoted for each in back.find_all(exp.Identifier) if not isinstance(each.parent, exp.Var))
    functions = {type(each) for each in back.find_all(exp.Func)}
    assert functions <= {*FUNCTIONS, *DIVISION, *JOINED}
    back.set("settings", None)  # ClickHouse's, which DuckDB does not know
    found = duck.ask(back.sql("duckdb"), {})
    assert small.in_order(found) == small.in_order(duck.ask(question, given))


@pytest.mark.parametrize("name", names())
def test_each_engine_gets_its_parameters_as_it_takes_them(name: str) -> None:
    question = query(name)
    types = question.types
    by_name = {
        "clickhouse": {f"{{{each}: Nullable({CLICKHOUSE[type_]})}}" for each, type_ in types.items()},
        "bigquery": {f"@{each}" for each in types},
        "spark": {f":{each}" for each in types},
        "postgres": {f"%({each})s" for each in types},
        "duckdb": {f"${each}" for each in types},
    }
    for engine, wanted in by_name.items():
        text = question.render(engine)
        assert {each for each in wanted if each in text} == wanted
        assert "?" not in text
        assert set(question.positions(engine)) == set(types)
    for engine in ("trino", "snowflake"):
        parts = question.render(engine).split("?")
        places = question.positions(engine)
        assert len(parts) == len(places) + 1
        given = small.given(name)
        values = [exp.convert(given[each]).sql(engine) for each in places]
        filled = "".join(part + value for part, value in zip(parts, [*values, ""], strict=True))
        assert filled == question.render(engine, given=given)


def test_clickhouse_is_told_that_an_outer_join_finds_null() -> None:
    """Else it finds 0 and empty texts: a lead without a deal would have one of 0 cents."""
    text = query("win_leads").render("clickhouse")
    assert text.endswith(' SETTINGS "join_use_nulls" = 1')
    assert text.count("SETTINGS") == 1
    assert not any("SETTINGS" in query("win_leads").render(engine) for engine in DIALECTS if engine != "clickhouse")


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("engine", ["spark", "databricks"])
def test_spark_is_told_no_name_that_a_column_bears_anyway(name: str, engine: str) -> None:
    """Else, where a window stands over a UNION, it refuses its own plan (SPARK-53308)."""
    back = sqlglot.parse_one(query(name).render(engine), read=engine)
    assert [each.sql() for each in back.find_all(exp.Alias) if each.this.name == each.alias] == []


@pytest.mark.parametrize("engine", DIALECTS)
@pytest.mark.parametrize("value", ["it's", "50 %", 'back\\slash "n"', "%(team)s", "? $x :x @x {x: String}", "a\nb", ""])
def test_a_value_that_is_written_out_is_read_back_as_it_is(engine: str, value: str) -> None:
    text = query("win_leads").render(engine, given={"from_us": -5, "to_us": 7, "currency": value})
    back = sqlglot.parse_one(text, read=engine)
    found = [each.name for each in back.find_all(exp.Literal) if each.is_string]
    assert set(found) == {"won", value}
    assert not list(back.find_all(exp.Placeholder, exp.Parameter))
    assert query("win_leads").positions(engine, {"from_us": -5, "currency": value}) == ("to_us",)


def test_per_cent_signs_are_doubled_for_postgresql_as_long_as_there_are_parameters() -> None:
    asked = as_question("SELECT l.cycle % 2 AS x FROM leads AS l WHERE l.source <> '5 %' AND l.cycle > $x::BIGINT")
    text = asked.render("postgres")
    assert "%% 2" in text
    assert "'5 %%'" in text
    assert "%(x)s" in text
    text = asked.render("postgres", given={"x": 1})
    assert "%%" not in text
    assert "% 2" in text


@pytest.mark.parametrize("name", names())
def test_the_only_per_cent_signs_for_postgresql_are_those_of_parameters(name: str) -> None:
    text = query(name).render("postgres")
    assert text.count("%") == sum(text.count(f"%({parameter})s") for parameter in query(name).parameters)


@pytest.mark.parametrize(
    ("select", "complaint"),
    [
        ("SELECT * FROM leads AS l", "SELECT *"),
        ("SELECT l.lead_id AS a FROM leads AS l ORDER BY l.lead_id ASC NULLS LAST", "rows have no order"),
        ("SELECT ROW_NUMBER() OVER (ORDER BY l.lead_id) AS a FROM leads AS l", "NULLS FIRST or NULLS LAST"),
        ("SELECT COUNT(*) FILTER (WHERE l.cycle = 1) AS a FROM leads AS l", "FILTER"),
        ("WITH x AS (SELECT l.lead_id AS a FROM leads AS l) SELECT x.a AS a FROM x", "WITH"),
        ("SELECT l.lead_id % 2 AS a FROM leads AS l", "remainder"),
        ("SELECT l.lead_id AS a FROM leads AS l WHERE l.source LIKE 'a'", "patterns"),
        ("SELECT DISTINCT l.lead_id AS a FROM leads AS l", "DISTINCT"),
        ("SELECT l.lead_id / 2 AS a FROM leads AS l", "divide DOUBLE"),
        ("SELECT CAST(l.cycle AS DOUBLE) / CAST(l.cycle AS DOUBLE) AS a FROM leads AS l", "NULLIF"),
        ("SELECT l.lead_id // 2 AS a FROM leads AS l", "whole division"),
        ("SELECT SUM(l.cycle) AS a FROM leads AS l", "cast a sum"),
        ("SELECT l.lead_id AS a FROM leads AS l WHERE l.lead_id = $key", "a parameter is cast"),
        ("SELECT MEDIAN(l.lead_id) AS a FROM leads AS l", "not in the table"),
        ("SELECT MY_OWN(l.lead_id) AS a FROM leads AS l", "not in the table"),
        ("SELECT l.lead_id AS leadId FROM leads AS l", "lower case"),
        ("SELECT lead_id AS a FROM leads AS l", "say of which table"),
        ("SELECT l.lead_id AS a FROM leads AS l WHERE l.lead_id = '5'", "compares BIGINT with"),
        ("SELECT l.lead_id AS a FROM leads AS l WHERE l.source = 5", "compares TEXT with"),
        ("SELECT l.cycle AS a FROM leads AS l LEFT JOIN deals AS d ON d.lead_id > l.lead_id", "needs an equality"),
        (
            "SELECT l.cycle AS a FROM leads AS l LEFT JOIN deals AS d ON d.outcome = 'won' AND d.lead_id > l.lead_id",
            "needs an equality",
        ),
        ("SELECT l.nothing AS a FROM leads AS l", "nothing"),
    ],
)
def test_the_lint_names_what_is_not_portable(select: str, complaint: str) -> None:
    assert any(complaint in found for found in findings(parse("wrong", select), select))
