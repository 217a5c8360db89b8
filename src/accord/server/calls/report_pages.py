"""The pages of the report of calls: what came in and what became of it, and the rows behind each number."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accord.server.accounts.access import for_roles, signed_in
from accord.server.accounts.models import Role, User
from accord.server.agreements.services import in_force_or_none
from accord.server.calls.models import Call, TrackingNumber
from accord.server.calls.queries import READERS
from accord.server.calls.report import WEEKDAYS, CallReport, Counts, Line, call_report
from accord.server.calls.report_behind import (
    LABELS,
    OF_LEADS,
    Narrowed,
    Number,
    calls_behind,
    hours,
    in_words,
    leads_behind,
    narrowed,
)
from accord.server.calls.report_exports import calls_behind_table, leads_behind_table, report_table
from accord.server.channels.asked import SPAN_LABELS, Period, Span, asked
from accord.server.files import answer, asked_format
from accord.server.tracking.sources import KEEPERS
from accord.server.ui import words

ROWS_ON_A_PAGE = 50
HEAT = 4
"""Steps of colour, by the share of calls that were missed."""
CALLED_BACK = (
    "Missed calls after which one of us called that number, or tried to reach their lead; under it, how long that took "
    "at the median, by the clock on the wall, nights and weekends included"
)
COLUMNS = (
    (Number.CALLS, "Calls", "That came in during these days"),
    (Number.FIRST, "First-time", "Calls that were the first ever of their number"),
    (Number.ANSWERED, "Answered", "Somebody answered, or a menu or machine took them"),
    (Number.MISSED, "Missed", "They are over and nobody answered; under it, their share of all calls"),
    (Number.BACK, "Called back", CALLED_BACK),
    (Number.LEADS, "Leads", "Leads of people who called, opened since their first call here until now"),
    (Number.MQL, "MQL", "Leads of people who called that have come to MQL or further since then"),
    (Number.ACCEPTED, "Accepted", "Leads of people who called that sales has accepted since then"),
    (Number.WON, "Won", "Leads of people who called that have become customers since then"),
)
OF_MISSED = frozenset({Number.MISSED, Number.BACK})
TALK = ("Talk time", "How long calls that were answered lasted, at the median")


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table: what it counts, the address of its rows, and what stands under it."""

    label: str
    count: int
    href: str
    share: float | None = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table as the page shows it."""

    line: Line
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the page: its columns are a number, its name and its definition."""

    key: str
    title: str
    what: str
    columns: tuple[tuple[Number, str, str], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour of one weekday: how it is coloured, and where its missed calls are; no call: nothing."""

    counts: Counts
    says: str
    href: str
    heat: int


@require_safe
@for_roles(READERS)
def report(request: HttpRequest) -> HttpResponseBase:
    """Answer "whom do we miss, when, and what do calls bring?"; with a ``format`` as a file."""
    user, period, problem, span = signed_in(request), *_period(request)
    found = call_report(period, user, request.GET.get("sort", ""))
    if file_format := asked_format(request.GET):
        return answer(report_table(found, period, user, at=timezone.now()), file_format, at=timezone.now())
    context = {
        "title": "Report of calls",
        "period": period,
        "span": span.value,
        "problem": problem,
        "spans": [(each.value, text) for each, text in SPAN_LABELS.items()],
        "found": found,
        "worst": _worst(found),
        "hrefs": {number.value: _behind(period, number, {}) for number in Number},
        "sections": [
            _section("numbers", "By tracking number", "Tracking number", found.numbers, period),
            _section("campaigns", "By campaign", "Campaign", found.campaigns, period),
            _section("statuses", "How they went", "How", found.statuses, period, {Number.ANSWERED, Number.MISSED}),
            _section("agents", "Who answered", "Who", found.agents, period, {*OF_MISSED, Number.ANSWERED}),
        ],
        "called_back": CALLED_BACK,
        "talk": TALK,
        "first_note": f"{found.total.first:,} first-time",
        "back_note": f"after {words.duration(found.total.back_after)}" if found.total.back else "",
        "won_note": f"{found.total.won:,} won",
        "weekdays": [(day[:3], day) for day in WEEKDAYS],
        "heat": list(_heat(found, period)),
        "no_number": not TrackingNumber.objects.exists(),
        "no_call": not found.total.calls and not Call.objects.exists(),
        "keeps": user.role in KEEPERS,
    }
    return render(request, "calls/report.html", context)


def _period(request: HttpRequest) -> tuple[Period, str, Span]:
    """Return the days that are asked for, in the zone of the agreement in force."""
    law = in_force_or_none()
    zone = law.agreement.zone if law else ZoneInfo(timezone.get_current_timezone_name())
    wish = asked(request.GET.dict(), zone, timezone.localdate(timezone=zone))
    return wish.period, wish.problem, wish.span


def _days(period: Period) -> dict[str, str]:
    return {"span": Span.OWN.value, "from": str(period.first), "to": str(period.last)}


def _behind(period: Period, number: Number, narrow: Mapping[str, str]) -> str:
    """Return the address of the rows behind a number, with the very days that it counts."""
    return f"{reverse('calls-report-rows')}?{urlencode({'of': number.value, **_days(period), **narrow})}"


def _worst(found: CallReport) -> dict[str, object] | None:
    """Return when most calls were missed, in words; None where no hour stands out."""
    if found.worst is None:
        return None
    missed = found.hours[found.worst].missed
    weekday, hour = found.worst
    return {"when": f"on {WEEKDAYS[weekday - 1]}s {hours(hour)}", "missed": missed} if missed > 1 else None


def _section(
    key: str, title: str, what: str, lines: tuple[Line, ...], period: Period, without: Collection[Number] = ()
) -> Section:
    columns = tuple(column for column in COLUMNS if column[0] not in without)
    rows = tuple(Row(line, tuple(_cells(line, columns, period))) for line in lines)
    return Section(key, title, what, columns, rows)


def _cells(line: Line, columns: tuple[tuple[Number, str, str], ...], period: Period) -> Iterator[Cell]:
    for number, label, _ in columns:
        count = getattr(line.counts, number.value)
        share = line.counts.missed_share if number is Number.MISSED and count else None
        after = line.counts.back_after if number is Number.BACK and count else None
        yield Cell(label, count, _behind(period, number, line.narrow), share, after)


def _heat(found: CallReport, period: Period) -> Iterator[tuple[int, list[Slot | None]]]:
    """Yield each hour from the first to the last in which anybody called, with its seven days."""
    if not found.hours:
        return
    called = [hour for _, hour in found.hours]
    for hour in range(min(called), max(called) + 1):
        yield hour, [_slot(found.hours.get((day, hour)), day, hour, period) for day in range(1, 8)]


def _slot(counts: Counts | None, weekday: int, hour: int, period: Period) -> Slot | None:
    if counts is None:
        return None
    number = Number.MISSED if counts.missed else Number.CALLS
    href = _behind(period, number, {"weekday": str(weekday), "hour": str(hour)})
    says = f"{WEEKDAYS[weekday - 1]} {hours(hour)}: {counts.missed} of {counts.calls} missed"
    return Slot(counts, says, href, -(-counts.missed * HEAT // counts.calls))


@require_safe
@for_roles(READERS)
def behind(request: HttpRequest) -> HttpResponseBase:
    """The calls or leads behind a number; with a ``format`` as a file."""
    user, period, _, _ = signed_in(request), *_period(request)
    number = next((each for each in Number if each.value == request.GET.get("of")), Number.CALLS)
    only = narrowed(request.GET.dict())
    rows: Any = (leads_behind if number in OF_LEADS else calls_behind)(number, period, only, user)
    if file_format := asked_format(request.GET):
        table = leads_behind_table if number in OF_LEADS else calls_behind_table
        return answer(table(rows, period, user, at=timezone.now()), file_format, at=timezone.now())
    context = {
        "title": LABELS[number],
        "leads": number in OF_LEADS,
        "period": period,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "narrowed": in_words(only),
        "hidden": _hidden(number, period, only, user),
        "back": f"{reverse('calls-report')}?{urlencode(_days(period))}",
    }
    return render(request, "calls/report_rows.html", context)


def _hidden(number: Number, period: Period, only: Narrowed, user: User) -> bool:
    """Return whether some of the calls that the number counts may not be for this reader."""
    return user.role == Role.SALES and number not in OF_LEADS | OF_MISSED
