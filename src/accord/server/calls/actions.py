"""What the Calls pages do."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accord.server.accounts.access import for_roles, signed_in
from accord.server.accounts.models import User
from accord.server.calls import keeping, pages, services, systems
from accord.server.calls.models import TelephoneSystem
from accord.server.calls.queries import READERS
from accord.server.calls.systems import OPERATORS, CallsError
from accord.server.tracking.sources import KEEPERS

MOST = 2**63 - 1


def _back(request: HttpRequest) -> HttpResponse:
    to = request.POST.get("next", "")
    return redirect(to if url_has_allowed_host_and_scheme(to, allowed_hosts=None) else "calls")


@require_POST
@for_roles(READERS)
def make_lead(request: HttpRequest, key: int) -> HttpResponse:
    """Make who called a lead."""
    lead = services.make_lead(min(key, MOST), by=signed_in(request), at=timezone.now())
    messages.success(request, f"{lead.person} is a lead; by when to call back is what the agreement says.")
    return redirect("lead", lead.pk)


@require_POST
@for_roles(READERS)
def whose(request: HttpRequest, key: int) -> HttpResponse:
    """Say who called, of those who have the number."""
    chosen = request.POST.get("person", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 18):
        raise CallsError("calls.not_theirs", "choose who called")
    person = services.say_whose(min(key, MOST), int(chosen), by=signed_in(request), at=timezone.now())
    messages.success(request, f"Noted as a call of {person}.")
    return _back(request)


@require_POST
@for_roles(READERS)
def settle(request: HttpRequest, key: int) -> HttpResponse:
    """Say that nobody need call back."""
    services.settle(min(key, MOST), by=signed_in(request), at=timezone.now())
    messages.success(request, "Nobody need call back; you can take that back in the row of the call.")
    return _back(request)


@require_POST
@for_roles(READERS)
def unsettle(request: HttpRequest, key: int) -> HttpResponse:
    """Take back that nobody need call back."""
    services.unsettle(min(key, MOST), by=signed_in(request), at=timezone.now())
    messages.success(request, "It waits for a call back again.")
    return _back(request)


@require_POST
@for_roles(KEEPERS)
def retire(request: HttpRequest, key: int) -> HttpResponse:
    """Retire a tracking number."""
    return _on_number(request, key, keeping.retire, "It credits nothing from now on; you can put it back.")


@require_POST
@for_roles(KEEPERS)
def revive(request: HttpRequest, key: int) -> HttpResponse:
    """Put a tracking number back into use."""
    return _on_number(request, key, keeping.revive, "It is in use again.")


@require_POST
@for_roles(KEEPERS)
def disown(request: HttpRequest, key: int) -> HttpResponse:
    """Take a number out of the list of our own."""
    return _on_number(request, key, keeping.disown, "Whoever calls from it is a caller like any other now.")


def _on_number(request: HttpRequest, key: int, verb: Callable[..., object], said: str) -> HttpResponse:
    by: User = signed_in(request)
    verb(min(key, MOST), by=by, at=timezone.now())
    messages.success(request, said)
    return redirect("calls-numbers")


@require_POST
@for_roles(OPERATORS)
def show_secret(request: HttpRequest, key: int) -> HttpResponse:
    """Show the secret of a telephone system, and write down who saw it."""
    by = signed_in(request)
    source = systems.source_of_calls(min(key, MOST), by)
    secret = systems.shown_secret(source.pk, by=by, at=timezone.now())
    answer = pages.setup_page(request, source, TelephoneSystem.objects.filter(source=source).first(), secret=secret)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@for_roles(OPERATORS)
def replace_secret(request: HttpRequest, key: int) -> HttpResponse:
    """Give a telephone system a new secret."""
    by, at = signed_in(request), timezone.now()
    given, at_once = request.POST.get("secret", "").strip()[:200], bool(request.POST.get("at_once"))
    systems.replace_secret(min(key, MOST), given, at_once=at_once, by=by, at=at)
    messages.success(request, "It has a new secret; put it wherever the present one stands.")
    return redirect("calls-setup", key)
