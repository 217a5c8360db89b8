"""The pages on which a draft is written: values and document side by side, checked while one types."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.agreement import load
from accord.errors import AccordError
from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.agreements import drafting
from accord.server.agreements.checking import Checked, checked, differing_lines
from accord.server.agreements.drafting import DraftConflictError, DraftError
from accord.server.agreements.forms import BeginForm, ProposeForm, fresh_action
from accord.server.agreements.meanings import MEANINGS
from accord.server.agreements.models import Draft
from accord.server.agreements.pages import address, is_author
from accord.server.agreements.services import (
    PROPOSERS,
    RevisionError,
    in_force_or_none,
    revision_of,
)
from accord.server.errors import http_status

VALUE = "v."
"""What the names of values begin with in the form; their path follows."""
MOST_LINES = 40
"""Lines of a conflict that are shown one by one."""
OPEN_PARTS = frozenset({"criteria", "handoff", "sla"})
"""Parts whose values are shown at once."""


@require_safe
@for_roles(STAFF)
def drafts(request: HttpRequest) -> HttpResponse:
    """List the drafts that are being written, and begin a new one."""
    return _list_page(request, BeginForm(initial={"action_id": fresh_action()}))


@require_POST
@for_roles(PROPOSERS)
def begin_draft(request: HttpRequest) -> HttpResponseBase:
    """Begin a draft from a file, a revision, a text, or nothing."""
    form = BeginForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    data = form.cleaned_data
    revision = revision_of(data["revision"]) if data["revision"] else None
    try:
        draft = drafting.begin(
            by=signed_in(request),
            at=timezone.now(),
            action_id=data["action_id"],
            revision=revision,
            text=data["document"],
            name=data["file_name"],
        )
    except DraftError as error:
        form.add_error("file", sentence_of(error))
        return _list_page(request, form, status=422)
    return redirect("draft", draft.pk)


@require_safe
@for_roles(STAFF)
def draft(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show a draft to write on, or to read for everybody but its author."""
    found = _found(key)
    if found.revision is not None:
        return redirect("revision", found.revision.number)
    return _editor(request, found, drafting.text_of(found))


@require_POST
@for_roles(PROPOSERS)
def save_draft(request: HttpRequest, key: int) -> HttpResponseBase:
    """Save what was typed, or a step back or forward."""
    verbs: dict[str, Callable[..., Draft]] = {"undo": drafting.undo, "redo": drafting.redo}
    step = verbs.get(request.POST.get("do", ""))
    if step is not None:
        return _changed(request, key, lambda version, at: step(key, version, by=signed_in(request), at=at))
    text = request.POST.get("text", "")
    return _changed(
        request, key, lambda version, at: drafting.save(key, text, version, by=signed_in(request), at=at), typed=text
    )


@require_POST
@for_roles(PROPOSERS)
def set_values(request: HttpRequest, key: int) -> HttpResponseBase:
    """Change values where they stand in the text."""
    names = [name for name in request.POST if name.startswith(VALUE)]
    values = {name[len(VALUE) :]: request.POST.get(name, "").replace("\x00", "") for name in names}
    return _changed(
        request,
        key,
        lambda version, at: drafting.set_values(key, values, version, by=signed_in(request), at=at),
    )


@require_POST
@for_roles(PROPOSERS)
def take_over_draft(request: HttpRequest, key: int) -> HttpResponseBase:
    """Become the author of somebody else's draft."""
    drafting.take_over(key, by=signed_in(request), at=timezone.now())
    messages.success(request, "This draft is yours now.")
    return redirect("draft", key)


@require_POST
@for_roles(PROPOSERS)
def drop_draft(request: HttpRequest, key: int) -> HttpResponseBase:
    """Drop one's draft."""
    drafting.discard(key, by=signed_in(request), at=timezone.now())
    messages.success(request, "The draft is dropped.")
    return redirect("drafts")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(PROPOSERS)
def propose_draft(request: HttpRequest, key: int) -> HttpResponseBase:
    """Put a draft before both sides, with a reason and a day."""
    found = _found(key)
    if found.revision is not None:
        return redirect("revision", found.revision.number)
    text = drafting.text_of(found)
    plan = load(text, found.file_name).agreement
    if plan is None:
        messages.error(request, "Mend the errors first; then the draft can be proposed.")
        return redirect("draft", key)
    if request.method != "POST":
        return _propose_page(request, found, text, ProposeForm(initial={"version": found.version}, zone=plan.zone))
    form = ProposeForm(request.POST, zone=plan.zone)
    if not form.is_valid():
        return _propose_page(request, found, text, form, status=422)
    data = form.cleaned_data
    try:
        made = drafting.propose_draft(
            key,
            data["version"],
            reason=data["reason"],
            by=signed_in(request),
            at=timezone.now(),
            planned_from=data["planned_from"],
        )
    except (DraftError, RevisionError) as error:
        form.add_error(None, sentence_of(error))
        form.data = {**form.data.dict(), "version": str(_found(key).version)}  # type: ignore[attr-defined]
        return _propose_page(request, _found(key), text, form, status=http_status(error))
    messages.success(request, f"Revision {made.number} is proposed.")
    return redirect("revision", made.number)


def sentence_of(error: AccordError) -> str:
    """Return what is wrong and what to do, as sentences for a page."""
    text = f"{error.message}. {error.hint}." if error.hint else f"{error.message}."
    return ". ".join(part[:1].upper() + part[1:] for part in text.split(". "))


def _found(key: int) -> Draft:
    found = Draft.objects.select_related("author", "based_on", "revision").filter(pk=key).first()
    if found is None or found.dropped_at is not None:
        raise DraftError("draft.unknown", "there is no such draft", hint="see the list of drafts")
    return found


def _changed(
    request: HttpRequest, key: int, change: Callable[[int, datetime], Draft], typed: str | None = None
) -> HttpResponseBase:
    """Carry out a change of a draft and answer with what the page shows then; nothing that was typed is lost."""
    version = request.POST.get("version", "")
    wants_json = request.headers.get("Accept", "") == "application/json"
    try:
        made = change(
            int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0, timezone.now()
        )
    except AccordError as error:
        return _refused(request, key, error, typed, wants_json=wants_json)
    if not wants_json:
        return redirect("draft", key)
    text = drafting.text_of(made)
    return JsonResponse(_state(request, made, text, checked(text, made.file_name, made.based_on)))


def _refused(
    request: HttpRequest, key: int, error: AccordError, typed: str | None, *, wants_json: bool
) -> HttpResponseBase:
    now = Draft.objects.select_related("author", "based_on").filter(pk=key).first()
    if now is None:
        raise error
    theirs = drafting.text_of(now)
    context = {
        "draft": now,
        "error": error,
        "conflict": isinstance(error, DraftConflictError),
        "mine": now.author_id == signed_in(request).pk,
        "closed": error.code == "draft.closed",
        "theirs": theirs,
        "typed": theirs if typed is None else typed,
        "lines": differing_lines(typed.replace("\r\n", "\n"), theirs)[:MOST_LINES] if typed is not None else (),
        "action_id": fresh_action(),
    }
    status = http_status(error)
    if wants_json:
        html = render_to_string("agreements/draft_refused.html", context, request)
        detail = {"detail": sentence_of(error), "code": error.code, "html": html}
        return JsonResponse({**detail, "version": now.version, "theirs": theirs}, status=status)
    return render(request, "agreements/draft_conflict.html", {"title": f"Draft {now.pk}", **context}, status=status)


def _state(request: HttpRequest, draft: Draft, text: str, found: Checked) -> dict[str, Any]:
    """Return all of the editor that depends on the text, as its script takes it."""
    context = _context(request, draft, found)
    return {
        "version": draft.version,
        "text": text,
        "sound": found.sound,
        "rows": render_to_string("agreements/draft_rows.html", context, request) if found.parts else "",
        "check": render_to_string("agreements/draft_check.html", context, request),
        "marks": [{"line": fault.line, "level": str(fault.issue.level)} for fault in found.faults],
        "sentences": [{"line": line, "sentence": sentence} for line, sentence in found.sentences],
        "undo": draft.state > 1,
        "redo": drafting.can_redo(draft),
    }


def _context(request: HttpRequest, draft: Draft, found: Checked) -> dict[str, Any]:
    return {
        "draft": draft,
        "found": found,
        "mine": draft.author_id == signed_in(request).pk,
        "meaning": MEANINGS[found.meaning] if found.meaning else None,
        "open_parts": OPEN_PARTS,
    }


def _editor(request: HttpRequest, draft: Draft, text: str) -> HttpResponse:
    found = checked(text, draft.file_name, draft.based_on)
    state = _state(request, draft, text, found)
    context = {
        **_context(request, draft, found),
        "title": "Draft",
        "text": text,
        "state": {key: state[key] for key in ("version", "sound", "marks", "sentences", "undo", "redo")},
        "may_write": is_author(signed_in(request)),
        "affected_url": address("affected") if in_force_or_none() else "",
        "backtest_url": address("backtest-new"),
        "action_id": fresh_action(),
    }
    return render(request, "agreements/draft.html", context)


def _propose_page(
    request: HttpRequest, draft: Draft, text: str, form: ProposeForm, *, status: int = 200
) -> HttpResponse:
    found = checked(text, draft.file_name, draft.based_on)
    context = {**_context(request, draft, found), "title": "Propose", "form": form, "comparison": found.comparison}
    return render(request, "agreements/propose.html", context, status=status)


def _list_page(request: HttpRequest, form: BeginForm, *, status: int = 200) -> HttpResponse:
    open_drafts = Draft.objects.filter(revision=None, dropped_at=None).select_related("author", "based_on")
    law = in_force_or_none()
    context = {
        "title": "Drafts",
        "drafts": open_drafts,
        "form": form,
        "author": is_author(signed_in(request)),
        "law": law.revision.number if law else None,
        "action_id": str(uuid.uuid4()),
    }
    return render(request, "agreements/drafts.html", context, status=status)
