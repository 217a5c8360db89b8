"""The table of networks: one file that is mapped into memory and searched as it lies there.

Layout: a header; for IPv4 the first address of each segment (32 bits) and its owner; for IPv6 the upper and the lower
half of each first address (64 bits each) and its owner; for each owner its autonomous system, its kind, and where its
name and the reason for the kind lie in the text at the end. Numbers are in the byte order of the machine that wrote the
file; one of another order refuses it, and loads its own.
"""

import mmap
import os
import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from accord.traffic.errors import TrafficError
from accord.traffic.organisations import NetworkKind
from accord.traffic.segments import Segments

_MAGIC: Final = b"ACCORDN1"
_HEADER: Final = struct.Struct("=8sIIIIIII")
"""Magic, byte order, segments of IPv4 and IPv6, owners, bytes of text, credit's offset and length."""
_ORDER: Final = 0x01020304
_KINDS: Final = tuple(NetworkKind)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs a network, as the table holds it.

    Attributes:
        asn: Number of its autonomous system; 0 where none is known.
        why: Why it is thought to be of this kind, as the end of a sentence.
    """

    asn: int
    organisation: str
    kind: NetworkKind
    why: str


class NetworkTable:
    """A table of networks on disk, open for look-ups; threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            head = _HEADER.unpack_from(self._map)
        except (OSError, ValueError, struct.error) as error:
            raise _unusable(path) from error
        magic, order, small, large, owners, text, credit_at, credit_length = head
        lengths = [4 * small, 4 * small, 8 * large, 8 * large, 4 * large, 16 * owners, text]
        if magic != _MAGIC or order != _ORDER or len(self._map) != _padded(_HEADER.size) + sum(map(_padded, lengths)):
            raise _unusable(path)
        self._view = memoryview(self._map)
        parts, start = [], _padded(_HEADER.size)
        for length in lengths:
            parts.append(self._view[start : start + length])
            start += _padded(length)
        self._v4, self._v4_owner = parts[0].cast("I"), parts[1].cast("I")
        self._v6_upper, self._v6_lower, self._v6_owner = parts[2].cast("Q"), parts[3].cast("Q"), parts[4].cast("I")
        self._owners, self._text = parts[5].cast("I"), parts[6]
        self.credit = self._read(credit_at, credit_length)
        self._owner = lru_cache(maxsize=4096)(self._load_owner)

    def v4(self, address: int) -> Owner | None:
        """Return who runs the network of the IPv4 address, or None where nobody is known to."""
        return self._owner(self._v4_owner[bisect_right(self._v4, address) - 1])

    def v6(self, address: int) -> Owner | None:
        """Return who runs the network of the IPv6 address, or None where nobody is known to."""
        upper, lower = address >> 64, address & 0xFFFFFFFFFFFFFFFF
        place = bisect_right(self._v6_upper, upper)
        while place and self._v6_upper[place - 1] == upper and self._v6_lower[place - 1] > lower:
            place -= 1
        return self._owner(self._v6_owner[place - 1])

    def _load_owner(self, number: int) -> Owner | None:
        if number == 0:
            return None
        asn, name_at, why_at, packed = self._owners[4 * number : 4 * number + 4]
        name_length, why_length, kind = packed & 0xFFFF, packed >> 16 & 0xFF, packed >> 24
        return Owner(asn, self._read(name_at, name_length), _KINDS[kind], self._read(why_at, why_length))

    def _read(self, start: int, length: int) -> str:
        return bytes(self._text[start : start + length]).decode()


def _unusable(path: Path) -> TrafficError:
    return TrafficError(
        "traffic.network_table", f"{path.name} holds no networks that can be used here", hint="load the networks again"
    )


def _padded(length: int) -> int:
    return -(-length // 8) * 8


def write_table(
    path: Path,
    v4: Segments[tuple[int, int]],
    v6: Segments[tuple[int, int]],
    owners: dict[tuple[int, int], Owner],
    credit: str,
) -> None:
    """Write the segments and who owns them; whoever has the former file open goes on reading that.

    Args:
        path: The file, which takes the place of one that is there.
        v4: Segments of IPv4, from zero on; values that ``owners`` does not know are nobody's.
        v6: Segments of IPv6, likewise.
        owners: Who owns the segments with a value.
        credit: What must be shown with what is found in the table.
    """
    text, places = bytearray(), dict[str, int]()

    def place(words: str, longest: int) -> tuple[int, int]:
        encoded = words.encode()[:longest].decode(errors="ignore").encode()
        at = places.setdefault(words, len(text))
        if at == len(text):
            text.extend(encoded)
        return at, len(encoded)

    # Where the last range reaches the last address, the segment behind it begins at none.
    v4 = [segment for segment in v4 if segment[0] < 1 << 32]
    v6 = [segment for segment in v6 if segment[0] < 1 << 128]
    numbers = {value: number for number, value in enumerate(owners, start=1)}
    table = array("I", [0, 0, 0, 0])
    for owner in owners.values():
        name_at, name_length = place(owner.organisation, 0xFFFF)
        why_at, why_length = place(owner.why, 0xFF)
        kind = _KINDS.index(owner.kind)
        table.extend((owner.asn, name_at, why_at, name_length | why_length << 16 | kind << 24))
    credit_at, credit_length = place(credit, 0xFFFF)
    header = _HEADER.pack(_MAGIC, _ORDER, len(v4), len(v6), len(owners) + 1, len(text), credit_at, credit_length)
    half = 0xFFFFFFFFFFFFFFFF
    parts: Iterable[bytes] = (
        header,
        array("I", (first for first, _ in v4)).tobytes(),
        array("I", (numbers.get(value, 0) for _, value in v4)).tobytes(),
        array("Q", (first >> 64 for first, _ in v6)).tobytes(),
        array("Q", (first & half for first, _ in v6)).tobytes(),
        array("I", (numbers.get(value, 0) for _, value in v6)).tobytes(),
        table.tobytes(),
        bytes(text),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(part.ljust(_padded(len(part)), b"\0") for part in parts)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
