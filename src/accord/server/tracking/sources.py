"""Verbs of sources: who may send messages, and with which key."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.tracking import work
from accord.server.tracking.log import TrackingError
from accord.server.tracking.models import Message, Pending, Source, new_key

KEEPERS = frozenset({Role.OPERATIONS, Role.MARKETING})
"""Who sees and keeps the sources and what they send."""
OLD_KEY_DAYS = 7
"""How long a replaced key still works, so that every page and server can be given the new one without a gap."""
RETRIED_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a source is to be: its name, the websites that may send (none: any), messages a second (None: any)."""

    name: str
    origins: Collection[str] = ()
    rate: int | None = None


def origin_of(text: str) -> str:
    """Return an address of a website as browsers state it: scheme, host and port if it is not the usual one.

    Raises:
        TrackingError: ``tracking.bad_origin``.

    Examples:
        >>> origin_of("https://WWW.example.com/prices"), origin_of("http://localhost:8000")
        ('https://www.example.com', 'http://localhost:8000')
    """
    try:
        found = urlsplit(text.strip())
        host, port = found.hostname, found.port
    except ValueError:
        host, port = None, None
    if host is None or found.scheme not in {"http", "https"}:
        raise TrackingError(
            "tracking.bad_origin", f"'{text[:100]}' is no website", hint="write it as https://www.example.com"
        )
    host = f"[{host}]" if ":" in host else host.encode("idna").decode() if not host.isascii() else host
    usual = {"http": 80, "https": 443}[found.scheme]
    return f"{found.scheme}://{host}" + (f":{port}" if port and port != usual else "")


@transaction.atomic
def create(kind: str, wish: Wish, *, by: User | None, at: datetime) -> Source:
    """Return a new source with a key of its own.

    Args:
        kind: Where its messages are made.
        wish: What it is to be.
        by: Who adds it; None: the command line.
        at: Now.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.name_taken``, ``tracking.no_name`` or ``tracking.bad_origin``.
    """
    _may(by)
    source = Source(kind=Source.Kind(kind), created_by=by, created_at=at)
    _fill(source, wish)
    source.save()
    record("source.created", f"source:{source.pk}", actor=by, at=at, name=source.name, kind=source.kind)
    return source


@transaction.atomic
def change(key: int, wish: Wish, *, by: User | None, at: datetime) -> Source:
    """Return a source that has another name, other websites or another rate.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.unknown``, ``tracking.name_taken``, ``tracking.no_name`` or ``tracking.bad_origin``.
    """
    source = _kept(key, by)
    before = (source.name, source.allowed_origins, source.rate_limit)
    _fill(source, wish)
    after = (source.name, source.allowed_origins, source.rate_limit)
    if after != before:
        source.save()
        record("source.changed", f"source:{key}", actor=by, at=at, before=list(before), after=list(after))
    return source


@transaction.atomic
def disable(key: int, *, by: User | None, at: datetime) -> Source:
    """Return a source whose keys work no longer, within seconds; doing it twice changes nothing.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.unknown``.
    """
    source = _kept(key, by)
    if source.disabled_at is None:
        source.disabled_at = at
        source.save(update_fields=["disabled_at"])
        record("source.disabled", f"source:{key}", actor=by, at=at)
    return source


@transaction.atomic
def enable(key: int, *, by: User | None, at: datetime) -> Source:
    """Return a source whose key works again.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.unknown``.
    """
    source = _kept(key, by)
    if source.disabled_at is not None:
        source.disabled_at = None
        source.save(update_fields=["disabled_at"])
        record("source.enabled", f"source:{key}", actor=by, at=at)
    return source


@transaction.atomic
def rotate(key: int, *, at_once: bool, by: User | None, at: datetime) -> Source:
    """Return a source with a new key.

    Args:
        key: Which source.
        at_once: Whether the present key stops working now, since somebody has it who should not; otherwise it works
            for another ``OLD_KEY_DAYS``. One that was replaced before stops in any case.
        by: Who does it.
        at: Now.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.unknown``.
    """
    source = _kept(key, by)
    source.old_key = "" if at_once else source.write_key
    source.old_key_until = None if at_once else at + timedelta(days=OLD_KEY_DAYS)
    source.write_key = new_key()
    source.save(update_fields=["write_key", "old_key", "old_key_until"])
    record("source.key_replaced", f"source:{key}", actor=by, at=at, at_once=at_once)
    return source


@transaction.atomic
def try_again(key: int, *, by: User | None, at: datetime) -> int:
    """Have the messages of a source that were set aside taken in again; return how many.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.unknown``.
    """
    _kept(key, by)
    aside = Pending.objects.filter(set_aside_at__isnull=False).order_by("pk")
    rows = list(aside.values_list("pk", "received_at")[:RETRIED_AT_ONCE])
    ids = [pk for pk, _ in rows]
    arrivals = {received_at for _, received_at in rows}
    theirs = Message.objects.filter(received_at__in=arrivals, pk__in=ids, source_id=key).values_list("pk", flat=True)
    again = work.retry(list(theirs))
    if again:
        record("source.tried_again", f"source:{key}", actor=by, at=at, messages=again)
    return again


def _fill(source: Source, wish: Wish) -> None:
    name = " ".join(wish.name.split())
    if not name:
        raise TrackingError("tracking.no_name", "a source needs a name")
    if Source.objects.filter(name__iexact=name).exclude(pk=source.pk).exists():
        raise TrackingError("tracking.name_taken", f"there is a source called {name} already")
    source.name = name
    source.allowed_origins = sorted({origin_of(origin) for origin in wish.origins})
    source.rate_limit = wish.rate


def _kept(key: int, by: User | None) -> Source:
    _may(by)
    source = Source.objects.select_for_update(no_key=True).filter(pk=key).first()
    if source is None:
        raise TrackingError("tracking.unknown", "there is no such source")
    return source


def _may(by: User | None) -> None:
    if by is not None:
        require(by, KEEPERS, "keep sources of messages")
