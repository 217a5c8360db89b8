"""The board of a team, and giving a lead to somebody from it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.agreement import Agreement
from accord.errors import AccordError
from accord.server.accounts.access import SELLERS, AccessError, for_roles, signed_in
from accord.server.accounts.models import Role, Team, User
from accord.server.agreements.services import RevisionError, in_force
from accord.server.board.absences import calendar_of, strip_of
from accord.server.board.choosing import GiveForm, choices_for, suggested_reason
from accord.server.board.columns import Column, Opened, columns_of
from accord.server.board.given import given_lately
from accord.server.board.sentence import sentence_of
from accord.server.handoffs import giving
from accord.server.handoffs.decisions import HandoffError
from accord.server.handoffs.giving import may_give
from accord.server.pipeline.models import Lead
from accord.server.ui.components import query
from accord.server.ui.htmx import current_address, in_dialog, is_htmx, toast

READERS = SELLERS | {Role.EXECUTIVE}
SEES_ALL = frozenset({Role.OPERATIONS, Role.EXECUTIVE})


def teams_of(reader: User) -> "QuerySet[Team]":
    """Return the teams whose board somebody may see: those they manage; of operations and executives, all."""
    return Team.objects.all() if reader.role in SEES_ALL else Team.objects.filter(manager=reader)


def is_offered(user: object) -> bool:
    """Return whether somebody has a board to look at; the navigation asks."""
    if not isinstance(user, User) or user.role not in READERS:
        return False
    return user.role in SEES_ALL or user.manages_a_team


@require_safe
@for_roles(READERS)
def board(request: HttpRequest) -> HttpResponse:
    """Who of a team has what, and what is about to be late; htmx gets the board alone."""
    context = _board(signed_in(request), request.GET)
    template = "board/board_part.html" if is_htmx(request) else "board/board.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def give(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Give a lead to somebody of a team."""
    by, at = signed_in(request), timezone.now()
    lead = _lead(lead_id, by)
    team = _team(by, (request.POST or request.GET).get("team") or _team_of(lead))
    choices = choices_for(lead, team.name, at)
    asked = request.GET.get("to", "")
    initial = {"to": int(asked) if asked.isascii() and asked.isdigit() else None, "reason": suggested_reason(lead, at)}
    form = GiveForm(request.POST or None, choices, initial)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            _give(lead, team, form, request.POST.get("offer", ""), by, at)
        except AccessError:
            raise
        except AccordError as error:
            refused = error
            form.add_error(None, f"{error.message[:1].upper()}{error.message[1:]}: {error.hint or 'look again'}.")
        else:
            lead.refresh_from_db()
            said = f"{lead.person} is with {lead.owner.name if lead.owner else 'nobody'} now; both were told."
            return _changed(request, team, said)
    offer = lead.offers.order_by("-offered_at", "-pk").first()
    context = {
        "title": f"Give {lead.person} to …",
        "lead": lead,
        "team": team,
        "form": form,
        "choices": choices,
        "offer_id": offer.pk if offer else "",
        "chosen": form["to"].value(),
        "may_insist": refused is not None and refused.code in {"handoff.full", "handoff.away"},
        "layout": "board/give_dialog.html" if is_htmx(request) else "board/give_page.html",
    }
    status = 422 if request.method == "POST" else 200
    return in_dialog(request, render(request, "board/give.html", context, status=status))


def _give(lead: Lead, team: Team, form: GiveForm, offer: str, by: User, at: datetime) -> None:
    giving.give(
        lead.pk,
        to=form.cleaned_data["to"],
        team=team.name,
        reason=form.cleaned_data["reason"],
        offer_id=int(offer) if offer.isascii() and offer.isdigit() and len(offer) < 19 else None,
        anyway=form.cleaned_data["anyway"],
        by=by,
        at=at,
    )


@require_POST
@for_roles(SELLERS)
def undo(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Take back that a lead was given to somebody a moment ago."""
    by, seen = signed_in(request), request.POST.get("offer", "")
    team = _team(by, request.POST.get("team", ""))
    offer_id = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0
    try:
        lead = giving.undo(lead_id, offer_id=offer_id, by=by, at=timezone.now())
    except AccessError:
        raise
    except AccordError as error:
        said = f"{error.message[:1].upper()}{error.message[1:]}: {error.hint or 'look again'}."
        return _changed(request, team, said, "warning")
    where = lead.owner.name if lead.owner else f"the queue of {lead.queue}"
    return _changed(request, team, f"Undone: {lead.person} is with {where} again.")


def _changed(request: HttpRequest, team: Team, said: str, level: str = "success") -> HttpResponse:
    """Answer what was done: the board as it is now with a toast, or the page of the board with a message."""
    if not is_htmx(request):
        messages.add_message(request, getattr(messages, level.upper()), said)
        return redirect(f"{reverse('board')}{query(None, team=team.name)}")
    asked = QueryDict(current_address(request).query)
    return toast(render(request, "board/board_part.html", _board(signed_in(request), asked)), said, level)


def _board(reader: User, asked: QueryDict) -> dict[str, Any]:
    at, law = timezone.now(), _law()
    teams = list(teams_of(reader))
    if not teams and reader.role not in SEES_ALL:
        raise AccessError("access.denied", "You manage no team", hint="ask revenue operations")
    team = next((one for one in teams if one.name == asked.get("team")), teams[0] if teams else None)
    context: dict[str, Any] = {
        "title": "Board",
        "team": team,
        "teams": [(one.name, one.name) for one in teams],
        "may_give": reader.role in SELLERS,
        "whole": query(asked),
        "closed": query(asked, open=None, page=None),
    }
    if team is None:
        return context
    zone = law.zone if law else ZoneInfo(reader.zone)
    columns = columns_of(team, reader, law, _opened(asked), at)
    return {
        **context,
        "columns": [(column, _more(asked, column), _earlier(asked, column)) for column in columns],
        "sentence": sentence_of(columns, at),
        "urgent": sum(column.tally.late for column in columns),
        "strip": strip_of(team, calendar_of(team, law), zone, at),
        "given": given_lately(reader, at) if reader.role in SELLERS else [],
    }


def _opened(asked: QueryDict) -> Opened:
    page = asked.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    return Opened(asked.get("open", "").replace("\0", ""), max(number, 1))


def _more(asked: QueryDict, column: Column) -> str:
    return query(asked, open=column.key, page=column.page + 1 if column.page else None) if column.more > 0 else ""


def _earlier(asked: QueryDict, column: Column) -> str:
    return query(asked, page=column.page - 1) if column.page > 1 else ""


def _team(by: User, name: str) -> Team:
    team = teams_of(by).filter(name=name.replace("\0", "")).first()
    if team is None:
        raise AccessError("access.denied", "You do not manage that team", hint="ask its manager")
    return team


def _team_of(lead: Lead) -> str:
    """Return the team to which a lead was offered last."""
    return lead.offers.order_by("-offered_at", "-pk").values_list("queue", flat=True).first() or lead.queue


def _lead(lead_id: int, by: User) -> Lead:
    lead = Lead.objects.select_related("person__company", "owner").filter(pk=lead_id).first()
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {lead_id}")
    if not may_give(by, lead):
        raise AccessError("access.not_yours", "This lead is not yours to give", hint="ask the manager of its team")
    return lead


def _law() -> Agreement | None:
    try:
        return in_force().agreement
    except RevisionError:
        return None
