"""One Spark of two worker processes: rules run on it, journeys are reduced, and the warehouse is asked.

Nothing here is collected by ``make test``.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from sqlglot import exp
from tests.conformance.engines import (
    LEAD_COLUMNS,
    TOUCHPOINT_COLUMNS,
    Engine,
    answers_in,
    arrow_table,
    lead_rows,
    query,
    touchpoint_rows,
)
from tests.insight import small_warehouse as small
from tests.insight.journeys.holding import Holder

from accord.attribution import ArrowStream
from accord.insight.engines.opening import open_version
from accord.insight.journeys import Ask
from accord.insight.star import Table
from accord.insight.warehouse import Version
from accord.rules.compile import render

if TYPE_CHECKING:
    from accord.insight.engines.spark_files import SparkFiles

collect_ignore = [] if find_spec("pyspark") else ["spark_warehouse.py"]  # doctests are looked for in every file
CLUSTER = "spark:local-cluster[2,1,1024]"
"""A master and two worker processes of one core and 1,024 MB each."""
QUICKLY = "-XX:TieredStopAtLevel=1"
"""Nearly all of what Java compiles here runs once: it takes less than half as long when it is compiled less well."""


class Spark:
    def __init__(self, session: Any) -> None:
        self.session = session

    def answers(self, leads, rules, criteria, moment=None):
        for name, columns, rows in (
            ("leads", LEAD_COLUMNS, lead_rows(leads, moment)),
            ("touchpoints", TOUCHPOINT_COLUMNS, touchpoint_rows(leads)),
        ):
            self.session.createDataFrame(arrow_table(columns, rows)).createOrReplaceTempView(name)
        found = self.session.sql(query(rules, criteria, moment, "spark")).collect()
        return answers_in([tuple(row) for row in found])


class InSpark:
    """Spark as a holder of journeys."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def hold(self, *tables: tuple[Table, pa.Table]) -> Ask:
        for table, rows in tables:
            self.session.createDataFrame(rows).createOrReplaceTempView(table.name)
        return self.ask

    def ask(self, query: exp.Query) -> ArrowStream:
        return self.session.sql(render(query, "spark")).toArrow()


@pytest.fixture(scope="session")
def java() -> None:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.fail("Spark needs Java 17 or newer: install it, such as openjdk-17-jre-headless", pytrace=False)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small") / "ware house"


@pytest.fixture(scope="session")
def version(folder: Path) -> Version:
    return small.fill(folder)


@pytest.fixture(scope="session")
def spark(java: None, folder: Path, version: Version) -> "Iterator[SparkFiles]":
    """The one Spark of the process, with a small warehouse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", QUICKLY)
        opened: SparkFiles = open_version(CLUSTER, folder, version)
    with opened:
        divide_little(opened._session)
        yield opened


@pytest.fixture(scope="session")
def spark_engine(spark: "SparkFiles") -> Engine:
    return Spark(divide_little(spark._session.newSession()))


@pytest.fixture(scope="session")
def in_spark(spark: "SparkFiles") -> Holder:
    return InSpark(divide_little(spark._session.newSession()))


def divide_little(session: Any) -> Any:
    """Let a session divide what it groups or joins among the two workers, and no further."""
    session.conf.set("spark.sql.shuffle.partitions", "2")
    return session
