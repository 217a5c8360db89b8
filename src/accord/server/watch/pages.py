"""The page of the black hole: which leads nobody is working, for how long, whose they are, and why it is said."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.accounts.audit import record
from accord.server.files import answer, asked_format
from accord.server.scoreboard.listing import WHY
from accord.server.watch import queries

PAGE = 50


@require_safe
@for_roles(STAFF)
def black_hole(request: HttpRequest) -> HttpResponse:
    """Answer "does anything lie about?"; the list should be empty."""
    now, asked = timezone.now(), queries.wanted(request.GET.dict())
    page: Any = Paginator(queries.matching(asked, now), PAGE).get_page(request.GET.get("page"))
    page.object_list = [(alarm, queries.in_words(alarm)) for alarm in page.object_list]
    standing = queries.standing(now)
    context = {
        "title": "Black hole",
        "asked": asked,
        "owner": "" if asked.owner is None else str(asked.owner),
        "page": page,
        "standing": standing,
        "choices": queries.choices(),
        "reasons": WHY.items(),
        "tabs": [("", "Now", standing.open), ("over", "Over", standing.over)],
        "tab": "over" if asked.over else "",
        "default_sort": queries.DEFAULT_SORT,
    }
    return render(request, "watch/black_hole.html", context)


@require_safe
@for_roles(STAFF)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every lead of the list as a file."""
    now, asked = timezone.now(), queries.wanted(request.GET.dict())
    record("black_hole.exported", "black_hole", actor=signed_in(request), at=now, over=asked.over)
    table = queries.alarms_table(asked, ZoneInfo(timezone.get_current_timezone_name()), now)
    return answer(table, asked_format(request.GET), at=now)
