"""The warehouse on Spark in two worker processes: every question has the rows that DuckDB and PostgreSQL find."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.insight import small_warehouse as small

from accord.insight import InsightError, Query, names, query
from accord.insight.credit import CREDIT
from accord.insight.engines.duck_files import DuckFiles
from accord.insight.engines.opening import open_version
from accord.insight.engines.postgres_copy import PostgresCopy
from accord.insight.engines.spark_files import SparkFiles
from accord.insight.query import as_question
from accord.insight.warehouse import TABLES, Version


@pytest.fixture(scope="module")
def duck(folder: Path, version: Version) -> Iterator[DuckFiles]:
    with DuckFiles(folder, version) as opened:
        yield opened


@pytest.fixture(scope="module")
def copy(folder: Path, version: Version, postgres_url: str) -> Iterator[PostgresCopy]:
    with PostgresCopy(folder, version, postgres_url) as opened:
        yield opened


def test_two_workers_answer(spark: SparkFiles) -> None:
    spark.ask("SELECT COUNT(*) AS leads FROM leads AS l", {})
    context = spark._session.sparkContext
    executors = context._jsc.sc().getExecutorMemoryStatus().size() - 1  # one of them is the driver
    assert (context.master, executors) == ("local-cluster[2,1,1024]", 2)


@pytest.mark.parametrize("question", [*map(query, names()), *small.DISCOUNTS], ids=lambda each: each.name)
def test_every_question_has_the_same_rows(
    question: Query, spark: SparkFiles, duck: DuckFiles, copy: PostgresCopy
) -> None:
    given = small.given(question)
    found, *expected = (small.in_order(opened.ask(question, given)) for opened in (spark, duck, copy))
    assert [found, found] == expected
    assert [[type(cell) for cell in row] for row in found] == [[type(cell) for cell in row] for row in expected[0]]


def test_credit_is_the_same_in_every_row(spark: SparkFiles, duck: DuckFiles, copy: PostgresCopy) -> None:
    found, *expected = (small.credited(opened) for opened in (spark, duck, copy))
    assert [found, found] == expected
    assert all(found[name] for name in CREDIT), "engines would agree on nothing"


def test_every_table_is_read_cell_by_cell(spark: SparkFiles, duck: DuckFiles) -> None:
    for name in TABLES:
        found, expected = (small.in_order(opened.ask(small.whole(name), {})) for opened in (spark, duck))
        assert found == expected


def test_a_tree_with_a_with_of_its_own_is_the_same_arrow_table(spark: SparkFiles, duck: DuckFiles) -> None:
    tree = as_question(small.TREE).tree
    found, expected = (opened.arrow(tree, {"whole": 7}).sort_by("source") for opened in (spark, duck))
    assert found.schema == expected.schema
    assert found == expected
    assert found.num_rows > 5


def test_other_versions_are_opened_in_the_same_spark_and_each_answers_for_itself(
    tmp_path: Path, spark: SparkFiles, duck: DuckFiles
) -> None:
    other = small.fill(tmp_path, seed=2, empty=("deals",))
    with SparkFiles(tmp_path, other, spark._session) as later, DuckFiles(tmp_path, other) as expected:
        for name in ("win_leads", "funnel"):
            found = small.in_order(later.ask(query(name), small.given(name)))
            assert found == small.in_order(expected.ask(query(name), small.given(name)))
            assert found != small.in_order(duck.ask(query(name), small.given(name)))
        assert later.ask(small.whole("deals"), {}) == []
    whole = small.whole("leads")
    assert small.in_order(spark.ask(whole, {})) == small.in_order(duck.ask(whole, {}))


def test_what_is_asked_wrongly_is_one_sentence(spark: SparkFiles) -> None:
    with pytest.raises(InsightError, match="nothing") as refused:
        spark.ask("SELECT l.nothing AS x FROM leads AS l", {})
    assert refused.value.code == "insight.not_answered"
    assert "\n" not in refused.value.message
    with pytest.raises(InsightError, match="'funnel' needs to_us"):
        spark.ask(query("funnel"), {"from_us": 0})
    with pytest.raises(InsightError, match="no_such_table"):
        spark.ask("SELECT n.a AS a FROM no_such_table AS n", {})


def test_a_second_spark_is_not_taken_for_the_first(spark: SparkFiles, folder: Path, version: Version) -> None:
    with pytest.raises(InsightError, match="a Spark runs in this process already"):
        open_version("spark:local[1]", folder, version)
    assert spark.ask("SELECT COUNT(*) AS n FROM leads AS l", {}) == [(small.ROWS,)]


@pytest.mark.parametrize("when", ["before it is opened", "while it is open"])
def test_files_that_are_gone_are_said(when: str, tmp_path: Path, spark: SparkFiles) -> None:
    version = small.fill(tmp_path)
    files: list[Any] = list(tmp_path.rglob("*.parquet"))
    opened = SparkFiles(tmp_path, version, spark._session) if when == "while it is open" else None
    for file in files:
        file.unlink()
    with pytest.raises(InsightError, match="version 1 of the warehouse cannot be read any more"):
        (opened or SparkFiles(tmp_path, version, spark._session)).ask(query("reached"), {})
