"""Where the queries of the analysis run: one small interface, and one module for each engine behind it.

Only these modules import an engine. Nothing here is imported while a page is served that does not need it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlglot import exp

from accord.insight.star import Table

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
