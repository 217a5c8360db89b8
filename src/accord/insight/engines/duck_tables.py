"""DuckDB, in this process, over some Parquet files that never change; it reads them and nothing else."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from accord.insight.engines import Row
from accord.insight.query import DIALECT

MEMORY, THREADS = "1GB", 2
SHORT, KEPT = 2_000, 50_000
"""Answers that are kept: of so many rows at most, and of so many in sum, since they stand outside DuckDB's memory."""
PART = 1_000
"""Rows of a part."""


class DuckTables:
    """Tables by their names, to be asked by any number of threads.

    Args:
        folder: Where the files are.
        files: The file of each table.
        kept: How many rows of answers are kept in sum.
    """

    def __init__(self, folder: Path, files: Mapping[str, str], kept: int = KEPT) -> None:
        self._answers: dict[tuple[str, tuple[tuple[str, Any], ...]], list[Row]] = {}
        self._most, self._held, self._lock = kept, 0, threading.Lock()
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": THREADS,
                "memory_limit": MEMORY,
                "preserve_insertion_order": "false",
                "python_enable_replacements": "false",
                "temp_directory": "",
            },
        )
        self._connection.execute("SET parquet_metadata_cache = true")
        inside = exp.Literal.string(str(folder)).sql(dialect=DIALECT)
        self._connection.execute(f"SET allowed_directories = [{inside}]")
        for name, file in files.items():
            source = exp.Anonymous(this="read_parquet", expressions=[exp.Literal.string(str(folder / file))])
            made = exp.Create(this=exp.to_table(name), kind="VIEW", expression=exp.select("*").from_(source))
            self._connection.execute(made.sql(dialect=DIALECT, identify=True))
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    @property
    def kept(self) -> int:
        """How many rows of answers are kept."""
        return self._held

    def ask(self, text: str, given: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a query in DuckDB's dialect; ``given`` holds its parameters, and no others.

        The same question is answered once, as long as there is room for its answer: the files never change.
        """
        asked = (text, tuple(sorted(given.items())))
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._connection.cursor().execute(text, dict(given)).fetchall()
            if len(answer) <= SHORT:
                self._keep(asked, answer)
        return answer

    def parts(self, text: str, given: Mapping[str, Any]) -> Iterator[list[Row]]:
        """Yield the rows of a query some at a time, so that no more of them stand in Python's memory at once."""
        cursor = self._connection.cursor().execute(text, dict(given))
        while rows := cursor.fetchmany(PART):
            yield rows

    def _keep(self, asked: tuple[str, tuple[tuple[str, Any], ...]], answer: list[Row]) -> None:
        """Keep an answer; those kept longest make room. One without rows takes the room of one."""
        with self._lock:
            if asked in self._answers:
                return
            self._answers[asked] = answer
            self._held += max(len(answer), 1)
            while self._held > self._most:
                self._held -= max(len(self._answers.pop(next(iter(self._answers)))), 1)
