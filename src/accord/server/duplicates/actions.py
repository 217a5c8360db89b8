"""What the Duplicates pages do: merge, dismiss, put off, and take back."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accord.server.accounts.access import for_roles, signed_in
from accord.server.duplicates import pages, proposing
from accord.server.duplicates.merging import MergeError
from accord.server.duplicates.models import Duplicate

KEEPS = "keep-"
"""With this begin the names of the choices of a form, field by field."""


@require_POST
@for_roles(proposing.DECIDERS)
def merge(request: HttpRequest, key: int) -> HttpResponse:
    """Merge two records as chosen."""
    found = Duplicate.objects.filter(pk=min(key, 2**63 - 1)).first()
    survivor = request.POST.get("survivor", "")
    try:
        if found is None or survivor not in (str(found.first), str(found.second)):
            raise MergeError("merge.unknown", "it is not said which of the two stays", hint="choose one of them")
        chosen = _chosen(request.POST.dict(), "second" if survivor == str(found.first) else "first")
        done = proposing.accept(found.pk, int(survivor), chosen, by=signed_in(request), at=timezone.now())
    except MergeError as error:
        return pages.comparison(request, key, str(error), status=422)
    messages.success(request, f"{done.merged_name} is one with {done.survivor_name} now. You can undo that.")
    return redirect("duplicates-merge", done.pk)


def _chosen(given: Mapping[str, str], merged: str) -> dict[str, bool]:
    """Return for each field that was chosen whether the value of the one that goes is kept."""
    return {name.removeprefix(KEEPS): side == merged for name, side in given.items() if name.startswith(KEEPS)}


@require_POST
@for_roles(proposing.DECIDERS)
def dismiss(request: HttpRequest, key: int) -> HttpResponse:
    """Say that two records are not the same."""
    proposing.dismiss(key, by=signed_in(request), at=timezone.now())
    messages.success(request, "Noted: they are not the same. You find them under “Not the same”.")
    return redirect("duplicates")


@require_POST
@for_roles(proposing.DECIDERS)
def later(request: HttpRequest, key: int) -> HttpResponse:
    """Put a proposal off."""
    proposing.postpone(key, by=signed_in(request), at=timezone.now())
    messages.success(request, "It comes back in a week.")
    return redirect("duplicates")


@require_POST
@for_roles(proposing.DECIDERS)
def reconsider(request: HttpRequest, key: int) -> HttpResponse:
    """Take back that two records are not the same."""
    proposing.reconsider(key, by=signed_in(request), at=timezone.now())
    return redirect("duplicate", key)


@require_POST
@for_roles(proposing.DECIDERS)
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take a merge back."""
    done = proposing.take_back(key, by=signed_in(request), at=timezone.now())
    stayed = f" What came later stays: {'; '.join(done.stayed)}." if done.stayed else ""
    messages.success(request, f"{done.merged_name} and {done.survivor_name} are two again.{stayed}")
    return redirect("duplicates-merge", done.pk)
