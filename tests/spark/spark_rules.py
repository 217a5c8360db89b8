"""Random rules on random leads: Spark says the same as the reference."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.random_rules_properties import THOROUGH, criteria_sets, instants, leads, rules

from accord.rules import evaluate


@settings(max_examples=400 if THOROUGH else 40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    batch=st.lists(leads(), min_size=5, max_size=25),
    criteria=criteria_sets,
    asked=st.lists(rules(["first", "second"]), min_size=1, max_size=6),
    moment=st.one_of(st.none(), instants),
)
def test_random_rules_hold_of_the_same_leads_on_spark(batch, criteria, asked, moment, spark_engine):
    expected = [[evaluate(rule, facts, moment or at, criteria) for rule in asked] for facts, at in batch]

    assert spark_engine.answers(batch, asked, criteria, moment) == expected
