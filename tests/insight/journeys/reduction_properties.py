"""Random journeys: an engine that reduces them comes to the same as the library that reads them."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.insight.journeys.agreement import check
from tests.insight.journeys.holding import touched, values

windows = st.none() | st.integers(0, 9).map(timedelta)


@given(touched, values, windows)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_credit_is_the_same_on_duckdb(in_duckdb, touched, values, lookback) -> None:
    check(in_duckdb, touched, values, lookback)


@given(touched, values, windows)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_credit_is_the_same_on_postgresql(in_postgres, touched, values, lookback) -> None:
    check(in_postgres, touched, values, lookback)
