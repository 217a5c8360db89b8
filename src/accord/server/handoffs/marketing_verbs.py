"""What marketing does from its list and the page of a lead: answering sales, getting in touch with who went back."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accord.server.accounts.access import for_roles, signed_in
from accord.server.accounts.models import Role
from accord.server.handoffs import questions
from accord.server.handoffs.actions import Act, Asked, readable, with_form
from accord.server.handoffs.forms import TRIES, AttemptForm, WordsForm
from accord.server.handoffs.questions import ANSWERERS


def _answer(asked: Asked, given: Mapping[str, Any]) -> str:
    question = questions.answer(asked.lead_id, given["words"], by=asked.by, at=asked.at)
    return f"Answered. The clocks of sales run on, and {question.asked_by.name} knows."


def _touch(asked: Asked, given: Mapping[str, Any]) -> str:
    tried = TRIES[given["tried"]]
    attempt = questions.get_in_touch(
        asked.lead_id,
        channel=tried.channel,
        outcome=tried.outcome,
        note=given["note"],
        action_id=given["action_id"],
        by=asked.by,
        at=asked.at,
    )
    return f"Logged: {attempt.get_channel_display().lower()}, {attempt.get_outcome_display().lower()}."


ANSWER = Act(
    "answer",
    "Answer sales",
    "Answer",
    "handoffs/act_answer.html",
    lambda _, sent: WordsForm(sent, label="Answer", placeholder="What you know, or that you do not"),
    _answer,
    lambda lead, _: {"question": lead.questions.filter(closed_at=None).select_related("asked_by").first()},
    readable,
)
TOUCH = Act(
    "touch",
    "Log a try",
    "",
    "handoffs/act_log.html",
    lambda _, sent: AttemptForm(sent, initial={"action_id": uuid4()}),
    _touch,
    lambda *_: {"tries": TRIES.values()},
    readable,
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(ANSWERERS)
def answer(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Ask for the answer to the open question about a lead, or give it."""
    return with_form(Asked(request, lead_id, signed_in(request), timezone.now()), ANSWER)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(ANSWERERS | {Role.AGENCY})
def touch(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Ask what came of a try to reach somebody who went back, or log it."""
    return with_form(Asked(request, lead_id, signed_in(request), timezone.now()), TOUCH)
