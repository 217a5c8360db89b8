"""Reading what was posted, whatever it is: text comes out that can be stored, and nothing is refused for being odd."""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

LARGEST_BODY = 64 * 1024
"""Bytes of a post; a form that people type into comes to a few hundred."""
MOST_FIELDS = 200
LONGEST_NAME = 200
LONGEST_VALUE = 20_000
NOT_KEPT = "(not kept)"
UNREADABLE = "accord_unreadable"
"""Under what name a body is kept that is none of the kinds that forms send."""
_SECRET = re.compile(r"pass(w|c|p|\b)|pwd|cvv|cvc|ssn|iban|secret|token|otp|(\b|_)(cc|card)", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![+\d])\d(?:[ .-]?\d){12,18}(?!\d)")
_SURROGATE = re.compile("[\ud800-\udfff\x00]")

HONEYPOT = "accord_url"
VISITOR = "accord_visitor"
PAGE = "accord_page"
REFERRER = "accord_referrer"
STAMP = "accord_stamp"
CONSENTS = "accord_consents"
_RESERVED = (HONEYPOT, VISITOR, PAGE, REFERRER, STAMP, CONSENTS)


@dataclass(frozen=True, slots=True)
class Post:
    """What was posted.

    Attributes:
        fields: What the visitor sent, by the names of the inputs, in their order.
        honeypot: What stands in the field that people do not see.
        anonymous_id: The visitor's, as far as the page that held the form knew it; empty: it did not.
        page: The address of that page, and ``referrer`` of the one that led to it; empty if not known.
        stamp: What a page of ours was given when it was opened; empty: the form stood elsewhere.
        shown: Ids of the texts of consent that were shown.
    """

    fields: Mapping[str, str]
    honeypot: str = ""
    anonymous_id: str = ""
    page: str = ""
    referrer: str = ""
    stamp: str = ""
    shown: frozenset[int] = field(default_factory=frozenset)


def post_of(request: HttpRequest) -> Post:
    """Return what a request posts; its body has been read already and is not too large."""
    sent: dict[str, str] = {}
    pairs = ((clean(name).strip()[:LONGEST_NAME], clean(text)[:LONGEST_VALUE]) for name, text in _pairs(request))
    for name, value in pairs:
        if not name or (name not in sent and len(sent) >= MOST_FIELDS):
            continue
        if name in _RESERVED:
            sent.setdefault(name, value)
        elif sent.get(name):
            sent[name] = f"{sent[name]}, {value}"[:LONGEST_VALUE]
        else:
            sent[name] = value
    own = {name: sent.pop(name, "") for name in _RESERVED}
    visitor, _, page = own[VISITOR].strip().partition(" ")
    return Post(
        fields={name: harmless(name, value) for name, value in sent.items()},
        honeypot=own[HONEYPOT].strip(),
        anonymous_id=(visitor or visitor_in_cookie(request))[:200],
        page=(page or own[PAGE] or stated(request, "Referer"))[:2000],
        referrer=own[REFERRER][:2000],
        stamp=own[STAMP],
        shown=frozenset(int(part) for part in own[CONSENTS].split(",") if part.isascii() and part.isdigit())
        if len(own[CONSENTS]) < 1000
        else frozenset(),
    )


def stated(request: HttpRequest, header: str) -> str:
    """Return a header, or nothing, as it can be stored."""
    return clean(request.headers.get(header, ""))[:2000]


def visitor_in_cookie(request: HttpRequest) -> str:
    """Return the id that the snippet gave this browser, if this server shares the website's cookies; else nothing.

    Its cookie holds the id, until when it holds, and what the visitor chose (``snippet/device.js``).
    """
    visitor, _, rest = request.COOKIES.get("accord_visitor", "").partition(".")
    refused = rest.partition(".")[2] == "no"
    return visitor if re.fullmatch(r"[0-9a-f]{32}", visitor) and not refused else ""


def harmless(name: str, value: str) -> str:
    """Return a value, or that it is not kept: passwords, and numbers of cards, are nobody's business.

    Examples:
        >>> harmless("password", "x"), harmless("note", "4111 1111 1111 1111"), harmless("phone", "+49 89 1234")
        ('(not kept)', '(not kept)', '+49 89 1234')
    """
    if value and _SECRET.search(name):
        return NOT_KEPT
    if any(_checked(re.sub(r"\D", "", found)) for found in _DIGITS.findall(value)):
        return NOT_KEPT
    return value


def _checked(digits: str) -> bool:
    """Whether a number ends in the right check digit (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return digits[0] != "0" and sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def clean(text: str) -> str:
    """Return text without what PostgreSQL cannot store: NUL and halves of surrogate pairs."""
    return _SURROGATE.sub("\ufffd", text)


def _pairs(request: HttpRequest) -> Iterable[tuple[str, str]]:
    body = request.body
    kind = request.content_type or ""
    try:
        if kind == "application/json":
            return list(_from_json(json.loads(body)))
        if kind == "multipart/form-data":
            return list(_from_multipart(request, body))
    except (ValueError, RecursionError, MultiPartParserError):
        return [(UNREADABLE, body.decode("utf-8", "replace"))]
    charset = "latin-1" if (request.content_params or {}).get("charset", "").lower() in _LATIN else "utf-8"
    return _from_query(body.decode(charset, "replace"), charset)


_LATIN = {"iso-8859-1", "latin-1", "latin1", "windows-1252"}


def _from_query(body: str, charset: str) -> list[tuple[str, str]]:
    if not body.strip():
        return []
    try:
        return parse_qsl(body, keep_blank_values=True, encoding=charset, errors="replace", max_num_fields=1000)
    except ValueError:
        return [(UNREADABLE, body)]


def _from_multipart(request: HttpRequest, body: bytes) -> Iterator[tuple[str, str]]:
    """Give the texts of a form that may hold files, whose names alone are kept."""
    meta = {**request.META, "CONTENT_LENGTH": str(len(body))}
    texts, files = MultiPartParser(meta, io.BytesIO(body), request.upload_handlers, "utf-8").parse()
    for name in texts:
        for value in texts.getlist(name):
            yield name, str(value)
    for name in files:
        yield name, ", ".join(f"{one.name} (a file, not kept)" for one in files.getlist(name))


def _from_json(found: Any, within: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  (whatever JSON holds)
    """Give the values of an object; those of objects within by both names."""
    if not isinstance(found, Mapping):
        msg = "no JSON object"
        raise ValueError(msg)
    for name, value in found.items():
        whole = "_".join(filter(None, (within, name)))
        if isinstance(value, Mapping) and value:
            yield from _from_json(value, whole)
        elif isinstance(value, list):
            yield whole, ", ".join(each if isinstance(each, str) else json.dumps(each) for each in value)
        elif value is not None:
            yield whole, value if isinstance(value, str) else json.dumps(value)
