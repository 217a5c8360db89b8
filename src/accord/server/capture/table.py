"""An open file as a table: its header and its rows of text cells, whatever wrote them.

A *row* is its line in the file and its cells. A row that cannot be read as one is handed on with the reason, so that it
can be refused by itself; what leaves no trust in the rows that follow refuses the file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from accord.agreement import FieldType
from accord.server.capture.errors import ImportingError

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not be split into cells: its line, why, and its text."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """An open file.

    Attributes:
        header: The names of its columns.
        rows: Its rows, to be gone through once.
        share: Returns how much of the file has been read, from 0 to 1.
        delimiter: What stands between cells of a CSV file.
        types: The types of columns that the file itself declares.
        first_line: The line of the header.
    """

    header: tuple[str, ...]
    rows: Iterator[Row | Unreadable]
    share: Callable[[], float]
    delimiter: str = ","
    types: Mapping[str, FieldType] = field(default_factory=dict)


def checked_header(names: Sequence[str], file_name: str) -> tuple[str, ...]:
    """Return the names of the columns; columns without a name may stand anywhere, but no name twice.

    Raises:
        ImportingError: ``import.duplicate_column``.
    """
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise ImportingError(
            "import.duplicate_column",
            f"the header names {', '.join(repr(name) for name in twice)} more than once",
            at=f"{file_name}:1",
            hint="rename one of them",
        )
    return tuple(names)
