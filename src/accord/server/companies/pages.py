"""The Companies pages: who is on the site, one company, one organisation, and the visits behind each number."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accord.server.accounts.access import for_roles, signed_in
from accord.server.accounts.models import Role
from accord.server.companies.asked import (
    CERTAINTIES,
    PERIOD_LABELS,
    PERIOD_WORDS,
    READERS,
    Known,
    Period,
    Wanted,
    wanted,
)
from accord.server.companies.exports import companies_table
from accord.server.companies.profile import organisation as organisation_of
from accord.server.companies.profile import profile
from accord.server.companies.rows import detailed, groups, leads_of
from accord.server.companies.steps import PARTS, STEPS, Accounting, accounting, conditions, in_period
from accord.server.duplicates.models import Kind
from accord.server.duplicates.queries import now_known_as
from accord.server.files import answer, asked_format
from accord.server.people.models import Company, NetworkKind, Visit
from accord.server.people.networks import networks, table
from accord.server.tracking.models import Source
from accord.server.ui.components import query

PAGE_SIZE = 25
VISITS_ON_A_PAGE = 50
SORT_LABELS = (("-seen", "Seen last"), ("-visits", "Most visits"), ("-people", "Most people known"))
BESIDE = {
    "human": ("robot", "unclear"),
    "organisation": ("business", "education", "government", "other", "access", "untold"),
    "person": ("anyone",),
}
"""What is said beside which step."""


@require_safe
@for_roles(READERS)
def companies(request: HttpRequest) -> HttpResponse:
    """Which companies are on the site, and the accounting."""
    user, now = signed_in(request), timezone.now()
    asked = wanted(request.GET.dict())
    found = groups(asked, now, user)
    page: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = detailed(page.object_list, asked, now)
    counted = accounting(asked.period, asked.sure, now, user)
    here = groups(Wanted(period=Period.NOW, sure=asked.sure), now, user)
    context = {
        "title": "Companies",
        "asked": asked,
        "page": page,
        "total": len(found),
        "named": sum(group.key[0] is not None for group in found),
        "here": len(here),
        "periods": [(period.value, PERIOD_LABELS[period]) for period in Period],
        "in_words": PERIOD_WORDS[asked.period],
        "kinds": NetworkKind.choices,
        "knowns": KNOWN_LABELS,
        "certainties": CERTAINTIES,
        "sorts": [(query(request.GET, sort=key, page=None), text, key == asked.sort) for key, text in SORT_LABELS],
        "counted": counted,
        "funnel": _funnel(counted, asked),
        "keeps_sources": user.role in {Role.MARKETING, Role.OPERATIONS},
        "no_source": not Source.objects.exists(),
        "no_visit": not counted.counts["all"] and not Visit.objects.exists(),
        **_table(),
    }
    return render(request, "companies/companies.html", context)


KNOWN_LABELS = (
    (Known.COMPANY.value, "Companies we know"),
    (Known.ORGANISATION.value, "Not known yet"),
    (Known.LISTED.value, "On the outreach list"),
)


def _table() -> dict[str, Any]:
    found = networks()
    credit, _, link = found.credit.partition(", https://") if found is not None else ("", "", "")
    site, _, licence = link.partition(" ")
    return {"loaded": found is not None, "broken": found is None and table().exists(), "credit": credit,
            "credit_url": f"https://{site}" if site else "", "licence": licence}  # fmt: skip


def _funnel(counted: Accounting, asked: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "label": step.label,
            "meaning": step.meaning,
            "count": counted.counts[name],
            "before": counted.counts[list(STEPS)[place - 1]] if place else None,
            "href": _visits_url(asked, step=name),
            "beside": [
                (PARTS[part].label, PARTS[part].meaning, counted.counts[part], _visits_url(asked, step=part))
                for part in BESIDE.get(name, ())
            ],
        }
        for place, (name, step) in enumerate(STEPS.items())
    ]


def _visits_url(asked: Wanted, **more: str) -> str:
    about = {"period": asked.period.value, "sure": str(asked.sure), **more}
    return f"{reverse('companies-visits')}?{urlencode(about)}"


@require_safe
@for_roles(READERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every company that matches as a file."""
    at, zone = timezone.now(), ZoneInfo(timezone.get_current_timezone_name())
    table = companies_table(signed_in(request), wanted(request.GET.dict()), zone, at=at)
    return answer(table, asked_format(request.GET), at=at)


@require_safe
@for_roles(READERS)
def visits(request: HttpRequest) -> HttpResponse:
    """The visits behind a number."""
    now, asked = timezone.now(), wanted(request.GET.dict())
    steps = {**STEPS, **PARTS}
    step = request.GET.get("step", "") if request.GET.get("step") in steps else "all"
    company = Company.objects.filter(pk=_id(request.GET.get("company", ""))).first()
    organisation = request.GET.get("organisation", "").replace("\x00", "")[:300]
    rows = in_period(asked.period, now).filter(conditions(asked.sure)[step])
    if company is not None:
        rows = rows.filter(Q(visitor__person__company=company) | Q(visitor__person__company=None, company=company))
    if organisation:
        rows = rows.filter(organisation=organisation)
    rows = rows.select_related("visitor__person__company", "company").order_by("-last_at", "-pk")
    page = Paginator(rows, VISITS_ON_A_PAGE).get_page(request.GET.get("page"))
    leads = leads_of(visit.visitor.person_id for visit in page if visit.visitor.person_id)
    context = {
        "title": "Visits",
        "asked": asked,
        "step": step,
        "meaning": steps[step].meaning,
        "label": steps[step].label,
        "steps": [(name, f"{each.label[:1].upper()}{each.label[1:]}") for name, each in steps.items()],
        "periods": [(period.value, PERIOD_LABELS[period]) for period in Period],
        "certainties": CERTAINTIES,
        "in_words": PERIOD_WORDS[asked.period],
        "page": page,
        "rows": [(visit, leads.get(visit.visitor.person_id or 0)) for visit in page],
        "company": company,
        "organisation": organisation,
        **_table(),
    }
    return render(request, "companies/visits.html", context)


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@require_safe
@for_roles(READERS)
def company(request: HttpRequest, key: int) -> HttpResponse:
    """One company; the id of one that was merged leads to what it was merged into."""
    known = now_known_as(Kind.COMPANY, key := min(key, 2**63 - 1))
    if known != key:
        return redirect("company", known)
    found = profile(key, timezone.now(), signed_in(request))
    context = {
        "title": str(found.company),
        "profile": found,
        "company": found.company,
        "met": [each for each in found.standings if each.holds],
        "visits_url": f"{reverse('companies-visits')}?{urlencode({'period': 'month', 'company': str(key)})}",
        **_table(),
    }
    return render(request, "companies/company.html", context)


@require_safe
@for_roles(READERS)
def organisation(request: HttpRequest) -> HttpResponse:
    """One organisation that is no company we know."""
    return organisation_page(request, request.GET.get("name", "").replace("\x00", "")[:300])


def organisation_page(request: HttpRequest, name: str, problem: str = "", status: int = 200) -> HttpResponse:
    """Show an organisation, with what could not be done about it."""
    found = organisation_of(name, timezone.now(), signed_in(request))
    context = {
        "title": found.name,
        "found": found,
        "kind": NetworkKind(found.kind).label,
        "problem": problem,
        "typed": {part: request.POST.get(part, "") for part in ("name", "website", "company")},
        "visits_url": f"{reverse('companies-visits')}?{urlencode({'period': 'month', 'organisation': name})}",
        **_table(),
    }
    return render(request, "companies/organisation.html", context, status=status)
