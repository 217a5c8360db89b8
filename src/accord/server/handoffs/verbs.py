"""Every verb of the queue and of the page of a lead, as the address it has."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accord.agreement import Disqualify
from accord.agreement.explanation import next_stage
from accord.agreement.ways_out import NEVER_REACHED, way_back
from accord.errors import AccordError
from accord.server.accounts.access import SELLERS, AccessError, for_roles, signed_in
from accord.server.accounts.models import Role
from accord.server.agreements.services import InForce, in_force
from accord.server.handoffs import decisions, qualifying, questions, snoozing, taking, taking_back
from accord.server.handoffs.actions import UNPROCESSABLE, Act, Asked, answer, at_once, with_form
from accord.server.handoffs.decisions import HandoffError, may_work
from accord.server.handoffs.explaining import situation_now
from accord.server.handoffs.explanations import agreed_reasons, choices_of, what_follows
from accord.server.handoffs.forms import TRIES, AttemptForm, DealForm, ReasonForm, SnoozeForm, WordsForm
from accord.server.handoffs.lead_fields import field_line, may_fill_in
from accord.server.handoffs.lead_page import lead_for, lead_view, reasons_in_words
from accord.server.handoffs.queries import queue_row, reach_of
from accord.server.pipeline.models import Deal, Lead, StageName

Page = Callable[[HttpRequest, int], HttpResponse]


def _plain(do: Callable[[Asked], str]) -> Page:
    """Return the page of a verb that asks nothing."""

    @require_POST
    @for_roles(SELLERS)
    def page(request: HttpRequest, lead_id: int) -> HttpResponse:
        return at_once(Asked(request, lead_id, signed_in(request), timezone.now()), do)

    return page


def _asking(act: Act) -> Page:
    """Return the page of a verb that asks something first."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @for_roles(SELLERS)
    def page(request: HttpRequest, lead_id: int) -> HttpResponse:
        return with_form(Asked(request, lead_id, signed_in(request), timezone.now()), act)

    return page


def _next(asked: Asked) -> str:
    """Return the next thing to do with a lead as a sentence, if it is still within reach."""
    row = queue_row(asked.lead_id, reach_of(asked.by), asked.at)
    return f"Next: {row.task.text[:1].lower()}{row.task.text[1:]}." if row else ""


def _accept(asked: Asked) -> str:
    decisions.accept(asked.lead_id, by=asked.by, at=asked.at)
    return f"Accepted. {_next(asked)}".strip()


def _take(asked: Asked) -> str:
    taking.take(asked.lead_id, by=asked.by, at=asked.at)
    return f"It is yours. {_next(asked)}".strip()


def _take_back(asked: Asked) -> str:
    taking_back.take_back(asked.lead_id, by=asked.by, at=asked.at)
    return f"Taken back, as if nothing had happened. {_next(asked)}".strip()


def _pass_on(asked: Asked) -> str:
    seen = asked.request.POST.get("offer", "")
    offer_id = int(seen) if seen.isdecimal() and len(seen) < 19 else None
    taking.pass_on(asked.lead_id, offer_id=offer_id, by=asked.by, at=asked.at)
    lead = Lead.objects.select_related("owner").get(pk=asked.lead_id)
    return f"Passed on to {lead.owner.name if lead.owner else f'the queue of {lead.queue}'}."


def _qualify(asked: Asked) -> str:
    try:
        qualifying.qualify(asked.lead_id, by=asked.by, at=asked.at)
    except HandoffError as error:
        if error.code != "handoff.gate_closed":
            raise
        raise HandoffError(error.code, f"not an SQL yet; still missing: {_still_missing(asked)}") from error
    return f"Confirmed as SQL. {_next(asked)}".strip()


def _still_missing(asked: Asked) -> str:
    agreement = in_force().agreement
    lead = Lead.objects.select_related("person__company").get(pk=asked.lead_id)
    ahead = next_stage(situation_now(lead, agreement, asked.at))
    return "; ".join(ahead.missing) if ahead else ""


def _win(asked: Asked) -> str:
    try:
        deal = decisions.win(asked.lead_id, by=asked.by, at=asked.at)
    except AccessError:
        raise
    except AccordError:
        won = Deal.objects.filter(lead=asked.lead_id, lead__stage=StageName.CUSTOMER, outcome=Deal.Outcome.WON).first()
        if won is None:
            raise
        deal = won
    return f"Won: {deal}. Well done."


def _log(asked: Asked, given: Mapping[str, Any]) -> str:
    tried = TRIES[given["tried"]]
    attempt = decisions.log_attempt(
        asked.lead_id,
        channel=tried.channel,
        outcome=tried.outcome,
        note=given["note"],
        action_id=given["action_id"],
        by=asked.by,
        at=asked.at,
    )
    logged = f"Logged: {attempt.get_channel_display().lower()}, {attempt.get_outcome_display().lower()}"
    if Lead.objects.filter(pk=asked.lead_id, end_clause=NEVER_REACHED).exists():
        return _gone(f"{logged}. All tries are made", asked)
    return f"{logged}. {_next(asked)}"


def _reject(asked: Asked, given: Mapping[str, Any]) -> str:
    decisions.reject(asked.lead_id, reason=given["reason"], note=given["note"], by=asked.by, at=asked.at)
    return _gone("Rejected", asked)


def _recycle(asked: Asked, given: Mapping[str, Any]) -> str:
    return _let_go("Given back", asked, given["reason"], decisions.recycle)


def _lose(asked: Asked, given: Mapping[str, Any]) -> str:
    return _let_go("Lost", asked, given["reason"], decisions.lose)


def _let_go(said: str, asked: Asked, reason: str, service: Callable[..., object]) -> str:
    try:
        service(asked.lead_id, reason=reason, by=asked.by, at=asked.at)
    except AccessError:
        raise
    except AccordError:
        # Sent twice: the first time ended the lead for this very reason.
        if not Lead.objects.filter(pk=asked.lead_id, end_reason=reason, ended_at__isnull=False).exists():
            raise
    return _gone(said, asked)


def _gone(said: str, asked: Asked) -> str:
    """Return where a lead went that has just left, and why."""
    agreement = in_force().agreement
    lead = Lead.objects.get(pk=asked.lead_id)
    way = way_back(agreement, lead.end_clause) if lead.stage == StageName.RECYCLED else None
    label = reasons_in_words(agreement).get(lead.end_reason, lead.end_reason)
    return f"{said}: {label}. {what_follows(way or Disqualify(), agreement)}."


def _start_deal(asked: Asked, given: Mapping[str, Any]) -> str:
    try:
        decisions.start_deal(asked.lead_id, name=given["name"], amount=given["amount"], by=asked.by, at=asked.at)
    except AccessError:
        raise
    except AccordError as error:
        same = Deal.objects.filter(lead=asked.lead_id, outcome=Deal.Outcome.OPEN, name=given["name"])
        if error.code != "deal.already_open" or not same.filter(amount=given["amount"]).exists():
            raise
    return "The deal is open. Good luck."


def _with_reasons(_: Lead, law: InForce) -> dict[str, Any]:
    return {"reasons": choices_of(law.agreement)}


def _with_reasons_of_a_lost_deal(_: Lead, law: InForce) -> dict[str, Any]:
    return {"reasons": choices_of(law.agreement, deal_lost=True)}


def _attempt_form(_: InForce, sent: QueryDict | None) -> forms.Form:
    return AttemptForm(sent, initial={"action_id": uuid4()})


def _ask(asked: Asked, given: Mapping[str, Any]) -> str:
    questions.ask(asked.lead_id, given["words"], by=asked.by, at=asked.at)
    return "Asked marketing. Your clocks stand still until the answer."


def _snooze(asked: Asked, given: Mapping[str, Any]) -> str:
    made = snoozing.snooze(
        asked.lead_id,
        until=given["until"],
        why=given["why"],
        asked=given.get("asked", False),
        by=asked.by,
        at=asked.at,
    )
    until = timezone.localtime(made.until)
    return f"Asleep until {until:%a} {until.day} {until:%b, %H:%M}. Its clocks run on."


def _before_snoozing(lead: Lead, _: InForce) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "deadline": snoozing.next_deadline(lead),
        "reached": snoozing.last_reached(lead),
        "presets": snoozing.presets(now),
        "soonest": now,
    }


def _wake(asked: Asked) -> str:
    snoozing.wake_up(asked.lead_id, by=asked.by, at=asked.at)
    return f"Awake. {_next(asked)}".strip()


accept = _plain(_accept)
wake = _plain(_wake)
take = _plain(_take)
take_back = _plain(_take_back)
pass_on = _plain(_pass_on)
qualify = _plain(_qualify)
win = _plain(_win)
log = _asking(
    Act("log", "Log a try", "", "handoffs/act_log.html", _attempt_form, _log, lambda *_: {"tries": TRIES.values()})
)
snooze = _asking(
    Act(
        "snooze",
        "Call back later",
        "Sleep until then",
        "handoffs/act_snooze.html",
        lambda _, sent: SnoozeForm(sent),
        _snooze,
        _before_snoozing,
    )
)
ask = _asking(
    Act(
        "ask",
        "Ask for more",
        "Ask marketing",
        "handoffs/act_ask.html",
        lambda _, sent: WordsForm(sent, label="What is missing to decide?", placeholder="Which site is it about?"),
        _ask,
    )
)
reject = _asking(
    Act(
        "reject",
        "Reject",
        "Reject",
        "handoffs/act_reason.html",
        lambda law, sent: ReasonForm(sent, reasons=agreed_reasons(law.agreement)),
        _reject,
        _with_reasons,
    )
)
recycle = _asking(
    Act(
        "recycle",
        "Give back",
        "Give back",
        "handoffs/act_reason.html",
        lambda law, sent: ReasonForm(sent, reasons=agreed_reasons(law.agreement), noted=False),
        _recycle,
        _with_reasons,
    )
)
lose = _asking(
    Act(
        "lose",
        "Deal lost",
        "The deal is lost",
        "handoffs/act_reason.html",
        lambda law, sent: ReasonForm(sent, reasons=agreed_reasons(law.agreement), noted=False),
        _lose,
        _with_reasons_of_a_lost_deal,
    )
)
deal = _asking(
    Act(
        "deal",
        "Start a deal",
        "Start the deal",
        "handoffs/act_deal.html",
        lambda _, sent: DealForm(sent),
        _start_deal,
        lambda _, law: {"currency": law.agreement.currency},
    )
)


@require_POST
@for_roles(frozenset({Role.SALES, Role.MARKETING, Role.OPERATIONS}))
def fill_in(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Store one field of a lead; a value that does not fit stays in its input, with the sentence below."""
    asked = Asked(request, lead_id, signed_in(request), timezone.now())
    name, typed = request.POST.get("field", ""), request.POST.get("value", "").replace("\0", "")
    try:
        decisions.fill_in(lead_id, {name: typed}, by=asked.by, at=asked.at)
    except AccessError:
        raise
    except AccordError as error:
        return _unfilled(asked, name, typed, error)
    if request.headers.get("HX-Request") != "true":
        return answer(asked, "Saved.")
    stored = _field(asked, name)
    stored["HX-Trigger"] = "filled-in"  # what the page says of duplicates may be another now
    return stored


def _field(asked: Asked, name: str, typed: str | None = None, error: AccordError | None = None) -> HttpResponse:
    law = in_force()
    lead = lead_for(asked.by, asked.lead_id)
    declared = law.agreement.fields.get(name)
    if lead is None or declared is None:
        raise HandoffError("field.unknown", f"the agreement knows no field '{name}'")
    editable = may_fill_in(asked.by, declared.owner, works=may_work(asked.by, lead))
    line = field_line(declared, lead, law.agreement, editable=editable)
    if typed is not None and error is not None:
        line = replace(line, raw=typed, error=str(error))
    context: dict[str, Any] = {"line": line, "lead": lead, "origin": "lead", "saved": error is None}
    if error is None:
        context["view"] = lead_view(lead, law, asked.by, timezone.now())
    return render(
        asked.request, "handoffs/field_answer.html", context, status=UNPROCESSABLE if error is not None else 200
    )


def _unfilled(asked: Asked, name: str, typed: str, error: AccordError) -> HttpResponse:
    if name not in in_force().agreement.fields or error.code == "lead.unknown":
        raise error
    if asked.request.headers.get("HX-Request") == "true":
        return _field(asked, name, typed, error)
    return at_once(asked, lambda _: _raise(error))


def _raise(error: AccordError) -> str:
    raise error
