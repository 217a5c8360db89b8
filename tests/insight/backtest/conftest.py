"""Two engines for the history."""

from collections.abc import Iterator

import pytest
from tests.insight.backtest.holding import PostgreSQL

from accord.insight.engines import Engine
from accord.insight.engines.duck import DuckDB


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> Iterator[PostgreSQL]:
    engine = PostgreSQL(postgres_url)
    yield engine
    engine.connection.close()


@pytest.fixture
def postgres_engine(postgres_tables: PostgreSQL) -> PostgreSQL:
    postgres_tables.forget()
    return postgres_tables


@pytest.fixture
def duckdb_engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as engine:
        yield engine


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn, empty."""
    return request.getfixturevalue(f"{request.param}_engine")
