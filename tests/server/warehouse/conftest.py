"""A warehouse of the test's own, and what stands in it beside what stands in the star in place."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accord.insight.engines.duck_files import DuckFiles
from accord.insight.warehouse import TABLES, Version, current
from accord.server.warehouse.star import star

collect_ignore = ["killed_sync.py"]  # run by a test, and none itself
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def warehouse(settings: Any, tmp_path: Path) -> Path:
    """The folder of a warehouse that is not there yet."""
    settings.ACCORD_WAREHOUSE = tmp_path / "warehouse"
    return tmp_path / "warehouse"


def in_place() -> Rows:
    """Every row of the star, by table, in the order of ids."""
    found = {}
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"{star()[name].sql(dialect='postgres', identify=True)} ORDER BY 1")
            found[name] = cursor.fetchall()
    return found


def held(folder: Path, version: Version | None = None) -> Rows:
    """Every row of a version of the warehouse, by table, in the order of ids."""
    version = version or current(folder)
    assert version is not None
    with DuckFiles(folder, version) as files:
        return {name: files.ask(f"SELECT * FROM {name} ORDER BY 1", {}) for name in TABLES}  # noqa: S608  # our names
