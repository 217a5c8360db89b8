"""A link for mails that no reader can see: whoever opens it looks at links on somebody's behalf.

Its address stands in a mail, where anybody may read it: so it holds the key of a website, which is no secret, and never
that of a server. It does nothing but tell of a scanner, however often it is opened.
"""

import hashlib
from datetime import datetime
from urllib.parse import parse_qs

from accord.server.bodies import Message as Scope
from accord.server.bodies import header
from accord.server.tracking.front.clerk import Known
from accord.server.tracking.message import RefusedError, Row, Sender, raw, shape

NAME = "trap"
EVENT = "Email Trap Opened"


def opened(scope: Scope, source: Known, received_at: datetime) -> Row:
    """Return what is kept of somebody opening a trap: once for each mail and second.

    Raises:
        RefusedError: It does not say whose mail it stands in, or its key is a server's.
    """
    if not source.from_visitor:
        raise RefusedError("key_is_secret", "put the key of a website into mails, never that of a server")
    said = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=50)
    to, mail = (said.get(name, [""])[0].strip()[:320] for name in ("to", "mail"))
    if not to:
        raise RefusedError("no_user_anon_id", "the link must name the account or address to which the mail goes as to=")
    known = hashlib.sha256(f"{to}\n{mail}\n{received_at:%Y-%m-%dT%H:%M:%S}".encode()).hexdigest()
    ip = scope["client"][0] if scope.get("client") else ""
    agent = header(scope, b"user-agent").decode("utf-8", "replace")
    message = {"userId": to, "event": EVENT, "messageId": f"trap-{known[:32]}", "properties": {"mail": mail}}
    return shape(raw(message), "track", Sender(source.id, True, ip, agent, received_at, None))
