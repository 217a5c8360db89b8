"""Random agreements on random leads: judging all in one go says the same as judging each by itself."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.insight.backtest.holding import load
from tests.insight.backtest.random_worlds import agreements, instants, worlds

from accord.agreement import FUNNEL
from accord.agreement.judgement import Standing, judge
from accord.insight.engines.duck import DuckDB
from accord.insight.judging import BatchJudgement, judge_leads
from accord.rules import microseconds

THOROUGH = "thorough" in {os.environ.get("ACCORD_HYPOTHESIS"), os.environ.get("HYPOTHESIS_PROFILE")}


@st.composite
def judged_worlds(draw):
    world = draw(worlds())
    standings = {
        key: (draw(instants), draw(st.sampled_from(FUNNEL)), draw(st.booleans()), draw(st.booleans()))
        for key in world.people
    }
    return world, standings


@settings(max_examples=2000 if THOROUGH else 20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(agreement=agreements(), judged=judged_worlds())
def test_all_leads_at_once_are_judged_as_each_by_itself(agreement, judged, postgres_engine):
    world, standings = judged
    expected = []
    for key, (at, stage, handed_over, held) in standings.items():
        standing = Standing(stage, handed_over, ("something",) if held else ())
        facts = world.people[key].facts(at, agreement)
        found = judge(agreement, facts.until(at), standing, at)
        expected.append(
            BatchJudgement(
                key, microseconds(at), found.card.fit, found.card.engagement, found.card.grade, found.stage,
                found.fast_lane, found.ready, found.held_for, found.criteria,
            )
        )  # fmt: skip
    rows = [
        (key, key, microseconds(at), stage.value, handed_over, held)
        for key, (at, stage, handed_over, held) in standings.items()
    ]

    with DuckDB(threads=1) as engine:
        load(engine, world, [agreement], rows)
        assert list(judge_leads(engine, agreement)) == expected
    postgres_engine.forget()
    load(postgres_engine, world, [agreement], rows)
    assert list(judge_leads(postgres_engine, agreement)) == expected
