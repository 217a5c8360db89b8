"""The two pages that sales lives in: the queue and the lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accord.server.accounts.access import EVERYBODY, for_roles, signed_in
from accord.server.accounts.models import Role, User
from accord.server.agreements.services import RevisionError, in_force
from accord.server.handoffs.lead_ahead import as_of_value, looked_back
from accord.server.handoffs.lead_page import LeadView, lead_for, lead_view, reasons_in_words
from accord.server.handoffs.lent import lent_page
from accord.server.handoffs.queries import (
    QueueCounts,
    Reach,
    Scope,
    Show,
    queue_counts,
    queue_page,
    reach_of,
)
from accord.server.handoffs.regrets import regrets, regrets_together
from accord.server.handoffs.timeline import Kind, stream
from accord.server.pipeline.models import Lead
from accord.server.ui.components import query
from accord.server.ui.htmx import is_htmx

QUEUE_ROLES = frozenset({Role.SALES, Role.OPERATIONS, Role.AGENCY})
SCOPE_LABELS: Mapping[Scope, str] = {Scope.MINE: "Mine", Scope.TO_TAKE: "To take", Scope.TEAM: "My team"}
SHOW_LABELS: Mapping[Show, str] = {
    Show.ALL: "All",
    Show.LATE: "Overdue",
    Show.NEW: "New offers",
    Show.ASLEEP: "Asleep",
    Show.WORK: "In work",
}
EMPTY: Mapping[Scope, tuple[str, str]] = {
    Scope.MINE: ("Nothing waits for you", "The next lead comes by itself, with its reason and its deadline."),
    Scope.TO_TAKE: ("Nobody is left without an owner", "Leads stand here when everybody in the team is full or away."),
    Scope.TEAM: ("Nothing waits for the team", "The next lead comes by itself, with its reason and its deadline."),
}
KIND_LABELS: Mapping[str, str] = {
    "": "All",
    Kind.TOUCHPOINTS: "What they did",
    Kind.ATTEMPTS: "Our tries",
    Kind.HANDOFFS: "Hand-offs",
    Kind.STAGES: "Stages",
    Kind.CLOCKS: "Clocks",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice above a list."""

    label: str
    href: str
    current: bool
    count: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address of the queue asks for; anything odd in it falls back to the user's first list."""

    scope: Scope
    show: Show
    text: str
    page: str

    @classmethod
    def of(cls, asked: QueryDict, reach: Reach) -> "Wanted":
        """Return what the query string asks for."""
        scope = next((one for one in reach.scopes if one.value == asked.get("scope")), reach.scopes[0])
        show = next((one for one in Show if one.value == asked.get("show")), Show.ALL)
        return cls(scope, show, asked.get("q", "").replace("\0", "").strip()[:100], asked.get("page", "1"))


@require_safe
@for_roles(QUEUE_ROLES)
def queue(request: HttpRequest) -> HttpResponse:
    """Answer "whom do I call next?"; htmx gets the list alone."""
    user = signed_in(request)
    context = lent_context(request.GET) if user.role == Role.AGENCY else _queue(user, request.GET)
    response = render(request, _queue_template(request, user), context)
    patch_vary_headers(response, ["HX-Request"])  # going back must not show a fragment as if it were the page
    return response


def _queue_template(request: HttpRequest, user: User) -> str:
    if user.role == Role.AGENCY:
        return "handoffs/lent_part.html" if is_htmx(request) else "handoffs/lent.html"
    return "handoffs/queue_list.html" if is_htmx(request) else "handoffs/queue.html"


def _queue(user: User, asked: QueryDict) -> dict[str, Any]:
    at = timezone.now()
    reach = reach_of(user)
    wanted = Wanted.of(asked, reach)
    counts = queue_counts(reach, wanted.scope, wanted.text, at)
    among = counts.shows[wanted.show]
    rows = queue_page(reach, wanted.scope, wanted.show, wanted.text, at, wanted.page, among=among)
    title, text = EMPTY[wanted.scope]
    narrowed = bool(wanted.text or wanted.show)
    return {
        **queue_head(reach, wanted, asked, counts),
        "rows": rows,
        "origin": "queue",
        "whole": query(asked, partial=None),
        "regrets": regrets_together(regrets(user, reason_labels(), at)),
        "empty_title": "Nothing like that here" if narrowed else title,
        "empty_text": "Ask for less, or look at all." if narrowed else text,
        "narrowed": narrowed,
        "now": at,
    }


def queue_head(reach: Reach, wanted: Wanted, asked: QueryDict, counts: QueueCounts) -> dict[str, Any]:
    """Return what stands above the list: the sentence, the lists and the filters with their counts."""
    return {
        "title": "Queue",
        "scope": wanted.scope.value,
        "show": wanted.show.value,
        "text": wanted.text,
        "urgent": counts.shows[Show.LATE] if reach.everybody else counts.promised,
        "sentence": _sentence(reach, wanted.scope, counts),
        "scopes": [
            Tab(
                "Everybody's" if one is Scope.TEAM and reach.everybody else SCOPE_LABELS[one],
                query(asked, scope=None if one is reach.scopes[0] else one.value, page=None, show=None),
                one is wanted.scope,
                counts.scopes[one],
            )
            for one in reach.scopes
        ],
        "shows": [
            Tab(
                SHOW_LABELS[one],
                query(asked, show=one.value or None, page=None),
                one is wanted.show,
                counts.shows[one],
                late=one is Show.LATE and counts.shows[one] > 0,
            )
            for one in Show
        ],
    }


def _sentence(reach: Reach, scope: Scope, counts: QueueCounts) -> str:
    total, late, promised = counts.shows[Show.ALL], counts.shows[Show.LATE], counts.promised
    if not total:
        return "Nobody waits."
    whom = {Scope.MINE: "you", Scope.TO_TAKE: "an owner", Scope.TEAM: "your team"}[scope]
    whom = "sales" if scope is Scope.TEAM and reach.everybody else whom
    rest = f" {_leads(total - promised)} in work without a deadline." if total > promised else ""
    if not promised:
        return f"No promise is running.{rest}"
    waits = f"{_leads(promised)} {'waits' if promised == 1 else 'wait'} for {whom}"
    return f"{waits}, {f'{late} of them too long' if late else 'all in time'}.{rest}"


def _leads(number: int) -> str:
    return f"{number} lead" if number == 1 else f"{number} leads"


def lent_context(asked: QueryDict) -> dict[str, Any]:
    """Return what the agency's list needs."""
    text = asked.get("q", "").replace("\0", "").strip()[:100]
    return {
        "title": "Queue",
        "whole": query(asked),
        "rows": lent_page(text, reason_labels(), asked.get("page", "1")),
        "narrowed": bool(text),
    }


def reason_labels() -> dict[str, str]:
    """Return the words of the agreed reasons; none while no agreement is in force."""
    try:
        return reasons_in_words(in_force().agreement)
    except RevisionError:
        return {}


@require_safe
@for_roles(EVERYBODY)
def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Show one lead: what to do with it, why it stands where it stands, and everything that happened."""
    user = signed_in(request)
    found = lead_for(user, lead_id)
    if found is None:
        raise Http404
    now = timezone.now()
    back, error = (None, "") if user.role == Role.AGENCY else looked_back(found, request.GET.get("at", ""), now)
    view = lead_view(found, in_force(), user, now, back)
    context = {"as_of_value": as_of_value(view.past, request.GET.get("at", "")), "as_of_error": error}
    return render(request, "handoffs/lead.html", {**lead_context(view, request.GET), **context})


@require_safe
@for_roles(EVERYBODY - {Role.AGENCY})
def lead_timeline(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Show the next page of what happened to a lead, to be put under the last one."""
    found = lead_for(signed_in(request), lead_id)
    if found is None:
        raise Http404
    context = {"lead": found, **_timeline(found, request.GET)}
    if not is_htmx(request):
        return render(request, "handoffs/timeline.html", {"title": f"What happened: {found.person}", **context})
    further = "after" in request.GET
    return render(request, "handoffs/timeline_page.html" if further else "handoffs/lead_timeline.html", context)


def lead_context(view: LeadView, asked: QueryDict) -> dict[str, Any]:
    """Return what the template of a lead needs."""
    return {
        "title": view.name,
        "view": view,
        "lead": view.lead,
        "origin": "lead",
        **({} if view.lent else _timeline(view.lead, asked)),
    }


def _timeline(lead: Lead, asked: QueryDict) -> dict[str, Any]:
    kind = next((one for one in Kind if one.value == asked.get("kind")), None)
    found = stream(lead, reason_labels(), kind=kind, after=asked.get("after", ""))
    return {
        "stream": found,
        "kind": kind.value if kind else "",
        "kinds": [
            Tab(label, query(None, kind=value or None), value == (kind.value if kind else ""))
            for value, label in KIND_LABELS.items()
        ],
        "more": query(None, kind=kind.value if kind else None, after=found.more) if found.more else "",
    }
