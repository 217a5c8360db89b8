"""Random agreements on random histories: the first hand-overs are those of the reference, on both engines."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from tests.insight.backtest.holding import load
from tests.insight.backtest.random_worlds import BEGINNING, agreements, worlds

from accord.insight.backtest.handovers import handovers
from accord.insight.backtest.reference import first_handover
from accord.insight.engines.duck import DuckDB
from accord.insight.judging.materials import Materials
from accord.insight.tree import select
from accord.rules import microseconds

THOROUGH = "thorough" in {os.environ.get("ACCORD_HYPOTHESIS"), os.environ.get("HYPOTHESIS_PROFILE")}
UNTIL = BEGINNING + timedelta(days=8)


def found(engine, agreement):
    table = handovers(Materials(engine), agreement, microseconds(UNTIL))
    rows = engine.rows(select("SELECT h.person_id, h.at_us, h.fast_lane FROM found AS h", {"found": table}))
    return {person: (at_us, fast) for person, at_us, fast in rows}


@settings(max_examples=3000 if THOROUGH else 20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(agreement=agreements(), world=worlds())
def test_everybody_is_first_handed_over_when_the_reference_says(agreement, world, postgres_engine):
    reference = {key: first_handover(agreement, history, UNTIL) for key, history in world.people.items()}
    expected = {key: (each.at_us, each.fast_lane) for key, each in reference.items() if each is not None}

    with DuckDB(threads=1) as engine:
        load(engine, world, [agreement])
        assert found(engine, agreement) == expected
    postgres_engine.forget()
    load(postgres_engine, world, [agreement])
    assert found(postgres_engine, agreement) == expected
