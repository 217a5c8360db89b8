"""What a message is: the checks it must pass and the row that it becomes, whoever sends it.

The text of the message is kept byte by byte: nothing is decoded but what the row needs, so that unknown fields, long
numbers and the like come out as they went in.
"""

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec import Raw

from accord.traffic.networks import cut, read_ip

TYPES = frozenset({"track", "identify", "page", "screen", "group", "alias"})
LARGEST_EVENT = 32 * 1024
"""Bytes of one message (Segment, HTTP API: "32KB per normal API request")."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

Fields = dict[str, Raw]
"""A JSON object whose values are still text."""

_fields = msgspec.json.Decoder(Fields)
_anything = msgspec.json.Decoder()
_encode = msgspec.json.Encoder().encode
_LONE_SURROGATE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_NO_FIELDS: Fields = {}


class RefusedError(Exception):
    """A message, or a request, that is not taken.

    Attributes:
        reason: Stable and machine-readable, such as ``no_user_anon_id``; counted on the source's page.
        message: What is wrong, for whoever wrote the sender.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of a message from the request that it came with.

    Attributes:
        source_id: Whose key it was.
        from_visitor: Whether the request itself comes from the visitor: then its address and agent are theirs.
        ip: The address of the request.
        user_agent: What the request says of its client.
        received_at: When it arrived.
        sent_at: When the request says it was sent, by the sender's clock.
    """

    source_id: int
    from_visitor: bool
    ip: str
    user_agent: str
    received_at: datetime
    sent_at: datetime | None


class Row(NamedTuple):
    """One message, ready for the log. ``line`` is its row in PostgreSQL's text format for COPY, without position."""

    digest: bytes
    line: bytes


def fields_of(body: bytes | Raw) -> Fields:
    """Return the fields of a JSON object; halves of surrogate pairs, which are no characters, become U+FFFD.

    Raises:
        RefusedError: It is no JSON object in UTF-8.
    """
    text = bytes(body)
    try:
        text.decode()
        return _fields.decode(text)
    except msgspec.ValidationError as error:
        raise RefusedError("not_an_object", "a message must be a JSON object") from error
    except RecursionError as error:
        raise RefusedError("invalid_json", "the JSON is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        mended = _LONE_SURROGATE.sub(_mend, text)
        if mended != text:
            return fields_of(mended)
        raise RefusedError("invalid_json", f"the body is no JSON: {error}") from error


def _mend(match: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if match[1] else match[0]


def text_in(value: Raw | None) -> str:
    """Return an identifier: text or a number; empty for anything else."""
    if value is None:
        return ""
    try:
        found = _anything.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return ""
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def instant_in(value: Raw | None) -> datetime | None:
    """Return an instant in UTC from ISO 8601 text, or milliseconds since 1970; None for anything else.

    Text without a zone is taken for UTC.
    """
    if value is None:
        return None
    try:
        found = _anything.decode(value)
        if isinstance(found, str):
            read = datetime.fromisoformat(found)
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return EARLIEST + timedelta(milliseconds=found)
    except (ValueError, OverflowError, RecursionError):
        return None
    return None


def corrected(stated: datetime | None, sent_at: datetime | None, received_at: datetime) -> datetime:
    """Return when something happened: by the sender's clock, corrected by how far that clock is off.

    ``stated - sent_at + received_at`` (Segment, common fields: timestamps); never after the arrival, and the arrival
    itself where nothing usable is stated.
    """
    if stated is None:
        return received_at
    try:
        happened = stated - sent_at + received_at if sent_at else stated
    except OverflowError:
        return received_at
    return min(happened, received_at) if happened >= EARLIEST else received_at


@lru_cache(maxsize=4096)
def address_and_prefix(ip: str) -> tuple[str, str, str]:
    """Return an address, its network cut to /24 or /48, and the first address of that; all empty if it is none.

    One of IPv4 within one of IPv6 is taken for what it is: a /48 of 6to4 would hold the whole of it.

    An address that stands for nobody, such as 0.0.0.0, is none: clients send it to say that they will not tell.
    """
    found = read_ip(ip.split(",", maxsplit=1)[0])
    if found is None or found.is_unspecified:
        return "", "", ""
    prefix = cut(str(found))
    return str(found), prefix, prefix.partition("/")[0]


def shape(fields: Fields, type_: str, sender: Sender) -> Row:
    """Return the row of one message.

    Args:
        fields: The message as sent; a write key in it is left out.
        type_: What kind of message the address says it is; empty if the message says so itself.
        sender: Where it came from.

    Raises:
        RefusedError: It lacks what every message must have.
    """
    type_ = type_ or text_in(fields.get("type"))
    if type_ not in TYPES:
        raise RefusedError("unknown_type", f"type must be one of {', '.join(sorted(TYPES))}")
    user_id, anonymous_id = text_in(fields.get("userId")), text_in(fields.get("anonymousId"))
    if not (user_id or anonymous_id) and not (type_ == "alias" and text_in(fields.get("previousId"))):
        raise RefusedError("no_user_anon_id", "userId or anonymousId is required")
    event = text_in(fields.get("event" if type_ == "track" else "name"))
    if type_ == "track" and not event:
        raise RefusedError("no_event", "a track message needs the name of its event")
    kept = {name: value for name, value in fields.items() if name != "writeKey"}
    context = _context(fields)
    ip, prefix, first = _address(context, sender)
    if "ip" in context:
        kept["context"] = Raw(_encode({**context, "ip": first}))
    body = _encode(kept)
    if len(body) > LARGEST_EVENT:
        raise RefusedError("event_too_large", f"a message may have {LARGEST_EVENT} bytes; this one has {len(body)}")
    message_id = text_in(fields.get("messageId")) or f"accord-{uuid.uuid4()}"
    stated = instant_in(fields.get("timestamp")) or instant_in(fields.get("originalTimestamp"))
    at = corrected(stated, instant_in(fields.get("sentAt")) or sender.sent_at, sender.received_at)
    agent = text_in(context.get("userAgent")) or (sender.user_agent if sender.from_visitor else "")
    digest = digest_of(sender.source_id, message_id)
    texts = (type_, event, message_id, anonymous_id, user_id, agent, prefix)
    line = b"\t".join(
        (
            digest.hex().encode(),
            b"%d" % sender.source_id,
            _arrival(sender.received_at),
            _instant(at),
            _columns(texts),
            ip.encode() or rb"\N",
            copied(body),
        )
    )
    return Row(digest, line)


def _context(fields: Fields) -> Fields:
    if "context" not in fields:
        return _NO_FIELDS
    try:
        return _fields.decode(fields["context"])
    except msgspec.ValidationError:  # not an object: kept as it is
        return _NO_FIELDS


def _address(context: Fields, sender: Sender) -> tuple[str, str, str]:
    """Return whom a message is about: a server says so in the context, a visitor by the connection.

    What a browser states of its own address is not believed, except that it will not have it known.
    """
    stated = address_and_prefix(text_in(context["ip"])) if "ip" in context else None
    direct = sender.from_visitor or bytes(context.get("direct", b"")) == b"true"
    if not direct:
        return stated or ("", "", "")
    if stated is not None and not stated[0]:
        return stated
    return address_and_prefix(sender.ip)


def digest_of(source_id: int, message_id: str) -> bytes:
    """Return what tells messages apart: 16 bytes over source and message id."""
    return hashlib.blake2b(f"{source_id}:{message_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _columns(texts: Sequence[str]) -> bytes:
    """Return texts as columns for COPY, without what PostgreSQL refuses (NUL): the body has it as sent."""
    together = "\x00".join(texts)
    if together.count("\x00") >= len(texts):
        together = "\x00".join(text.replace("\x00", "\ufffd") for text in texts)
    return copied(together.encode()).replace(b"\x00", b"\t")


def _instant(at: datetime) -> bytes:
    return at.isoformat().encode()


_arrival = lru_cache(maxsize=64)(_instant)
"""What all messages of a request have in common is written once."""


def copied(text: bytes) -> bytes:
    """Return a text such that COPY reads it back to the same."""
    text = text.replace(b"\\", b"\\\\")
    if b"\n" in text or b"\t" in text or b"\r" in text:
        return text.replace(b"\n", b"\\n").replace(b"\t", b"\\t").replace(b"\r", b"\\r")
    return text


def raw(message: Mapping[str, object]) -> Fields:
    """Return the fields of a message that was made here, as if it had been sent.

    Raises:
        RefusedError: It holds what JSON cannot.
    """
    try:
        return fields_of(_encode(message))
    except (TypeError, UnicodeEncodeError) as error:
        raise RefusedError("invalid_json", f"the message cannot be written as JSON: {error}") from error
