"""What the Tracking pages read: sources with what they sent, the stream of messages, what was set aside."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Q, Sum

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.tracking.log import TrackingError
from accord.server.tracking.models import Message, Pending, Source, Tally
from accord.server.tracking.sources import KEEPERS

DAY = timedelta(hours=24)
SHOWN = 50
"""Messages on one page of the stream."""
SEARCHED = 50_000
"""Messages that one page of the stream looks through for those that are wanted."""
COUNTED = 10_000
"""Pending messages that are counted by source; beyond, the pages say "more than"."""
ASIDE = 50
"""Messages set aside that the page of a source lists."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source, and what came from it lately.

    Attributes:
        last_at: When the last message was taken; None if none was in five weeks.
        taken: Messages taken in the last 24 hours, repeated ones included.
        refused: Requests and messages refused in the last 24 hours.
        pending: Messages that are still to be taken in.
        aside: Messages that were set aside.
    """

    source: Source
    last_at: datetime | None
    taken: int
    refused: int
    pending: int
    aside: int

    @property
    def refused_share(self) -> float | None:
        """Which share of what was sent in the last 24 hours was refused; None if nothing was sent."""
        return self.refused / (self.taken + self.refused) if self.taken + self.refused else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why messages were refused in the last 24 hours, how often, and when last."""

    name: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the stream."""

    id: int
    received_at: datetime
    source: str
    type: str
    event: str
    anonymous_id: str
    user_id: str
    ip_prefix: str

    @property
    def micros(self) -> int:
        """When it arrived, as its address has it: microseconds since 1970."""
        return int((self.received_at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages of the stream are wanted; empty: all.

    Attributes:
        who: A visitor or user id, whole.
        before: The arrival and id of the message before which to begin; None: with the newest.
    """

    source: int | None = None
    type: str = ""
    event: str = ""
    who: str = ""
    before: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """One page of the stream, newest first.

    Attributes:
        older: Where the next page begins; None if there is nothing older.
        searched: Whether it ends because it had looked through ``SEARCHED`` messages.
    """

    lines: Sequence[Line]
    older: tuple[int, int] | None
    searched: bool


def source_rows(reader: User, at: datetime) -> list[SourceRow]:
    """Return every source, by name.

    Raises:
        AccessError: Their role does not keep sources.
    """
    require(reader, KEEPERS, "see the sources of messages")
    tallies = _tallies(at)
    pending, aside = _pending_by_source(set_aside=False), _pending_by_source(set_aside=True)
    return [_row(source, tallies, pending, aside) for source in Source.objects.all()]


def source_row(key: int, reader: User, at: datetime) -> SourceRow:
    """Return one source.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.unknown``.
    """
    require(reader, KEEPERS, "see the sources of messages")
    source = Source.objects.select_related("created_by").filter(pk=key).first()
    if source is None:
        raise TrackingError("tracking.unknown", "there is no such source")
    pending, aside = _pending_by_source(set_aside=False), _pending_by_source(set_aside=True)
    return _row(source, _tallies(at), pending, aside)


def _row(
    source: Source, tallies: Mapping[int, Mapping[str, Any]], pending: Mapping[int, int], aside: Mapping[int, int]
) -> SourceRow:
    found = tallies.get(source.pk, {})
    return SourceRow(
        source,
        found.get("last_at"),
        found.get("taken") or 0,
        found.get("refused") or 0,
        pending.get(source.pk, 0),
        aside.get(source.pk, 0),
    )


def _tallies(at: datetime) -> dict[int, dict[str, Any]]:
    lately = Q(hour__gt=at - DAY - timedelta(hours=1))
    rows = (
        Tally.objects.filter(source__isnull=False)
        .values("source_id")
        .annotate(
            last_at=Max("last_at", filter=Q(reason=Tally.TAKEN)),
            taken=Sum("count", filter=lately & Q(reason=Tally.TAKEN)),
            refused=Sum("count", filter=lately & ~Q(reason=Tally.TAKEN)),
        )
    )
    return {row["source_id"]: dict(row) for row in rows}


def refusals(key: int | None, at: datetime) -> list[Reason]:
    """Return why messages of a source (None: with no known key) were refused in the last 24 hours, most first."""
    rows = (
        Tally.objects.filter(source=key, hour__gt=at - DAY - timedelta(hours=1))
        .exclude(reason=Tally.TAKEN)
        .values("reason")
        .annotate(total=Sum("count"), last=Max("last_at"))
        .order_by("-total", "reason")
    )
    return [Reason(row["reason"], row["total"], row["last"]) for row in rows]


def _pending_by_source(*, set_aside: bool) -> dict[int, int]:
    which = "IS NOT NULL" if set_aside else "IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.source_id, count(*) FROM (SELECT id, received_at FROM tracking_pending"  # noqa: S608  (constants)
            f" WHERE set_aside_at {which} LIMIT %s) p"
            " JOIN tracking_message m ON m.id = p.id AND m.received_at = p.received_at GROUP BY 1",
            [COUNTED],
        )
        return dict(cursor.fetchall())


def aside(key: int) -> list[tuple[Pending, Line]]:
    """Return messages of a source that were set aside with their errors, oldest first."""
    waiting = {row.pk: row for row in Pending.objects.filter(set_aside_at__isnull=False).order_by("pk")[:COUNTED]}
    messages = Message.objects.filter(
        pk__in=waiting, received_at__in={row.received_at for row in waiting.values()}, source_id=key
    ).order_by("pk")[:ASIDE]
    return [(waiting[message.pk], _line(message, "")) for message in messages]


def _line(message: Message, source: str) -> Line:
    return Line(
        message.pk,
        message.received_at,
        source,
        message.type,
        message.event,
        message.anonymous_id,
        message.user_id,
        message.ip_prefix,
    )


STREAM = """
SELECT m.id, m.received_at, s.name, m.type, m.event, m.anonymous_id, m.user_id, m.ip_prefix
FROM (
    SELECT id, received_at, source_id, type, event, anonymous_id, user_id, ip_prefix
    FROM tracking_message WHERE (received_at, id) < (%(at)s, %(id)s)
    ORDER BY received_at DESC, id DESC LIMIT %(searched)s
) m JOIN tracking_source s ON s.id = m.source_id
WHERE (%(source)s::bigint IS NULL OR m.source_id = %(source)s::bigint)
  AND (%(type)s = '' OR m.type = %(type)s)
  AND (%(event)s = '' OR strpos(lower(m.event), lower(%(event)s)) > 0)
  AND (%(who)s = '' OR m.anonymous_id = %(who)s OR m.user_id = %(who)s)
ORDER BY m.received_at DESC, m.id DESC LIMIT %(shown)s
"""
EDGE = """
SELECT id, received_at FROM tracking_message WHERE (received_at, id) < (%s, %s)
ORDER BY received_at DESC, id DESC OFFSET %s LIMIT 1
"""
_END = datetime(9999, 1, 1, tzinfo=UTC)


def stream(wanted: Wanted, reader: User) -> Stream:
    """Return messages of the log, newest first.

    Raises:
        AccessError: Their role does not keep sources.
    """
    require(reader, KEEPERS, "see what sources send")
    at, id_ = wanted.before or (_END, 0)
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "at": at,
            "id": id_,
            "source": wanted.source,
            "type": wanted.type,
            "event": wanted.event,
            "who": wanted.who,
        }
        cursor.execute(STREAM, {**asked, "searched": SEARCHED, "shown": SHOWN + 1})
        lines = [Line(*row) for row in cursor.fetchall()]
        if len(lines) > SHOWN:
            last = lines[SHOWN - 1]
            return Stream(lines[:SHOWN], (last.micros, last.id), searched=False)
        cursor.execute(EDGE, [at, id_, SEARCHED - 1])
        edge = cursor.fetchone()
    if edge is None:
        return Stream(lines, None, searched=False)
    last = Line(edge[0], edge[1], "", "", "", "", "", "")
    return Stream(lines, (last.micros, last.id), searched=True)


def instant_of(micros: int) -> datetime:
    """Return the instant that so many microseconds since 1970 stand for.

    Raises:
        TrackingError: ``tracking.unknown_message``; no message can have arrived then.
    """
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    except OverflowError as error:
        raise TrackingError("tracking.unknown_message", "there is no such message") from error


@dataclass(frozen=True, slots=True)
class Whole:
    """One message with all that is kept of it."""

    message: Message
    pending: Pending | None
    text: str


def message(micros: int, id_: int, reader: User) -> Whole:
    """Return one message.

    Raises:
        AccessError: Their role does not keep sources.
        TrackingError: ``tracking.unknown_message``: it never was, or its week was dropped.
    """
    require(reader, KEEPERS, "see what sources send")
    found = Message.objects.select_related("source").filter(received_at=instant_of(micros), pk=id_).first()
    if found is None:
        raise TrackingError("tracking.unknown_message", "there is no such message; the log keeps them for a while only")
    try:
        text = json.dumps(json.loads(found.body), indent=2, ensure_ascii=False).replace("\x00", "\ufffd")
    except (ValueError, RecursionError):
        text = found.body
    return Whole(found, Pending.objects.filter(pk=id_).first(), text)
