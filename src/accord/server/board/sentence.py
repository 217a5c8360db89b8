"""What is said above the board: what is late, what soon will be, who is full, and who comes back when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accord.agreement.english_words import listed
from accord.server.board.columns import AHEAD, Column

NAMED = 3
"""People who are named; of more, only the number is said."""


def sentence_of(columns: Sequence[Column], at: datetime) -> str:
    """Return the answer to "where do I have to step in?" in at most four short sentences."""
    parts = [_clocks(columns), _unowned(columns), _full(columns), _away(columns, at)]
    return " ".join(part for part in parts if part)


def _clocks(columns: Sequence[Column]) -> str:
    late = sum(column.tally.late for column in columns)
    ahead = sum(column.tally.ahead for column in columns)
    hours = AHEAD // timedelta(hours=1)
    if not late and not ahead:
        return f"Nothing is late, and nothing is due in the next {hours} hours."
    said = [f"{late:,} {'lead is' if late == 1 else 'leads are'} late"] if late else []
    said += [f"{ahead:,} {'is' if ahead == 1 else 'are'} due in the next {hours} hours"] if ahead else []
    if not late:
        said = [f"Nothing is late; {ahead:,} {'lead is' if ahead == 1 else 'leads are'} due in the next {hours} hours"]
    return f"{', '.join(said)}."


def _unowned(columns: Sequence[Column]) -> str:
    waiting = sum(column.tally.total for column in columns if column.user is None)
    return f"{waiting:,} {'has' if waiting == 1 else 'have'} no owner." if waiting else ""


def _full(columns: Sequence[Column]) -> str:
    full = [column.name for column in columns if column.user is not None and column.full and column.back is None]
    if len(full) > NAMED:
        return f"{len(full)} people are full."
    return f"{listed(full, 'and')} {'is' if len(full) == 1 else 'are'} full." if full else ""


def _away(columns: Sequence[Column], at: datetime) -> str:
    away = [(column.name, column.back, column.user) for column in columns if column.back and column.user]
    if len(away) > NAMED:
        return f"{len(away)} people are away."
    return " ".join(f"{name} comes back {_day(back, at, ZoneInfo(user.zone))}." for name, back, user in away)


def _day(back: datetime, at: datetime, zone: ZoneInfo) -> str:
    """Return the day on which somebody is here again; leave that ends at midnight ends with the next day."""
    local, days = back.astimezone(zone), (back.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days == 0:
        return f"at {local:%H:%M}"
    if days == 1:
        return "tomorrow"
    return f"on {local:%A}" if days < 7 else f"on {local.day} {local:%B}"
