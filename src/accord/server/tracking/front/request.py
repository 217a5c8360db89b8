"""Reading a request of the tracking API: whose it is, and which messages it holds."""

import base64
import binascii
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs

import msgspec
from msgspec import Raw

from accord.server.bodies import Message as Scope
from accord.server.bodies import header
from accord.server.tracking.message import LARGEST_EVENT, Fields, RefusedError, fields_of, text_in

LARGEST_BATCH = 500 * 1024
"""Bytes of a request, as sent and unpacked (Segment, HTTP API: "500KB per batch request")."""
MOST_IN_BATCH = 2_500
MOST_SPREAD = 4 * LARGEST_BATCH
"""Bytes that the context of a batch may come to once each of its messages has it."""
_GZIP = 16 + zlib.MAX_WBITS

_list = msgspec.json.Decoder(list[Raw])
_object = msgspec.json.Decoder(Fields)
_encode = msgspec.json.Encoder().encode


class Item(NamedTuple):
    """One message of a request, or why it is not taken."""

    fields: Fields
    refused: RefusedError | None = None


def unpacked(scope: Scope, body: bytes) -> bytes:
    """Return the body as it was before its client packed it; what unpacks to more than a batch is not unpacked.

    Raises:
        RefusedError: ``unsupported_encoding``, ``invalid_gzip`` or ``batch_too_large``.
    """
    encoding = header(scope, b"content-encoding").strip().lower()
    if encoding in {b"", b"identity"}:
        return body
    if encoding != b"gzip":
        raise RefusedError("unsupported_encoding", "Content-Encoding may be gzip or nothing")
    unpacking = zlib.decompressobj(_GZIP)
    try:
        text = unpacking.decompress(body, LARGEST_BATCH + 1)
    except zlib.error as error:
        raise RefusedError("invalid_gzip", f"the body is no gzip: {error}") from error
    if len(text) > LARGEST_BATCH:
        raise too_large()
    if not unpacking.eof:
        raise RefusedError("invalid_gzip", "the gzip ends before its end")
    return text


def too_large() -> RefusedError:
    """Return what is said of a body that is larger than any may be."""
    return RefusedError("batch_too_large", f"a request may have {LARGEST_BATCH} bytes, unpacked")


def key_of(scope: Scope, fields: Fields) -> str:
    """Return the write key of a request: from Basic authentication, the body or the query; empty if it has none."""
    scheme, _, credentials = header(scope, b"authorization").partition(b" ")
    if scheme.lower() == b"basic":
        try:
            user = base64.b64decode(credentials.strip(), validate=True).partition(b":")[0].decode()
        except (binascii.Error, UnicodeDecodeError):
            user = ""
        if user:
            return user
    return text_in(fields.get("writeKey")) or key_in_query(scope)


def key_in_query(scope: Scope) -> str:
    """Return the write key of the address; empty if it has none."""
    if b"writeKey" not in scope["query_string"]:
        return ""
    try:
        found = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=50)
    except ValueError:  # more fields than anybody has
        return ""
    return str(found.get("writeKey", [""])[0])


def single(body: bytes, fields: Fields) -> Sequence[Item]:
    """Return the message of a request that is one.

    Raises:
        RefusedError: ``event_too_large``.
    """
    _check_size(len(body))
    return [Item(fields)]


def batch(fields: Fields) -> Sequence[Item]:
    """Return the messages of a batch, in their order; one that is no object does not spoil the others.

    A context or integrations of the batch hold for each of its messages, whose own come first.

    Raises:
        RefusedError: The batch as a whole is not as it must be, or one of its messages is too large.
    """
    try:
        listed = _list.decode(fields["batch"])
    except (KeyError, msgspec.ValidationError) as error:
        raise RefusedError("no_batch", "a batch needs a list of messages under batch") from error
    if len(listed) > MOST_IN_BATCH:
        raise RefusedError("batch_too_long", f"a batch may have {MOST_IN_BATCH} messages; this one has {len(listed)}")
    shared = {name: value for name in ("context", "integrations") if (value := _fields_in(fields.get(name)))}
    if shared and len(_encode(shared)) * len(listed) > MOST_SPREAD:
        raise RefusedError("batch_too_large", "the context of the batch is too large for so many messages")
    return list(_items(listed, shared))


def _items(listed: Sequence[Raw], shared: dict[str, Fields]) -> Iterator[Item]:
    for each in listed:
        text = bytes(each)
        _check_size(len(text))
        try:
            fields = fields_of(text)
        except RefusedError as error:
            yield Item({}, error)
            continue
        for name, common in shared.items():
            fields[name] = Raw(_encode({**common, **(_fields_in(fields.get(name)) or {})}))
        yield Item(fields)


def _fields_in(value: Raw | None) -> Fields | None:
    if value is None:
        return None
    try:
        return _object.decode(value)
    except msgspec.ValidationError:
        return None


def _check_size(size: int) -> None:
    if size > LARGEST_EVENT:
        raise RefusedError("event_too_large", f"a message may have {LARGEST_EVENT} bytes; one here has {size}")
