"""Reading, joining and paging questions."""

import subprocess
import sys
from dataclasses import fields

import pytest
import sqlglot
from tests.insight.conftest import DAY, DuckDB

from accord.insight import (
    DaysToWin,
    FunnelStage,
    InsightError,
    MarketingDelivered,
    NobodyWorking,
    PromiseKept,
    Rejections,
    ResponseTimes,
    SecondLives,
    SourceWins,
    Type,
    query,
)
from accord.insight.query import parse


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("funnel", FunnelStage),
        ("win_rate_by_source", SourceWins),
        ("days_to_win", DaysToWin),
        ("response_times", ResponseTimes),
        ("marketing_delivered", MarketingDelivered),
        ("delivered_rejections", Rejections),
        ("rejections_by_reason", Rejections),
        ("promises_kept", PromiseKept),
        ("second_lives", SecondLives),
        ("black_hole", NobodyWorking),
    ],
)
def test_an_answer_has_the_columns_of_its_question_in_their_order(name: str, answer: type) -> None:
    assert query(name).columns == tuple(field.name for field in fields(answer))


def test_an_unknown_question_is_refused_with_the_known_ones() -> None:
    for name in ("nothing", "../star", ""):
        with pytest.raises(InsightError, match="there is no question") as refused:
            query(name)
        assert "funnel" in (refused.value.hint or "")


@pytest.mark.parametrize("text", ["SELECT FROM WHERE", "DROP TABLE leads", ""])
def test_what_is_not_one_select_is_refused(text: str) -> None:
    with pytest.raises(InsightError):
        parse("wrong", text)


def test_a_question_brings_the_parameters_of_those_it_refers_to() -> None:
    assert query("funnel").parameters == ("from_us", "to_us")
    assert query("delivered_rejections").parameters == ("from_us", "stage", "to_us")


def test_the_star_is_put_in_only_where_it_is_asked_for_and_each_table_once() -> None:
    source = sqlglot.parse_one("SELECT 1 AS lead_id")
    assert isinstance(source, sqlglot.exp.Query)
    text = query("rejected_offers").render("postgres", {"leads": source, "offers": source})
    assert text.count('"offers" AS (') == 1
    assert '"leads"' not in text


def test_a_page_of_rows_says_how_many_there_are_in_all() -> None:
    engine = DuckDB()
    star = {"leads": [{"lead_id": key, "opened_us": key % 2, "source": "fair" if key > 2 else ""} for key in range(5)]}
    listed = query("win_leads").listing(equal={"source": Type.TEXT}, order="first_contact_us")
    given = {"from_us": 0, "to_us": DAY, "currency": "EUR", "source": "", "limit": 2, "skip": 1}
    found = engine.ask(listed, star, **given)
    assert [(row[0], row[-1]) for row in found] == [(0, 3), (1, 3)]
    with pytest.raises(InsightError, match="no column 'colour'"):
        query("win_leads").listing(equal={"colour": Type.TEXT})


def test_the_package_needs_neither_django_nor_duckdb() -> None:
    code = "import sys, accord.insight; print(sorted({'django', 'duckdb', 'psycopg', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
