"""The questions keep to the portable subset, and the lint that says so catches what does not."""

from importlib.resources import files

import pytest
import sqlglot

from accord.insight import findings, names, query
from accord.insight.query import parse

ENGINES = ("duckdb", "postgres", "spark", "databricks", "bigquery", "snowflake", "trino", "clickhouse")


@pytest.mark.parametrize("name", names())
def test_a_question_keeps_to_the_portable_subset(name: str) -> None:
    text = (files("accord.insight") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    assert findings(query(name), text) == ()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("engine", ENGINES)
def test_a_question_is_rendered_for_every_engine_and_read_back(name: str, engine: str) -> None:
    text = query(name).render(engine)
    assert sqlglot.parse_one(text, read=engine).named_selects == list(query(name).columns)
    listing = query(name).listing(order=query(name).columns[0]) if "lead_id" in query(name).columns else query(name)
    sqlglot.parse_one(listing.render(engine), read=engine)


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
        ("SELECT l.nothing AS a FROM leads AS l", "nothing"),
    ],
)
def test_the_lint_names_what_is_not_portable(select: str, complaint: str) -> None:
    assert any(complaint in found for found in findings(parse("wrong", select), select))
