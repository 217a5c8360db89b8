"""Which encoding a file is in, said when it is not the one that its mapping states."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from accord.server.capture.errors import ImportingError

SAMPLE = 64 * 1024
_BLOCK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16", "utf-32")


def refuse_wrong_encoding(sample: bytes, encoding: str, name: str) -> None:
    """Return if the beginning of a file does not contradict the encoding that the mapping states.

    Raises:
        ImportingError: ``import.encoding`` with the likely encoding and how to state it.
    """
    if not encoding.startswith(_WIDE):
        wide = _marked(sample) or _looks_wide(sample)
        if wide is not None:
            raise _refusal(name, encoding, wide, "its first bytes say so")
    elif _marked(sample) is None and encoding in _WIDE and _looks_wide(sample) is None:
        raise _refusal(name, encoding, likely_encoding(sample), "it has no byte order mark")
    if codecs.lookup(encoding).name in {"iso8859-1", "cp1252", "iso8859-15"} and _is_utf8_beyond_ascii(sample):
        raise _refusal(name, encoding, "utf-8", "letters beyond ASCII in it are valid UTF-8 throughout")


def _refusal(name: str, stated: str, likely: str, why: str) -> ImportingError:
    return ImportingError(
        "import.encoding",
        f"{name} is not {stated}, it looks like {likely}: {why}",
        hint=f"write 'file: {{encoding: {likely}}}' in the mapping",
    )


def _marked(sample: bytes) -> str | None:
    return next((name for mark, name in _MARKS if sample.startswith(mark)), None)


def _looks_wide(sample: bytes) -> str | None:
    """Return the encoding of ASCII text in which every other byte is zero, or None."""
    even, odd = sample[0:4096:2], sample[1:4096:2]
    if len(sample) < 8:
        return None
    if odd.count(0) > 0.8 * len(odd) and even.count(0) < 0.2 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.8 * len(even) and odd.count(0) < 0.2 * len(odd):
        return "utf-16-be"
    return None


def _is_utf8_beyond_ascii(sample: bytes) -> bool:
    if sample.isascii():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def likely_encoding(sample: bytes) -> str:
    """Return the encoding that a text beginning so is probably in."""
    if wide := _marked(sample) or _looks_wide(sample):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "windows-1252"  # what spreadsheets in the West write, and a superset of Latin-1
    return "utf-8"


def undecodable(file: BinaryIO, encoding: str, name: str) -> ImportingError:
    """Return the error that names the first place of a file, read from its start, that is not in its encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    place, line, around = 0, 1, b""
    for block, last in _blocks(file):
        pending = decoder.getstate()[0]
        try:
            line += decoder.decode(block, last).count("\n")
        except UnicodeDecodeError as error:
            text = (pending + block)[: error.start].decode(encoding, "ignore")
            around = (pending + block)[max(0, error.start - 200) : error.start + 200]
            at = place - len(pending) + error.start
            byte = error.object[error.start]
            likely = (
                "windows-1252" if encoding.startswith("utf") and not _looks_wide(around) else likely_encoding(around)
            )
            return ImportingError(
                "import.encoding",
                f"{name} is not {encoding}: byte {at:,} (0x{byte:02x}) on line {line + text.count(chr(10)):,} is none",
                at=f"{name}:{line + text.count(chr(10))}",
                hint=f"it looks like {likely}: write 'file: {{encoding: {likely}}}' in the mapping",
            )
        place += len(block)
    return ImportingError("import.encoding", f"{name} is not {encoding}")


def _blocks(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    while block := file.read(_BLOCK):
        yield block, False
    yield b"", True
