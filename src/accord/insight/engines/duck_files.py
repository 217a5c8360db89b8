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
from accord.insight.errors import InsightError
from accord.insight.query import DIALECT, query
from accord.insight.warehouse import TABLES, Version

MEMORY = "2GB"
SHORT, MOST = 500, 500
"""Answers that are kept as long as the version: of so many rows at most, and so many of them."""
THREADS = 2


class DuckFiles:
    """One version, to be asked by any number of threads; close it, or use it in a ``with``."""

    def __init__(self, folder: Path, version: Version, *, memory: str = MEMORY, threads: int = THREADS) -> None:
        """Open it; no file is read before it is asked.

        Args:
            folder: That of the warehouse.
            version: Which of its versions.
            memory: What all questions together may take.
            threads: How many cores they may use.
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

    def ask(self, text: str, given: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a query in DuckDB's dialect; ``given`` holds its parameters, and no others.

        The same question is answered once: a version never changes.

        Raises:
            InsightError: ``insight.files_gone`` if the version was so old that its files are deleted.
        """
        asked = (text, tuple(sorted(given.items())))
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._asked(text, given)
            if len(answer) <= SHORT and len(self._answers) < MOST:
                self._answers[asked] = answer
        return answer

    def arrow(self, question: str, given: Mapping[str, object]) -> pa.Table:
        """Return the answer to a question of ``accord.insight`` by its name, as an Arrow table.

        Raises:
            InsightError: As ``ask``.
        """
        with self._readable():
            found = self._connection.cursor().sql(query(question).render(DIALECT), params=dict(given) or None)
            return found.to_arrow_table()

    def _asked(self, text: str, given: Mapping[str, Any]) -> list[Row]:
        with self._readable():
            return self._connection.cursor().execute(text, dict(given)).fetchall()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except duckdb.IOException as error:
            raise InsightError(
                "insight.files_gone",
                f"version {self.version.number} of the warehouse cannot be read any more",
                hint="ask the version that counts now",
            ) from error


def _view(folder: Path, version: Version, name: str) -> str:
    """Return what makes a table of the star out of its files; one without rows has none, and is made of nothing."""
    columns = TABLES[name].columns
    files = version.tables[name].files.values()
    if files:
        paths = exp.Array(expressions=[exp.Literal.string(str(folder / name / file.name)) for file in files])
        source = exp.Anonymous(this="read_parquet", expressions=[paths])
        query = exp.select(*(exp.column(column.name, quoted=True) for column in columns)).from_(source)
    else:
        empty = (exp.alias_(exp.cast(exp.Null(), column.type.value), column.name, quoted=True) for column in columns)
        query = exp.select(*empty).where(exp.false())
    made = exp.Create(this=exp.to_table(name), kind="VIEW", expression=query)
    return made.sql(dialect=DIALECT, identify=True)
