"""The pages of disputes: the list, one dispute with its evidence, and the lines that stand on other pages."""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.agreements.services import PROPOSERS
from accord.server.disputes import queries
from accord.server.disputes.forms import RulingForm, StatementForm, WithdrawForm
from accord.server.disputes.models import Dispute, Ruling
from accord.server.disputes.opening import DISPUTANTS
from accord.server.disputes.ruling import may_rule
from accord.server.files import answer, asked_format
from accord.server.pipeline.models import Lead
from accord.server.scoreboard.queries import laws, month

PAGE = 50
MOST = 2**63 - 1


@require_safe
@for_roles(STAFF)
def disputes(request: HttpRequest) -> HttpResponse:
    """What is contested, what waits for the meeting, and what was ruled."""
    asked, counts = queries.wanted(request.GET.dict()), queries.counts()
    page: Any = Paginator(queries.matching(asked), PAGE).get_page(request.GET.get("page"))
    page.object_list = [(each, *queries.outcome_in_words(each.outcome)) for each in page.object_list]
    context = {
        "title": "Disputes",
        "asked": asked,
        "page": page,
        "counts": counts,
        "tabs": [(state.value, state.label, counts[state.value]) for state in Dispute.State],
        "sides": [(role.value, role.label) for role in queries.KINDS_OF],
        "kinds": Dispute.Kind.choices,
        "default_sort": queries.DEFAULT_SORT,
    }
    return render(request, "disputes/disputes.html", context)


@require_safe
@for_roles(STAFF)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every dispute of the list as a file."""
    now, asked = timezone.now(), queries.wanted(request.GET.dict())
    record("disputes.exported", "disputes", actor=signed_in(request), at=now, state=asked.state)
    table = queries.disputes_table(asked, ZoneInfo(timezone.get_current_timezone_name()))
    return answer(table, asked_format(request.GET), at=now)


@require_safe
@for_roles(STAFF)
def dispute(request: HttpRequest, key: int) -> HttpResponse:
    """One dispute: what is said, what is known, and what was ruled."""
    return dispute_page(request, key)


def dispute_page(request: HttpRequest, key: int, status: int = 200, **forms: object) -> HttpResponse:
    """Show a dispute, with forms that could not be taken as they were sent, or with the ``problem``."""
    user = signed_in(request)
    found = get_object_or_404(
        Dispute.objects.select_related("lead__person__company", "offer__owner", "opened_by", "draft", "evidence"),
        pk=min(key, MOST),
    )
    rulings = list(found.rulings.select_related("by"))
    context = {
        "title": f"Dispute {found.pk}",
        "dispute": found,
        "statements": found.statements.select_related("by"),
        "rulings": [(each, *queries.outcome_in_words(each.outcome)) for each in rulings],
        "adjustment": getattr(found, "adjustment", None),
        "pack": shown_pack(found.evidence.pack),
        "powers": _powers(user, found, rulings),
        "statement_form": StatementForm(initial={"action_id": uuid4()}),
        "ruling_form": RulingForm(),
        "withdraw_form": WithdrawForm(),
        "action_id": uuid4(),
        **forms,
    }
    return render(request, "disputes/dispute.html", context, status=status)


def _powers(user: User, found: Dispute, rulings: list[Ruling]) -> dict[str, bool]:
    running = found.state != Dispute.State.RULED
    definition = any(each.outcome == Ruling.Outcome.DEFINITION for each in rulings)
    return {
        "say": running and user.role in DISPUTANTS,
        "rule": running and may_rule(user, found),
        "withdraw": running and found.opened_by_id == user.pk,
        "begin_draft": definition and found.draft is None and user.role in PROPOSERS,
    }


def shown_pack(pack: dict[str, Any]) -> dict[str, Any]:
    """Return a frozen pack with its instants, which it holds as ISO 8601, as the page shows them."""
    return {
        **pack,
        "criteria_at": parse_datetime(pack["criteria_at"]),
        "promised": [
            {**each, **{name: _instant(each[name]) for name in ("started", "due", "stopped")}}
            for each in pack["promised"]
        ],
        "happened": [{**each, "at": _instant(each["at"])} for each in pack["happened"]],
    }


def _instant(text: str) -> object:
    return parse_datetime(text) if text else None


@require_safe
@for_roles(STAFF)
def of_lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Part of the page of a lead: its disputes, and the way to contest."""
    lead = get_object_or_404(Lead, pk=min(lead_id, MOST))
    context = {
        "lead": lead,
        "disputes": lead.disputes.all(),
        "may_contest": bool(queries.contestable(lead, signed_in(request), timezone.now())),
    }
    return render(request, "disputes/of_lead.html", context)


@require_safe
@for_roles(STAFF)
def set_aside(request: HttpRequest, side: str) -> HttpResponse:
    """Part of the scoreboard: what rulings set aside of the figures of one side in a month."""
    if side not in queries.OF_SIDE:
        raise Http404
    period = month(laws().zone, timezone.now(), request.GET.get("month", ""))
    context = {"lines": queries.set_aside(Role(side), period), "side": side}
    return render(request, "disputes/set_aside.html", context)
