"""Where the queries of the analysis run: one small interface, and one module for each engine behind it.

Only these modules import an engine. Nothing here is imported while a page is served that does not need it.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from sqlglot import exp

from accord.insight.query import Question
from accord.insight.star import Table
from accord.insight.warehouse import Version

Row = tuple[Any, ...]


class Engine(Protocol):
    """Holds tables by name and answers queries that are given as trees of the portable subset.

    Tables stay until they are dropped or the engine is closed. Nobody else sees them.
    """

    def load(self, table: Table, data: Any) -> None:  # noqa: ANN401  # Arrow's types are not typed
        """Hold ``data`` under the name of ``table``, in place of what it held; an Arrow table or stream of batches."""

    def load_rows(self, table: Table, rows: Iterable[Sequence[object]]) -> None:
        """Hold rows, with their cells in the order of the columns, under the name of ``table``."""

    def make(self, name: str, query: exp.Query) -> None:
        """Hold the answer to ``query`` under ``name``, in place of what it held."""

    def extend(self, name: str, query: exp.Query) -> None:
        """Add the answer to ``query`` to the table ``name``."""

    def holds(self, name: str) -> bool:
        """Return whether there is a table ``name``."""

    def drop(self, name: str) -> None:
        """Let go of the table ``name``, if there is one."""

    def rows(self, query: exp.Query) -> list[Row]:
        """Return the answer to ``query``, in the order that it asks for."""


class Opened(Protocol):
    """One version of the warehouse, opened on an engine: whatever is asked is answered of this version.

    A question is given by its ``Query``, as a tree, or as a text in DuckDB's dialect; the tables in it are those of the
    star and the other questions. Answers are the same on every engine, but for the order of rows where none is asked
    for. Close it, or use it in a ``with``.
    """

    @property
    def version(self) -> Version:
        """Which version."""

    def ask(self, question: Question, given: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a question.

        Args:
            question: What is asked.
            given: Its parameters by name; what it does not need is left out.

        Raises:
            InsightError: ``insight.missing_parameter``; ``insight.files_gone`` if the version is so old that its files
                are deleted; ``insight.not_answered`` if the engine refuses it.
        """

    def arrow(self, question: Question, given: Mapping[str, Any]) -> Any:  # noqa: ANN401  # Arrow's types are not typed
        """Return the answer as a ``pyarrow.Table`` of int64, float64, string, bool and decimal128.

        Raises:
            InsightError: As ``ask``; ``insight.untyped`` for a column that is of no such type, or of one that engines
                choose differently, such as a sum that is not cast.
        """

    def close(self) -> None:
        """Let go of it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
