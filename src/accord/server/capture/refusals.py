"""Rows that were refused: why, in plain words, and kept until they are stored and reported."""

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.server.capture.cells import CellError
from accord.server.capture.errors import ImportingError
from accord.server.capture.rows import Refusal
from accord.server.capture.table import Unreadable

SHOWN = 5
"""Refused rows that the report of a run lists; the rest stand in its file."""

REPORT_COLUMNS = ("accord_line", "accord_reason", "accord_more_cells")
"""What the report adds to the columns of the file, so that it can be mended and imported again as it is."""


def refusal_of_cell(line: int, cells: Sequence[str], error: CellError) -> Refusal:
    """Return the refusal of a row for one of its cells."""
    message = f"{error.message}; {error.hint}" if error.hint else error.message
    return Refusal(line, error.code, message, tuple(cells))


def refusal_of_text(row: Unreadable) -> Refusal:
    """Return the refusal of a row that could not be split into cells."""
    return Refusal(row.line, "import.unreadable_row", row.reason, (row.text,))


def _person_conflict(first: int | None, said: str | None) -> str:
    where = f"in line {first:,}" if first else "already"
    return f"'{said}' belongs to another person {where}; correct the row, or the person's page"


def _open_lead(first: int | None, said: str | None) -> str:
    if first:
        return f"the same person has an open lead in line {first:,}; one person has one open lead at a time"
    which = f" (id {said})" if said else ""
    return f"this person has an open lead already{which}; what happened to them goes into touchpoints"


def _open_deal(first: int | None, _said: str | None) -> str:
    where = f"in line {first:,}" if first else "already"
    return f"the lead has an open deal {where}; one lead has one open deal at a time"


_IN_WORDS: Mapping[str, Callable[[int | None, str | None], str]] = {
    "import.duplicate_id": lambda first, _: f"line {first:,} has the same id and says something else; keep one of them",
    "import.person_conflict": _person_conflict,
    "import.open_lead": _open_lead,
    "import.no_company": lambda *_: "it tells of a company that it does not name; map company.name or company.domain",
    "import.no_person": lambda *_: "it does not say whose touchpoint it is",
    "import.unknown_person": lambda _, said: f"nobody here has '{said}'; import the leads first",
    "import.no_lead": lambda *_: "it does not say whose deal it is",
    "import.unknown_lead": lambda _, said: f"no lead here has '{said}'; import the leads first",
    "import.contradicting_outcome": lambda *_: "it says both won and lost; leave one of them empty",
    "import.closed_without_day": lambda *_: "it is won or lost without a day; map deal.won_at, lost_at or closed_at",
    "import.day_without_outcome": lambda *_: "it has a day of closing but no outcome; say won or lost",
    "import.closed_before_opened": lambda *_: "it is closed before it was opened; one of the days is wrong",
    "import.closed_already": lambda _, said: (
        f"it is {said} here, which a file does not undo"
        + ("; if it was cancelled, take the win back on the page of its lead" if said == "won" else "")
    ),
    "import.lead_changed": lambda *_: "it belongs to another lead here; a deal does not change its lead",
    "import.open_deal": _open_deal,
    "import.cost_of_nothing": lambda *_: (
        "it says neither source nor medium nor campaign, so what it paid for is unknown"
    ),
    "import.cost_without_currency": lambda *_: "it does not say in which currency, and no agreement in force says it",
    "import.cost_twice": lambda other, _: (
        f"line {other:,} has the same day, source, medium, campaign and currency; add them up in one row"
    ),
    "import.rate_without_base": lambda *_: "it does not say against which currency, and no agreement in force says it",
    "import.rate_of_itself": lambda _, said: f"one {said} is one {said}; leave out the rate of the base itself",
    "import.half_a_rate": lambda *_: "it says a rate without a currency, or a currency without a rate",
    "import.rate_twice": lambda other, said: (
        f"it states {said} twice" if other is None else f"line {other:,} states {said} of the same day; keep one"
    ),
}
"""Why a row was refused that is sound by itself: code → a sentence from the line and the value that it clashes with."""


def refusal_in_words(code: str, first: int | None, said: str | None) -> str:
    """Return the reason for which a row was refused that is sound by itself."""
    return _IN_WORDS[code](first, said)


class Spool:
    """Refused rows on their way to the database, in a file of their own: a whole file may be refused, row by row."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115  # kept open
        self.count = 0

    def add(self, refusal: Refusal) -> None:
        """Keep one."""
        self._file.write(json.dumps([refusal.line, refusal.code, refusal.message, refusal.cells]) + "\n")
        self.count += 1

    def __iter__(self) -> Iterator[Refusal]:
        self._file.seek(0)
        for line in self._file:
            number, code, message, cells = json.loads(line)
            yield Refusal(number, code, message, tuple(cells))

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def stored_cells(cells: Iterable[str]) -> list[str]:
    """Return cells as the database can hold them: what it cannot is shown as its escape."""
    return [cell.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode() for cell in cells]


@dataclass(frozen=True, slots=True)
class ReportForm:
    """How the report of refused rows is written: as the file was, so that the same mapping reads it.

    Attributes:
        path: Where.
        header: The columns of the file.
        encoding: Of the file.
        delimiter: Of the file.
    """

    path: Path
    header: tuple[str, ...]
    encoding: str
    delimiter: str


def write_report(form: ReportForm, refused: Iterable[tuple[int, str, Sequence[str]]]) -> None:
    """Write refused rows (line, message, cells) as a CSV file with their reasons in columns of their own.

    Raises:
        ImportingError: ``import.report``.
    """
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    width = len(form.header)
    try:
        with form.path.open("w", encoding=encoding, errors="backslashreplace", newline="") as file:
            writer: Any = csv.writer(file, delimiter=form.delimiter)
            writer.writerow([*form.header, *REPORT_COLUMNS])
            for line, message, cells in refused:
                fitting = [*cells[:width], *[""] * (width - len(cells))]
                writer.writerow([*fitting, line, message, form.delimiter.join(cells[width:])])
    except OSError as error:
        raise ImportingError(
            "import.report",
            f"the refused rows cannot be written to {form.path}: {error.strerror}",
            hint="name another place with --refused; nothing was imported",
        ) from error
