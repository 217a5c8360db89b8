"""The Calls pages: the calls, tracking numbers and our own numbers, and how a telephone system is set up."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accord.errors import AccordError
from accord.server.accounts.access import for_roles, signed_in
from accord.server.accounts.models import Role
from accord.server.calls import keeping, queries, systems
from accord.server.calls.exports import calls_table
from accord.server.calls.forms import NumberForm, OwnNumberForm, SetupForm
from accord.server.calls.models import Call, OwnNumber, TelephoneSystem, TrackingNumber
from accord.server.calls.systems import OPERATORS, CallsError
from accord.server.files import answer, asked_format
from accord.server.tracking.models import Source
from accord.server.tracking.sources import KEEPERS, OLD_KEY_DAYS

PAGE_SIZE = 25
SHOW_LABELS = (
    ("", "All"),
    ("waiting", "To call back"),
    ("missed", "Missed"),
    ("unknown", "No lead"),
    ("made", "Made"),
)


@require_safe
@for_roles(queries.READERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Who called and whom we called; first those whom nobody has called back."""
    user, asked = signed_in(request), queries.wanted(request.GET.dict())
    page: Any = Paginator(queries.matching(asked, user), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = queries.detailed(page.object_list)
    context = {
        "title": "Calls",
        "asked": asked,
        "page": page,
        "shows": SHOW_LABELS,
        "waiting": queries.waiting_badge(user) or 0,
        "numbers": TrackingNumber.objects.all(),
        "campaigns": queries.campaigns(),
        "here": request.get_full_path(),
        "no_source": not Source.objects.filter(kind=Source.Kind.CALL).exists(),
        "no_call": not Call.objects.exists(),
        "keeps": user.role in KEEPERS,
        "operates": user.role == Role.OPERATIONS,
    }
    return render(request, "calls/calls.html", context)


@require_safe
@for_roles(queries.READERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every call that matches as a file."""
    at, zone = timezone.now(), ZoneInfo(timezone.get_current_timezone_name())
    table = calls_table(signed_in(request), queries.wanted(request.GET.dict()), zone, at=at)
    return answer(table, asked_format(request.GET), at=at)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(KEEPERS)
def numbers(request: HttpRequest) -> HttpResponse:
    """Tracking numbers, and the numbers that are ours; a POST adds one of the latter."""
    form = OwnNumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.own(**form.cleaned_data, by=signed_in(request), at=timezone.now())
            return redirect("calls-numbers")
        except CallsError as error:
            form.add_error("text", str(error))
    context = {
        "title": "Numbers",
        "numbers": TrackingNumber.objects.order_by("active_until", "name"),
        "own": OwnNumber.objects.select_related("user"),
        "form": form,
        "websites": Source.objects.filter(kind=Source.Kind.BROWSER, disabled_at=None),
        "site": settings.SITE_URL.rstrip("/"),
    }
    return render(request, "calls/numbers.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(KEEPERS)
def number_new(request: HttpRequest) -> HttpResponse:
    """Add a tracking number."""
    return _number(request, NumberForm(request.POST or None), None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(KEEPERS)
def number_edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change what a tracking number credits."""
    found = TrackingNumber.objects.filter(pk=min(key, 2**63 - 1)).first()
    if found is None:
        raise CallsError("calls.unknown", "there is no such tracking number")
    names = ("number", "name", "source", "medium", "campaign", "shown_for", "opens_leads")
    form = NumberForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    form.fields["number"].disabled = True
    return _number(request, form, found)


def _number(request: HttpRequest, form: NumberForm, found: TrackingNumber | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            keeping.place(
                form.placed(), key=found.pk if found is not None else None, by=signed_in(request), at=timezone.now()
            )
            return redirect("calls-numbers")
        except CallsError as error:
            form.add_error(None if found is not None else "number", str(error))
    title = f"Change {found.name}" if found is not None else "Add a tracking number"
    status = 422 if request.method == "POST" else 200
    return render(request, "calls/number.html", {"title": title, "form": form, "number": found}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(OPERATORS)
def setup(request: HttpRequest, key: int) -> HttpResponse:
    """Say whose reports a source of calls takes; a POST stores it."""
    user = signed_in(request)
    source = systems.source_of_calls(min(key, 2**63 - 1), user)
    system = TelephoneSystem.objects.filter(source=source).first()
    known = {"provider": system.provider, "opens_leads": system.opens_leads} if system is not None else {}
    form = SetupForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            systems.set_up(key, form.setup(), by=user, at=timezone.now())
            return redirect("calls-setup", key)
        except AccordError as error:
            form.add_error("secret", str(error))
    return setup_page(request, source, system, form, status=422 if request.method == "POST" else 200)


def setup_page(
    request: HttpRequest,
    source: Source,
    system: TelephoneSystem | None,
    form: SetupForm | None = None,
    *,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show how a telephone system is set up, with its secret if that was asked for."""
    initial = {"provider": system.provider, "opens_leads": system.opens_leads} if system is not None else {}
    now = timezone.now()
    context = {
        "title": f"Calls of {source.name}",
        "source": source,
        "system": system,
        "form": form or SetupForm(initial=initial),
        "secret": secret,
        "address": settings.SITE_URL.rstrip("/") + reverse("hook-calls", args=[source.write_key]),
        "old_until": system.old_secret_until
        if system is not None and system.old_secret_until is not None and system.old_secret_until > now
        else None,
        "old_key_days": OLD_KEY_DAYS,
    }
    return render(request, "calls/setup.html", context, status=status)
