"""Every query of judging and backtest is of the portable subset: other engines can be given it, too."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
import sqlglot
from sqlglot import exp
from tests.insight.backtest.holding import World, load
from tests.insight.backtest.made import BEGINNING, agreed, person, us
from tests.insight.backtest.test_oracle import AGREEMENT

from accord.insight import Period
from accord.insight.backtest import Backtest
from accord.insight.engines.duck import DuckDB
from accord.insight.judging import judge_leads
from accord.rules import CountRule, CriterionRule, Selection
from accord.rules.compile import render

FUNCTIONS = {
    exp.And, exp.Or, exp.Case, exp.If, exp.Cast, exp.Coalesce, exp.Count, exp.Greatest, exp.Lag, exp.Lead, exp.Least,
    exp.Max, exp.Min, exp.RowNumber, exp.Sum,
}  # fmt: skip
"""Every engine has these under some name and with one meaning, where their arguments are never NULL."""


class Recording(DuckDB):
    """Keeps every query that it is given."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self.queries: list[exp.Query] = []

    def make(self, name: str, query: exp.Query) -> None:
        if query.find(exp.Table).name != "loaded":
            self.queries.append(query.copy())
        super().make(name, query)

    def extend(self, name: str, query: exp.Query) -> None:
        self.queries.append(query.copy())
        super().extend(name, query)

    def rows(self, query: exp.Query) -> list[tuple]:
        self.queries.append(query.copy())
        return super().rows(query)


@pytest.fixture(scope="module")
def queries() -> list[exp.Query]:
    with Recording() as engine:
        world = World(
            {
                1: person((1, "viewed", {"path": "/pricing"}), (2, "attended"), learnt=[(0, "company.employees", 80)]),
                2: person((3, "viewed"), learnt=[(0, "lead.renewal", date(2026, 3, 4)), (0, "person.email", "x")]),
            },
            {1: 1, 2: 1},
        )
        load(engine, world, [AGREEMENT], [(1, 1, us(5), "lead", False, False)])
        period = Period(BEGINNING.date(), date(2026, 4, 1), ZoneInfo("UTC"))
        backtest = Backtest(engine)
        backtest.compare(AGREEMENT, AGREEMENT, period, 5)
        backtest.people(AGREEMENT, AGREEMENT, period)
        backtest.weights(agreed(CriterionRule("often"), often=CountRule(Selection(("viewed",)))), period, most=1)
        assert [judged.lead_id for judged in judge_leads(engine, AGREEMENT)] == [1]
        return engine.queries


def test_there_are_queries_of_every_kind(queries):
    used = {type(node) for query in queries for node in query.find_all(exp.Func)}
    assert used <= FUNCTIONS
    assert {exp.Lag, exp.Lead, exp.Least, exp.RowNumber, exp.Sum} <= used


def test_names_are_quoted_and_nulls_have_their_place(queries):
    for query in queries:
        assert all(name.args.get("quoted") for name in query.find_all(exp.Identifier)), query.sql()
        assert all(ordered.args.get("nulls_first") is not None for ordered in query.find_all(exp.Ordered))
        assert not list(query.find_all(exp.Filter, exp.Distinct, exp.Mod))


@pytest.mark.parametrize(
    "dialect", ["duckdb", "postgres", "spark", "databricks", "bigquery", "snowflake", "trino", "clickhouse"]
)
def test_every_query_is_rendered_and_parsed_back(queries, dialect):
    for query in queries:
        text = render(query.copy(), dialect)
        assert sqlglot.parse_one(text, read=dialect).sql(dialect=dialect, identify=True) == text
