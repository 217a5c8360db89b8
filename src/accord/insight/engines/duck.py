"""DuckDB, in this process: in memory, or in a folder for what does not fit there."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
from sqlglot import exp

from accord.insight.engines import Row
from accord.insight.engines.arrow import ARROW
from accord.insight.errors import InsightError
from accord.insight.star import Table
from accord.rules.compile import render

_ROWS_OF_A_BATCH = 1 << 17


class DuckDB:
    """An engine of its own; close it, or use it in a ``with``."""

    def __init__(self, threads: int | None = None, memory_limit: str | None = None, folder: Path | None = None) -> None:
        """Open it.

        Args:
            threads: How many cores it may use; None: all.
            memory_limit: Such as ``4GB``; beyond it works from disk. None: most of the machine's.
            folder: Where it puts what does not fit into memory; None: a folder of its own choice.
        """
        config: dict[str, Any] = {
            "preserve_insertion_order": "false",
            # All data is handed to it: no query has any business with files, the network or Python's variables.
            "enable_external_access": "false",
            "python_enable_replacements": "false",
            "lock_configuration": "true",
        }
        if threads is not None:
            config["threads"] = threads
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        if folder is not None:
            config["temp_directory"] = str(folder)
        self.connection = duckdb.connect(":memory:", config=config)
        self._held: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()

    def load(self, table: Table, data: Any) -> None:  # noqa: ANN401  # Arrow's types are not typed
        """Hold Arrow data under the name of ``table``, its columns found by name and put into their types."""
        columns = [
            exp.alias_(exp.cast(exp.column(column.name, quoted=True), column.type.value), column.name, quoted=True)
            for column in table.columns
        ]
        self.connection.register("loaded", data)
        try:
            self.make(table.name, exp.select(*columns).from_(exp.to_table("loaded")))
        finally:
            self.connection.unregister("loaded")

    def load_rows(self, table: Table, rows: Iterable[Sequence[object]]) -> None:
        """Hold rows under the name of ``table``."""
        cells = list(zip(*rows, strict=True)) or [()] * len(table.columns)
        arrays = {
            column.name: pa.array(values, type=ARROW[column.type])
            for column, values in zip(table.columns, cells, strict=True)
        }
        self.load(table, pa.table(arrays))

    def make(self, name: str, query: exp.Query) -> None:
        """Hold the answer to ``query`` under ``name``."""
        self._execute(f"CREATE OR REPLACE TABLE {_quoted(name)} AS {render(query, 'duckdb')}")
        self._held.add(name)

    def extend(self, name: str, query: exp.Query) -> None:
        """Add the answer to ``query`` to the table ``name``."""
        self._execute(f"INSERT INTO {_quoted(name)} {render(query, 'duckdb')}")

    def holds(self, name: str) -> bool:
        """Return whether there is a table ``name``."""
        return name in self._held

    def drop(self, name: str) -> None:
        """Let go of the table ``name``."""
        self.connection.execute(f"DROP TABLE IF EXISTS {_quoted(name)}")
        self._held.discard(name)

    def rows(self, query: exp.Query) -> list[Row]:
        """Return the answer to ``query``."""
        return self._execute(render(query, "duckdb")).fetchall()

    def batches(self, query: exp.Query) -> pa.RecordBatchReader:
        """Return the answer to ``query`` as a stream that is computed while it is read."""
        apart = self.connection.cursor()  # a connection with an answer that is not read to its end does nothing else
        with _saying_what_has_no_room():
            return apart.sql(render(query, "duckdb")).to_arrow_reader(_ROWS_OF_A_BATCH)

    def _execute(self, text: str) -> duckdb.DuckDBPyConnection:
        with _saying_what_has_no_room():
            return self.connection.execute(text)


@contextmanager
def _saying_what_has_no_room() -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        said = str(error).partition("\n")[0].partition(": ")[2].rstrip(".")
        raise InsightError(
            "insight.no_room",
            f"neither memory nor room on disk is enough for this: {said}",
            hint="make room where the work is done, or ask for less",
        ) from error


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
