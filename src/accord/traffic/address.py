"""Addresses of pages taken apart without ever failing: host, path and parameters of whatever a browser says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from unicodedata import normalize
from urllib.parse import SplitResult, parse_qsl, urlsplit

import idna
from publicsuffixlist import PublicSuffixList

_LONGEST_ADDRESS: Final = 8192
"""Longer addresses are cut before they are read; browsers and servers refuse them at about this length."""
_MOST_PARAMETERS: Final = 200
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a page or an app.

    Attributes:
        host: In its ASCII form, lower case, without port and final dot; of an app its package name.
        path: As given; empty for an app.
        parameters: The first value of each parameter that has one, names case-folded.
    """

    host: str = ""
    path: str = ""
    parameters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


def clean(text: str, longest: int) -> str:
    """Return ``text`` as it may be stored: NFC, without what cannot be printed, trimmed and cut."""
    return _UNPRINTABLE.sub(" ", normalize("NFC", text[: 4 * longest])).strip()[:longest].strip()


def read_address(text: str) -> Address:
    """Return what ``text`` says; nothing where it is no address of the web or of an Android app.

    Parameters are those of the query and, as some campaign links have them, of the fragment; the query comes first.

    Examples:
        >>> read_address("https://WWW.Müller.example:8443/a?UTM_Source=x&utm_source=y").host
        'www.xn--mller-kva.example'
        >>> read_address("android-app://com.google.android.gm/").host
        'com.google.android.gm'
        >>> read_address("no address").host
        ''
    """
    parts = _split(text[:_LONGEST_ADDRESS].strip())
    if parts is None:
        return Address()
    try:
        host = ascii_host(parts.hostname or "")
    except ValueError:
        return Address()
    if not host:
        return Address()
    return Address(host, clean(parts.path, _LONGEST_ADDRESS), _parameters(parts))


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text.removeprefix('//')}")
    except ValueError:  # brackets that hold no IPv6 address, and hosts that change under NFKC
        return None
    return parts if parts.scheme in {"http", "https", "android-app"} else None


def _parameters(parts: SplitResult) -> Mapping[str, str]:
    if not parts.query and "=" not in parts.fragment:
        return _NOTHING
    found: dict[str, str] = {}
    for text in (parts.query, parts.fragment if "=" in parts.fragment else ""):
        few = "&".join(text.split("&", _MOST_PARAMETERS)[:_MOST_PARAMETERS])
        for name, value in parse_qsl(few, errors="replace"):
            found.setdefault(name.strip().casefold(), value)
    return MappingProxyType(found)


@lru_cache(maxsize=4096)
def ascii_host(text: str) -> str:
    """Return the form in which hosts are compared: ASCII, lower case, no final dot; empty where there is none.

    Examples:
        >>> ascii_host("Bücher.Example.")
        'xn--bcher-kva.example'
        >>> ascii_host("two words")
        ''
    """
    host = text.strip().rstrip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return host if len(host) <= 253 and _HOST.fullmatch(host) else ""


_HOST: Final = re.compile(r"[a-z0-9_\-.:]+")


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def public_suffix(host: str) -> str:
    """Return what a registry gives names under, such as ``co.uk``; empty for a bare name.

    By the Public Suffix List as it ships with ``publicsuffixlist``, private suffixes such as ``github.io`` included;
    an unknown top-level domain counts as a suffix.

    Examples:
        >>> public_suffix("www.example.co.uk")
        'co.uk'
    """
    return str(_suffixes().publicsuffix(host) or "") if "." in host else ""


def registrable_domain(host: str) -> str:
    """Return the name that somebody has registered, ``host`` in the form of ``ascii_host``; empty where there is none.

    Examples:
        >>> registrable_domain("mail.eu.example.co.uk")
        'example.co.uk'
        >>> registrable_domain("co.uk")
        ''
    """
    if "." not in host or host.replace(".", "").isdecimal() or ":" in host:
        return ""
    return str(_suffixes().privatesuffix(host) or "")
