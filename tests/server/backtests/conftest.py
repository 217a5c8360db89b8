"""What every test of backtests may ask for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accord.agreement import Agreement
from accord.insight.engines.duck import DuckDB
from accord.server.agreements.services import in_force
from accord.server.backtests.snapshot import Snapshot, take


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_HOME", str(tmp_path))


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., tuple[DuckDB, Snapshot]]:
    """Take a snapshot by the agreement in force, or by others."""

    def take_one(*agreements: Agreement, **how: Any) -> tuple[DuckDB, Snapshot]:
        engine = DuckDB()
        return engine, take(engine, agreements or [in_force().agreement], tmp_path, **how)

    return take_one
