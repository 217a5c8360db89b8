"""Files in, tables of text cells out: CSV (plain or gzipped) and Parquet, streamed."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from accord.server.capture.encoding import SAMPLE, refuse_wrong_encoding, undecodable
from accord.server.capture.errors import ImportingError
from accord.server.capture.mapping import FileEntry
from accord.server.capture.table import Row, Table, Unreadable, checked_header

LARGEST_CELL = 1024 * 1024
"""Characters of one cell; a longer one is a slip, mostly a quotation mark that is never closed."""

DELIMITERS = ",;\t|"


def sha256_of(path: Path) -> str:
    """Return the fingerprint of a file's bytes.

    Raises:
        ImportingError: ``import.no_file``.
    """
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise ImportingError("import.no_file", f"{path} cannot be read: {error.strerror}") from error


@contextmanager
def open_table(path: Path, entry: FileEntry) -> Iterator[Table]:
    """Open a file as rows of text cells.

    Raises:
        ImportingError: ``import.no_file``, ``import.not_a_table``, ``import.empty``, ``import.encoding``,
            ``import.duplicate_column``, ``import.header``, and while rows are read ``import.unclosed_quote`` or
            ``import.damaged``.
    """
    with _opened(path) as raw:
        start = raw.read(8)
        raw.seek(0)
        if start.startswith(b"PAR1"):
            from accord.server.capture import parquet  # noqa: PLC0415  # pyarrow is heavy, and few files need it

            yield parquet.table(raw, path.name)
            return
        if start.startswith(b"PK\x03\x04"):
            raise ImportingError(
                "import.not_a_table", f"{path.name} is a workbook or a zip file", hint="save it as CSV and import that"
            )
        size = max(path.stat().st_size, 1)
        plain = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if start.startswith(b"\x1f\x8b") else raw
        text = _Text(plain, entry.encoding, path.name)
        sample = text.sample()
        delimiter = entry.delimiter or sniff_delimiter(sample)
        with closing(_csv_rows(text, delimiter)) as rows:
            yield Table(_header(rows, path.name), rows, lambda: min(raw.tell() / size, 1.0), delimiter)


class _Text:
    """The lines of a file as text, with a clear word when they are not in the stated encoding."""

    def __init__(self, file: BinaryIO, encoding: str, name: str) -> None:
        self.file, self.encoding, self.name = file, encoding, name
        self.kept: list[str] = []

    def sample(self) -> str:
        """Return the first lines, checked, and go back to the start."""
        with self.trouble():
            start = self.file.read(SAMPLE)
            self.file.seek(0)
        if not start:
            raise ImportingError("import.empty", f"{self.name} is empty", hint="export it again, with a header line")
        refuse_wrong_encoding(start, self.encoding, self.name)
        return start.decode(self.encoding, "ignore").removeprefix("\ufeff")

    def lines(self) -> Generator[str, None, None]:
        """Yield the lines with their ends, keeping those of the row that is being read."""
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        text = io.TextIOWrapper(self.file, encoding=encoding, newline="")
        try:
            with self.trouble():
                for line in text:
                    self.kept.append(line)
                    yield line
        finally:
            with suppress(ValueError):  # closed already
                text.detach()  # the file is not ours to close

    @contextmanager
    def trouble(self) -> Iterator[None]:
        """Turn what goes wrong while bytes are read into a refusal of the file."""
        try:
            yield
        except UnicodeDecodeError:
            self.file.seek(0)
            raise undecodable(self.file, self.encoding, self.name) from None
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ImportingError(
                "import.damaged", f"{self.name} is damaged: {error}", hint="transfer it again"
            ) from error


def _header(rows: Iterator[Row | Unreadable], name: str) -> tuple[str, ...]:
    first = next(rows, None)
    if first is None:
        raise ImportingError("import.empty", f"{name} is empty", hint="export it again, with a header line")
    if isinstance(first, Unreadable):
        raise ImportingError("import.header", f"the header line cannot be read: {first.reason}", at=f"{name}:1")
    return checked_header([column.strip() for column in first[1]], name)


def sniff_delimiter(sample: str) -> str:
    r"""Return the delimiter of a CSV file from its first lines: the one that splits its header most often.

    Examples:
        >>> sniff_delimiter("id;name\n1;Smith, John\n"), sniff_delimiter("id\n1\n")
        (';', ',')
    """
    header = _first_record(sample)
    outside = "".join(header.split('"')[::2])
    counts = {delimiter: outside.count(delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    return best if counts[best] else ","


def _first_record(sample: str) -> str:
    open_quote = False
    for place, character in enumerate(sample):
        if character == '"':
            open_quote = not open_quote
        elif character in "\r\n" and not open_quote:
            return sample[:place]
    return sample


def _csv_rows(text: _Text, delimiter: str) -> Generator[Row | Unreadable, None, None]:
    csv.field_size_limit(LARGEST_CELL)
    with closing(text.lines()) as lines:
        yield from _records(lines, text, delimiter)


def _records(lines: Iterator[str], text: _Text, delimiter: str) -> Iterator[Row | Unreadable]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    kept = text.kept
    while True:
        line = reader.line_num + 1
        kept.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _unreadable(error, line, reader.line_num, kept, text.name)
            continue
        if cells:
            yield line, cells


def _unreadable(error: csv.Error, line: int, last: int, kept: list[str], name: str) -> Unreadable:
    """Return why a row cannot be read, if the rows after it still can.

    Raises:
        ImportingError: ``import.unclosed_quote`` if its end is not known, so that what follows would be guesswork.
    """
    said = str(error)
    too_large = "field larger" in said
    if "unexpected end" in said or (too_large and last > line):
        raise ImportingError(
            "import.unclosed_quote",
            f"a quotation mark that is opened on line {line:,} is never closed",
            at=f"{name}:{line}",
            hint="close it, and double quotation marks inside a cell; nothing was imported",
        )
    reason = (
        f"a cell holds more than {LARGEST_CELL:,} characters"
        if too_large
        else "a quotation mark stands where none may stand; double it inside a quoted cell"
    )
    return Unreadable(line, reason, "".join(kept).rstrip("\r\n")[:2000])
