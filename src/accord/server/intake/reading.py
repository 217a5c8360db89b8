"""What a message says, in our words: events, pages, and what somebody tells of themselves."""

import re
from collections.abc import Mapping
from typing import Any

from accord.agreement import Agreement
from accord.server.people.history import Stored
from accord.server.pipeline.facts import typed
from accord.server.tracking.work import Captured
from accord.traffic.address import read_address

LONGEST_EVENT = 100
_PARTS = re.compile(r"[^\W_]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def in_our_words(name: str) -> str:
    """Return a name as the agreement writes names.

    Examples:
        >>> in_our_words("Form Submitted"), in_our_words("utmSource"), in_our_words("HTTPError - retry")
        ('form_submitted', 'utm_source', 'http_error_retry')
    """
    return "_".join(_PARTS.findall(_HUMPS.sub(" ", name))).casefold()


def event_of(message: Captured) -> str:
    """Return the event of a touchpoint; empty for messages that only say who somebody is.

    Examples: ``page`` is ``page_viewed``, ``screen`` is ``screen_viewed``, and *Form Submitted* ``form_submitted``.
    """
    match message.type:
        case "page" | "screen":
            return f"{message.type}_viewed"
        case "track":
            return in_our_words(_text(message.body.get("event")))[:LONGEST_EVENT] or "unnamed"
        case _:
            return ""


def properties_of(message: Captured) -> dict[str, Any]:
    """Return the properties of a touchpoint: those that were sent, and where on the site it happened."""
    page = _part(message.body, "context", "page")
    found = {name: page[name] for name in ("path", "url", "title", "referrer") if _text(page.get(name))}
    found |= {in_our_words(name) or name: value for name, value in _part(message.body, "properties").items()}
    if message.type in ("page", "screen") and _text(message.body.get("name")):
        found.setdefault("name", message.body["name"])
    if "path" not in found and _text(found.get("url")):
        found["path"] = read_address(str(found["url"])).path or "/"
    return found


def page_of(message: Captured) -> tuple[str, str]:
    """Return the addresses of the page and of the one that led to it; empty if the message is not from a page."""
    page = _part(message.body, "context", "page")
    own = _part(message.body, "properties") if message.type == "page" else {}
    return _text(page.get("url") or own.get("url")), _text(page.get("referrer") or own.get("referrer"))


def traits_of(message: Captured) -> Mapping[str, Any]:
    """Return what a message tells of somebody, by our names: traits, which may also come with other messages."""
    told = {**_part(message.body, "context", "traits"), **_part(message.body, "traits")}
    return {in_our_words(name): value for name, value in told.items()}


def name_of(traits: Mapping[str, Any]) -> str:
    """Return the name of a person.

    Examples:
        >>> name_of({"name": "Ada Lovelace"}), name_of({"first_name": "Ada", "last_name": "Lovelace"})
        ('Ada Lovelace', 'Ada Lovelace')
    """
    whole = " ".join(filter(None, (_text(traits.get("first_name")), _text(traits.get("last_name")))))
    return (_text(traits.get("name")) or whole)[:300]


def company_of(traits: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what traits tell of a company, by our names; a bare text is its name."""
    told = traits.get("company")
    if isinstance(told, Mapping):
        return {in_our_words(name): value for name, value in told.items()}
    return {"name": told} if _text(told) else {}


def fields_of(subject: str, told: Mapping[str, Any], agreement: Agreement) -> tuple[tuple[str, Stored], ...]:
    """Return what is told of the agreement's fields of ``person`` or ``company``; what does not fit is left out."""
    found: list[tuple[str, Stored]] = []
    for field in agreement.fields.values():
        whose, _, name = field.name.partition(".")
        value = told.get(name)
        if (
            whose != subject
            or name in BESIDE
            or field.name == "lead.source"
            or not _fits(value)
            or (meant := typed(value, field.type)) is None
        ):
            continue
        # Forms send all as text, and a number is stored as one.
        found.append((name, meant if isinstance(meant, int) else value))
    return tuple(found)


BESIDE = frozenset({"name", "email", "phone", "domain"})
"""What stands in columns of its own."""


def text_of(told: Mapping[str, Any], *names: str, longest: int = 300) -> str:
    """Return the first of these that is told as text, cut to ``longest``."""
    return next((text for name in names if (text := _text(told.get(name)))), "")[:longest]


def _fits(value: object) -> bool:
    return isinstance(value, (str, int, float, bool)) and value != ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _part(body: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    found: Any = body
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
