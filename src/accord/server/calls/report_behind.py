"""The calls and leads behind a number of the report of calls: as many as ``report.sql`` and ``outcomes.sql`` count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, Least

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.calls.course import Status
from accord.server.calls.models import Call, TrackingNumber
from accord.server.calls.queries import MISSED, OVER, READERS, visible, with_waits
from accord.server.calls.report import ANSWERED, STATUS_LABELS, WEEKDAYS
from accord.server.channels.asked import Period
from accord.server.handoffs.models import Attempt
from accord.server.pipeline.models import Lead, StageChange, StageName

LONGEST = 200
LARGEST = 2**31


class Number(StrEnum):
    """Which number: of calls, or of leads."""

    CALLS = "calls"
    FIRST = "first"
    ANSWERED = "answered"
    MISSED = "missed"
    BACK = "back"
    LEADS = "leads"
    MQL = "mql"
    ACCEPTED = "accepted"
    WON = "won"


LABELS = {
    Number.CALLS: "Calls that came in",
    Number.FIRST: "First-time callers",
    Number.ANSWERED: "Answered calls",
    Number.MISSED: "Missed calls",
    Number.BACK: "Missed calls that were called back",
    Number.LEADS: "Leads opened since their call",
    Number.MQL: "Came to MQL since their call",
    Number.ACCEPTED: "Accepted by sales since their call",
    Number.WON: "Won since their call",
}
_ACCEPTED = [StageName.SAL, StageName.SQL, StageName.OPPORTUNITY, StageName.CUSTOMER]
CAME_TO = {
    Number.MQL: [StageName.MQL, *_ACCEPTED],
    Number.ACCEPTED: _ACCEPTED,
    Number.WON: [StageName.CUSTOMER],
}
"""By which stages it is told that a lead came so far: one that skipped a stage has been through it."""
OF_LEADS = frozenset({Number.LEADS, *CAME_TO})


@dataclass(frozen=True, slots=True)
class Narrowed:
    """To what rows are narrowed; None: to nothing.

    Attributes:
        number: A tracking number; 0: none.
        source: Of tracking numbers, as ``medium`` and ``campaign``; empty: not stated.
        weekday: From 1, Monday, to 7; always with an ``hour``.
        agent: Who answered; 0: the system does not say.
    """

    number: int | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    weekday: int | None = None
    hour: int | None = None
    status: Status | None = None
    agent: int | None = None


def narrowed(given: Mapping[str, str]) -> Narrowed:
    """Return to what the parameters of an address narrow; what cannot be understood is left out."""

    def whole(name: str, least: int, most: int) -> int | None:
        said = given.get(name, "")
        known = said.isascii() and said.isdigit() and len(said) < 11 and least <= int(said) <= most
        return int(said) if known else None

    def text(name: str) -> str | None:
        return given[name].replace("\x00", "")[:LONGEST] if name in given else None

    return Narrowed(
        number=0 if given.get("number") == "" else whole("number", 1, LARGEST),
        source=text("source"),
        medium=text("medium"),
        campaign=text("campaign"),
        weekday=whole("weekday", 1, 7),
        hour=whole("hour", 0, 23),
        status=Status(given["status"]) if given.get("status") in [each.value for each in Status] else None,
        agent=0 if given.get("agent") == "" else whole("agent", 1, LARGEST),
    )


def in_words(only: Narrowed) -> list[str]:
    """Return in words to what rows are narrowed."""
    said = []
    if only.number is not None:
        said.append(str(TrackingNumber.objects.filter(pk=only.number).first() or "no tracking number"))
    for name in ("source", "medium", "campaign"):
        if (value := getattr(only, name)) is not None:
            said.append(f"{name} {value or 'not stated'}")
    if only.weekday is not None:
        said.append(f"{WEEKDAYS[only.weekday - 1]}s")
    if only.hour is not None:
        said.append(hours(only.hour))
    if only.status is not None:
        said.append(STATUS_LABELS[only.status].lower())
    if only.agent is not None:
        who = User.objects.filter(pk=only.agent).first()
        said.append(f"answered by {who.name}" if who else "answered, the system does not say by whom")
    return said


def hours(hour: int) -> str:
    """Return an hour as people say it.

    Examples:
        >>> hours(9), hours(23)
        ('between 9:00 and 10:00', 'between 23:00 and 24:00')
    """
    return f"between {hour}:00 and {hour + 1}:00"


def calls_behind(number: Number, period: Period, only: Narrowed, reader: User) -> "QuerySet[Any]":
    """Return the calls behind a number, the latest first, with ``back_at``: when somebody called back.

    Of sales, each sees the missed ones and those of their leads, as on Calls.

    Raises:
        AccessError: Their role sees none.
    """
    rows = _of(period, only, with_waits(visible(reader)))
    match number:
        case Number.FIRST:
            rows = rows.exclude(theirs="").filter(~Exists(_earlier()))
        case Number.ANSWERED:
            rows = rows.filter(status__in=ANSWERED)
        case Number.MISSED:
            rows = rows.filter(MISSED)
        case Number.BACK:
            rows = rows.filter(MISSED).exclude(theirs="").exclude(back_at=None)
    rows = rows.select_related("person__company", "company", "number", "agent")
    return rows.order_by("-started_at", "-pk")


def leads_behind(number: Number, period: Period, only: Narrowed, reader: User) -> QuerySet[Lead]:
    """Return the leads behind a number, the latest first.

    Raises:
        AccessError: Their role sees no calls.
    """
    require(reader, READERS, "see calls")
    calls = _of(period, only, Call.objects.all()).filter(person=OuterRef("person"))
    leads = Lead.objects.filter(merged_into=None)
    if number is Number.LEADS:
        leads = leads.filter(Exists(calls.filter(started_at__lte=OuterRef("opened_at"))))
    else:
        came = StageChange.objects.filter(lead=OuterRef("pk"), to_stage__in=CAME_TO[number]).order_by("at")
        leads = leads.annotate(came_at=Subquery(came.values("at")[:1]))
        leads = leads.filter(Exists(calls.filter(started_at__lte=OuterRef("came_at"))))
    return leads.select_related("person__company", "owner").order_by("-opened_at", "-pk")


def _of(period: Period, only: Narrowed, rows: "QuerySet[Call]") -> "QuerySet[Any]":
    found = rows.filter(direction=Call.Direction.IN, started_at__gte=period.begins, started_at__lt=period.ends)
    for wanted, narrow in _CONDITIONS.items():
        if (value := getattr(only, wanted)) is not None:
            found = found.filter(narrow(value))
    when = {name: value for name in ("weekday", "hour") if (value := getattr(only, name)) is not None}
    if when:
        zone = period.zone
        local = {
            "weekday": ExtractIsoWeekDay("started_at", tzinfo=zone),
            "hour": ExtractHour("started_at", tzinfo=zone),
        }
        found = found.annotate(**local).filter(**when)
    return found.annotate(back_at=Least(Subquery(_called_back()), Subquery(_attempted())))


_CONDITIONS: Mapping[str, Callable[[Any], Q]] = {
    "number": lambda key: Q(number=key or None),
    "source": lambda text: Q(number__source=text),
    "medium": lambda text: Q(number__medium=text),
    "campaign": lambda text: Q(number__campaign=text),
    "status": lambda status: Q(status=status.value),
    "agent": lambda key: Q(agent=key or None, status__in=ANSWERED),
}


def _earlier() -> QuerySet[Call]:
    """Return the calls of a number that came in before a call."""
    rows = Call.objects.filter(theirs=OuterRef("theirs"), direction=Call.Direction.IN)
    before = Q(started_at__lt=OuterRef("started_at"))
    return rows.filter(before | Q(started_at=OuterRef("started_at"), pk__lt=OuterRef("pk")))


def _called_back() -> "QuerySet[Any, Any]":
    rows = Call.objects.filter(theirs=OuterRef("theirs"), started_at__gt=OuterRef("started_at"))
    made = rows.filter(direction=Call.Direction.OUT, status__in=OVER).order_by()
    return made.values("theirs").annotate(first=Min("started_at")).values("first")


def _attempted() -> "QuerySet[Any, Any]":
    tried = Attempt.objects.filter(lead__person=OuterRef("person"), at__gt=OuterRef("started_at")).order_by()
    return tried.values("lead__person").annotate(first=Min("at")).values("first")
