"""DuckDB, in this process, over the files of one version of the warehouse; it reads them and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
from sqlglot import exp

from accord.insight.engines import Row
from accord.insight.engines.arrow import alike
from accord.insight.engines.files import files_gone, not_answered, nothing, paths
from accord.insight.query import DIALECT, Question, as_question
from accord.insight.warehouse import TABLES, Version

MEMORY = "2GB"
SHORT, MOST = 500, 500
"""Answers that are kept as long as the version: of so many rows at most, and so many of them."""
THREADS = 2


class DuckFiles:
    """One version, to be asked by any number of threads; close it, or use it in a ``with``."""

    def __init__(self, folder: Path, version: Version, *, memory: str = MEMORY, threads: int = THREADS) -> None:
        """Open it; next to nothing is read before it is asked.

        Args:
            folder: That of the warehouse.
            version: Which of its versions.
            memory: What all questions together may take.
            threads: How many cores they may use.

        Raises:
            InsightError: ``insight.files_gone`` if the version was so old that its files are deleted.
        """
        self.folder, self.version = folder, version
        self._answers: dict[tuple[str, tuple[tuple[str, Any], ...]], list[Row]] = {}
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": memory,
                "preserve_insertion_order": "false",
                "python_enable_replacements": "false",
                "temp_directory": "",
            },
        )
        self._connection.execute("SET parquet_metadata_cache = true")
        inside = exp.Literal.string(str(folder)).sql(dialect=DIALECT)
        self._connection.execute(f"SET allowed_directories = [{inside}]")
        with self._answering():
            for name in TABLES:
                self._connection.execute(_view(folder, version, name))
        # Questions are our own files, but no query has any business with other files, the network or the settings.
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def ask(self, question: Question, given: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a question; to a text ``given`` holds its parameters and no others.

        The same question is answered once: a version never changes.

        Raises:
            InsightError: As ``Opened.ask``.
        """
        text, parameters = _text(question, given)
        asked = (text, tuple(sorted(parameters.items())))
        answer = self._answers.get(asked)
        if answer is None:
            with self._answering():
                answer = self._connection.cursor().execute(text, parameters).fetchall()
            if len(answer) <= SHORT and len(self._answers) < MOST:
                self._answers[asked] = answer
        return answer

    def arrow(self, question: Question, given: Mapping[str, Any]) -> pa.Table:
        """Return the answer to a question as an Arrow table; see ``Opened.arrow``."""
        text, parameters = _text(question, given)
        with self._answering():
            return alike(self._connection.cursor().sql(text, params=parameters).to_arrow_table())

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except duckdb.IOException as error:
            raise files_gone(self.version) from error
        except (duckdb.CatalogException, duckdb.BinderException, duckdb.ConversionException) as error:
            raise not_answered("DuckDB", error) from error


def _text(question: Question, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if isinstance(question, str):
        return question, dict(given)  # it is in the right dialect, and was made from a question long ago
    asked = as_question(question)
    return asked.render(DIALECT), asked.bound(given)


def _view(folder: Path, version: Version, name: str) -> str:
    """Return what makes a table of the star out of its files; one without rows has none, and is made of nothing."""
    table = TABLES[name]
    if files := paths(folder, version, table):
        listed = exp.Array(expressions=[exp.Literal.string(path) for path in files])
        source = exp.Anonymous(this="read_parquet", expressions=[listed])
        query = exp.select(*(exp.column(column.name, quoted=True) for column in table.columns)).from_(source)
    else:
        query = nothing(table)
    made = exp.Create(this=exp.to_table(name), kind="VIEW", expression=query)
    return made.sql(dialect=DIALECT, identify=True)
