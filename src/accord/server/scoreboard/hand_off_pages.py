"""The page that says how healthy the hand-off is."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.insight import Period, month_of, quarter_of, year_of
from accord.server.accounts.access import STAFF, for_roles
from accord.server.accounts.models import Team
from accord.server.files import answer, asked_format
from accord.server.scoreboard import queries
from accord.server.scoreboard.hand_offs import FEW, hand_offs_table, health_of
from accord.server.ui.components import query
from accord.server.warehouse.asking import as_of, asks_the_warehouse

SPANS: dict[str, Callable[[date, ZoneInfo], Period]] = {"month": month_of, "quarter": quarter_of, "year": year_of}
LABELS = (("month", "Month"), ("quarter", "Quarter"), ("year", "Year"), ("all", "All time"))


@require_safe
@for_roles(STAFF)
@asks_the_warehouse
def hand_offs(request: HttpRequest) -> HttpResponseBase:
    """What sales accepts and why not, and how soon it tries against what comes of it; with a ``format`` as a file."""
    now, known = timezone.now(), queries.laws()
    month = queries.month(known.zone, now, request.GET.get("month", ""))
    span = request.GET.get("span", "quarter")
    period = _period(span, month)
    teams = list(Team.objects.values_list("name", flat=True))
    team = request.GET.get("team", "")
    team = team if team in teams else ""
    law = known.latest()
    found = health_of(period, team, law.agreement if law else None, now)
    if file_format := asked_format(request.GET):
        return answer(hand_offs_table(found, known.zone), file_format, at=now)
    context = {
        "title": "Hand-offs",
        "found": found,
        "as_of": as_of(),
        "few": FEW,
        "teams": [("", "All teams"), *((name, name) for name in teams)],
        "team": team,
        "spans": LABELS,
        "period": period,
        "last_day": period.end - timedelta(days=1) if period.end else None,
        **_neighbours(request, period, now.astimezone(known.zone).date()),
    }
    return render(request, "scoreboard/hand_offs.html", context)


def _period(span: str, month: Period) -> Period:
    if span == "all" or month.first is None:
        return Period(None, None, month.zone)
    return SPANS.get(span, quarter_of)(month.first, month.zone)


def _neighbours(request: HttpRequest, period: Period, today: date) -> dict[str, str]:
    """Return the links to the periods before and after, which is empty if it is still to come."""
    if period.first is None or period.end is None:
        return {"previous": "", "next": ""}
    before = query(request.GET, month=f"{period.first - timedelta(days=1):%Y-%m}")
    after = query(request.GET, month=f"{period.end:%Y-%m}") if period.end <= today else ""
    return {"previous": before if period.first > queries.EARLIEST else "", "next": after}
