"""What is read of a mail: who wrote to whom, the subject, how the text begins, and whether a person wrote it. Pure.

Automatic replies are known by RFC 3834 (``Auto-Submitted``) and by what programs wrote before it; bounces by RFC 3464.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from enum import StrEnum
from html.parser import HTMLParser

from accord.errors import AccordError

LONGEST_SUBJECT = 200
LONGEST_EXCERPT = 300
MOST_PEOPLE = 50
"""Recipients that are looked at; a mail to more is a circular."""
MOST_PARTS = 200


class MailError(AccordError):
    """A mail that cannot be read, or a mailbox that cannot be as somebody wants it."""


class Nature(StrEnum):
    """Who wrote a mail: a person, a program on somebody's behalf, or a mail server that could not deliver."""

    WRITTEN = "written"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Address:
    """An address with the name that stands beside it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """What is kept of a mail.

    Attributes:
        id: Its Message-ID; of one that has none, a digest of the whole.
        at: When it was written, by its own word; None if it does not say.
        failed: Of a bounce, the addresses that could not be reached.
    """

    id: str
    sender: Address
    recipients: tuple[Address, ...]
    subject: str
    excerpt: str
    at: datetime | None
    nature: Nature
    failed: tuple[str, ...] = ()


def read_mail(raw: bytes) -> Mail:
    """Return what is kept of a mail.

    Raises:
        MailError: ``mail.unreadable``: it is none, or does not say who wrote it.
    """
    message = message_from_bytes(raw, policy=policy.compat32)
    nature, failed = _nature(message)
    senders = _addresses(message, "From") or _addresses(message, "Sender")
    if not senders and nature is not Nature.BOUNCE:
        raise MailError("mail.unreadable", "it does not say who wrote it: there is no address in From")
    recipients = dict.fromkeys(_addresses(message, "To") + _addresses(message, "Cc"))
    return Mail(
        id=_id(message) or f"sha256-{hashlib.sha256(raw).hexdigest()}",
        sender=senders[0] if senders else Address("", ""),
        recipients=tuple(recipients)[:MOST_PEOPLE],
        subject=_text(message, "Subject")[:LONGEST_SUBJECT],
        excerpt=_excerpt(message) if nature is Nature.WRITTEN else "",
        at=_date(message),
        nature=nature,
        failed=failed,
    )


def _text(message: Message, name: str) -> str:
    """Return a header as people read it, on one line."""
    value = str(message.get(name) or "")
    with suppress(MessageError, ValueError, LookupError, AssertionError):  # encoded by a program that cannot
        value = str(make_header(decode_header(value)))
    clean = value.encode("utf-8", "replace").decode().replace("\x00", "")
    return " ".join(clean.split())


def _addresses(message: Message, name: str) -> list[Address]:
    found = []
    for value in message.get_all(name, []):
        try:
            pairs = getaddresses([str(value)])
        except (ValueError, IndexError):
            continue
        for label, address in pairs:
            clean = address.encode("utf-8", "replace").decode().replace("\x00", "").strip()
            if "@" in clean[1:-1] and len(clean) <= 320:
                found.append(Address(_decoded(label)[:300], clean))
    return found


def _decoded(label: str) -> str:
    holder = Message()
    holder["Subject"] = label.replace("\r", " ").replace("\n", " ")
    return _text(holder, "Subject")


def _id(message: Message) -> str:
    return str(message.get("Message-ID") or "").encode("ascii", "replace").decode().strip().strip("<>").strip()[:500]


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date") or ""))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


_MACHINE = re.compile(
    r"^(mailer-daemon|post_?master|no-?_?reply|do-?_?not-?_?reply|bounces?)([+=-].*)?@", re.IGNORECASE
)
_DAEMON = re.compile(r"\b(mailer-daemon|post_?master)\b", re.IGNORECASE)
_AWAY = re.compile(
    r"^\W*(out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|autoreply|auto:|abwesen|"
    r"automatische antwort|réponse automatique|absence du bureau|respuesta automática|risposta automatica)",
    re.IGNORECASE,
)
_UNDELIVERED = re.compile(
    r"undeliver|delivery (status|failure|problem|has failed|notification)|(returned|returning) (mail|to sender)|"
    r"mail delivery|(failed|failure) delivery|failure notice|could ?n.t be delivered|error sending|"
    r"unzustellbar|non remis",
    re.IGNORECASE,
)
_FAILED = re.compile(r"^(?:final|original)-recipient:\s*(?:[\w-]+\s*;)?\s*<?([^\s<>;]+@[^\s<>;]+)>?", re.I | re.M)
_IN_TEXT = re.compile(r"<([^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)>:?")


def _nature(message: Message) -> tuple[Nature, tuple[str, ...]]:
    """Return who wrote a mail and, of a bounce, whom it was for."""
    sender = next((each.address for each in _addresses(message, "From")), "")
    subject, kind = _text(message, "Subject"), str(message.get_param("report-type") or "").lower()
    reports = message.get_content_type() == "multipart/report"
    if reports and kind in {"delivery-status", "feedback-report", ""}:
        return Nature.BOUNCE, _failed(message)
    told = message.get("X-Failed-Recipients") or message.get("X-Amavis-Alert")
    from_daemon = bool(_DAEMON.search(_text(message, "From"))) or str(message.get("Return-Path") or "").strip() == "<>"
    if told or (from_daemon and _UNDELIVERED.search(subject)):
        return Nature.BOUNCE, _failed(message)
    submitted = str(message.get("Auto-Submitted") or "no").split(";")[0].strip().lower()
    precedence = str(message.get("Precedence") or "").strip().lower()
    automatic = (
        reports
        or submitted != "no"
        or precedence in {"auto_reply", "auto-reply", "bulk", "list", "junk"}
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "List-Id", "X-Mail-Autoreply"))
        or _AWAY.match(subject)
        or _MACHINE.match(sender)
    )
    return (Nature.AUTOMATIC if automatic else Nature.WRITTEN), ()


def _failed(message: Message) -> tuple[str, ...]:
    told = [each.address for each in _addresses(message, "X-Failed-Recipients")]
    for part in _parts(message):
        if part.get_content_type() in {"message/delivery-status", "message/feedback-report"}:
            told += _FAILED.findall(_flat(part))
    if not told:
        told = [address for part in _parts(message) for address in _IN_TEXT.findall(_body(part)[:4000])][:5]
    return tuple(dict.fromkeys(told))[:MOST_PEOPLE]


def _flat(part: Message) -> str:
    """Return the fields of a report, which the parser takes for a list of small mails."""
    inner = part.get_payload()
    if isinstance(inner, list):
        blocks = [each for each in inner if isinstance(each, Message)]
        return "\n".join(f"{name}: {value}" for block in blocks for name, value in block.items())
    return str(inner)


def _parts(message: Message) -> Iterator[Message]:
    """Yield a mail and its parts, but not those of mails that it carries."""
    waiting: list[Message] = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_maintype() == "multipart":
            waiting += [each for each in inner if isinstance(each, Message)]


def _body(part: Message) -> str:
    if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
        return ""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    return _without_tags(text) if part.get_content_type() == "text/html" else text


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._skips = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._skips += tag in {"style", "script", "head"}

    def handle_endtag(self, tag: str) -> None:
        self._skips = max(0, self._skips - (tag in {"style", "script", "head"}))

    def handle_data(self, data: str) -> None:
        if not self._skips:
            self.words.append(data)


def _without_tags(text: str) -> str:
    reader = _Words()
    reader.feed(text[:100_000])
    return " ".join(reader.words)


_EARLIER = re.compile(
    r"^(-{2,} ?(original message|ursprüngliche nachricht)|_{10,}|from: .*@|"
    r"on .{5,200} wrote:$|am .{5,200} schrieb)",
    re.IGNORECASE,
)


def _excerpt(message: Message) -> str:
    """Return how the text begins, on one line, without what it quotes."""
    texts = [part for part in _parts(message) if part.get_content_maintype() == "text"]
    plain = [part for part in texts if part.get_content_type() == "text/plain"]
    text = next((found for part in plain + texts if (found := _body(part)).strip()), "")
    kept: list[str] = []
    for line in text[:20_000].splitlines():
        if _EARLIER.match(line.strip()):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    clean = " ".join(" ".join(kept).split()).replace("\x00", "")
    return clean.encode("utf-8", "replace").decode()[:LONGEST_EXCERPT]
