"""The pages of backtests: asking for one, watching it, and what came out; and who a draft affects now."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.agreements.draft_pages import sentence_of
from accord.server.agreements.models import Revision
from accord.server.agreements.services import AgreementRefusedError, in_force, in_force_or_none
from accord.server.backtests import queries, services
from accord.server.backtests.affected import Effect, affected
from accord.server.backtests.chart import chart
from accord.server.backtests.forms import DRAFT, NOTHING, BacktestForm, last_quarter
from accord.server.backtests.models import Backtest
from accord.server.files import answer, asked_format

SHOWN = 25
"""People on one page."""
LISTED = 25
"""Backtests on one page."""
NAMED = 8
"""Names that the count of affected leads shows of each kind."""


@require_safe
@for_roles(STAFF)
def backtests(request: HttpRequest) -> HttpResponse:
    """Every backtest, newest first."""
    page = Paginator(queries.backtests(signed_in(request)), LISTED).get_page(request.GET.get("page"))
    return render(request, "backtests/backtests.html", {"title": "Backtests", "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(STAFF)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a backtest of a revision, or of a draft that is posted as ``text``."""
    revisions = list(Revision.objects.defer("text"))
    own = bool(request.POST.get("text"))
    refused: AgreementRefusedError | None = None
    asking = "first" in request.POST  # a draft alone only opens the form
    form = BacktestForm(
        request.POST if asking else None, revisions=revisions, own=own, initial=_initial(request, revisions, own)
    )
    if asking and form.is_valid():
        try:
            asked = services.ask(_wish(form.cleaned_data, revisions), by=signed_in(request), at=timezone.now())
            return redirect("backtest", asked.pk)
        except AgreementRefusedError as error:
            refused = error
        except services.BacktestError as error:
            form.add_error(None, sentence_of(error))
    context = {"title": "Try a draft on the past", "form": form, "refused": refused, "revisions": revisions, "own": own}
    return render(request, "backtests/new.html", context, status=422 if asking else 200)


def _initial(request: HttpRequest, revisions: list[Revision], own: bool) -> dict[str, Any]:
    law = in_force_or_none()
    today = timezone.now().astimezone(law.agreement.zone if law else None).date()
    first, last = last_quarter(today)
    before = Backtest.objects.exclude(capacity=None).values_list("capacity", flat=True).first()
    wanted = request.GET.get("revision", "")
    proposed = next((str(r.number) for r in revisions if r.status == Revision.Status.PROPOSED), "")
    return {
        "text": request.POST.get("text", ""),
        "file_name": request.POST.get("file_name", ""),
        "draft": DRAFT if own else wanted or proposed,
        "first": first,
        "last": last,
        "capacity": before,
    }


def _wish(data: dict[str, Any], revisions: list[Revision]) -> services.Wish:
    numbered = {str(revision.number): revision for revision in revisions}
    revision = None if data["draft"] == DRAFT else numbered[data["draft"]]
    text, name = (data["text"], data["file_name"] or "draft.yaml") if revision is None else ("", "")
    if revision is not None:
        text, name = revision.text, revision.file_name
    return services.Wish(
        text=text,
        name=name,
        revision=revision,
        other=None if data["against"] in {NOTHING, ""} else numbered[data["against"]],
        first=data["first"],
        last=data["last"],
        capacity=data["capacity"],
    )


@require_safe
@for_roles(STAFF)
def backtest(request: HttpRequest, key: int) -> HttpResponse:
    """One backtest: how far it is, or what came out."""
    asked = queries.backtest(key, signed_in(request))
    running = asked.status in services.UNFINISHED
    if not running and request.headers.get("HX-Target") == "backtest":
        return HttpResponse(headers={"HX-Refresh": "true"})  # what came out also stands above what was watched
    name = queries.name_of(asked.revision, asked.draft_name)
    context: dict[str, Any] = {
        "title": f"Backtest of {name}",
        "asked": asked,
        "name": name,
        "against": queries.name_of(asked.other, "") if asked.other else "",
        "running": running,
        "here": request.path,
    }
    if asked.status != Backtest.Status.DONE:
        return render(request, "backtests/backtest.html", context)
    found = queries.found(asked)
    context |= {
        "found": found,
        "other_note": f"{found.comparison.other.people:,} under {context['against']}" if found.comparison.other else "",
        "chart": chart(found.comparison.weeks),
        "over": [week for week in found.comparison.weeks if week.over_capacity],
        "stale": asked.data_mark != services.data_mark(),
        **_people(request, asked),
    }
    return render(request, "backtests/backtest.html", context)


def _people(request: HttpRequest, asked: Backtest) -> dict[str, Any]:
    counts = queries.fate_counts(asked)
    names, fate = _fates(asked), _fate(request, asked)
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in queries.SORTS else queries.DEFAULT_SORT
    page = Paginator(queries.people_of(asked, fate, sort), SHOWN).get_page(request.GET.get("page"))
    return {
        "who": fate,
        "choices": [(name, queries.FATES[name][0], counts[name]) for name in names],
        "first_choice": names[0],
        "page": page,
        "sort": sort,
    }


def _fates(asked: Backtest) -> list[str]:
    return list(queries.FATES) if asked.other_id else ["all"]


def _fate(request: HttpRequest, asked: Backtest) -> str:
    names, fate = _fates(asked), request.GET.get("who", "")
    return fate if fate in names else names[0]


@require_safe
@for_roles(STAFF)
def people(request: HttpRequest, key: int) -> HttpResponseBase:
    """Hand out the people of a backtest as a file."""
    asked = queries.backtest(key, signed_in(request))
    law = services.draft_of(asked.draft_text, asked.draft_name)
    table = queries.people_table(asked, law, _fate(request, asked), request.GET.get("sort", ""))
    return answer(table, asked_format(request.GET), at=timezone.now())


@require_POST
@for_roles(STAFF)
def again(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for the same backtest on what is known now."""
    asked = queries.backtest(key, signed_in(request))
    wish = services.Wish(
        asked.draft_text, asked.draft_name, asked.revision, asked.other, asked.first, asked.last, asked.capacity
    )
    return redirect("backtest", services.ask(wish, by=signed_in(request), at=timezone.now()).pk)


@require_POST
@for_roles(STAFF)
def affected_now(request: HttpRequest) -> HttpResponse:
    """Count who would stand differently now: of a document posted as ``text``, or of the ``revision`` of a number."""
    number = request.POST.get("revision", "")
    text, name = request.POST.get("text", ""), request.POST.get("file_name") or "draft.yaml"
    if number.isascii() and number.isdigit() and len(number) < 9:
        found = Revision.objects.filter(number=int(number)).values_list("text", "file_name").first()
        text, name = found or (text, name)
    law = in_force()
    try:
        draft = services.draft_of(text, name)
    except AgreementRefusedError as error:
        return render(request, "backtests/affected.html", {"refused": error}, status=422)
    counted = affected(draft, law.agreement, timezone.now())
    kinds = [(label, tone, counted.foremost(effect)) for effect, label, tone in EFFECTS]
    context = {
        "counted": counted,
        "law": law.revision,
        "kinds": [(label, tone, leads, leads[:NAMED], len(leads) - NAMED) for label, tone, leads in kinds if leads],
        "changes": [
            (change, count, counted.by_clause(place)[:NAMED], len(counted.by_clause(place)))
            for place, (change, count) in enumerate(zip(counted.changes, counted.touched, strict=True))
        ],
    }
    return render(request, "backtests/affected.html", context)


GRADE = "would only have another grade"
EFFECTS = (
    (Effect.HANDED_OVER, "would be handed over to sales", "ok"),
    (Effect.NOT_HANDED_OVER, "would no longer be handed over", "late"),
    (Effect.STAGE, "would reach another stage before that", "info"),
    (Effect.GRADE, GRADE, "neutral"),
)
