"""The page of near misses: which leads one thing alone keeps from sales, and what would close each of them."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce, in_force, in_force_or_none
from accord.server.files import answer, asked_format
from accord.server.handoffs.lead_page import lead_for
from accord.server.handoffs.pages import Tab
from accord.server.nurture.exports import near_misses_table
from accord.server.nurture.near_misses import (
    DEFAULT_SORT,
    Standing,
    Wanted,
    closings_of,
    near_miss_page,
    standing,
    wanted,
)
from accord.server.nurture.readers import ROLES, may_read, require_reader
from accord.server.ui.components import query


@require_safe
@for_roles(ROLES)
def near_misses(request: HttpRequest) -> HttpResponse:
    """Answer "whom does one thing keep from sales, and which?"."""
    user, law = signed_in(request), in_force_or_none()
    require_reader(user)
    context: dict[str, Any] = {"title": "Near misses", "law": law}
    if law is not None:
        context |= _list(user, law, request.GET)
    return render(request, "nurture/near_misses.html", context)


def _list(user: User, law: InForce, given: QueryDict) -> dict[str, Any]:
    asked = wanted({name: given.get(name, "") for name in ("lacks", "q", "sort", "closest")})
    counted = standing(user, law, asked.text)
    return {
        "asked": asked,
        "standing": counted,
        "tabs": list(_tabs(given, asked, counted)),
        "says": next((each.says for each in counted.statements if each.name == asked.lacks), ""),
        "page": near_miss_page(user, law, asked, timezone.now(), given.get("page", "1")),
        "default_sort": DEFAULT_SORT,
    }


def _tabs(given: QueryDict, asked: Wanted, counted: Standing) -> Iterator[Tab]:
    everything = not asked.lacks and not asked.closest
    yield Tab("All", query(given, lacks=None, closest=None, page=None), everything, counted.leads)
    closest = query(given, lacks=None, closest=1, page=None)
    yield Tab("Closest: two thirds of the points or more", closest, asked.closest, counted.closest)
    for each in counted.statements:
        here = each.name == asked.lacks and not asked.closest
        yield Tab(each.says, query(given, lacks=each.name, closest=None, page=None), here, each.count)


@require_safe
@for_roles(STAFF)
def near_miss_of(request: HttpRequest, lead_id: int) -> HttpResponse:
    """What one lead lacks, what would close it, and what is agreed to be done about it; for the page of the lead."""
    user, law = signed_in(request), in_force_or_none()
    lead = lead_for(user, lead_id)
    if lead is None:
        raise Http404
    closings = closings_of(lead, law, timezone.now()) if law is not None else ()
    return render(request, "nurture/near_miss_of.html", {"closings": closings, "listed": may_read(user)})


@require_safe
@for_roles(ROLES)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every near miss that matches as a file."""
    user, at = signed_in(request), timezone.now()
    zone = ZoneInfo(timezone.get_current_timezone_name())
    table = near_misses_table(user, in_force(), wanted(request.GET.dict()), zone, at=at)
    return answer(table, asked_format(request.GET), at=at)
