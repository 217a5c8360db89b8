"""Tables as the tests write them: a touch is (journey, day, label), a conversion is (journey, day, cents)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
INSTANT = pa.timestamp("us", "UTC")


def day(number: float | None) -> datetime | None:
    return None if number is None else EPOCH + timedelta(days=number)


def touches(*rows: tuple[int | str, float, str]) -> pa.Table:
    return pa.table(
        {
            "journey": pa.array([row[0] for row in rows], None if rows else pa.int64()),
            "at": pa.array([day(row[1]) for row in rows], INSTANT),
            "channel": pa.array([row[2] for row in rows], pa.string()),
        }
    )


def conversions(*rows: tuple[int | str, float, int]) -> pa.Table:
    return marked(*((*row, None, None) for row in rows))


def marked(*rows: tuple[int | str, float, int, float | None, float | None]) -> pa.Table:
    return pa.table(
        {
            "journey": pa.array([row[0] for row in rows], None if rows else pa.int64()),
            "at": pa.array([day(row[1]) for row in rows], INSTANT),
            "cents": pa.array([row[2] for row in rows], pa.int64()),
            "lead_at": pa.array([day(row[3]) for row in rows], INSTANT),
            "opportunity_at": pa.array([day(row[4]) for row in rows], INSTANT),
        }
    )


def path(labels: str, journey: int = 1) -> list[tuple[int | str, float, str]]:
    """One touch a day, from day 0 on: 'A B' is A on day 0 and B on day 1."""
    return [(journey, float(number), label) for number, label in enumerate(labels.split())]


def in_order(table: pa.Table, order: Iterable[int]) -> pa.Table:
    return table.take(pa.array(list(order), pa.int64()))
