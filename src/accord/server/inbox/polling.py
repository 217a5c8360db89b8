"""Fetching mails out of mailboxes by IMAP (RFC 3501): only what is new, nothing is changed or deleted there."""

import imaplib
import logging
import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accord.server.inbox.models import Mailbox
from accord.server.inbox.receiving import LARGEST, receive, set_aside

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 30
MOST_AT_ONCE = 200
"""Mails that one round takes out of one mailbox; the next round goes on."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class ImapError(Exception):
    """The IMAP server refused something."""


def poll_all(at: datetime) -> int:
    """Fetch what is new in every mailbox; return how many mails. One that fails says so, and holds up no other."""
    count = 0
    for key in Mailbox.objects.exclude(host="").filter(source__disabled_at=None).values_list("pk", flat=True):
        try:
            count += _poll(key, at)
        except (ImapError, imaplib.IMAP4.error, OSError, ValueError) as error:
            log.warning("mailbox of source %s: %s", key, error)
            Mailbox.objects.filter(pk=key).update(error=_said(error), polled_at=at)
    return count


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "\ufffd")[:500]


def _poll(key: int, at: datetime) -> int:
    box = Mailbox.objects.select_related("source").get(pk=key)
    client: imaplib.IMAP4
    if box.tls:
        client = imaplib.IMAP4_SSL(box.host, box.port, timeout=PATIENCE_SECONDS)
    else:
        client = imaplib.IMAP4(box.host, box.port, timeout=PATIENCE_SECONDS)
    with client:
        client.login(box.user, box.password)
        _ok(client.select(f'"{box.folder}"', readonly=True))
        _begin(client, box)
        count = 0
        for uid in _new(client, box.last_uid)[:MOST_AT_ONCE]:
            _fetch(client, box, uid)
            count += 1
    Mailbox.objects.filter(pk=key).update(error="", polled_at=at)
    return count


def _begin(client: imaplib.IMAP4, box: Mailbox) -> None:
    """Begin with what arrives from now on, where the mailbox is new or was made anew: its numbers mean nothing then."""
    validity = int(client.response("UIDVALIDITY")[1][0] or 0)
    if box.uid_validity == validity:
        return
    again = box.uid_validity is not None
    box.uid_validity = validity
    # Of one that was made anew everything is looked at: what is known already by its Message-ID changes nothing.
    box.last_uid = 0 if again else max(_new(client, 0), default=0)
    box.save(update_fields=["uid_validity", "last_uid"])


def _new(client: imaplib.IMAP4, last: int) -> list[int]:
    """Return the numbers above ``last``; a range that ends in * names the last mail even where none is above."""
    found = _ok(client.uid("SEARCH", f"UID {last + 1}:*"))
    return sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > last)


def _fetch(client: imaplib.IMAP4, box: Mailbox, uid: int) -> None:
    """Fetch one mail, and note that it was, in one transaction."""
    told = _ok(client.uid("FETCH", str(uid), "(RFC822.SIZE)"))
    match = _SIZE.search(b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in told if part))
    size, raw = int(match[1]) if match else 0, b""
    if size <= LARGEST:
        parts = _ok(client.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    with transaction.atomic():
        at = timezone.now()
        if size > LARGEST:
            place = f"{box.host} {box.folder} {box.uid_validity} {uid}"
            set_aside(box.source, f"{size:,} bytes are more than {LARGEST:,}: {box.folder} {uid}", at, place=place)
        elif raw:  # else it was deleted a moment ago
            receive(box.source, raw, at)
        box.last_uid = uid
        box.save(update_fields=["last_uid"])


def _ok(answer: tuple[str, Any]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise ImapError(f"the server answered {status}: {data!r}"[:300])
    return list(data)
