"""The pages Campaigns and Attribution; with a ``format`` they are files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.insight import Period
from accord.insight.credit import MODEL_LABELS, Dimension, Measure, shown
from accord.insight.credit.deal_questions import Outcome
from accord.insight.credit.months import first_day
from accord.insight.credit.questions import earned_by_month, effects, paths, steps
from accord.insight.credit.wishes import ENTERED_BY, SPENT_ON
from accord.server.accounts.access import for_roles, signed_in
from accord.server.accounts.audit import record
from accord.server.credit.asked import (
    BY_LABELS,
    COST_READERS,
    DIMENSION_LABELS,
    EXACT,
    MEASURE_LABELS,
    READERS,
    SCOPE_LABELS,
    SPAN_LABELS,
    Asked,
    Span,
    asked,
)
from accord.server.credit.asking import Opened, opened, restatements
from accord.server.credit.exports import attribution_table, campaigns_table
from accord.server.credit.flow import STEPS, flow
from accord.server.credit.rows import (
    CAMPAIGN_SORTS,
    Report,
    Row,
    with_names,
)
from accord.server.credit.rows import (
    attribution as attribution_report,
)
from accord.server.credit.rows import (
    campaigns as campaigns_report,
)
from accord.server.credit.terms import Law, law
from accord.server.files import Format, Table, answer, asked_format
from accord.server.ui.components import query

ROWS_ON_A_PAGE = 100
PATHS = 10
NEWS = timedelta(days=7)
"""Restatements of so long are spoken of on top of the pages."""
CAMPAIGN_DIMENSIONS = (
    Dimension.CAMPAIGN,
    Dimension.CHANNEL,
    Dimension.SOURCE,
    Dimension.CONTENT,
    Dimension.LANDING,
    Dimension.DIRECTION,
)
WISHES = ("span", "from", "to", "of", "by", "scope", "measure", "model")
"""The parameters that say which numbers are asked for."""
ATTRIBUTION_SORTS = ("name", "deals", "assisted", *MODEL_LABELS)


@require_safe
@for_roles(COST_READERS)
def campaigns(request: HttpRequest) -> HttpResponseBase:
    """What each campaign cost, brought and earned."""
    edition = opened()
    if edition is None:
        return none_yet(request, "Campaigns")
    terms, wish = wished(request, edition, dimensions=CAMPAIGN_DIMENSIONS, sorts=CAMPAIGN_SORTS)
    found = campaigns_report(edition, wish, instants(wish, terms))
    if wanted := asked_format(request.GET):
        return handed_out(request, campaigns_table(found, wish, terms), wanted)
    page = Paginator(found.rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **shared(request, wish, terms, edition),
        "title": "Campaigns",
        "report": found,
        "won": found.won,
        "page": page,
        "lines": [Line.of(row, wish, alone=True) for row in with_names(wish.dimension, list(page.object_list))],
        "rest": Line.of(found.rest, wish),
        "untouched": None if found.left_out else found.won.untouched,
        "costs_told": wish.dimension in SPENT_ON,
        "leads_told": wish.dimension in ENTERED_BY,
        "dimensions": [(each.value, DIMENSION_LABELS[each]) for each in CAMPAIGN_DIMENSIONS],
        "total": Line.of(found.total, wish),
        "course_told": wish.span not in {Span.ALL, Span.MONTH},
    }
    return render(request, "credit/campaigns.html", context)


@require_safe
@for_roles(READERS)
def attribution(request: HttpRequest) -> HttpResponseBase:
    """Which channels earned what, under every model side by side."""
    edition = opened()
    if edition is None:
        return none_yet(request, "Attribution")
    terms, wish = wished(request, edition, sorts=ATTRIBUTION_SORTS)
    found = attribution_report(edition, wish)
    if wanted := asked_format(request.GET):
        return handed_out(request, attribution_table(found, wish, terms), wanted)
    models = [(model, MODEL_LABELS[model]) for model in agreed_first(wish)]
    lost = _effects(edition, wish)
    page = Paginator(found.rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **shared(request, wish, terms, edition),
        "title": "Attribution",
        "report": found,
        "won": found.won,
        "columns": models,
        "page": page,
        "lines": [
            (Line.of(row, wish), [row.by(model) for model, _ in models], lost.get(row.label or ""))
            for row in with_names(wish.dimension, list(page.object_list))
        ],
        "rest": [found.rest.by(model) for model, _ in models],
        "sums": [found.total.by(model) for model, _ in models],
        "effects_told": bool(lost),
        "dimensions": [(each.value, DIMENSION_LABELS[each]) for each in Dimension],
        **_balance(edition, wish, terms, found),
        "flow": flow(steps(edition.tables, wish.wish, STEPS)),
        "paths": paths(edition.tables, wish.wish, PATHS),
        "untouched_url": deals_behind(wish, untouched="1"),
        "untouched_href": deals_behind(wish, untouched="1") if found.won.untouched else "",
        "untouched_note": f"{found.won.untouched:,} of {found.won.deals:,} deals",
    }
    return render(request, "credit/attribution.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """A row as a page shows it.

    Attributes:
        about: The page about it alone; "" where it is a sum.
        href: The deals behind it; "" where there are none.
        still_open: Those that are open, likewise; ``lost`` too.
        roi: What came back beside what was spent, as a share; None: nothing was spent.
        stages: Each with how many leads came so far, and what one of them cost.
    """

    row: Row
    earned: int
    about: str
    href: str
    still_open: str
    lost: str
    roi: float | None
    stages: Sequence[tuple[str, int | None, int | None]]

    @classmethod
    def of(cls, row: Row, wish: Asked, *, alone: bool = False) -> "Line":
        """Return what a page shows of a row; ``alone``: it is no sum, and has a page about it."""
        none = None if row.label is None else 0  # how they came who came by nothing is not known
        share = row.roi(wish.model) if wish.wish.measure is not Measure.DEALS else None
        return cls(
            row=row,
            earned=row.by(wish.model),
            about=_about(row, wish) if alone else "",
            href=_deals_of(row, wish, Outcome.WON) if row.touched is not None else "",
            still_open=_deals_of(row, wish, Outcome.OPEN) if row.still_open else "",
            lost=_deals_of(row, wish, Outcome.LOST) if row.lost else "",
            roi=float(share) if share is not None else None,
            stages=[
                (stage, getattr(row.entered, stage) if row.entered is not None else none, row.each(stage))
                for stage in ("leads", "mql", "sal", "sql", "customers")
            ],
        )


def _deals_of(row: Row, wish: Asked, outcome: Outcome) -> str:
    narrowed = {} if outcome is Outcome.WON else {"outcome": outcome.value}
    return deals_behind(wish, by=wish.dimension.value, label=row.label or "", **narrowed)


@dataclass(frozen=True, slots=True)
class Balance:
    """How much of the credit came from inbound touches; shares from 0 to 1.

    Attributes:
        target: The least that the agreement wants; None: it wants nothing.
    """

    inbound: float
    outbound: float
    target: float | None


def _balance(edition: Opened, wish: Asked, terms: Law, found: Report) -> dict[str, Any]:
    """Return the balance of inbound and outbound by the model asked for, and how it is shown."""
    credited = found.won.worth - found.won.unattributable
    if not credited:
        return {"inbound": None}
    by_month = earned_by_month(edition.tables, wish.wish, Dimension.DIRECTION, wish.model)
    rows = {label: sum(months.values()) for label, months in by_month.items()}
    wanted = terms.terms.inbound_percent
    shares = Balance(
        rows.get("inbound", 0) / credited,
        rows.get("outbound", 0) / credited,
        wanted / 100 if wanted is not None else None,
    )
    if shares.target is None:
        return {"inbound": shares, "inbound_tone": "", "inbound_note": "no target is agreed"}
    return {
        "inbound": shares,
        "inbound_tone": "ok" if shares.inbound >= shares.target else "late",
        "inbound_note": f"at least {wanted} % is agreed",
    }


def _effects(edition: Opened, wish: Asked) -> Mapping[str, float]:
    if wish.dimension is not Dimension.CHANNEL:
        return {}
    found = effects(edition.tables, wish.wish.scope, Dimension.CHANNEL.value)
    return {label: millionths / 1_000_000 for label, millionths in found.items()}


def agreed_first(wish: Asked) -> Sequence[str]:
    """Return the models in the order of a page: the one asked for, the agreed one, all others."""
    first = list(dict.fromkeys((wish.model, wish.agreed)))
    return [*first, *(model for model in wish.models if model not in first)]


def deals_behind(wish: Asked, **narrowed: str) -> str:
    """Return the address of the deals behind a number, with the very months and model that it counts."""
    return _address("won-deals", wish, **narrowed)


def _about(row: Row, wish: Asked) -> str:
    return _address("campaign", wish, by=wish.dimension.value, label=row.label or "")


def _address(name: str, wish: Asked, **more: str) -> str:
    given = {
        "span": Span.OWN.value,
        "from": _written(wish.wish.first),
        "to": _written(wish.wish.last),
        "of": wish.wish.by.value,
        "scope": wish.wish.scope.value,
        "measure": wish.wish.measure.value,
        "model": wish.model,
        "amounts": EXACT if wish.exact else "",
    }
    if wish.span is Span.ALL:
        given = {**given, "span": Span.ALL.value, "from": "", "to": ""}
    return f"{reverse(name)}?{urlencode({**{key: text for key, text in given.items() if text}, **more})}"


def wished(
    request: HttpRequest,
    edition: Opened,
    *,
    dimensions: Sequence[Dimension] = tuple(Dimension),
    sorts: Sequence[str] = (),
    sort: str = "",
) -> tuple[Law, Asked]:
    """Return by which terms credit is given, and which numbers of an edition are asked for; see ``asked``."""
    held, now = edition.edition, law()
    terms = replace(now, currency=held.currency)  # files say what their amounts are in
    # Just after other terms were signed, credit may not have been given under their model yet.
    agreed = now.terms if shown(now.terms.model) in held.models else replace(now.terms, model=held.model)
    given = request.GET.dict()
    return terms, asked(given, agreed, today(terms), held.models, dimensions=dimensions, sorts=sorts, sort=sort)


def shared(request: HttpRequest, wish: Asked, terms: Law, edition: Opened) -> dict[str, Any]:
    """Return what every page of credit shows: its tabs, choices and how old its numbers are."""
    role = signed_in(request).role
    kept = {name: request.GET[name] for name in (*WISHES, "amounts") if name in request.GET}
    tabs = [("campaigns", "Campaigns")] if role in COST_READERS else []
    tabs += [("attribution", "Attribution"), ("won-deals", "Won deals"), ("restatements", "Restatements")]
    return {
        "asked": wish,
        "terms": terms,
        "as_of": edition.at,
        "currency": edition.edition.currency,
        "tabs": [(f"{reverse(name)}?{urlencode(kept)}" if kept else reverse(name), text, name) for name, text in tabs],
        "spans": [(span.value, SPAN_LABELS[span]) for span in Span],
        "scopes": [(each.value, text) for each, text in SCOPE_LABELS.items()],
        "measures": [(each.value, text) for each, text in MEASURE_LABELS.items()],
        "amounts": [("", "Rounded"), (EXACT, "Exact")],
        "bys": [(each.value, text) for each, text in BY_LABELS.items()],
        "models": [
            (model, f"{MODEL_LABELS[model]}{' (agreed)' if model == wish.agreed else ''}") for model in wish.models
        ],
        "model_name": MODEL_LABELS[wish.model],
        "agreed_name": MODEL_LABELS[wish.agreed],
        "is_money": wish.wish.measure is not Measure.DEALS,
        "unit": "" if wish.wish.measure is Measure.DEALS else edition.edition.currency,
        "dimension_name": DIMENSION_LABELS[wish.dimension],
        "measure_name": MEASURE_LABELS[wish.wish.measure],
        "keep": f"?{urlencode(kept)}" if kept else "",
        "besides_months": [(name, text) for name, text in request.GET.items() if name not in {"from", "to", "page"}],
        "from_month": _written(wish.wish.first),
        "to_month": _written(wish.wish.last),
        "first_day": None if wish.span is Span.ALL else first_day(wish.wish.first),
        "last_day": None if wish.span is Span.ALL else first_day(wish.wish.last + 1) - timedelta(days=1),
        "clear_url": query(request.GET, q=None),
        "restated": restatements(role).filter(at__gte=timezone.now() - NEWS).count(),
    }


def handed_out(request: HttpRequest, table: Table, wanted: Format) -> HttpResponseBase:
    """Hand out a table as a file, and write down who took which."""
    at = timezone.now()
    given = {name: request.GET[name][:100] for name in (*WISHES, "q", "label", "outcome") if name in request.GET}
    record("credit.exported", table.name, actor=signed_in(request), at=at, **given)
    return answer(table, wanted, at=at)


def none_yet(request: HttpRequest, title: str) -> HttpResponse:
    """Say that no credit has been given yet, and what makes it."""
    return render(request, "credit/none_yet.html", {"title": title})


def instants(wish: Asked, terms: Law) -> tuple[int, int]:
    """Return the first instant of the months asked for and the first one after them, in microseconds."""
    period = Period(first_day(wish.wish.first), first_day(wish.wish.last + 1), terms.zone)
    return period.from_us, period.to_us


def today(terms: Law) -> date:
    """Return the present day in the agreement's zone."""
    return timezone.now().astimezone(terms.zone).date()


def _written(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
