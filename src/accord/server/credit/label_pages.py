"""The page of one campaign, channel or source: what it cost and brought, and what it earned under every model."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accord.insight.credit import MODEL_LABELS
from accord.server.accounts.access import for_roles
from accord.server.credit.asked import COST_READERS, DIMENSION_LABELS
from accord.server.credit.asking import opened
from accord.server.credit.comparing import compared
from accord.server.credit.exports import comparison_table
from accord.server.credit.pages import (
    CAMPAIGN_DIMENSIONS,
    Line,
    agreed_first,
    handed_out,
    instants,
    none_yet,
    shared,
    wished,
)
from accord.server.credit.rows import name_of
from accord.server.files import asked_format


@require_safe
@for_roles(COST_READERS)
def label(request: HttpRequest) -> HttpResponseBase:
    """What one campaign earned, and what came back of its cost, under every model side by side."""
    edition = opened()
    if edition is None:
        return none_yet(request, "Campaigns")
    terms, wish = wished(request, edition, dimensions=CAMPAIGN_DIMENSIONS)
    wanted = request.GET.get("label", "").replace("\x00", "")
    found = compared(edition, wish, wanted, agreed_first(wish), instants(wish, terms))
    if found is not None and (as_file := asked_format(request.GET)):
        return handed_out(request, comparison_table(found, terms), as_file)
    context = {
        **shared(request, wish, terms, edition),
        "title": name_of(wish.dimension, wanted),
        "found": found,
        "line": Line.of(found.row, wish) if found is not None else None,
        "rows": [(MODEL_LABELS[model], model == wish.agreed, cells) for model, cells in found.by_model()]
        if found is not None
        else [],
        "dimension_name": DIMENSION_LABELS[wish.dimension],
    }
    return render(request, "credit/label.html", context)
