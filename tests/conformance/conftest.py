"""The engines of ``make test`` on which compiled rules run."""

from collections.abc import Iterator

import pytest
from tests.conformance.engines import DuckDB, Engine, PostgreSQL, Reference


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    engine = DuckDB()
    yield engine
    engine.connection.close()


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = PostgreSQL(postgres_url)
    yield engine
    engine.connection.close()


@pytest.fixture(params=["reference", "duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return Reference() if request.param == "reference" else request.getfixturevalue(f"{request.param}_engine")
