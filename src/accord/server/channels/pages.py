"""The Channels pages: what each channel brought and cost, and the rows behind each number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accord.server.accounts.access import for_roles, signed_in
from accord.server.accounts.models import Role
from accord.server.channels.asked import EVERY, READERS, SPAN_LABELS, Asked, Show, Span, asked
from accord.server.channels.behind import (
    NUMBER_LABELS,
    PARTS,
    Number,
    costs_behind,
    leads_behind,
    narrowed,
    visits_behind,
)
from accord.server.channels.exports import channels_table
from accord.server.channels.figures import Way
from accord.server.channels.rows import ChannelRow, Figures, report
from accord.server.files import answer, asked_format
from accord.server.ui.components import query

ROWS_ON_A_PAGE = 50
SHOWS = (
    (Show.NO_VISITS.value, "Cost, but no visits"),
    (Show.NO_COST.value, "Visits, but no cost"),
)


def _asked(request: HttpRequest) -> Asked:
    zone = ZoneInfo(timezone.get_current_timezone_name())
    return asked(request.GET.dict(), zone, timezone.localdate(timezone=zone))


@dataclass(frozen=True, slots=True)
class Count:
    """One count of a row, the address of the rows behind it, and what one cost, by currency."""

    label: str
    value: int
    href: str
    each: Sequence[tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the page shows it.

    Attributes:
        share: Of all visits shown; None where there are none.
        toggle: The address that opens or closes a channel; "" for a row within one.
        cost_href: The costs behind the sum, or for a channel its rows.
    """

    name: str
    figures: Figures
    counts: Sequence[Count]
    share: float | None
    way: Way | None
    toggle: str
    opened: bool
    sources: Sequence[str]
    cost_href: str


COUNTS = (
    (Number.LEADS, "Leads"),
    (Number.MQL, "MQL"),
    (Number.ACCEPTED, "Accepted"),
    (Number.WON, "Won"),
)


@require_safe
@for_roles(READERS)
def channels(request: HttpRequest) -> HttpResponse:
    """What each channel brought and cost."""
    wish = _asked(request)
    user = signed_in(request)
    found = report(wish, user)
    lines = [line for row in found.channels for line in _lines(request, wish, row, found.total.visits)]
    context = {
        "title": "Channels",
        "asked": wish,
        "report": found,
        "lines": lines,
        "total": _line(request, wish, "Total", found.total, found.total.visits, {}),
        "spans": [(span.value, SPAN_LABELS[span]) for span in Span],
        "shows": SHOWS,
        "visits": found.inbound.visits + found.outbound.visits + found.untold.visits,
        "leads": found.inbound.leads + found.outbound.leads + found.untold.leads,
        "alike": [(what, group) for what, groups in found.alike.items() for group in groups],
        "unclear_note": f"{found.unclear:,} more may be robots" if found.unclear else "",
        "clear_url": query(request.GET, q=None, show=None),
        "may_import": user.role in {Role.MARKETING, Role.OPERATIONS},
        "open_all": query(request.GET, open=EVERY),
        "close_all": query(request.GET, open=None),
        "all_open": wish.opened == EVERY or wish.narrowed,
    }
    return render(request, "channels/channels.html", context)


def _lines(request: HttpRequest, wish: Asked, row: ChannelRow, visits: int) -> Iterable[Line]:
    opened = wish.narrowed or wish.opened in {EVERY, row.name}
    toggle = query(request.GET, open=None if wish.opened == row.name else row.name)
    yield _line(
        request, wish, row.name, row.figures, visits, {"channel": row.channel}, row=row, toggle=toggle, opened=opened
    )
    if opened:
        for each in row.ways:
            parts = dict(zip(PARTS, each.way, strict=True))
            yield _line(request, wish, each.name, each.figures, visits, parts, way=each.way)


def _line(
    request: HttpRequest,
    wish: Asked,
    name: str,
    figures: Figures,
    visits: int,
    parts: dict[str, str],
    *,
    row: ChannelRow | None = None,
    way: Way | None = None,
    toggle: str = "",
    opened: bool = False,
) -> Line:
    # Where rows are left out, a channel's number has more rows behind it than it counts.
    exact = way is not None or not wish.narrowed
    opens = query(request.GET, open=row.name) if row is not None else _behind(wish, Number.COST, parts)
    return Line(
        name=name,
        figures=figures,
        counts=[
            Count(
                label,
                getattr(figures, number),
                _behind(wish, number, parts) if exact else "",
                [] if number is Number.ACCEPTED else _each(figures, number),
            )
            for number, label in ((Number.VISITS, "Visits"), *COUNTS)
        ],
        share=figures.visits / visits if visits else None,
        way=way,
        toggle=toggle,
        opened=opened,
        sources=row.sources if row is not None else (),
        cost_href=opens if exact else "",
    )


def _each(figures: Figures, number: Number) -> list[tuple[str, Decimal]]:
    each = figures.cost_of_each(number.value)
    return [(currency, amount) for currency, amount in sorted(each.items()) if amount is not None]


def _behind(wish: Asked, number: Number, parts: dict[str, str]) -> str:
    """Return the address of the rows behind a number, with the very days that it counts."""
    return f"{reverse('channels-rows')}?{urlencode({'of': number.value, **_days(wish), **parts})}"


@require_safe
@for_roles(READERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every row that matches as a file."""
    at = timezone.now()
    return answer(channels_table(signed_in(request), _asked(request), at=at), asked_format(request.GET), at=at)


@require_safe
@for_roles(READERS)
def behind(request: HttpRequest) -> HttpResponse:
    """The rows behind a number."""
    wish, user = _asked(request), signed_in(request)
    only = narrowed(request.GET.dict())
    number = next((each for each in Number if each.value == request.GET.get("of")), Number.LEADS)
    rows: Any
    match number:
        case Number.VISITS:
            rows = visits_behind(wish.period, only, user)
        case Number.COST:
            rows = costs_behind(wish.period, only, user)
        case _:
            rows = leads_behind(number, wish.period, only, user)
    context = {
        "title": NUMBER_LABELS[number],
        "number": number.value,
        "asked": wish,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "named": [(name, only.parts[name]) for name in PARTS if name in only.parts],
        "back": f"{reverse('channels')}?{urlencode(_days(wish))}",
    }
    return render(request, "channels/rows.html", context)


def _days(wish: Asked) -> dict[str, str]:
    return {"span": Span.OWN.value, "from": str(wish.period.first), "to": str(wish.period.last)}
