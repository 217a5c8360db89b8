"""What an address of the Leads page asks for, and what its filters offer.

Nothing that stands in an address can break the page: what cannot be understood is left out, and where somebody typed
it, the page says so.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.http import QueryDict

from accord.server.accounts.models import User
from accord.server.pipeline.models import StageName
from accord.server.pipeline.queries import (
    DEFAULT_SORT,
    ENDED,
    SORTS,
    Choices,
    LeadFilter,
    OwnerKind,
    OwnerWanted,
    Show,
)

NOT_STATED = "~"
"""The value of ``source`` for leads whose source is not stated; a source that begins with it is written with two."""
NO_GRADE = "~"
LONGEST_SEARCH = 100
MOST_WORDS = 6


class Period(StrEnum):
    """A span of days that people ask for by name."""

    TODAY = "today"
    LAST_7 = "7d"
    LAST_30 = "30d"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_QUARTER = "this-quarter"
    THIS_YEAR = "this-year"
    CUSTOM = "custom"


PERIOD_LABELS = {
    Period.TODAY: "Today",
    Period.LAST_7: "Last 7 days",
    Period.LAST_30: "Last 30 days",
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.THIS_QUARTER: "This quarter",
    Period.THIS_YEAR: "This year",
    Period.CUSTOM: "From … to …",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Choices under one heading; "" for none."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class LeadsAsked:
    """What an address asks for.

    Attributes:
        wanted: Which leads.
        sort: In which order.
        page: Which page, as it was written.
        period: The named span, or None.
        typed: The days as they were typed, first and last.
        problem: What could not be understood, as a sentence, or "".
        narrowed: Something but the search of open leads at large is asked for.
    """

    wanted: LeadFilter
    sort: str
    page: str
    period: Period | None
    typed: tuple[str, str]
    problem: str
    narrowed: bool


def leads_asked(asked: QueryDict, user: User, zone: ZoneInfo, today: date) -> LeadsAsked:
    """Return what the query string asks for.

    Args:
        asked: The query string.
        user: Whoever asks, who is "me".
        zone: In which days are counted.
        today: The present day in ``zone``.
    """
    stage = next((one for one in StageName if one.value == asked.get("stage")), None)
    show = next((one for one in Show if one.value == asked.get("show")), Show.ENDED if stage in ENDED else Show.OPEN)
    period = next((one for one in Period if one.value == asked.get("period")), None)
    typed = (asked.get("from", "").strip()[:20], asked.get("to", "").strip()[:20])
    if period is None and any(typed):
        period = Period.CUSTOM
    first, last, problem = _days(period, typed, today)
    sort = asked.get("sort", "")
    text = " ".join(asked.get("q", "").replace("\0", " ")[:LONGEST_SEARCH].split()[:MOST_WORDS])
    wanted = LeadFilter(
        zone=zone,
        show=show,
        stage=stage if stage in show.stages else None,
        source=_source(_clean(asked, "source")),
        owner=_owner(_clean(asked, "owner"), user),
        grade=_grade(_clean(asked, "grade")),
        held=asked.get("held") == "1",
        first=first,
        last=last,
        text=text,
    )
    return LeadsAsked(
        wanted=wanted,
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        page=asked.get("page", "1"),
        period=period,
        typed=typed,
        problem=problem,
        narrowed=wanted != LeadFilter(zone=zone, show=show),
    )


def _clean(asked: QueryDict, name: str) -> str:
    return asked.get(name, "").replace("\0", "")[:300]


def _source(raw: str) -> str | None:
    if raw == NOT_STATED:
        return ""
    return raw.removeprefix(NOT_STATED) or None


def _grade(raw: str) -> str | None:
    return "" if raw == NO_GRADE else raw or None


def _owner(raw: str, user: User) -> OwnerWanted | None:
    if raw == "me":
        return OwnerWanted(OwnerKind.USER, str(user.pk))
    kind, _, key = raw.partition(":")
    match kind:
        case OwnerKind.NOBODY:
            return OwnerWanted(OwnerKind.NOBODY)
        case OwnerKind.USER if key.isascii() and key.isdigit() and len(key) < 18:
            return OwnerWanted(OwnerKind.USER, key)
        case OwnerKind.TEAM | OwnerKind.QUEUE if key:
            return OwnerWanted(OwnerKind(kind), key)
    return None


def _days(period: Period | None, typed: tuple[str, str], today: date) -> tuple[date | None, date | None, str]:
    month = today.replace(day=1)
    match period:
        case None:
            return None, None, ""
        case Period.CUSTOM:
            return _typed_days(typed)
        case Period.TODAY:
            return today, today, ""
        case Period.LAST_7:
            return today - timedelta(days=6), today, ""
        case Period.LAST_30:
            return today - timedelta(days=29), today, ""
        case Period.THIS_MONTH:
            return month, today, ""
        case Period.LAST_MONTH:
            before = month - timedelta(days=1)
            return before.replace(day=1), before, ""
        case Period.THIS_QUARTER:
            return today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1), today, ""
        case Period.THIS_YEAR:
            return today.replace(month=1, day=1), today, ""


def _typed_days(typed: tuple[str, str]) -> tuple[date | None, date | None, str]:
    days: list[date | None] = []
    for text in typed:
        day = _day(text)
        if text and day is None:
            return None, None, f"“{text}” is not a day, so no period is applied; write it as 2026-03-31."
        days.append(day)
    first, last = days
    if first and last and first > last:
        return first, last, "The period ends before it begins, so nothing can match; exchange the two days."
    return first, last, ""


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2999 else None


def source_options(choices: Choices, chosen: str | None) -> tuple[Option, ...]:
    """Return the choices of the source filter, "not stated" first; the chosen one is always among them."""
    names = list(choices.sources)
    if chosen and chosen not in names:
        names.append(chosen)
    escaped = ((NOT_STATED + name if name.startswith(NOT_STATED) else name, name) for name in names)
    return (
        Option(NOT_STATED, "Not stated", chosen == ""),
        *(Option(value, name, name == chosen) for value, name in escaped),
    )


def grade_options(grades: tuple[str, ...], chosen: str | None) -> tuple[Option, ...]:
    """Return the choices of the grade filter, best first."""
    known = grades if not chosen or chosen in grades else (*grades, chosen)
    return (
        *(Option(grade, f"Grade {grade}", grade == chosen) for grade in known),
        Option(NO_GRADE, "No grade yet", chosen == ""),
    )


def owner_options(choices: Choices, user: User, chosen: OwnerWanted | None) -> tuple[OptionGroup, ...]:
    """Return the choices of the owner filter: oneself and nobody, teams, queues, people."""

    def option(label: str, kind: OwnerKind, key: str = "") -> Option:
        value = f"{kind.value}:{key}" if key else kind.value
        return Option(value, label, chosen == OwnerWanted(kind, key))

    people = tuple(option(name, OwnerKind.USER, str(pk)) for pk, name in choices.users if pk != user.pk)
    own = chosen == OwnerWanted(OwnerKind.USER, str(user.pk))
    mine = (Option("me", "My leads", own),) if own or any(pk == user.pk for pk, _ in choices.users) else ()
    groups = (
        OptionGroup("", (*mine, option("Nobody yet", OwnerKind.NOBODY))),
        OptionGroup("Team, with its queue", tuple(option(name, OwnerKind.TEAM, name) for name in choices.teams)),
        OptionGroup("Waiting in a queue", tuple(option(name, OwnerKind.QUEUE, name) for name in choices.teams)),
        OptionGroup("Owner", people),
    )
    return tuple(group for group in groups if group.options)


def period_options(chosen: Period | None) -> tuple[Option, ...]:
    """Return the choices of the first-contact filter."""
    return tuple(Option(period.value, label, period is chosen) for period, label in PERIOD_LABELS.items())
