"""The rows behind credit: won deals, one deal with every touch before it, and what is said otherwise than before."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accord.insight.credit import MODEL_LABELS, column_of
from accord.insight.credit.deal_questions import Deal, Narrowed, Outcome, all_deals, outcomes, touches, won
from accord.insight.credit.deal_questions import deals as deals_of
from accord.insight.credit.questions import bookings
from accord.rules import instant
from accord.server.accounts.access import for_roles, signed_in
from accord.server.credit.asked import COST_READERS, DIMENSION_LABELS, READERS, Asked
from accord.server.credit.asking import Opened, opened
from accord.server.credit.asking import restatements as readable
from accord.server.credit.deal_rows import A_DAY, OUTCOME_LABELS, lines_of, touch_lines
from accord.server.credit.exports import deal_table, deals_table, restatements_table
from accord.server.credit.pages import handed_out, none_yet, shared, wished
from accord.server.credit.rows import name_of
from accord.server.files import asked_format
from accord.server.pipeline.models import Deal as DealRecord
from accord.server.ui.components import query

ROWS_ON_A_PAGE = 50
MOST = 1 << 63


class _Page(Sequence[Deal]):
    """The deals of a list, of which only a page is ever read."""

    def __init__(self, edition: Opened, wish: Asked, narrowed: Narrowed) -> None:
        self._edition, self._wish, self._narrowed = edition, wish, narrowed
        first = self._read(1, 0)
        self.total, self.earned = (first[0].total, first[0].all_earned or 0) if first else (0, 0)

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401  # a paginator asks for slices only
        return self._read(at.stop - at.start, at.start)

    def _read(self, limit: int, skip: int) -> list[Deal]:
        wish = self._wish
        return deals_of(self._edition.tables, wish.wish, wish.model, self._narrowed, wish.sort, limit, skip)


SORTS = ("won", "worth", "earned", "touches", "outcome")
ANY = "all"
"""The value of ``outcome`` that asks for deals however they stand."""


@require_safe
@for_roles(READERS)
def deals(request: HttpRequest) -> HttpResponseBase:
    """The deals of some months: all, those that a campaign touched, or those that nothing can be credited with.

    Usually those that are won, which alone earn; with ``outcome`` those that are open or lost, too.
    """
    edition = opened()
    if edition is None:
        return none_yet(request, "Won deals")
    terms, wish = wished(request, edition, sorts=SORTS, sort="-won")
    label = request.GET.get("label")
    narrowed = Narrowed(
        wish.dimension,
        label.replace("\x00", "") if label is not None else None,
        untouched=request.GET.get("untouched") == "1",
        outcome=_outcome(request.GET.get("outcome", "")),
    )
    if wanted := asked_format(request.GET):
        parts = all_deals(edition.tables, wish.wish, wish.model, narrowed, wish.sort)
        lines = (line for rows in parts for line in lines_of(rows))
        return handed_out(request, deals_table(lines, narrowed, wish, terms), wanted)
    found = _Page(edition, wish, narrowed)
    page = Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = outcomes(edition.tables, wish.wish, wish.model, narrowed)
    context = {
        **shared(request, wish, terms, edition),
        "title": f"{OUTCOME_LABELS[narrowed.outcome]} deals" if narrowed.outcome else "Deals",
        "outcomes": [
            *((each.value, text, counts.get(each, 0)) for each, text in OUTCOME_LABELS.items()),
            (ANY, "All", sum(counts.values())),
        ],
        "earning": narrowed.outcome in {None, Outcome.WON},
        "some_unwon": narrowed.outcome is not Outcome.WON,
        "page": page,
        "lines": lines_of(list(page.object_list)),
        "earned": found.earned,
        "narrowed": narrowed,
        "label_name": name_of(narrowed.dimension, narrowed.label) if narrowed.label is not None else "",
        "dimension_name": DIMENSION_LABELS[narrowed.dimension].lower(),
        "won": bookings(edition.tables, wish.wish),
        "all_url": query(request.GET, label=None, untouched=None, page=None),
    }
    return render(request, "credit/deals.html", context)


def _outcome(wanted: str) -> Outcome | None:
    if wanted == ANY:
        return None
    return next((each for each in Outcome if each.value == wanted), Outcome.WON)


@require_safe
@for_roles(READERS)
def deal(request: HttpRequest, key: int) -> HttpResponseBase:
    """One won deal traced back to every touch before it, with what each earned under every model."""
    edition = opened()
    if edition is None:
        return none_yet(request, "Won deal")
    terms, wish = wished(request, edition)
    found = won(edition.tables, key) if key < MOST else None
    record = DealRecord.objects.select_related("company", "lead__person__company", "lead__owner").filter(pk=key).first()
    if found is None or record is None:
        raise Http404("no such deal was won as of the numbers shown; a new one is in them within some minutes")
    models = [(model, MODEL_LABELS[model]) for model in wish.models]
    rows = touches(edition.tables, wish.wish.scope, wish.wish.measure, key)
    columns = [column_of(model, wish.dimension) for model, _ in models]
    lines = touch_lines(rows, found.won_us, columns, edition, terms.zone)
    if wanted := asked_format(request.GET):
        return handed_out(request, deal_table(lines, models, key, wish, terms), wanted)
    context = {
        **shared(request, wish, terms, edition),
        "title": record.name or f"Deal {key}",
        "deal": found,
        "record": record,
        "won_at": instant(found.won_us),
        "began": instant(rows[0].at_us) if rows else None,
        "days": (found.won_us - rows[0].at_us) // A_DAY if rows else None,
        "lines": lines,
        "columns": models,
        "sums": [sum(line.earned[at] for line in lines) for at in range(len(models))],
        "people": len({row.person_id for row in rows}),
        "may_read_costs": getattr(request.user, "role", None) in COST_READERS,
    }
    return render(request, "credit/deal.html", context)


@require_safe
@for_roles(READERS)
def restatements(request: HttpRequest) -> HttpResponseBase:
    """What is said of months that were over, and was said otherwise before."""
    edition = opened()
    if edition is None:
        return none_yet(request, "Restatements")
    terms, wish = wished(request, edition)
    rows = readable(signed_in(request).role)
    if wanted := asked_format(request.GET):
        return handed_out(request, restatements_table(rows.iterator(), terms), wanted)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **shared(request, wish, terms, edition),
        "title": "Restatements",
        "page": page,
    }
    return render(request, "credit/restatements.html", context)
