"""What engines are asked: portable queries, each row of whose answers was worked out by hand."""

from importlib.resources import files

import pyarrow as pa
import pytest
import sqlglot
from tests.insight.journeys.agreement import check
from tests.insight.journeys.holding import InDuckDB, held

from accord.attribution import AttributionError, Markov
from accord.insight import InsightError, findings, journeys
from accord.insight.engines import duck
from accord.insight.journeys.reduction import CONVERSIONS, LABELS, PATHS, TOUCHPOINTS, steps, text
from accord.insight.query import parse
from accord.insight.star import Table
from accord.insight.tree import select

ENGINES = ("duckdb", "postgres", "spark", "databricks", "bigquery", "snowflake", "trino", "clickhouse")
TEXTS = sorted(
    entry.name.removesuffix(".sql")
    for entry in files("accord.insight.journeys").iterdir()
    if entry.name.endswith(".sql")
)
TABLES = {table.name: table for table in (TOUCHPOINTS, CONVERSIONS, LABELS, PATHS)}

TOUCHED = [(1, 0.0, "A"), (1, 1.0, "A"), (1, 2.0, "B"), (2, 0.0, "B"), (3, 0.0, "A"), (3, 5.0, "B"), (3, 6.0, "B")]
WON = [(1, 3.0, 1_000, None, None), (1, 0.5, 200, None, None), (2, 3.0, 501, 1.0, None), (9, 1.0, 70, None, None)]


@pytest.mark.parametrize("name", TEXTS)
def test_a_query_keeps_to_the_portable_subset(name: str) -> None:
    assert findings(parse(name, text(name)), text(name), TABLES) == ()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_query_is_rendered_for_every_engine_and_read_back(name: str, engine: str) -> None:
    found = select(text(name), window_us=1)
    assert sqlglot.parse_one(found.sql(engine, identify=True), read=engine).named_selects == found.named_selects


def test_steps_are_counted_with_as_many_touches_before_as_are_remembered() -> None:
    table = pa.table({"path": [1, 1, 1, 1, 2], "at_us": [5, 6, 6, 7, 1], "code": [0, 1, 0, 0, 3]})
    paths = select("SELECT p.path AS path, p.at_us AS at_us, p.code AS code FROM held AS p")
    holder = InDuckDB()
    held_table = Table("held", PATHS.columns)
    ask = holder.hold((held_table, table))
    # At instant 6 the label with the lower code comes first: 0, 0, 1, 0.
    assert sorted(ask(steps(paths, 1)).read_all().to_pylist(), key=str) == [
        {"back_0": 0, "back_1": -1, "ends": 0, "times": 1},
        {"back_0": 0, "back_1": 0, "ends": 0, "times": 1},
        {"back_0": 0, "back_1": 1, "ends": 1, "times": 1},
        {"back_0": 1, "back_1": 0, "ends": 0, "times": 1},
        {"back_0": 3, "back_1": -1, "ends": 1, "times": 1},
    ]
    assert steps(paths, 4).named_selects == ["back_0", "back_1", "back_2", "back_3", "back_4", "ends", "times"]


def test_a_run_of_one_label_collapses_in_the_order_of_ties(in_duckdb) -> None:
    # All at one instant, so in the order A A B B, of which two are left.
    ask = in_duckdb.hold(*held([(1, 0.0, "B"), (1, 0.0, "A"), (1, 0.0, "B"), (1, 0.0, "A")], [(1, 2.0, 5, None, None)]))
    chain = Markov(1, repeats="collapse", null="left_out")
    counted = journeys.reduce(ask, journeys.Sources(), [chain]).steps["collapse"].converting
    assert sorted(counted.to_pylist(), key=str) == [
        {"back_0": 0, "back_1": -1, "ends": 0, "times": 1},
        {"back_0": 1, "back_1": 0, "ends": 1, "times": 1},
    ]


def test_the_same_journeys_come_to_the_same_in_batches_of_any_size(in_duckdb, monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in (1, 2, 1_000):
        monkeypatch.setattr(duck, "_ROWS_OF_A_BATCH", rows)
        check(in_duckdb, TOUCHED, WON, None)


def test_an_engine_is_asked_for_steps_only_where_a_chain_needs_them(in_duckdb) -> None:
    ask = in_duckdb.hold(*held(TOUCHED, WON))
    asked = []
    for models, queries in ((["linear"], 3), (["linear", "markov_1", "markov_3"], 5), (["markov_1"], 5)):
        asked.clear()
        journeys.attribute(lambda query: asked.append(query) or ask(query), journeys.Sources(), models)
        assert len(asked) == queries


def test_sources_may_be_queries_that_are_used_again(in_duckdb) -> None:
    ask = in_duckdb.hold(*held(TOUCHED, WON))
    columns = ", ".join(f"t.{column.name} AS {column.name}" for column in TOUCHPOINTS.columns)
    some = journeys.Sources(select(f"SELECT {columns} FROM touchpoints AS t WHERE t.touch <> 'A'"))  # noqa: S608
    for _ in range(2):
        found = journeys.attribute(ask, some, ["linear", "markov_1"])
        assert found["linear"].by_label() == {"B": 1_501}
        assert found.unattributable_cents == 270


def test_what_is_not_stated_or_stands_twice_is_refused(in_duckdb) -> None:
    touchpoints, conversions = (rows for _, rows in held(TOUCHED, WON))

    def refused(table: pa.Table, name: str, values: list[object]) -> tuple[str, str]:
        wrong = table.set_column(table.column_names.index(name), name, pa.array(values, table.schema.field(name).type))
        tables = (wrong, conversions) if table is touchpoints else (touchpoints, wrong)
        ask = in_duckdb.hold(*zip((TOUCHPOINTS, CONVERSIONS), tables, strict=True))
        with pytest.raises(InsightError) as caught:
            journeys.attribute(ask, journeys.Sources(), ["linear"])
        return caught.value.code, caught.value.message

    for table, name in (
        (touchpoints, "journey"), (touchpoints, "at_us"), (touchpoints, "touch"),
        (conversions, "journey"), (conversions, "at_us"), (conversions, "cents"),
    ):  # fmt: skip
        code, message = refused(table, name, [*table[name].to_pylist()[:-1], None])
        assert code == "insight.not_stated"
        assert f"no '{name}'" in message
    assert refused(conversions, "conversion", [1, 2, 2, 3]) == (
        "insight.same_conversion",
        "4 conversions have 3 numbers",
    )


def test_an_unknown_model_is_refused_before_the_engine_is_asked() -> None:
    with pytest.raises(AttributionError, match="no model is called 'lineal'"):
        journeys.attribute(lambda _: pytest.fail("asked"), journeys.Sources(), ["lineal"])
