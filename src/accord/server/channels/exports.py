"""The channels as a file: one row for each way, with a column for each currency."""

from collections.abc import Iterator
from datetime import datetime

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.channels.asked import Asked
from accord.server.channels.rows import ChannelRow, Report, WayRow, report
from accord.server.files import Cell, Column, Kind, Table

WAY = ("Channel", "Source", "Medium", "Campaign")
COUNTS = ("Visits", "Visitors", "New people", "Leads", "MQL", "Accepted", "Won")
EACH = (("visits", "visit"), ("leads", "lead"), ("mql", "MQL"), ("won", "won"))
"""What the cost of one is told of."""


def channels_table(by: User, asked: Asked, *, at: datetime) -> Table:
    """Return the channels of a period, to be taken away, and write down who takes them.

    Raises:
        AccessError: Their role does not see it.
    """
    found = report(asked, by)
    period = f"{asked.period.first} to {asked.period.last}"
    count = sum(len(row.ways) for row in found.channels)
    record("channels.exported", "channels", actor=by, at=at, period=period, rows=count)
    rows = (_cells(row, way, found) for row in found.channels for way in row.ways)
    return Table("channels", list(_columns(found)), rows, asked.period.zone)


def _columns(found: Report) -> Iterator[Column]:
    yield from map(Column, WAY)
    yield from (Column(name, Kind.WHOLE) for name in COUNTS)
    for currency in found.currencies:
        yield Column(f"Cost {currency}", Kind.MONEY)
        yield from (Column(f"Cost per {one} {currency}", Kind.MONEY) for _, one in EACH)
    yield from (Column(name, Kind.WHOLE) for name in ("Clicks", "Impressions"))


def _cells(row: ChannelRow, way: WayRow, found: Report) -> list[Cell]:
    figures = way.figures
    counts = [getattr(figures, name) for name in ("visits", "visitors", "people", "leads", "mql", "accepted", "won")]
    money = [
        amount
        for currency in found.currencies
        for amount in (figures.cost.get(currency), *(figures.cost_of_each(name).get(currency) for name, _ in EACH))
    ]
    return [row.name, *way.way[1:], *counts, *money, figures.clicks, figures.impressions]
