"""The page of discounts, and the deals behind its numbers."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accord.insight.closing import FEW, Dimension
from accord.server.accounts.access import for_roles, signed_in
from accord.server.closing.asked import CYCLE_LABELS, READERS, discounts_asked
from accord.server.closing.discount_exports import deals_table, discounts_table
from accord.server.closing.discounts import BANDS, PAGE, deals_behind, discounts
from accord.server.closing.naming import AFTERWARDS, AS_NOW, LABELS, MEANINGS
from accord.server.closing.pages import common, page_number
from accord.server.files import answer, asked_format
from accord.server.warehouse.asking import as_of, asks_the_facts


@require_safe
@for_roles(READERS)
@asks_the_facts
def discount_view(request: HttpRequest) -> HttpResponseBase:
    """Who sells below the list price; with a ``format`` as a file."""
    asked, reader = discounts_asked(request.GET.dict(), timezone.now()), signed_in(request)
    if wanted := asked_format(request.GET):
        return answer(discounts_table(reader, asked), wanted, at=asked.days.now)
    context = {
        "title": "Discounts",
        "asked": asked,
        "found": discounts(asked, reader),
        "bands": BANDS,
        "dimensions": [(each.value, LABELS[each]) for each in Dimension],
        "dimension_label": LABELS[asked.dimension],
        "dimension_meaning": MEANINGS[asked.dimension],
        "as_now": asked.dimension in AS_NOW,
        "afterwards": asked.dimension in AFTERWARDS,
        "few": FEW,
        **common(request, asked.days),
    }
    return render(request, "closing/discounts.html", context)


@require_safe
@for_roles(READERS)
@asks_the_facts
def deals_of_a_group(request: HttpRequest) -> HttpResponseBase:
    """The deals behind a number of the page of discounts; with a ``format`` as a file."""
    asked, reader = discounts_asked(request.GET.dict(), timezone.now()), signed_in(request)
    if wanted := asked_format(request.GET):
        return answer(deals_table(reader, asked, request.GET.dict()), wanted, at=asked.days.now)
    found = deals_behind(asked, request.GET.dict(), page_number(request), reader)
    context: dict[str, object] = {
        "title": "Deals and their list prices",
        "found": found,
        "days": asked.days,
        "back": f"{reverse('discounts')}?{urlencode(asked.parameters)}",
        "as_of": as_of(),
        "cycle": CYCLE_LABELS[asked.days.cycle],
        "page": Paginator(range(found.total), PAGE).get_page(page_number(request)),
    }
    response: HttpResponse = render(request, "closing/discount_deals.html", context)
    return response
