"""DuckDB, in this process, over some Parquet files that never change; it reads them and nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from accord.insight.engines import Row
from accord.insight.query import DIALECT

MEMORY, THREADS = "1GB", 2
SHORT, MOST = 2_000, 500
"""Answers that are kept: of so many rows at most, and so many of them."""


class DuckTables:
    """Tables by their names, to be asked by any number of threads.

    Args:
        folder: Where the files are.
        files: The file of each table.
    """

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self._answers: dict[tuple[str, tuple[tuple[str, Any], ...]], list[Row]] = {}
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

    def ask(self, text: str, given: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a query in DuckDB's dialect; ``given`` holds its parameters, and no others.

        The same question is answered once: the files never change.
        """
        asked = (text, tuple(sorted(given.items())))
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._connection.cursor().execute(text, dict(given)).fetchall()
            if len(answer) <= SHORT and len(self._answers) < MOST:
                self._answers[asked] = answer
        return answer
