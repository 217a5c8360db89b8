"""Names of campaigns, sources and media that look like one and are written in several ways. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable
from unicodedata import combining, normalize
from urllib.parse import unquote

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_WRITTEN_OUT = re.compile(r"([aou])e")


def alike(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return groups of different names that look like one, each sorted; what stands alone is left out.

    Alike are names that differ in case, blanks, signs, accents, umlauts written out, or by having been encoded for an
    address once more. Digits count: last year's campaign is another one.

    Examples:
        >>> alike(["spring-sale", "Spring_Sale", "spring-sale-2", "Fr%C3%BChling", "fruehling", ""])
        (('Fr%C3%BChling', 'fruehling'), ('Spring_Sale', 'spring-sale'))
    """
    groups: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if name and (key := _folded(name)):
            groups[key].add(name)
    return tuple(sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1))


def _folded(name: str) -> str:
    text = normalize("NFKD", _decoded(name)).casefold()
    plain = "".join(letter for letter in text if not combining(letter))
    return _WRITTEN_OUT.sub(r"\1", "".join(letter for letter in plain if letter.isalnum()))


def _decoded(name: str) -> str:
    """Return a name as it was meant: without the encoding of an address, and with its letters put right."""
    for _ in range(2):  # a link that was encoded twice
        if _ENCODED.search(name):
            name = _unquoted(name)
    try:
        return name.encode("latin-1").decode("utf-8")  # read as Latin-1 on its way, though it was UTF-8
    except UnicodeError:
        return name


def _unquoted(name: str) -> str:
    try:
        return unquote(name, errors="strict")
    except UnicodeDecodeError:
        return unquote(name, encoding="latin-1")
