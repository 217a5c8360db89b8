"""A small agreement that every test here is about."""

from pathlib import Path

import pytest

from accord.agreement import Agreement, read


@pytest.fixture(scope="session")
def law() -> Agreement:
    loaded = read(Path(__file__).parent / "agreement.yaml")
    assert loaded.agreement is not None, loaded.issues
    return loaded.agreement
