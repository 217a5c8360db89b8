"""The documents that these tests read: the smallest that has no issue, one that uses every feature, and Northwind."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
NORTHWIND = HERE.parent.parent / "examples" / "northwind" / "agreement.yaml"


@pytest.fixture(scope="session")
def small() -> str:
    return (HERE / "small.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def full() -> str:
    return (HERE / "full.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def northwind() -> str:
    return NORTHWIND.read_text(encoding="utf-8")
