"""What is done with the leads that somebody has selected in the queue: one dialog, one sentence of what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accord.server.accounts.access import SELLERS, for_roles, signed_in
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce, in_force
from accord.server.handoffs import decisions, snoozing, taking, taking_back
from accord.server.handoffs.actions import UNPROCESSABLE
from accord.server.handoffs.bulk import with_each
from accord.server.handoffs.explanations import choices_of
from accord.server.handoffs.forms import ReasonForm, SnoozeForm
from accord.server.handoffs.models import Offer
from accord.server.pipeline.models import Lead
from accord.server.ui.htmx import in_dialog, is_htmx, toast

Given = Mapping[str, Any]
SHOWN = 12
"""How many of the leads a dialog names."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done with many leads.

    Attributes:
        title: What the dialog says above, before the number of leads.
        did: What was done, as in "18 leads passed on".
        do: Does it with one lead.
        form: Makes the form, bound to what was sent or not; None: nothing is asked.
        danger: It lets leads go.
    """

    title: str
    did: str
    do: Callable[[int, User, datetime, Given], object]
    form: Callable[[InForce, User, QueryDict | None], forms.Form] | None = None
    danger: bool = False


class ColleagueForm(forms.Form):
    """To whom leads are given; of somebody away, or who has too little room, it asks whether that is meant."""

    owner: Any = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="To whom?",
        empty_label="Choose a colleague",
        error_messages={"required": "Choose to whom.", "invalid_choice": "They cannot take leads from you."},
    )
    anyway = forms.BooleanField(required=False, label="Give the leads to them all the same")

    def __init__(self, sent: QueryDict | None, *, by: User) -> None:
        super().__init__(sent)
        chosen: Any = self.fields["owner"]
        chosen.queryset = taking.colleagues_of(by)
        number = len(set(sent.getlist("lead"))) if sent is not None else 1
        self._cautions = taking.cautions(chosen.queryset, number, timezone.now())
        chosen.label_from_instance = self._label
        if sent is None or sent.get("owner", "") not in {str(key) for key in self._cautions}:
            del self.fields["anyway"]

    def _label(self, user: User) -> str:
        caution = self._cautions.get(user.pk)
        return f"{user.name} ({caution})" if caution else user.name

    def clean(self) -> dict[str, Any]:
        """Ask once more before somebody gets leads who is away or has too little room."""
        given = self.cleaned_data
        owner = given.get("owner")
        if owner is not None and owner.pk in self._cautions and not given.get("anyway"):
            self.add_error("owner", f"{self._label(owner)}. Choose somebody else, or say that you mean it.")
        return given


def _reason_form(law: InForce, _: User, sent: QueryDict | None) -> forms.Form:
    reasons = [(name, reason.label) for name, reason in law.agreement.handoff.reject_reasons.items()]
    return ReasonForm(sent, reasons=reasons, noted=False)


def _let_go(key: int, by: User, at: datetime, given: Given) -> object:
    """Reject what awaits a decision, and give back what is accepted."""
    if Offer.objects.filter(lead=key, status=Offer.Status.OPEN).exists():
        return decisions.reject(key, reason=given["reason"], by=by, at=at)
    return decisions.recycle(key, reason=given["reason"], by=by, at=at)


VERBS: Mapping[str, Verb] = {
    "accept": Verb("Accept", "accepted", lambda key, by, at, _: decisions.accept(key, by=by, at=at)),
    "let-go": Verb("Reject or give back", "let go", _let_go, _reason_form, danger=True),
    "pass-on": Verb("Pass on to colleagues", "passed on", lambda key, by, at, _: decisions.pass_on(key, by=by, at=at)),
    "give": Verb(
        "Give to a colleague",
        "given away",
        lambda key, by, at, given: taking.give_to(key, given["owner"], by=by, at=at, anyway=given.get("anyway", False)),
        lambda _, by, sent: ColleagueForm(sent, by=by),
    ),
    "snooze": Verb(
        "Call back later",
        "asleep until then",
        lambda key, by, at, given: snoozing.snooze(
            key, until=given["until"], why=given["why"], asked=False, by=by, at=at
        ),
        lambda _law, _by, sent: SnoozeForm(sent, reached=False),
    ),
    "wake": Verb("Wake up", "awake", lambda key, by, at, _: snoozing.wake_up(key, by=by, at=at)),
    "undo": Verb("Undo", "as before", lambda key, by, at, _: taking_back.take_back(key, by=by, at=at)),
}
"""By the last part of their address."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(SELLERS)
def bulk(request: HttpRequest, verb: str) -> HttpResponse:
    """Ask what there is to ask about the leads that were selected, or do it with each of them."""
    act = VERBS.get(verb)
    if act is None:
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    keys = [int(key) for key in sent.getlist("lead") if key.isascii() and key.isdigit() and len(key) < 18]
    law, by, at = in_force(), signed_in(request), timezone.now()
    form = act.form(law, by, request.POST if request.method == "POST" else None) if act.form else None
    if request.method != "POST" or not keys or (form is not None and not form.is_valid()):
        return _ask(request, verb, keys, form, law)
    summary = with_each(keys, lambda key: act.do(key, by, at, form.cleaned_data if form else {}))
    said = summary.in_words(act.did)
    if not is_htmx(request):
        (messages.success if summary.done else messages.error)(request, said)
        return redirect("queue")
    done = HttpResponse(headers={"HX-Trigger": "queue-stale", "HX-Reswap": "none"})
    return toast(done, said, "success" if summary.done else "error")


def _ask(request: HttpRequest, verb: str, keys: list[int], form: forms.Form | None, law: InForce) -> HttpResponse:
    leads, act = list(Lead.objects.select_related("person").filter(pk__in=keys)[:SHOWN]), VERBS[verb]
    context = {
        "title": f"{act.title}: {len(keys)} lead{'' if len(keys) == 1 else 's'}",
        "verb": verb,
        "act": act,
        "keys": keys,
        "names": [str(lead.person) for lead in leads],
        "more": len(keys) - len(leads),
        "form": form,
        "presets": snoozing.presets(timezone.localtime()),
        "reasons": choices_of(law.agreement),
        "layout": "handoffs/bulk_dialog.html" if is_htmx(request) else "handoffs/bulk_page.html",
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return in_dialog(request, render(request, "handoffs/bulk.html", context, status=status))
