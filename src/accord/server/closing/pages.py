"""The close-rate map, the page of funnel and velocity, and the leads behind their numbers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accord.insight.closing import FEW, LEAST_EXPECTED, Dimension
from accord.server.accounts.access import for_roles, signed_in
from accord.server.closing.asked import (
    BASE_LABELS,
    CYCLE_LABELS,
    READERS,
    SPAN_LABELS,
    STAGE_NAMES,
    Days,
    funnel_asked,
    map_asked,
)
from accord.server.closing.behind import PAGE, LeadRows, leads_of_cell, leads_of_passage, leads_of_stay
from accord.server.closing.exports import funnel_table, rates_table
from accord.server.closing.funnel import funnel
from accord.server.closing.naming import AFTERWARDS, AS_NOW, LABELS, MEANINGS
from accord.server.closing.rates import STEPS, caption, rate_map
from accord.server.files import answer, asked_format
from accord.server.ui.components import STAGES, query
from accord.server.warehouse.asking import as_of, asks_the_facts


@require_safe
@for_roles(READERS)
@asks_the_facts
def close_rate_map(request: HttpRequest) -> HttpResponse:
    """Which leads close, by two dimensions."""
    asked = map_asked(request.GET.dict(), timezone.now())
    found = rate_map(asked, signed_in(request))
    chosen = {asked.row, asked.column}
    context = {
        "title": "Close-rate map",
        "asked": asked,
        "map": found,
        "caption": caption(asked),
        "dimensions": [(each.value, LABELS[each]) for each in Dimension],
        "row_label": LABELS[asked.row],
        "row_meaning": MEANINGS[asked.row],
        "column_label": LABELS[asked.column] if asked.column else "",
        "column_meaning": MEANINGS[asked.column] if asked.column else "",
        "bases": [(each.value, BASE_LABELS[each]) for each in BASE_LABELS],
        "shades": range(1, STEPS + 1),
        "few": FEW,
        "least_expected": LEAST_EXPECTED,
        "as_now": [LABELS[each].lower() for each in LABELS if each in chosen & AS_NOW],
        "afterwards": bool(chosen & AFTERWARDS),
        "all_url": query(request.GET, all="1"),
        "few_url": query(request.GET, all=None),
        **common(request, asked.days),
    }
    return render(request, "closing/close_rates.html", context)


@require_safe
@for_roles(READERS)
@asks_the_facts
def funnel_and_velocity(request: HttpRequest) -> HttpResponse:
    """How leads pass from stage to stage, and how long they stay."""
    asked = funnel_asked(request.GET.dict(), timezone.now())
    context = {
        "title": "Funnel and velocity",
        "asked": asked,
        "funnel": funnel(asked, signed_in(request)),
        "first_stages": [(name, STAGES[name].label) for name in STAGE_NAMES[:-1]],
        "second_stages": [(name, STAGES[name].label) for name in STAGE_NAMES[1:]],
        "first_label": STAGES[asked.first].label,
        "second_label": STAGES[asked.second].label,
        **common(request, asked.days),
    }
    return render(request, "closing/funnel.html", context)


def common(request: HttpRequest, days: Days) -> dict[str, Any]:
    """Return what every page here shows: its days and runs, and as of when its numbers are."""
    return {
        "as_of": as_of(),
        "days": days,
        "spans": [(span.value, label) for span, label in SPAN_LABELS.items()],
        "cycles": [(cycle.value, label) for cycle, label in CYCLE_LABELS.items()],
        "all_time": query(request.GET, span="all", **{"from": None, "to": None}),
    }


@require_safe
@for_roles(READERS)
@asks_the_facts
def leads_of_a_cell(request: HttpRequest) -> HttpResponse:
    """The leads behind a cell of the map."""
    asked, page = map_asked(request.GET.dict(), timezone.now()), page_number(request)
    found = leads_of_cell(asked, request.GET.dict(), page, signed_in(request))
    back = f"{reverse('close-rates')}?{urlencode(asked.parameters)}"
    return _leads(request, found, BASE_LABELS[asked.base], ("Close-rate map", back), asked.days)


@require_safe
@for_roles(READERS)
@asks_the_facts
def leads_of_a_passage(request: HttpRequest) -> HttpResponse:
    """The leads behind a number of the funnel."""
    asked, page = funnel_asked(request.GET.dict(), timezone.now()), page_number(request)
    behind = leads_of_stay if "stay" in request.GET else leads_of_passage
    found = behind(asked, request.GET.dict(), page, signed_in(request))
    parameters = {**asked.days.parameters, "first": asked.first, "second": asked.second}
    back = f"{reverse('funnel')}?{urlencode(parameters)}"
    return _leads(request, found, "Leads", ("Funnel and velocity", back), asked.days)


def _leads(request: HttpRequest, found: LeadRows, title: str, back: tuple[str, str], days: Days) -> HttpResponse:
    context = {
        "title": title,
        "found": found,
        "days": days,
        "back": back,
        "as_of": as_of(),
        "cycle": CYCLE_LABELS[days.cycle],
        "page": Paginator(range(found.total), PAGE).get_page(page_number(request)),
    }
    return render(request, "closing/leads.html", context)


def page_number(request: HttpRequest) -> int:
    """Return the page of a list that is asked for; what is no number is the first."""
    asked = request.GET.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


@require_safe
@for_roles(READERS)
@asks_the_facts
def export_rates(request: HttpRequest) -> HttpResponseBase:
    """Send the map as a file."""
    at = timezone.now()
    table = rates_table(signed_in(request), map_asked(request.GET.dict(), at))
    return answer(table, asked_format(request.GET), at=at)


@require_safe
@for_roles(READERS)
@asks_the_facts
def export_funnel(request: HttpRequest) -> HttpResponseBase:
    """Send the funnel as a file."""
    at = timezone.now()
    table = funnel_table(signed_in(request), funnel_asked(request.GET.dict(), at))
    return answer(table, asked_format(request.GET), at=at)
