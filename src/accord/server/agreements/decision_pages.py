"""What people do with a proposal: sign, decline, withdraw, comment. Where it cannot be, the page says why."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accord.agreement.english_words import label, listed
from accord.server.accounts.access import EVERYBODY, for_roles, signed_in
from accord.server.agreements.clause_rows import anchor_of
from accord.server.agreements.commenting import CommentError, comment, settle
from accord.server.agreements.forms import CommentForm
from accord.server.agreements.models import Revision
from accord.server.agreements.pages import readable_rows, revision_page
from accord.server.agreements.queries import revision_view
from accord.server.agreements.services import RevisionError, decline, sign, withdraw


@require_POST
@for_roles(EVERYBODY)
def sign_revision(request: HttpRequest, number: int) -> HttpResponseBase:
    """Sign a proposed revision for one's role."""
    user = signed_in(request)

    def signed() -> str:
        made = sign(number, by=user, at=timezone.now())
        if made.status == Revision.Status.IN_FORCE:
            return f"Revision {number} is in force."
        if made.status == Revision.Status.SIGNED:
            return f"Revision {number} is signed by everybody and awaits its day."
        missing = revision_view(number, readable_rows(user)).missing
        verb = "signs" if len(missing) == 1 else "sign"
        return f"Signed for {label(user.role)}. It comes into force when {listed(map(label, missing), 'and')} {verb}."

    return _decided(request, number, signed)


@require_POST
@for_roles(EVERYBODY)
def decline_revision(request: HttpRequest, number: int) -> HttpResponseBase:
    """Decline a proposed revision for a reason."""
    why = request.POST.get("why", "").replace("\x00", "")[:2000]

    def declined() -> str:
        decline(number, why=why, by=signed_in(request), at=timezone.now())
        return f"Revision {number} is declined. It stays here to read, and a new draft can be made from it."

    return _decided(request, number, declined, {"why": why})


@require_POST
@for_roles(EVERYBODY)
def withdraw_revision(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take one's own proposal back."""

    def withdrawn() -> str:
        withdraw(number, by=signed_in(request), at=timezone.now())
        return f"Revision {number} is withdrawn."

    return _decided(request, number, withdrawn)


@require_POST
@for_roles(EVERYBODY)
def comment_revision(request: HttpRequest, number: int) -> HttpResponseBase:
    """Say something about a clause, or answer."""
    form = CommentForm(request.POST)
    user = signed_in(request)
    readable_rows(user)
    typed = {"comment": request.POST.get("text", ""), "path": request.POST.get("path", "")}
    if not form.is_valid():
        first = str(next(iter(form.errors.values()))[0])
        return _shown(request, number, CommentError("comment.empty", first.rstrip(".")), typed)
    data = form.cleaned_data
    try:
        made = comment(
            number,
            data["path"],
            data["text"],
            by=user,
            at=timezone.now(),
            action_id=data["action_id"],
            thread=data["thread"],
        )
    except CommentError as error:
        return _shown(request, number, error, typed)
    return redirect(f"{reverse('revision', args=[number])}#{anchor_of(made.path) or 'talk'}")


@require_POST
@for_roles(EVERYBODY)
def settle_comment(request: HttpRequest, number: int, thread: int) -> HttpResponseBase:
    """Mark a thread as settled, or open it again."""
    user = signed_in(request)
    readable_rows(user)
    try:
        first = settle(thread, settled=request.POST.get("settled") == "1", by=user, at=timezone.now())
    except CommentError as error:
        return _shown(request, number, error)
    return redirect(f"{reverse('revision', args=[number])}#{anchor_of(first.path) or 'talk'}")


def _decided(
    request: HttpRequest, number: int, verb: Callable[[], str], typed: Mapping[str, str] | None = None
) -> HttpResponseBase:
    readable_rows(signed_in(request))
    try:
        messages.success(request, verb())
    except RevisionError as error:
        return _shown(request, number, error, typed)
    return redirect("revision", number)


def _shown(
    request: HttpRequest, number: int, error: RevisionError, typed: Mapping[str, str] | None = None
) -> HttpResponseBase:
    """Show the revision as it is now, why nothing was done, and what was typed; to who may not read it, nothing."""
    rows = readable_rows(signed_in(request))
    return revision_page(request, revision_view(number, rows), rows, error=error, typed=typed)
