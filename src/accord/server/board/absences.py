"""Who of a team is away now and in the next three weeks, with the days on which nobody works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accord.agreement import Agreement
from accord.clock import Calendar
from accord.clock.public_holidays import public_holidays
from accord.server.accounts.models import Leave, Team

DAYS = 21


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip: ``free`` by the hours of the week, ``holiday`` by the calendar."""

    day: date
    free: bool
    holiday: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who is away on one of the days: on which of them, and in words."""

    name: str
    away: tuple[tuple[Day, bool], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The next three weeks of a team.

    Attributes:
        people: Those who are away on some day, in the order in which they leave.
    """

    days: tuple[Day, ...]
    people: tuple[Absence, ...]

    @property
    def holidays(self) -> str:
        """The days on which nobody works although it is no weekend, in words."""
        return ", ".join(
            f"{day.day:%a} {day.day.day} {day.day:%b}" for day in self.days if day.holiday and not day.free
        )

    @property
    def anything(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.people) or any(day.holiday for day in self.days)


def strip_of(team: Team, calendar: Calendar | None, zone: ZoneInfo, at: datetime) -> Strip:
    """Return the next three weeks of a team, from today on, with one query.

    Args:
        team: Of whose members.
        calendar: By which the team works; None: no agreement says.
        zone: In which the days begin.
        at: Now.
    """
    today = at.astimezone(zone).date()
    days = tuple(_day(today + timedelta(days=number), calendar) for number in range(DAYS))
    ends = datetime.combine(today + timedelta(days=DAYS), datetime.min.time(), zone)
    coming = Leave.objects.filter(user__memberships__team=team, user__is_active=True, end__gt=at, start__lt=ends)
    by_name: dict[str, list[Leave]] = {}
    for leave in coming.select_related("user").order_by("start", "user__name", "pk"):
        by_name.setdefault(leave.user.name, []).append(leave)
    people = tuple(_absence(name, leaves, days) for name, leaves in by_name.items())
    return Strip(days, people)


def calendar_of(team: Team, law: Agreement | None) -> Calendar | None:
    """Return the calendar by which most of a team works; that of the hand-off if they do not say."""
    if law is None:
        return None
    named = [place.calendar for place in team.memberships.all() if place.calendar in law.calendars]
    most = max(sorted(set(named)), key=named.count, default="")
    return law.calendars.get(most, law.handoff.calendar)


def _day(day: date, calendar: Calendar | None) -> Day:
    if calendar is None:
        return Day(day, day.weekday() > 4, holiday=False)
    closed = calendar.holidays is not None and day in public_holidays(calendar.holidays, day.year)
    return Day(day, day.weekday() not in calendar.week, holiday=closed or day in calendar.days_off)


def _absence(name: str, leaves: Sequence[Leave], days: Sequence[Day]) -> Absence:
    zone = ZoneInfo(leaves[0].user.zone)
    spans = [(leave.start.astimezone(zone), leave.end.astimezone(zone)) for leave in leaves]
    away = []
    for day in days:
        opens = datetime.combine(day.day, datetime.min.time(), zone)
        closes = datetime.combine(day.day + timedelta(days=1), datetime.min.time(), zone)
        away.append((day, any(start < closes and end > opens for start, end in spans)))
    said = (f"{_short(start)} to {_short(end - timedelta(microseconds=1))}" for start, end in spans)
    return Absence(name, tuple(away), ", ".join(said))


def _short(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b}"
