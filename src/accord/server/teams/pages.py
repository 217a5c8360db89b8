"""The Teams pages: who gets leads and who is away, leave, and dry runs of the routing."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.agreement import Agreement
from accord.server.accounts import services
from accord.server.accounts.access import SELLERS, AccessError, for_roles, signed_in
from accord.server.accounts.models import AuditEntry, Leave, Membership, Team, User
from accord.server.accounts.services import AccountError
from accord.server.agreements.services import RevisionError, in_force
from accord.server.teams import joining, places, queries
from accord.server.teams.asked import TrialForm, month_of
from accord.server.teams.dry_run import CAUTIONS, count_past, try_past
from accord.server.teams.forms import JoinForm, LeaveForm, PlaceForm
from accord.server.teams.places import TeamError, managed_by, place_of

MOST = 2_000
"""Leads up to which a dry run is made while somebody waits; a longer one is made with ``accord routing try``."""


@require_safe
@for_roles(SELLERS)
def teams(request: HttpRequest) -> HttpResponse:
    """Every team that somebody may see, with its members, their leave, and what was changed lately."""
    now, reader = timezone.now(), signed_in(request)
    cards = queries.team_cards(reader, _law(), now)
    context = {
        "title": "Teams",
        "teams": cards,
        "waiting": sum(card.waiting for card in cards),
        "away": len({row.user.pk for card in cards for row in card.members if row.back}),
        "people": len(
            {
                row.user.pk
                for card in cards
                for row in card.members
                if row.user.is_active and row.weight and not row.offline_since
            }
        ),
        "leaves": queries.leaves_for(reader, now),
        "changes": queries.latest_changes(reader),
        "may_try": bool(managed_by(reader)),
        "me_pk": reader.pk,
    }
    return render(request, "teams/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def place(request: HttpRequest, key: int) -> HttpResponse:
    """Change somebody's place in a team."""
    membership, law = _membership(key, signed_in(request)), _law()
    matched = [name for rule in (law.routing if law else ()) if rule.to == membership.team.name for name in rule.match]
    form = PlaceForm(request.POST or None, place_of(membership), law, matched)
    if request.method == "POST" and form.is_valid():
        places.change_place(key, form.place(), by=signed_in(request), at=timezone.now())
        messages.success(request, f"Saved: {membership.user.name} in {membership.team.name}.")
        return redirect("teams")
    context = {"title": f"{membership.user.name} in {membership.team.name}", "form": form, "matched": matched}
    return _typed(request, "teams/place.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def join(request: HttpRequest, key: int) -> HttpResponse:
    """Take somebody into a team."""
    by = signed_in(request)
    team = Team.objects.filter(pk=key).first()
    if team is None:
        raise TeamError("team.unknown", "there is no such team")
    if team.name not in managed_by(by):
        raise AccessError("access.denied", f"You do not manage the team {team.name}", hint="ask its manager")
    people = queries.who_may_join(team)
    form = JoinForm(request.POST or None, people)
    if request.method == "POST" and form.is_valid():
        made = joining.add(key, form.cleaned_data["person"], form.place(), by=by, at=timezone.now())
        messages.success(request, f"{made.user.name} is in {team.name} now, and gets leads.")
        return redirect("teams")
    return _typed(request, "teams/join.html", {"title": f"Add somebody to {team.name}", "form": form, "people": people})


@require_POST
@for_roles(SELLERS)
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Let somebody go from a team; others get their leads."""
    count = joining.remove(key, by=signed_in(request), at=timezone.now())
    leads = f"{count} lead{'' if count == 1 else 's'}" if count else "they had no lead of it"
    messages.success(request, f"They are not in the team any more; {f'others got {leads}' if count else leads}.")
    return redirect("teams")


@require_POST
@for_roles(SELLERS)
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take back a change of a team."""
    if AuditEntry.objects.filter(pk=key, action__in=(joining.ADDED, joining.REMOVED)).exists():
        said = joining.undo(key, by=signed_in(request), at=timezone.now())
        messages.success(request, f"Taken back: {said}.")
        return redirect("teams")
    membership = places.undo(key, by=signed_in(request), at=timezone.now())
    messages.success(request, f"Taken back: {membership.user.name} is in {membership.team.name} as before.")
    return redirect("teams")


@require_POST
@for_roles(SELLERS)
def put_back(request: HttpRequest, key: int) -> HttpResponse:
    """Put somebody back on the rota who let leads pass."""
    membership = places.put_back(key, by=signed_in(request), at=timezone.now())
    messages.success(request, f"{membership.user.name} gets leads in {membership.team.name} again.")
    return redirect("teams")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def leave_new(request: HttpRequest) -> HttpResponse:
    """Enter a leave: one's own, or that of somebody one manages."""
    by = signed_in(request)
    form = LeaveForm(request.POST or None, queries.people_for(by))
    if request.method == "POST" and form.is_valid():
        try:
            services.take_leave(form.user(), *form.span(), by=by, at=timezone.now())
        except AccountError as error:
            form.add_error("last", str(error))
        else:
            messages.success(request, f"Entered: {form.user().name} is away then.")
            return redirect("teams")
    return _typed(request, "teams/leave.html", {"title": "Enter leave", "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def leave_edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change when a leave is."""
    by = signed_in(request)
    leave = Leave.objects.select_related("user").filter(pk=key).first()
    if leave is None:
        raise AccountError("account.unknown_leave", "this leave does not exist any more")
    services.require_leave_of(leave.user, by)
    form = LeaveForm(request.POST or None, [leave.user], leave)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_leave(key, *form.span(leave), by=by, at=timezone.now())
        except AccountError as error:
            form.add_error("last", str(error))
        else:
            messages.success(request, f"Changed: the leave of {leave.user.name}.")
            return redirect("teams")
    return _typed(request, "teams/leave.html", {"title": f"Leave of {leave.user.name}", "form": form, "leave": leave})


@require_POST
@for_roles(SELLERS)
def leave_cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Cancel a leave, or end one that has begun."""
    services.cancel_leave(key, by=signed_in(request), at=timezone.now())
    messages.success(request, "They are no longer away then, and get leads again.")
    return redirect("teams")


@require_safe
@for_roles(SELLERS)
def dry_run(request: HttpRequest) -> HttpResponse:
    """Who would have got the leads of a past month, beside who got them."""
    reader = signed_in(request)
    mine, law = managed_by(reader), _law()
    if not mine:
        raise AccessError("access.denied", "You manage no team", hint="ask revenue operations")
    zone = law.zone if law else ZoneInfo(reader.zone)
    form = TrialForm(request.GET or None, timezone.now().astimezone(zone))
    context: dict[str, Any] = {"title": "Dry run", "form": form, "cautions": CAUTIONS, "most": MOST}
    if form.is_valid():
        start, end = month_of(form.cleaned_data["month"], zone)
        context |= _trial(form, start, end, mine)
    return render(request, "teams/dry_run.html", context)


def _trial(form: TrialForm, start: datetime, end: datetime, mine: frozenset[str]) -> dict[str, Any]:
    draft, issues = form.draft()
    count = count_past(start, end)
    asked = {"start": start, "end": end, "count": count, "issues": issues, "tried": form.tried()}
    if issues or count > MOST:
        return asked
    found = try_past(start, end, draft)
    return asked | {"found": found, "teams": [team for team in found.teams if team.team in mine]}


def _membership(key: int, by: User) -> Membership:
    found = Membership.objects.filter(pk=key).select_related("user", "team").first()
    if found is None:
        raise TeamError("team.unknown_place", "this place in a team does not exist any more")
    if found.team.name not in managed_by(by):
        raise AccessError("access.denied", f"You do not manage the team {found.team.name}", hint="ask its manager")
    return found


def _law() -> Agreement | None:
    try:
        return in_force().agreement
    except RevisionError:
        return None


def _typed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if request.method == "POST" else 200)
