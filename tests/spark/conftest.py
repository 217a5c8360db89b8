"""Spark on this machine: rules run on it, and journeys are reduced. Nothing here is collected by ``make test``."""

import os
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp
from tests.conformance.engines import (
    LEAD_COLUMNS,
    TOUCHPOINT_COLUMNS,
    Engine,
    answers_in,
    lead_rows,
    query,
    touchpoint_rows,
)
from tests.insight.journeys.holding import Holder

from accord.attribution import ArrowStream
from accord.insight.journeys import Ask
from accord.insight.star import Table
from accord.rules.compile import render

collect_ignore = [] if find_spec("pyspark") else ["spark_warehouse.py"]  # doctests are looked for in every file
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


class InSpark:
    """Spark as a holder of journeys."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def hold(self, *tables: tuple[Table, Any]) -> Ask:
        for table, rows in tables:
            cells = [tuple(row.values()) for row in rows.to_pylist()]
            columns = {column.name: column.type.value for column in table.columns}
            self.session.createDataFrame(cells, schema_of(columns)).createOrReplaceTempView(table.name)
        return self.ask

    def ask(self, query: exp.Query) -> ArrowStream:
        return self.session.sql(render(query, "spark")).toArrow()


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


@pytest.fixture(scope="session")
def in_spark(spark_engine: Spark) -> Holder:
    return InSpark(spark_engine.session)
