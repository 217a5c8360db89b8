"""Counting what was taken and refused, by source and hour."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from accord.server.tracking.models import Tally

Key = tuple[int | None, datetime, str]
ADD = """
INSERT INTO tracking_tally (source_id, hour, reason, count, last_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (source_id, hour, reason)
DO UPDATE SET count = tracking_tally.count + excluded.count,
              last_at = greatest(tracking_tally.last_at, excluded.last_at)
"""


@dataclass(slots=True)
class Counts:
    """Counts that wait to be written: by source (None: unknown), hour and reason, with when the last one was."""

    _by_key: dict[Key, tuple[int, datetime]] = field(default_factory=dict)

    def add(self, source_id: int | None, reason: str, number: int, at: datetime) -> None:
        """Count ``number`` messages; an empty reason stands for those that were taken."""
        key = (source_id, at.replace(minute=0, second=0, microsecond=0), reason)
        before, last = self._by_key.get(key, (0, at))
        self._by_key[key] = (before + number, max(last, at))

    def merge(self, other: "Counts") -> None:
        """Add another's counts to these."""
        for key, (number, last) in other._by_key.items():
            before, mine = self._by_key.get(key, (0, last))
            self._by_key[key] = (before + number, max(mine, last))

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def rows(self) -> Iterator[tuple[int | None, datetime, str, int, datetime]]:
        """Yield what to write, in one order for all processes, so that none waits for one that waits for it."""
        for (source_id, hour, reason), (number, last) in sorted(
            self._by_key.items(), key=lambda item: (item[0][0] or 0, *item[0][1:])
        ):
            yield source_id, hour, reason, number, last


def write(counts: Counts) -> None:
    """Add counts to those in the database."""
    with connection.cursor() as cursor:
        cursor.executemany(ADD, list(counts.rows()))


def taken(source_id: int, number: int, at: datetime) -> None:
    """Count messages that were taken otherwise than by the tracking API."""
    counts = Counts()
    counts.add(source_id, Tally.TAKEN, number, at)
    write(counts)


def count_refused(source_id: int | None, reason: str, at: datetime) -> None:
    """Count a message that was refused otherwise than by the tracking API; None: of a source that is not known."""
    counts = Counts()
    counts.add(source_id, reason, 1, at)
    write(counts)
