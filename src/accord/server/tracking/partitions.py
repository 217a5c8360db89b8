"""The weeks of the log: made ahead, sorted when something came before its week was there, dropped when they are old."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accord.server.tracking.models import Pending, Receipt, Tally

WEEKS_AHEAD = 4
REST = "tracking_message_rest"
"""Takes what has no week of its own, so that nothing is refused for want of one."""
RECEIPT_DAYS = 35
"""How long a message that is sent again is known; Segment's libraries give up after hours, mobile ones after days."""
RECEIPTS_AT_ONCE = 50_000
LOCK_SECONDS = 5
"""How long a change of partitions may hold up those who write; it is tried again the next time."""

_PREFIX = "tracking_message_"


@dataclass(frozen=True, slots=True)
class Week:
    """One partition: a week from Monday to Monday, UTC."""

    monday: date

    @classmethod
    def of(cls, at: datetime) -> "Week":
        """Return the week in which an instant lies."""
        day = at.astimezone(UTC).date()
        return cls(day - timedelta(days=day.weekday()))

    @property
    def end(self) -> date:
        """The Monday on which the next one begins."""
        return self.monday + timedelta(weeks=1)

    @property
    def table(self) -> str:
        """The name of its table."""
        return f"{_PREFIX}{self.monday:%Y%m%d}"

    def make(self) -> None:
        """Make its table; the caller sees to it that nothing of this week lies in the rest."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {self.table} PARTITION OF tracking_message"
                f" FOR VALUES FROM ('{self.monday} 00:00+00') TO ('{self.end} 00:00+00')"
            )


def weeks() -> list[Week]:
    """Return the weeks that have a table, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'tracking_message'::regclass"
        )
        names = [name.removeprefix(_PREFIX) for (name,) in cursor.fetchall() if name != REST]
    return sorted((Week(datetime.strptime(name, "%Y%m%d").replace(tzinfo=UTC).date()) for name in names), key=_monday)


def _monday(week: Week) -> date:
    return week.monday


def make_ahead(at: datetime) -> int:
    """Have a table for this week and the next ones, and for whatever lies in the rest; return how many were made."""
    wanted = {Week.of(at + timedelta(weeks=number)) for number in range(WEEKS_AHEAD + 1)}
    with transaction.atomic(), connection.cursor() as cursor:
        _soon(cursor)
        cursor.execute(f"SELECT min(received_at), max(received_at) FROM {REST}")  # noqa: S608  (a constant)
        first, last = cursor.fetchone()
        if first is not None:
            _sort(first, last)
        missing = sorted(wanted - set(weeks()), key=_monday)
        for week in missing:
            week.make()
    return len(missing)


def _sort(first: datetime, last: datetime) -> None:
    """Move what lies in the rest to weeks of its own; nobody writes meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE tracking_message IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"ALTER TABLE tracking_message DETACH PARTITION {REST}")
        cursor.execute(f"ALTER TABLE {REST} RENAME TO {_PREFIX}unsorted")
        cursor.execute(f"ALTER INDEX {REST}_pkey RENAME TO {_PREFIX}unsorted_pkey")
        cursor.execute(f"CREATE TABLE {REST} PARTITION OF tracking_message DEFAULT")
        cursor.execute(
            f"SELECT DISTINCT date_trunc('week', received_at, 'UTC') FROM {_PREFIX}unsorted"  # noqa: S608
            " WHERE received_at BETWEEN %s AND %s",
            [first, last],
        )
        for (monday,) in cursor.fetchall():
            Week.of(monday).make()
        cursor.execute(f"INSERT INTO tracking_message SELECT * FROM {_PREFIX}unsorted")  # noqa: S608
        cursor.execute(f"DROP TABLE {_PREFIX}unsorted")


def drop_old(at: datetime) -> int:
    """Drop the weeks that ended longer ago than the log is kept, with what was never taken in; return how many."""
    horizon = (at - timedelta(days=settings.ACCORD_LOG_DAYS)).astimezone(UTC).date()
    old = [week for week in weeks() if week.end <= horizon]
    for week in old:
        end = datetime(week.end.year, week.end.month, week.end.day, tzinfo=UTC)
        with transaction.atomic(), connection.cursor() as cursor:
            _soon(cursor)
            cursor.execute(f"DROP TABLE {week.table}")
            Pending.objects.filter(received_at__lt=end).delete()
    return len(old)


def forget_receipts(at: datetime) -> int:
    """Delete receipts that nobody needs any more, a part at a time; return how many."""
    before, deleted = at - timedelta(days=RECEIPT_DAYS), 0
    while True:
        some = Receipt.objects.filter(received_at__lt=before).values("pk")[:RECEIPTS_AT_ONCE]
        number, _ = Receipt.objects.filter(pk__in=some).delete()
        deleted += number
        if number < RECEIPTS_AT_ONCE:
            return deleted


def forget_counts(at: datetime) -> None:
    """Delete counts of so long ago that no page shows them."""
    Tally.objects.filter(hour__lt=at - timedelta(days=RECEIPT_DAYS)).delete()


def _soon(cursor: object) -> None:
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")  # type: ignore[attr-defined]
