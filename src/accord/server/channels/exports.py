"""The channels as a CSV file, safe to open in a spreadsheet: one line for each way, with a column for each currency."""

from datetime import datetime

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.channels.asked import Asked
from accord.server.channels.rows import ChannelRow, Report, WayRow, report
from accord.server.spreadsheet import csv_lines

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
HEADS = (
    "Channel", "Source", "Medium", "Campaign", "Visits", "Visitors", "New people", "Leads", "MQL", "Accepted", "Won",
)  # fmt: skip
EACH = (("visits", "visit"), ("leads", "lead"), ("mql", "MQL"), ("won", "won"))
"""What the cost of one is told of."""


def export_channels(by: User, asked: Asked, *, at: datetime) -> str:
    """Return the file, and write down who took it.

    Raises:
        AccessError: Their role does not see it.
    """
    found = report(asked, by)
    period = f"{asked.period.first} to {asked.period.last}"
    count = sum(len(row.ways) for row in found.channels)
    record("channels.exported", "channels", actor=by, at=at, period=period, rows=count)
    lines = [_heads(found), *(_cells(row, way, found) for row in found.channels for way in row.ways)]
    return BOM + csv_lines(lines)


def _heads(found: Report) -> list[object]:
    money = [
        head
        for currency in found.currencies
        for head in (f"Cost {currency}", *(f"Cost per {one} {currency}" for _, one in EACH))
    ]
    return [*HEADS, *money, "Clicks", "Impressions"]


def _cells(row: ChannelRow, way: WayRow, found: Report) -> list[object]:
    figures = way.figures
    counts = [getattr(figures, name) for name in ("visits", "visitors", "people", "leads", "mql", "accepted", "won")]
    money = [
        amount
        for currency in found.currencies
        for amount in (figures.cost.get(currency), *(figures.cost_of_each(name).get(currency) for name, _ in EACH))
    ]
    return [row.name, *way.way[1:], *counts, *money, figures.clicks, figures.impressions]
