"""The scoreboard, and the leads behind each of its numbers."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.agreement import FUNNEL, clauses
from accord.insight import ALL_TIME, FunnelStage, NobodyWorking, Period, SourceWins, quarter_of, year_of
from accord.rules import instant, microseconds
from accord.server.accounts.access import STAFF, for_roles
from accord.server.files import answer, asked_format
from accord.server.pipeline.models import Lead
from accord.server.scoreboard import drilldown, listing, queries
from accord.server.scoreboard.addresses import rows_behind
from accord.server.scoreboard.hand_offs import narrowed_to
from accord.server.scoreboard.ledger import Ledger, dates, ledger
from accord.server.scoreboard.queries import Laws
from accord.server.ui.components import STAGES, query
from accord.server.warehouse.asking import as_of, asks_the_warehouse

FORGOTTEN_SHOWN = 6
"""Leads of the black hole that the page itself lists; the rest is one click away."""
COHORTS = (("all", "All time"), ("year", "Year"), ("quarter", "Quarter"), ("month", "Month"))
SORTS: dict[str, Callable[[SourceWins], Any]] = {
    "source": lambda row: (row.source == "", row.source),
    "leads": lambda row: row.leads,
    "won": lambda row: row.won,
    "rate": lambda row: row.win_rate or 0.0,
    "amount": lambda row: row.amount_cents or 0,
}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A lead that nobody is working, and why one says so."""

    lead: Lead
    last: datetime
    reasons: tuple[str, ...]


@require_safe
@for_roles(STAFF)
@asks_the_warehouse
def scoreboard(request: HttpRequest) -> HttpResponse:
    """Who kept their word this month, what is forgotten, and what came of it all."""
    now = timezone.now()
    known = queries.laws()
    month = queries.month(known.zone, now, request.GET.get("month", ""))
    law = known.at_end_of(month, now)
    latest = known.latest()
    kept = ledger(known, law, month, now) if law else None
    running = month.to_us > microseconds(now)
    context = {
        "title": "Scoreboard",
        "as_of": as_of(),
        "here": request.get_full_path(),
        "running": running,
        "law": law,
        "any_law": latest is not None,
        "sides": _sides(kept),
        "summary": kept.summary if kept else "",
        "currency": queries.currency(known),
        "dates": dates(month),
        "responses": queries.response_times(month, now),
        "days": queries.days_to_win(month),
        "days_ever": queries.days_to_win(ALL_TIME),
        "rejections": [
            (listing.reason_label(row.reason, latest.agreement if latest else None), row)
            for row in queries.rejections(month)
        ],
        "lives": [
            (listing.reason_label(row.reason, latest.agreement if latest else None), row)
            for row in queries.second_lives()
        ],
        "funnel": _funnel(queries.funnel(month), month),
        **_months(request, month, running),
        **_forgotten(queries.black_hole(now)),
        **_wins(request, month, queries.currency(known)),
    }
    return render(request, "scoreboard/scoreboard.html", context)


def _sides(kept: Ledger | None) -> list[tuple[str, str, Any]]:
    return [("Marketing", "marketing", kept.marketing), ("Sales", "sales", kept.sales)] if kept else []


def _months(request: HttpRequest, month: Period, running: bool) -> dict[str, object]:
    if month.first is None or month.end is None:
        raise ValueError(month)
    return {
        "month": month.first,
        "last_day": month.end - timedelta(days=1),
        "zone": month.zone.key,
        "previous": query(request.GET, month=_key(month.first - timedelta(days=1))),
        "next": "" if running else query(request.GET, month=_key(month.end)),
    }


def _key(day: date) -> str:
    return f"{day:%Y-%m}"


def _forgotten(found: tuple[NobodyWorking, ...]) -> dict[str, object]:
    shown = found[:FORGOTTEN_SHOWN]
    leads = Lead.objects.select_related("person__company", "owner").in_bulk(row.lead_id for row in shown)
    return {
        "forgotten_count": len(found),
        "forgotten_more": len(found) - len(shown),
        "forgotten": [
            Forgotten(leads[row.lead_id], instant(row.last_us), listing.reasons(asdict(row)))
            for row in shown
            if row.lead_id in leads
        ],
    }


def _funnel(stages: tuple[FunnelStage, ...], month: Period) -> list[dict[str, object]]:
    """Return the steps of the drawing; a subscriber stage that everybody has left says nothing and is left out."""
    shown = stages[1:] if stages[0].leads == stages[1].leads else stages
    return [
        {
            "label": STAGES[step.stage].label,
            "count": step.leads,
            "href": rows_behind("funnel", {"place": str(step.place), **dates(month)}) if step.leads else "",
        }
        for step in shown
    ]


def _wins(request: HttpRequest, month: Period, currency: str) -> dict[str, object]:
    name = request.GET.get("cohort", "all")
    cohort = _cohort(name, month)
    order = request.GET.get("sort", "")
    if order.removeprefix("-") not in SORTS:
        order = "-leads"
    found = queries.win_rates(cohort, currency)
    leads, won = sum(row.leads for row in found), sum(row.won for row in found)
    amounts = [row.amount_cents for row in found if row.amount_cents is not None]
    return {
        "wins": sorted(found, key=SORTS[order.removeprefix("-")], reverse=order.startswith("-")),
        "wins_leads": leads,
        "wins_won": won,
        "wins_rate": won / leads if leads else None,
        "wins_amount": sum(amounts) if amounts else None,
        "wins_most": max((row.win_rate or 0.0 for row in found), default=0.0),
        "cohorts": COHORTS,
        "cohort_dates": dates(cohort),
        "cohort_first": cohort.first,
        "cohort_last": cohort.end - timedelta(days=1) if cohort.end else None,
    }


def _cohort(name: str, month: Period) -> Period:
    if month.first is None:
        raise ValueError(month)
    match name:
        case "year":
            return year_of(month.first, month.zone)
        case "quarter":
            return quarter_of(month.first, month.zone)
        case "month":
            return month
        case _:
            return ALL_TIME


@require_safe
@for_roles(STAFF)
@asks_the_warehouse
def rows(request: HttpRequest, question: str) -> HttpResponseBase:
    """The leads behind one number, as a page or, with a ``format``, as a file."""
    known = queries.laws()
    currency = queries.currency(known)
    wanted = drilldown.asked(question, request.GET.dict(), known.zone, currency, timezone.now())
    law = known.latest()
    agreement = law.agreement if law else None
    if file_format := asked_format(request.GET):
        return answer(listing.table(wanted, currency, agreement, question), file_format, at=timezone.now())
    number = _page_number(request.GET.get("page", ""))
    found = listing.page_of(wanted, number, currency, agreement)
    if not found.rows and number > 1:
        number = 1
        found = listing.page_of(wanted, number, currency, agreement)
    context = {
        "title": wanted.drilldown.title,
        "as_of": as_of(),
        "drilldown": wanted.drilldown,
        "narrowed": _narrowed(wanted.given, known),
        "choices": _choices(wanted.drilldown),
        "period": wanted.period,
        "last_day": wanted.period.end - timedelta(days=1) if wanted.period.end else None,
        "rows": found.rows,
        "page": Paginator(range(found.total), listing.PAGE).get_page(number),
        "month": _key(wanted.period.first) if wanted.period.first else "",
    }
    return render(request, "scoreboard/rows.html", context)


def _page_number(asked: str) -> int:
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _choices(wanted: drilldown.Drilldown) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    if wanted.choices is None:
        return None
    name, options = wanted.choices
    return name, (("", "All"), *options)


def _narrowed(given: Mapping[str, object], known: Laws) -> list[str]:
    """Return in words what the rows were narrowed to, but for what the page's own choices show."""
    said = []
    if "clause" in given:
        said.append(_sentence(str(given["clause"]), given.get("revision"), known))
    if "promise" in given:
        said.append(PROMISES.get(str(given["promise"]), ""))
    if "stage" in given:
        said.append(f"Came to {STAGES[str(given['stage'])].label} or past it")
    if given.get("place"):
        said.append(f"Came as far as {STAGES[FUNNEL[min(int(str(given['place'])), len(FUNNEL) - 1)].value].label}")
    if "source" in given:
        said.append(f"Source: {given['source'] or 'not stated'}")
    said += narrowed_to(given)
    law = known.latest()
    for reason in ("reason", "reject_reason"):
        if reason in given:
            said.append(f"Reason: {listing.reason_label(str(given[reason]), law.agreement if law else None)}")
    return [each for each in said if each]


PROMISES = {"decide": "Decisions", "first_attempt": "First attempts", "attempts": "All attempts"}


def _sentence(path: str, number: object, known: Laws) -> str:
    law = next((known.numbered(r.number) for r in known.all if r.number == number), known.latest())
    said = {clause.path: clause.sentence for clause in clauses(law.agreement)} if law else {}
    return said.get(path, path)
