"""A version of the warehouse answers the same on every engine; here DuckDB and PostgreSQL, Spark in tests/spark."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pyarrow as pa
import pytest
from tests.insight import small_warehouse as small

from accord.insight import InsightError, names, query
from accord.insight.credit import CREDIT
from accord.insight.engines import Opened
from accord.insight.engines.duck_files import DuckFiles
from accord.insight.engines.lake import schema_of
from accord.insight.engines.opening import open_version
from accord.insight.engines.postgres_copy import PostgresCopy
from accord.insight.query import as_question
from accord.insight.warehouse import TABLES, Version


def everything(opened: Opened) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, by table."""
    return {name: small.in_order(opened.ask(small.whole(name), {})) for name in TABLES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small") / "ware house"


@pytest.fixture(scope="module")
def version(folder: Path) -> Version:
    return small.fill(folder)


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    """A database of the test's own, without a copy."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE copied")
        yield urlsplit(postgres_url)._replace(path="/copied").geturl()
        connection.execute("DROP DATABASE copied WITH (FORCE)")


@pytest.fixture(scope="module")
def duck(folder: Path, version: Version) -> Iterator[DuckFiles]:
    with DuckFiles(folder, version) as opened:
        yield opened


@pytest.fixture(scope="module")
def copy(folder: Path, version: Version, postgres_url: str) -> Iterator[PostgresCopy]:
    with PostgresCopy(folder, version, postgres_url) as opened:
        yield opened


# --- the same answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_every_question_has_the_same_rows(name: str, duck: DuckFiles, copy: PostgresCopy) -> None:
    expected = small.in_order(duck.ask(query(name), small.given(name)))
    found = small.in_order(copy.ask(query(name), small.given(name)))
    assert found == expected
    assert [[type(cell) for cell in row] for row in found] == [[type(cell) for cell in row] for row in expected]


def test_credit_is_the_same_in_every_row(duck: DuckFiles, copy: PostgresCopy) -> None:
    expected = small.credited(duck)
    assert small.credited(copy) == expected
    assert all(expected[name] for name in CREDIT), "engines would agree on nothing"


def test_most_questions_have_something_to_answer(duck: DuckFiles) -> None:
    """Otherwise the rows of two engines would be the same because there are none."""
    answers = {name: duck.ask(query(name), small.given(name)) for name in names()}
    silent = [name for name, rows in answers.items() if not any(any(cell for cell in row) for row in rows)]
    assert len(silent) <= len(answers) // 10, silent


def test_every_table_is_copied_cell_by_cell(duck: DuckFiles, copy: PostgresCopy) -> None:
    assert everything(copy) == everything(duck)
    sources = {source for (source,) in copy.ask("SELECT DISTINCT l.source AS source FROM leads AS l", {})}
    assert sources >= set(small.ODD)


def test_a_tree_with_a_with_of_its_own_is_the_same_arrow_table(duck: DuckFiles, copy: PostgresCopy) -> None:
    tree = as_question(small.TREE).tree
    expected, found = duck.arrow(tree, {"whole": 7}), copy.arrow(tree, {"whole": 7, "not needed": 1})
    assert found.schema == expected.schema
    assert found.schema.types == [pa.string(), *[pa.int64()] * 2, pa.float64(), pa.decimal128(20, 4), pa.bool_()]
    assert found.sort_by("source") == expected.sort_by("source")
    assert found.num_rows > 5
    assert copy.ask(tree, {"whole": 7}) != []


@pytest.mark.parametrize("name", ["waits", "win_leads"])
def test_a_question_is_the_same_arrow_table(name: str, duck: DuckFiles, copy: PostgresCopy) -> None:
    expected, found = (opened.arrow(query(name), small.given(name)).sort_by("lead_id") for opened in (duck, copy))
    assert found == expected
    assert found.num_rows


def test_a_single_column_keeps_its_rows_without_a_value(duck: DuckFiles, copy: PostgresCopy) -> None:
    text = "SELECT l.ended_us AS ended_us FROM leads AS l"
    expected, found = (opened.arrow(text, {}).sort_by("ended_us") for opened in (duck, copy))
    assert found == expected
    assert found.num_rows == small.ROWS
    assert 0 < found["ended_us"].null_count < small.ROWS


def test_nothing_is_an_arrow_table_too(duck: DuckFiles, copy: PostgresCopy) -> None:
    text = "SELECT l.lead_id AS lead_id, l.source AS source FROM leads AS l WHERE l.lead_id = CAST($x AS BIGINT)"
    expected, found = duck.arrow(text, {"x": -1}), copy.arrow(text, {"x": -1})
    assert (found.schema, found.num_rows) == (expected.schema, 0)


def test_a_table_without_rows_is_asked_like_the_others(tmp_path: Path, database: str) -> None:
    version = small.fill(tmp_path, empty=("deals", "clocks"))
    with DuckFiles(tmp_path, version) as duck, PostgresCopy(tmp_path, version, database) as copy:
        for name in ("win_leads", "response_times", "promises_kept"):
            expected = small.in_order(duck.ask(query(name), small.given(name)))
            assert small.in_order(copy.ask(query(name), small.given(name))) == expected
        assert everything(copy)["deals"] == []


# --- the copy in PostgreSQL -----------------------------------------------------------------------------------------


def test_only_the_files_that_are_others_are_copied(tmp_path: Path, database: str) -> None:
    first = small.fill(tmp_path)
    with PostgresCopy(tmp_path, first, database):
        pass
    with DuckFiles(tmp_path, first) as duck:
        leads = duck.arrow(f"{small.whole('leads')} WHERE t.lead_id = {3 * small.STEP}", {})
    leads = leads.set_column(1, "person_id", [[77]]).cast(schema_of(TABLES["leads"]))
    gone = 2 * small.STEP
    second = small.changed(tmp_path, first, "leads", [gone, 3 * small.STEP], leads)
    for each in TABLES.values():  # whoever copied everything again would miss these
        if each.name != "leads":
            for file in first.tables[each.name].files.values():
                (tmp_path / each.name / file.name).rename(tmp_path / each.name / f"{file.name}.away")
    kept = [first.tables["leads"].files[bucket] for bucket in first.tables["leads"].files if bucket]
    assert len(kept) == 2
    for file in kept:
        (tmp_path / "leads" / file.name).rename(tmp_path / "leads" / f"{file.name}.away")
    with PostgresCopy(tmp_path, second, database) as copy:
        whose = "SELECT l.person_id AS p FROM leads AS l WHERE l.lead_id = CAST($lead AS BIGINT)"
        assert copy.ask(whose, {"lead": 3 * small.STEP}) == [(77,)]
        assert copy.ask(whose, {"lead": gone}) == []
        assert len(everything(copy)["leads"]) == small.ROWS - 1
    for away in tmp_path.rglob("*.away"):
        away.rename(away.with_suffix(""))
    with PostgresCopy(tmp_path, first, database) as copy, DuckFiles(tmp_path, first) as duck:
        assert everything(copy) == everything(duck)  # and back to an earlier one


def test_who_asks_goes_on_with_their_version_while_another_is_copied(tmp_path: Path, database: str) -> None:
    first = small.fill(tmp_path / "one", seed=1)
    other = small.fill(tmp_path / "two", seed=2)
    with (
        DuckFiles(tmp_path / "one", first) as one,
        DuckFiles(tmp_path / "two", other) as two,
        PostgresCopy(tmp_path / "one", first, database) as earlier,
        PostgresCopy(tmp_path / "two", other, database) as later,
    ):
        assert everything(earlier) != everything(later)
        assert everything(earlier) == everything(one)
        assert everything(later) == everything(two)


def test_a_copy_with_other_columns_is_made_anew(tmp_path: Path, database: str) -> None:
    version = small.fill(tmp_path)
    with PostgresCopy(tmp_path, version, database):
        pass
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET search_path = accord")
        connection.execute("ALTER TABLE leads DROP COLUMN source")
        connection.execute(
            "UPDATE held SET tables = jsonb_set(tables, '{leads,columns}', '[]')"
            " || jsonb_build_object('forgotten', tables -> 'leads')"
        )
        connection.execute("CREATE TABLE forgotten (lead_id bigint)")
    with PostgresCopy(tmp_path, version, database) as copy, DuckFiles(tmp_path, version) as duck:
        assert everything(copy) == everything(duck)
        with pytest.raises(InsightError, match="forgotten"):
            copy.ask("SELECT f.lead_id AS x FROM forgotten AS f", {})


def test_a_copy_that_fails_halfway_leaves_the_one_before(tmp_path: Path, database: str) -> None:
    first = small.fill(tmp_path / "one", seed=1)
    other = small.fill(tmp_path / "two", seed=2)
    (last,) = [other.tables[name].files[2] for name in list(TABLES)[-1:]]
    (tmp_path / "two" / list(TABLES)[-1] / last.name).unlink()
    with PostgresCopy(tmp_path / "one", first, database):
        pass
    with pytest.raises(InsightError, match="cannot be read any more"):
        PostgresCopy(tmp_path / "two", other, database)
    with DuckFiles(tmp_path / "one", first) as one, PostgresCopy(tmp_path / "one", first, database) as copy:
        assert everything(copy) == everything(one)


# --- what is refused ------------------------------------------------------------------------------------------------


def test_nobody_writes_through_it_and_a_refusal_spoils_nothing(duck: DuckFiles, copy: PostgresCopy) -> None:
    for opened in (duck, copy):
        before = everything(opened)
        for text in ("DELETE FROM leads", "DROP TABLE leads"):
            with pytest.raises(InsightError):
                opened.arrow(as_question(text).tree, {})
        with pytest.raises(InsightError, match="nothing") as refused:
            opened.ask("SELECT l.nothing AS x FROM leads AS l", {})
        assert refused.value.code == "insight.not_answered"
        assert everything(opened) == before


def test_a_parameter_that_is_missing_is_named(duck: DuckFiles, copy: PostgresCopy) -> None:
    for opened in (duck, copy):
        with pytest.raises(InsightError, match="'funnel' needs to_us"):
            opened.ask(query("funnel"), {"from_us": 0})


def test_a_column_whose_type_differs_between_engines_is_refused(duck: DuckFiles, copy: PostgresCopy) -> None:
    for opened in (duck, copy):
        with pytest.raises(InsightError, match="'cycles' is of the type") as refused:
            opened.arrow("SELECT SUM(l.cycle) AS cycles FROM leads AS l", {})
        assert refused.value.code == "insight.untyped"


def test_files_that_are_gone_are_said(tmp_path: Path, database: str) -> None:
    version = small.fill(tmp_path)
    for file in (tmp_path / "leads").glob("*.parquet"):
        file.unlink()
    for url in ("duckdb:", database):
        with pytest.raises(InsightError, match="version 1 of the warehouse cannot be read any more"):
            open_version(url, tmp_path, version)


def test_files_that_go_while_it_is_open_are_said(tmp_path: Path) -> None:
    version = small.fill(tmp_path)
    with DuckFiles(tmp_path, version) as duck:
        for file in tmp_path.rglob("*.parquet"):
            file.unlink()
        for ask in (duck.ask, duck.arrow):
            with pytest.raises(InsightError, match="version 1 of the warehouse cannot be read any more"):
                ask(query("funnel_leads"), small.given("funnel_leads"))


@pytest.mark.parametrize("url", ["", "duckdb", "duckdb:file.db", "mysql://me:secret@host/db", "a/path", "Spark:local"])
def test_a_url_that_names_no_engine_is_refused_with_those_that_do(url: str, folder: Path, version: Version) -> None:
    with pytest.raises(InsightError, match="names no engine") as refused:
        open_version(url, folder, version)
    assert "postgresql://" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_url_opens_its_engine(folder: Path, version: Version, database: str) -> None:
    with open_version("duckdb:", folder, version) as opened:
        assert isinstance(opened, DuckFiles)
    for url in (database, database.replace("postgresql:", "postgres:")):
        with open_version(url, folder, version) as opened:
            assert isinstance(opened, PostgresCopy)
            assert opened.version == version


def test_a_database_that_is_not_there_is_one_sentence(folder: Path, version: Version, database: str) -> None:
    with pytest.raises(InsightError, match="PostgreSQL does not answer") as refused:
        open_version(f"{database}_not_there", folder, version)
    assert refused.value.code == "insight.unreachable"


def test_without_its_package_an_engine_says_what_to_install(
    folder: Path, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    monkeypatch.delitem(sys.modules, "accord.insight.engines.spark_files", raising=False)
    with pytest.raises(InsightError, match="the engine spark needs a package that is not installed") as refused:
        open_version("spark:local[1]", folder, version)
    assert "pip install pyspark" in str(refused.value)
