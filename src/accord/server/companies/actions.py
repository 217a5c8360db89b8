"""What the Companies pages do: whose a network is, and the outreach list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accord.server.accounts.access import for_roles, signed_in
from accord.server.companies import pages, services
from accord.server.companies.asked import READERS
from accord.server.companies.services import About, CompaniesError
from accord.server.people.identity import company_of


def _said(request: HttpRequest, name: str, longest: int = 500) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]


@require_POST
@for_roles(READERS)
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Say that a network is this company's, or that it is not."""
    about = About(organisation=_said(request, "organisation"), network=_said(request, "network"))
    holds = request.POST.get("holds") == "yes"
    word = services.correct(key, about, holds=holds, by=signed_in(request), at=timezone.now())
    verb = "is theirs" if holds else f"is not {word.company}"
    messages.success(request, f"Noted: {about.organisation or about.network} {verb}, from now on and for 30 days back.")
    return redirect("company", key)


@require_POST
@for_roles(READERS)
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take back what somebody said of a network."""
    word = services.undo(key, by=signed_in(request), at=timezone.now())
    messages.success(request, f"Taken back: {word.organisation or word.network} is judged by its name again.")
    return redirect("company", word.company_id)


@require_POST
@for_roles(READERS)
def add(request: HttpRequest) -> HttpResponse:
    """Add a company from an organisation, or say which known company the organisation is."""
    name, by, at = _said(request, "organisation"), signed_in(request), timezone.now()
    try:
        if chosen := _said(request, "company", 300):
            known = company_of("", chosen)
            if known is None:
                raise CompaniesError("companies.unknown", f"there is no company called {chosen}")
            services.correct(known.pk, About(organisation=name), holds=True, by=by, at=at)
            return redirect("company", known.pk)
        made = services.add_company(name, _said(request, "name"), _said(request, "website"), by=by, at=at)
    except CompaniesError as error:
        return pages.organisation_page(request, name, str(error), status=422)
    messages.success(request, f"{made} is a company now; its visits of the last 30 days are here.")
    return redirect("company", made.pk)


@require_POST
@for_roles(READERS)
def put_on_list(request: HttpRequest, key: int) -> HttpResponse:
    """Put a company on the outreach list."""
    note, criterion = _said(request, "note"), _said(request, "criterion", 100)
    services.put_on_list(key, criterion, note, by=signed_in(request), at=timezone.now())
    messages.success(request, "It is on the outreach list.")
    return redirect("company", key)


@require_POST
@for_roles(READERS)
def take_off_list(request: HttpRequest, key: int) -> HttpResponse:
    """Take a company off the outreach list."""
    services.take_off_list(key, by=signed_in(request), at=timezone.now())
    messages.success(request, "It is off the outreach list; you can put it back.")
    return redirect("company", key)


@require_POST
@for_roles(READERS)
def put_back(request: HttpRequest, key: int) -> HttpResponse:
    """Put a company back on the outreach list."""
    services.put_back(key, by=signed_in(request), at=timezone.now())
    messages.success(request, "It is on the outreach list again.")
    return redirect("company", key)
