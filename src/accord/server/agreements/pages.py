"""The Agreement pages: what is in force in plain English, every revision, and what a proposal changes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accord.agreement.english_words import label, listed
from accord.errors import AccordError
from accord.server.accounts.access import EVERYBODY, STAFF, AccessError, for_roles, signed_in
from accord.server.accounts.models import User
from accord.server.agreements.forms import fresh_action
from accord.server.agreements.meanings import MEANINGS
from accord.server.agreements.models import Draft, Revision
from accord.server.agreements.queries import RevisionRow, RevisionView, revision_rows, revision_text, revision_view
from accord.server.agreements.services import PROPOSERS
from accord.server.errors import http_status

VIEWS = (("english", "In English"), ("source", "Document"))
RECENT = 6
"""Revisions that are listed at once; the older ones stand behind one more click."""


@require_safe
@for_roles(EVERYBODY)
def agreement(request: HttpRequest) -> HttpResponse:
    """Show the agreement in force, or what to do while there is none."""
    user = signed_in(request)
    rows = readable_rows(user)
    current = next((row for row in rows if row.status == Revision.Status.IN_FORCE), None)
    if current is None:
        context = {"title": "Agreement", "author": is_author(user), **_lists(rows, user)}
        return render(request, "agreements/none.html", context)
    return revision_page(request, revision_view(current.number, rows), rows, title="Agreement")


@require_safe
@for_roles(EVERYBODY)
def revision(request: HttpRequest, number: int) -> HttpResponse:
    """Show one revision, whatever became of it."""
    rows = readable_rows(signed_in(request))
    return revision_page(request, revision_view(number, rows), rows)


@require_safe
@for_roles(EVERYBODY)
def revision_file(request: HttpRequest, number: int) -> HttpResponse:
    """Send the document of a revision as its author wrote it."""
    revision_view(number, readable_rows(signed_in(request)))
    text, file_name = revision_text(number)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    return response


def readable_rows(user: User) -> tuple[RevisionRow, ...]:
    """Return the revisions that somebody may read.

    Raises:
        AccessError: An outside agency signs none of them.
    """
    rows = revision_rows(user)
    if not rows and user.role not in STAFF:
        raise AccessError("access.denied", "Your role does not allow you to open this page", hint="you sign nothing")
    return rows


def revision_page(
    request: HttpRequest,
    view: RevisionView,
    rows: tuple[RevisionRow, ...],
    *,
    title: str = "",
    error: AccordError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show a revision; with ``error``, why what was asked for was not done, and what was ``typed`` for it."""
    user, row = signed_in(request), view.row
    home = title == "Agreement"
    shown = "source" if request.GET.get("view") == "source" or not view.sections else "english"
    compared = None if home else view.comparison
    context = {
        "title": title or f"Revision {row.number}",
        "view": view,
        "row": row,
        "home": home,
        "shown": shown,
        "views": VIEWS,
        "error": error,
        "typed": typed or {},
        "author": is_author(user),
        "mine": row.proposer == user.pk,
        "waits_for": _and(view.missing),
        "signs_for": label(user.role) if user.role in view.missing else "",
        "declines_for": label(user.role) if _may_decline(view, user) else "",
        "last_signature": len(view.missing) == 1,
        "comparison": compared,
        "meaning": MEANINGS[compared.meaning] if compared else None,
        "replaces": compared.number if compared and compared.in_force else None,
        "drafts": _open_drafts() if home and user.role in STAFF else 0,
        "may_say": row.is_open,
        "action_id": fresh_action(),
        "affected_url": address("affected"),
        "backtest_url": address("backtest-new"),
        **_lists(rows, user, but=row.number),
    }
    status = http_status(error) if error else 200
    return render(request, "agreements/revision.html", context, status=status)


def address(name: str) -> str:
    """Return the address of a page of an upper room, or "" where it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def is_author(user: User) -> bool:
    """Return whether somebody is offered to write a draft."""
    return user.role in PROPOSERS


def _and(roles: tuple[str, ...]) -> str:
    return listed(map(label, roles), "and") if roles else ""


def _lists(rows: tuple[RevisionRow, ...], user: User, but: int = 0) -> dict[str, Any]:
    """Return the revisions that have yet to come into force, what awaits the user first, and all of them."""
    awaited = {row.number for row in rows if row.awaits(user.role)}
    proposed = [row for row in rows if row.is_open and row.number != but]
    return {
        "staff": user.role in STAFF,
        "awaited": awaited,
        "proposed": sorted(proposed, key=lambda row: row.number not in awaited),
        "recent": rows[:RECENT],
        "older": rows[RECENT:],
    }


def _may_decline(view: RevisionView, user: User) -> bool:
    return view.row.status == Revision.Status.PROPOSED and user.role in {signer.role for signer in view.signers}


def _open_drafts() -> int:
    return Draft.objects.filter(revision=None, dropped_at=None).count()
