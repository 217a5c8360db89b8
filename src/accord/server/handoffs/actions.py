"""What sales does from the queue and the page of a lead: one verb, one POST, one service.

An answer to htmx is the part of the page that changed, with a toast; to a browser without JavaScript, a redirect with a
message. A form that is sent twice changes nothing the second time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from accord.errors import AccordError
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import Role, User
from accord.server.agreements.services import InForce, in_force
from accord.server.errors import http_status
from accord.server.handoffs.decisions import HandoffError, may_work
from accord.server.handoffs.lead_page import lead_for, lead_view, reasons_in_words
from accord.server.handoffs.pages import Wanted, lead_context, lent_context, queue_head
from accord.server.handoffs.queries import queue_badge, queue_counts, queue_row, reach_of
from accord.server.handoffs.regrets import regrets
from accord.server.handoffs.todo import todo_badge
from accord.server.handoffs.todo_pages import todo_context
from accord.server.pipeline.models import Lead
from accord.server.ui.htmx import badge, current_address, in_dialog, is_htmx, toast

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to do something: to which lead, by whom, when, from which page."""

    request: HttpRequest
    lead_id: int
    by: User
    at: datetime

    @property
    def origin(self) -> str:
        """The page it came from, ``queue``, ``todo`` or ``lead``; of the agency, ``lent`` or ``lead``."""
        wanted = self.request.POST.get("from") or self.request.GET.get("from")
        lists = {"lent"} if self.by.role == Role.AGENCY else {"queue", "todo"}
        return wanted if wanted in lists else "lead"


@dataclass(frozen=True, slots=True)
class Act:
    """A verb that asks something first.

    Attributes:
        verb: The last part of its address.
        title: What the dialog says above.
        button: What the button says.
        template: The dialog.
        form: Makes the form, bound to what was sent or not.
        do: Carries it out and returns what the toast says.
        context: What else the dialog shows, of the lead and the law.
        lead: Returns the lead if the user may do this with it.
    """

    verb: str
    title: str
    button: str
    template: str
    form: Callable[[InForce, QueryDict | None], forms.Form]
    do: Callable[[Asked, Mapping[str, Any]], str]
    context: Callable[[Lead, InForce], dict[str, Any]] = lambda *_: {}
    lead: Callable[[int, User], Lead] = field(default_factory=lambda: workable)


def readable(lead_id: int, by: User) -> Lead:
    """Return a lead that a user may read.

    Raises:
        HandoffError: ``lead.unknown``.
    """
    lead = lead_for(by, lead_id)
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {lead_id}")
    return lead


def workable(lead_id: int, by: User) -> Lead:
    """Return a lead that a user may work.

    Raises:
        HandoffError: ``lead.unknown``.
        AccessError: It is somebody else's.
    """
    lead = readable(lead_id, by)
    if not may_work(by, lead):
        whose = lead.owner.name if lead.owner else f"the team {lead.queue}" if lead.queue else "nobody yet"
        raise AccessError("access.not_yours", f"This lead belongs to {whose}", hint="ask them or their manager")
    return lead


def at_once(asked: Asked, do: Callable[[Asked], str]) -> HttpResponse:
    """Carry out a verb that asks nothing, and answer."""
    try:
        said = do(asked)
    except AccessError:
        raise
    except AccordError as error:
        return _refused(asked, error)
    return answer(asked, said)


def _refused(asked: Asked, error: AccordError) -> HttpResponse:
    """Say why not; the page behind is out of date, so the queue reads itself again."""
    if not is_htmx(asked.request):
        messages.error(asked.request, _sentence(error))
        return _back(asked)
    response = HttpResponse(status=http_status(error), headers={"HX-Trigger": "queue-stale"})
    return toast(response, _sentence(error), "error")


def _sentence(error: AccordError) -> str:
    text = f"{error.message}. {error.hint or ''}".strip()
    text = text if text.endswith(".") else f"{text}."
    return text[:1].upper() + text[1:]


def with_form(asked: Asked, act: Act) -> HttpResponse:
    """Show the form of a verb, or carry it out; an error shows the form again with what was typed."""
    law = in_force()
    if asked.request.method != "POST":
        return _show(asked, act, act.form(law, None), law)
    form = act.form(law, asked.request.POST)
    if not form.is_valid():
        return _show(asked, act, form, law, status=UNPROCESSABLE)
    try:
        said = act.do(asked, form.cleaned_data)
    except AccessError:
        raise
    except AccordError as error:
        form.add_error(None, _sentence(error))
        status = UNPROCESSABLE if is_htmx(asked.request) else http_status(error)
        return _show(asked, act, form, law, status=status)
    return answer(asked, said)


def _called(asked: Asked) -> bool:
    """Return whether somebody has just pressed a number, and the page asks by itself."""
    return asked.request.method != "POST" and "called" in asked.request.GET


def _show(asked: Asked, act: Act, form: forms.Form, law: InForce, status: int = 200) -> HttpResponse:
    lead = act.lead(asked.lead_id, asked.by)
    context = {
        "act": act,
        "form_url": f"lead_{act.verb}",
        "form": form,
        "lead": lead,
        "name": str(lead.person),
        "title": f"How did it go with {lead.person}?" if _called(asked) else f"{act.title}: {lead.person}",
        "origin": asked.origin,
        "target": {"queue": f"#lead-{lead.pk}", "todo": "#todo", "lent": "#lent"}.get(asked.origin, "#lead-body"),
        "layout": "handoffs/act_dialog.html" if is_htmx(asked.request) else "handoffs/act_page.html",
        **act.context(lead, law),
    }
    return in_dialog(asked.request, render(asked.request, act.template, context, status=status))


def answer(asked: Asked, said: str, level: str = "success") -> HttpResponse:
    """Answer a verb that was carried out: the part of the page that it changed, and a toast."""
    if not is_htmx(asked.request):
        messages.success(asked.request, said)
        return _back(asked)
    answers = {"queue": lambda: _row(asked, said), "todo": lambda: _todo(asked), "lent": lambda: _lent(asked)}
    response = answers.get(asked.origin, lambda: _lead(asked))()
    badge(badge(response, "queue", queue_badge(asked.by) or 0), "todo", todo_badge(asked.by) or 0)
    return toast(response, said, level)


def _back(asked: Asked) -> HttpResponseRedirect:
    if asked.origin != "lead":
        return redirect("queue" if asked.origin == "lent" else asked.origin)
    return redirect("lead", lead_id=asked.lead_id)


def _row(asked: Asked, said: str) -> HttpResponse:
    """Return the row as it is now, or a line that says where the lead went, and the counts above the list."""
    reach = reach_of(asked.by)
    shown = QueryDict(current_address(asked.request).query)
    wanted = Wanted.of(shown, reach)
    row = queue_row(asked.lead_id, reach, asked.at)
    context = {
        "row": row,
        "lead_id": asked.lead_id,
        "said": said,
        "origin": "queue",
        **queue_head(reach, wanted, shown, queue_counts(reach, wanted.scope, wanted.text, asked.at)),
    }
    if row is None:
        reasons = reasons_in_words(in_force().agreement)
        context["regret"] = next(iter(regrets(asked.by, reasons, asked.at, asked.lead_id)), None)
    return render(asked.request, "handoffs/row_answer.html", context)


def _todo(asked: Asked) -> HttpResponse:
    """Return the list as it is now, as the page that shows it asks for it."""
    shown = QueryDict(current_address(asked.request).query)
    return render(asked.request, "handoffs/todo_part.html", todo_context(shown))


def _lent(asked: Asked) -> HttpResponse:
    """Likewise the agency's list."""
    shown = QueryDict(current_address(asked.request).query)
    return render(asked.request, "handoffs/lent_part.html", lent_context(shown))


def _lead(asked: Asked) -> HttpResponse:
    lead = lead_for(asked.by, asked.lead_id)
    if lead is None:
        raise HandoffError("lead.unknown", f"there is no lead {asked.lead_id}")
    view = lead_view(lead, in_force(), asked.by, timezone.now())
    return render(asked.request, "handoffs/lead_body.html", lead_context(view, QueryDict()))
