"""Sales asks for more: an offer goes back with a question, and its clocks stand still until marketing has answered."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.agreements.services import in_force
from accord.server.handoffs import clocks, marketing
from accord.server.handoffs.decisions import HandoffError, locked, open_offer
from accord.server.handoffs.lent import lent_leads
from accord.server.handoffs.models import Attempt, Clock, Question
from accord.server.handoffs.notices import Kind, tell
from accord.server.handoffs.responsible import in_marketing
from accord.server.pipeline.models import Lead, StageName

ANSWERERS = frozenset({Role.MARKETING, Role.OPERATIONS})
"""Who does what marketing owes."""


@transaction.atomic
def ask(lead_id: int, text: str, *, by: User, at: datetime) -> Question:
    """Ask marketing for what is missing to decide on an offer; until the answer its clocks stand still.

    Marketing has as long to answer as to fill in what is missing, if that is agreed. Asking the same again while the
    question is open changes nothing.

    Raises:
        HandoffError: ``handoff.not_offered``, ``handoff.already_decided`` or ``handoff.question_open``.
        AccessError: It is not theirs to decide on.
    """
    lead = locked(lead_id, by)
    offer = open_offer(lead)
    known = Question.objects.filter(lead=lead, closed_at=None).first()
    if known is not None and known.text == text.strip():
        return known
    if known is not None:
        raise HandoffError("handoff.question_open", f"marketing is asked already: {known}", hint="await the answer")
    if not text.strip():
        raise HandoffError("handoff.no_words", "a question needs words", hint="say what is missing")
    question = Question.objects.create(lead=lead, offer=offer, text=text.strip(), asked_by=by, asked_at=at)
    clocks.pause(offer, at=at, why=f"{by.name} asked marketing: {question}")
    law = in_force()
    deadline = marketing.deadline_for(law.agreement, "fill_in")
    clock = marketing.start(lead, Clock.Promise.ANSWER, deadline, law.revision, at) if deadline else None
    for user in in_marketing(at):
        said = f"{by.name} asks about {lead.person}: {question}"
        about = f"question:{question.pk}"
        tell(user.pk, lead.pk, Kind.QUESTION, said, about=about, at=at, due=clock.due_at if clock else None)
    record("lead.asked", f"lead:{lead.pk}", actor=by, at=at, text=question.text)
    return question


@transaction.atomic
def answer(lead_id: int, text: str, *, by: User, at: datetime) -> Question:
    """Answer the open question about a lead: the clocks of sales run on, and whoever asked is told.

    Giving the same answer again changes nothing.

    Raises:
        HandoffError: ``lead.unknown``, ``handoff.nothing_asked`` or ``handoff.no_words``.
        AccessError: They are not in marketing.
    """
    require(by, ANSWERERS, "answer for marketing")
    lead = _locked(lead_id)
    said = text.strip()
    question = lead.questions.select_related("offer__revision", "offer__owner").order_by("-asked_at", "-pk").first()
    if question is not None and (question.answered_by_id, question.answer) == (by.pk, said) and said:
        return question
    if question is None or question.closed_at is not None:
        raise HandoffError(
            "handoff.nothing_asked", f"sales asks nothing about {lead.person}", hint="it was settled already"
        )
    if not said:
        raise HandoffError("handoff.no_words", "an answer needs words", hint="say what you know, or that you do not")
    question.answer, question.answered_by, question.closed_at = said, by, at
    question.save(update_fields=["answer", "answered_by", "closed_at"])
    for clock in marketing.running(lead, Clock.Promise.ANSWER):
        clocks.finish(clock, at)
    clocks.resume(question.offer, at=at, why=f"{by.name} answered")
    whom = lead.owner_id or question.asked_by_id
    text = f"{by.name} answers about {lead.person}: {said}"
    tell(whom, lead.pk, Kind.ANSWERED, text, about=f"question:{question.pk}", at=at)
    record("lead.answered", f"lead:{lead.pk}", actor=by, at=at, text=said)
    return question


@transaction.atomic
def get_in_touch(
    lead_id: int,
    *,
    channel: Attempt.Channel,
    outcome: Attempt.Outcome,
    note: str = "",
    action_id: UUID,
    by: User,
    at: datetime,
) -> Attempt:
    """Log a call, mail or meeting with a recycled lead: marketing does, and the agency with those lent to it.

    The same ``action_id`` is logged once.

    Raises:
        HandoffError: ``lead.unknown``, or ``lead.not_recycled`` for a lead that marketing does not look after.
        AccessError: They are in sales.
    """
    lead = _locked(lead_id)
    if by.role == Role.AGENCY and not (by.is_active and lent_leads().filter(pk=lead.pk).exists()):
        raise HandoffError("lead.unknown", f"no lead {lead_id} is lent to you")
    require(by, ANSWERERS | {Role.AGENCY}, "get in touch for marketing")
    if known := Attempt.objects.filter(action_id=action_id).first():
        return known
    if lead.stage != StageName.RECYCLED:
        raise HandoffError("lead.not_recycled", f"{lead.person} is with sales or has left", hint="ask the owner")
    attempt = Attempt.objects.create(
        lead=lead, by=by, channel=channel, outcome=outcome, note=note, at=at, action_id=action_id
    )
    marketing.answered(lead, at)
    record("lead.touched", f"lead:{lead.pk}", actor=by, at=at, channel=channel, outcome=outcome)
    return attempt


def _locked(lead_id: int) -> Lead:
    rows = Lead.objects.select_for_update(of=("self",)).select_related("person__company", "owner")
    lead = rows.filter(pk=lead_id).first()
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {lead_id}")
    return lead
