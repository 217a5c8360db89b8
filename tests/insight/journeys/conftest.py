"""The engines of ``make test`` that hold journeys."""

from collections.abc import Iterator

import pytest
from tests.insight.journeys.holding import Holder, InDuckDB, InPostgreSQL


@pytest.fixture(scope="session")
def in_duckdb() -> Iterator[Holder]:
    holder = InDuckDB()
    yield holder
    holder.engine.close()


@pytest.fixture(scope="session")
def in_postgres(postgres_url: str) -> Iterator[Holder]:
    holder = InPostgreSQL(postgres_url)
    yield holder
    holder.connection.close()
