"""What is asked of the kept facts of leads comes to the same as what is asked of the star."""

from collections.abc import Iterator

import pytest
from tests.insight import small_warehouse as small

from accord.agreement import FUNNEL
from accord.insight import Query, query
from accord.insight.closing import Dimension, cells, counts
from accord.insight.editions.writing import write
from accord.insight.engines.duck_files import DuckFiles
from accord.insight.engines.duck_tables import DuckTables
from accord.insight.facts import HELD, TABLES, facts
from accord.insight.query import DIALECT

EVER = {"from_us": -small.NOW, "to_us": 2 * small.NOW}
SPANS = ({}, EVER, {"cycle": 1}, {"cycle": 2, **EVER})
Both = tuple[DuckFiles, DuckTables]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A small warehouse, and its facts as an edition keeps them."""
    folder = tmp_path_factory.mktemp("small")
    with DuckFiles(folder, small.fill(folder, seed=5)) as star:
        files = write(folder / "facts", 1, facts(star, small.NOW))
        yield star, DuckTables(folder / "facts", {name: files[table] for name, table in HELD.items()})


def same(both: Both, question: Query, **more: int | str) -> int:
    star, kept = both
    asked = question.over(HELD)
    given = {**small.GIVEN, **more}
    of_facts = kept.ask(asked.render(DIALECT), asked.bound(given))
    of_star = star.ask(question, given)
    assert small.in_order(of_facts) == small.in_order(of_star)
    return len(of_star)


def test_a_map_of_the_facts_is_that_of_the_star_by_every_dimension(both: Both) -> None:
    for row, column in zip(list(Dimension)[:6], list(Dimension)[6:], strict=True):
        assert same(both, cells(row, column), base="lead", **EVER), row


@pytest.mark.parametrize("base", ["offered", *(stage.value for stage in FUNNEL)])
def test_a_map_of_the_facts_is_that_of_the_star_of_every_base(both: Both, base: str) -> None:
    assert [same(both, counts(Dimension.SOURCE, None), base=base, **span) for span in SPANS][1]


@pytest.mark.parametrize("name", ["closing_course", "passages", "stage_conversions", "stays", "velocity"])
@pytest.mark.parametrize("span", SPANS)
def test_courses_steps_and_stays_of_the_facts_are_those_of_the_star(
    both: Both, name: str, span: dict[str, int]
) -> None:
    assert same(both, query(name), first="lead", second="sal", **span)


@pytest.mark.parametrize("question", small.DISCOUNTS, ids=lambda each: each.name)
def test_discounts_of_the_facts_are_those_of_the_star(both: Both, question: Query) -> None:
    assert same(both, question, **EVER)


def test_what_is_asked_of_the_facts_names_no_table_of_the_star(both: Both) -> None:
    asked = counts(Dimension.CHANNEL, Dimension.FIRST_ATTEMPT)
    assert "now_us" in asked.parameters
    assert "now_us" not in asked.over(HELD).parameters
    text = asked.over(HELD).render(DIALECT)
    assert '"lead_facts" AS (' not in text
    assert '"clocks"' not in text
    assert '"lead_facts" AS (' in asked.render(DIALECT)
    listed = asked.over(HELD).held
    assert listed == frozenset(HELD)
    assert cells(Dimension.CHANNEL, None).over(HELD).listing(order="entered_us").held == listed


def test_every_stage_of_the_funnel_has_its_instant() -> None:
    assert {f"{stage.value}_us" for stage in FUNNEL} <= set(query("lead_course").columns)
    assert set(query("lead_course").columns) < set(query("lead_facts").columns)
    assert {each.value for each in Dimension} < set(query("lead_facts").columns)
    assert all({*order} <= {*query(name).columns} for name, order in TABLES.items())
