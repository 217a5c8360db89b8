"""Random journeys: Spark reduces them to the same credit as the library gives that reads them."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.random_rules_properties import THOROUGH
from tests.insight.journeys.agreement import check
from tests.insight.journeys.holding import touched, values

from accord.attribution import Markov

MODELS = ["linear", "w_shaped", "markov_3", Markov(2, repeats="collapse")]
"""One for each kind of question that the engine is asked; what is done with its answers is the same everywhere."""


@settings(max_examples=40 if THOROUGH else 6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(touched, values, st.none() | st.integers(0, 9).map(timedelta))
def test_credit_is_the_same_on_spark(in_spark, touched, values, lookback):
    check(in_spark, touched, values, lookback, MODELS)
