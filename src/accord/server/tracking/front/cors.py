"""What browsers are told of other websites that send here. Which of them a source takes is decided with its key."""

import re

from accord.server.bodies import Message as Scope
from accord.server.bodies import header

_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*\Z")
_DAY = b"86400"

Headers = tuple[tuple[bytes, bytes], ...]


def headers(scope: Scope) -> Headers:
    """Return what lets a browser's script read the answer.

    Credentials are allowed because ``sendBeacon`` always asks for them; no cookie is looked at, and no answer holds
    what is not the sender's.
    """
    origin = header(scope, b"origin")
    if not origin:
        return ()
    return (
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    )


def is_own(scope: Scope) -> bool:
    """Return whether a page of this very server sends: the one that tries a source out."""
    host = header(scope, b"host")
    return bool(host) and header(scope, b"origin").partition(b"://")[2].lower() == host.lower()


def preflight(scope: Scope) -> Headers:
    """Return what a browser is told that asks before it sends."""
    wanted = header(scope, b"access-control-request-headers")
    names = wanted if _NAMES.match(wanted) else b"content-type, authorization"
    return (
        (b"access-control-allow-methods", b"POST, GET, OPTIONS"),
        (b"access-control-allow-headers", names),
        (b"access-control-max-age", _DAY),
    )
