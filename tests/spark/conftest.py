"""Spark on this machine, as an engine on which compiled rules run. Nothing here is collected by ``make test``."""

import os
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.engines import (
    LEAD_COLUMNS,
    TOUCHPOINT_COLUMNS,
    Engine,
    answers_in,
    lead_rows,
    query,
    touchpoint_rows,
)

TYPES = {"TEXT": "STRING"}


class Spark:
    def __init__(self, session: Any) -> None:
        self.session = session

    def answers(self, leads, rules, criteria, moment=None):
        for name, columns, rows in (
            ("leads", LEAD_COLUMNS, lead_rows(leads, moment)),
            ("touchpoints", TOUCHPOINT_COLUMNS, touchpoint_rows(leads)),
        ):
            self.session.createDataFrame(cells_of(columns, rows), schema_of(columns)).createOrReplaceTempView(name)
        found = self.session.sql(query(rules, criteria, moment, "spark")).collect()
        return answers_in([tuple(row) for row in found])


def schema_of(columns):
    return ", ".join(f"`{name}` {TYPES.get(kind, kind)}" for name, kind in columns.items())


def cells_of(columns, rows):
    """Return the rows with decimals where Spark, which converts nothing, wants them."""
    decimals = [kind.startswith("DECIMAL") for kind in columns.values()]
    return [
        tuple(Decimal(cell) if exact and cell is not None else cell for cell, exact in zip(row, decimals, strict=True))
        for row in rows
    ]


@pytest.fixture(scope="session")
def java() -> None:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.fail("Spark needs Java 17 or newer: install it, such as openjdk-17-jre-headless", pytrace=False)


@pytest.fixture(scope="session")
def spark_engine(java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    from pyspark.sql import SparkSession  # noqa: PLC0415  # make test, which reads this file, has no pyspark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    home: Path = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.local.dir", str(home))
        .config("spark.sql.warehouse.dir", str(home / "warehouse"))
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield Spark(session)
    session.stop()
