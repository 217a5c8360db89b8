"""Spark, on this machine or a cluster, over the Parquet files of one version; no library for Delta is needed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from accord.insight.engines import Row
from accord.insight.engines.arrow import alike
from accord.insight.engines.files import files_gone, not_answered, nothing, paths, unreachable
from accord.insight.errors import InsightError
from accord.insight.query import Question, as_question
from accord.insight.star import Table, Type
from accord.insight.warehouse import TABLES, Version

DIALECT = "spark"
SHUFFLES = "8"
"""Into how many parts a machine of our own divides what it groups or joins; Spark's 200 are for a cluster."""
_GONE = ("PATH_NOT_FOUND", "FILE_NOT_EXIST")
_TYPES = {type_: "STRING" if type_ is Type.TEXT else type_.value for type_ in Type}


class SparkFiles:
    """One version, opened in a Spark session; its views are seen by nobody else."""

    def __init__(self, folder: Path, version: Version, spark: str | SparkSession) -> None:
        """Open it; no file is read before it is asked.

        Args:
            folder: That of the warehouse, which every worker sees under this path.
            version: Which of its versions.
            spark: A master, such as ``local[2]``, to start Spark there and stop it in the end; or a session to use.

        Raises:
            InsightError: ``insight.unreachable``, ``insight.one_spark`` or ``insight.files_gone``.
        """
        self.folder, self.version = folder, version
        session = start(spark) if isinstance(spark, str) else spark
        self._own = session if isinstance(spark, str) else None
        try:
            with self._answering():
                self._session = session.newSession()
                self._session.conf.set("spark.sql.ansi.enabled", "true")  # what does not fit is an error, and no NULL
                self._session.conf.set("spark.sql.session.timeZone", "UTC")
                for table in TABLES.values():
                    self._view(table)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it, and stop Spark if it was started for this."""
        if self._own is not None:
            self._own.stop()

    def ask(self, question: Question, given: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a question; see ``Opened.ask``."""
        with self._answering():
            return [tuple(row) for row in self._asked(question, given).collect()]

    def arrow(self, question: Question, given: Mapping[str, Any]) -> pa.Table:
        """Return the answer to a question as an Arrow table; see ``Opened.arrow``."""
        with self._answering():
            return alike(self._asked(question, given).toArrow())

    def _asked(self, question: Question, given: Mapping[str, Any]) -> Any:  # noqa: ANN401  # Spark is not typed here
        asked = as_question(question)
        return self._session.sql(asked.render(DIALECT), args=asked.bound(given))

    def _view(self, table: Table) -> None:
        schema = ", ".join(f"`{column.name}` {_TYPES[column.type]}" for column in table.columns)
        files = [f"file://{path}" for path in paths(self.folder.absolute(), self.version, table)]
        if files:
            found = self._session.read.schema(schema).parquet(*files)
        else:
            found = self._session.sql(nothing(table).sql(dialect=DIALECT, identify=True))
        found.createOrReplaceTempView(table.name)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (PySparkException, Py4JError) as error:
            if any(condition in str(error) for condition in _GONE):
                raise files_gone(self.version) from error
            raise not_answered("Spark", error) from error


def start(master: str) -> SparkSession:
    """Return a session of a Spark that is started here or reached there.

    Args:
        master: As Spark takes it. One of this machine (``local…``) is reached from this machine only.

    Raises:
        InsightError: ``insight.unreachable``, also where there is no Java; ``insight.one_spark``: this process has one.
    """
    if SparkSession.getActiveSession() is not None:  # there is one in a process, and it would be taken for the new one
        raise InsightError(
            "insight.one_spark", "a Spark runs in this process already", hint="give its session to SparkFiles"
        )
    builder = SparkSession.builder.master(master).appName("accord").config("spark.log.level", "ERROR")
    builder = builder.config("spark.ui.showConsoleProgress", "false")  # whoever asks has a bar of their own
    if master.startswith("local"):
        builder = (
            builder.config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", SHUFFLES)
        )
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        raise unreachable(f"Spark at {master}", error) from error
