"""What stands on the board of a team: a column for each member and each queue, what is due first on top."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import connection
from django.db.models import Prefetch

from accord.agreement import Agreement
from accord.agreement.english_words import label
from accord.clock import is_open
from accord.server.accounts.models import Leave, Membership, Team, User
from accord.server.handoffs.queries import QueueRow, queue_rows, reach_of
from accord.server.handoffs.routing import hours_of, open_leads
from accord.server.pipeline.models import Lead

SHOWN = 8
"""Cards of a column until somebody asks for more."""
PER_PAGE = 50
"""Cards of a column that somebody has opened."""
AHEAD = timedelta(hours=2)
"""What is due within so long is said above the board."""
NO_QUEUE = "q"
ALWAYS = 10**9


@dataclass(frozen=True, slots=True)
class Card:
    """A lead on the board.

    Attributes:
        soon_seconds: How long before its deadline it is at risk: from the first reminder that the agreement gives.
    """

    row: QueueRow
    soon_seconds: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many leads a column holds: in all, late, at risk, due within ``AHEAD``."""

    total: int = 0
    late: int = 0
    risky: int = 0
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One person of the team, or one queue.

    Attributes:
        key: ``u12`` for somebody, ``q`` for what has no owner, ``q:`` and its name for a named queue.
        load: How many leads they have open, in all teams.
        back: When the leave of now ends; None: they are here.
        more: How many cards are not shown.
        page: Which page of its cards is shown; 0: only the first few, as in every column.
    """

    key: str
    name: str
    user: User | None
    weight: int
    load: int
    capacity: int | None
    back: datetime | None
    on_shift: bool
    tally: Tally
    cards: tuple[Card, ...]
    page: int = 0

    @property
    def full(self) -> bool:
        """Whether they can have no more."""
        return self.capacity is not None and self.load >= self.capacity

    @property
    def more(self) -> int:
        """How many cards follow those that are shown."""
        before = (self.page - 1) * PER_PAGE if self.page else 0
        return max(self.tally.total - before - len(self.cards), 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """The column of which somebody wants to see more, and which page of it."""

    key: str = ""
    page: int = 1


def columns_of(team: Team, reader: User, law: Agreement | None, opened: Opened, at: datetime) -> tuple[Column, ...]:
    """Return the columns of a team's board, its queues first, then its members by name; a queue only if it holds leads.

    The number of SQL queries depends neither on the members nor on the leads.
    """
    away = Leave.objects.filter(start__lte=at, end__gt=at)
    places = Membership.objects.filter(team=team, user__is_active=True).select_related("user")
    members = list(places.prefetch_related(Prefetch("user__leaves", away, to_attr="away")).order_by("user__name", "pk"))
    tallies, shown = _held(team.name, [place.user_id for place in members], opened, at)
    cards = _cards(shown, reader, at)
    load = open_leads([place.user_id for place in members])
    page_of = {opened.key: opened.page}
    queues = [
        Column(key, _queue_name(key), None, 1, 0, None, None, True, tally, cards[key], page_of.get(key, 0))
        for key, tally in sorted(tallies.items())
        if key.startswith(NO_QUEUE)
    ]
    people = [
        Column(
            key := f"u{place.user_id}",
            place.user.name,
            place.user,
            place.weight,
            load.get(place.user_id, 0),
            place.capacity,
            max((leave.end for leave in place.user.away), default=None),  # type: ignore[attr-defined]  # prefetched
            law is None or is_open(at, hours_of(place, law)),
            tallies.get(key, Tally()),
            cards[key],
            page_of.get(key, 0),
        )
        for place in members
    ]
    return (*queues, *people)


def _queue_name(key: str) -> str:
    named = key.removeprefix(NO_QUEUE).removeprefix(":")
    return f"Queue: {label(named)}" if named else "Without owner"


@dataclass(frozen=True, slots=True)
class _Held:
    """A lead that is shown, as the query finds it."""

    lead_id: int
    due: datetime | None
    next_check: datetime | None
    risky: bool | None


def _held(
    team: str, members: Iterable[int], opened: Opened, at: datetime
) -> tuple[Mapping[str, Tally], Mapping[str, list[_Held]]]:
    """Return what each column holds and which leads are shown of it, in their order, with one query."""
    before = (opened.page - 1) * PER_PAGE
    owner, named = _owner_and_queue(opened.key)
    asked: dict[str, Any] = {
        "team": team,
        "members": list(members),
        "at": at,
        "ahead": at + AHEAD,
        "shown": SHOWN,
        "opened_owner": owner,
        "opened_named": named,
        "before": before,
        "until": max(SHOWN, before + PER_PAGE),
    }
    tallies: dict[str, Tally] = {}
    shown: dict[str, list[_Held]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_text(), asked)
        for owner_id, queue, total, late, risky, ahead, *lead in cursor.fetchall():
            key = f"u{owner_id}" if owner_id else f"{NO_QUEUE}:{queue}" if queue else NO_QUEUE
            tallies[key] = Tally(total, late, risky, ahead)
            if lead[0] is not None:
                shown[key].append(_Held(*lead))
    return tallies, shown


@cache
def _text() -> str:
    return (files("accord.server.board") / "sql" / "columns.sql").read_text(encoding="utf-8")


def _owner_and_queue(key: str) -> tuple[int, str]:
    """Return of which owner and which named queue a column is; an owner whom nobody has for a key that is none."""
    if key == NO_QUEUE or key.startswith(f"{NO_QUEUE}:"):
        return 0, key.removeprefix(NO_QUEUE).removeprefix(":")
    number = key.removeprefix("u")
    return (int(number) if number.isascii() and number.isdigit() and len(number) < 19 else -1), ""


def _cards(shown: Mapping[str, list[_Held]], reader: User, at: datetime) -> Mapping[str, tuple[Card, ...]]:
    keys = [held.lead_id for column in shown.values() for held in column]
    leads = Lead.objects.select_related("person__company", "owner").in_bulk(keys)
    rows = {row.lead_id: row for row in queue_rows(leads.values(), reach_of(reader), at)}
    cards = {
        key: tuple(Card(rows[held.lead_id], _soon(held)) for held in column if held.lead_id in rows)
        for key, column in shown.items()
    }
    return defaultdict(tuple, cards)


def _soon(held: _Held) -> int:
    """Return for how many seconds before its deadline a lead counts as at risk."""
    if held.risky:
        return ALWAYS
    due, check = held.due, held.next_check
    return int((due - check).total_seconds()) if due and check and check < due else 0
