"""What the pages of disputes do: contest, say, rule, withdraw, begin a draft."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accord.server.accounts.access import for_roles, signed_in
from accord.server.agreements.services import PROPOSERS
from accord.server.disputes import opening, queries, ruling
from accord.server.disputes.forms import ContestForm, RulingForm, StatementForm, WithdrawForm
from accord.server.disputes.models import Dispute, Ruling
from accord.server.disputes.opening import DISPUTANTS, DisputeError
from accord.server.disputes.pages import MOST, dispute_page
from accord.server.disputes.ruling import ARBITERS
from accord.server.pipeline.models import Lead


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(DISPUTANTS)
def contest(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Ask what is wrong about a lead and why, and open the dispute."""
    user, at = signed_in(request), timezone.now()
    lead = get_object_or_404(Lead.objects.select_related("person__company"), pk=min(lead_id, MOST))
    offered = queries.contestable(lead, user, at)
    offered_kinds = [each.kind for each in offered]
    kinds = [(kind.value, str(kind.label)) for kind in (Dispute.Kind if request.method == "POST" else offered_kinds)]
    first = offered[0].kind if len(offered) == 1 else None
    form = ContestForm(request.POST or None, choices=kinds, initial={"action_id": uuid4(), "kind": first})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = opening.contest(
                lead.pk,
                Dispute.Kind(data["kind"]),
                data["statement"],
                action_id=data["action_id"],
                by=user,
                at=at,
            )
        except DisputeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "It is contested. What is known is collected below; the other side is told.")
            return redirect("dispute", made.pk)
    context = {"title": "Contest a decision", "lead": lead, "form": form, "offered": offered}
    return render(request, "disputes/contest.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@for_roles(DISPUTANTS)
def say(request: HttpRequest, key: int) -> HttpResponse:
    """Add a statement."""
    form = StatementForm(request.POST)

    def said() -> str:
        data = form.cleaned_data
        opening.say(min(key, MOST), data["text"], action_id=data["action_id"], by=signed_in(request), at=timezone.now())
        return "Your statement stands."

    return _done(request, key, form, "statement_form", said)


@require_POST
@for_roles(ARBITERS)
def rule(request: HttpRequest, key: int) -> HttpResponse:
    """Rule, or put off to the next meeting."""
    form = RulingForm(request.POST)

    def ruled() -> str:
        data = form.cleaned_data
        outcome = Ruling.Outcome(data["outcome"])
        ruling.rule(min(key, MOST), outcome, data["reason"], by=signed_in(request), at=timezone.now())
        return f"Noted: {outcome.label}. Both sides are told."

    return _done(request, key, form, "ruling_form", ruled)


@require_POST
@for_roles(DISPUTANTS)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw one's own dispute."""
    form = WithdrawForm(request.POST)

    def withdrawn() -> str:
        ruling.withdraw(min(key, MOST), form.cleaned_data["reason"], by=signed_in(request), at=timezone.now())
        return "It is withdrawn, and counts nowhere. It stays here to read."

    return _done(request, key, form, "withdraw_form", withdrawn)


def _done(
    request: HttpRequest,
    key: int,
    form: StatementForm | RulingForm | WithdrawForm,
    name: str,
    verb: Callable[[], str],
) -> HttpResponse:
    """Do what a form asks for and say so, or show the page with what is wrong."""
    if form.is_valid():
        try:
            messages.success(request, verb())
        except DisputeError as error:
            if error.code == "dispute.unknown":
                raise
            return dispute_page(request, key, status=422, problem=str(error), **{name: form})
        return redirect("dispute", key)
    return dispute_page(request, key, status=422, **{name: form})


@require_POST
@for_roles(PROPOSERS)
def begin_draft(request: HttpRequest, key: int) -> HttpResponse:
    """Begin a draft of the agreement that names the dispute."""
    try:
        action_id = UUID(request.POST.get("action_id", ""))
    except ValueError:
        action_id = uuid4()
    draft = ruling.begin_draft(min(key, MOST), action_id=action_id, by=signed_in(request), at=timezone.now())
    messages.success(
        request, "A draft is begun; its first line names the dispute. Try it on the past before you propose."
    )
    return redirect("draft", draft.pk)
