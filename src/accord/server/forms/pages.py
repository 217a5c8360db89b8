"""The Forms pages: every form with what came of it, one form, and what was submitted."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.files import answer, asked_format
from accord.server.forms import editing, hosted, queries, verdicts
from accord.server.forms.checks import THRESHOLD
from accord.server.forms.exports import submissions_table
from accord.server.forms.fields import in_order, read, read_boxes
from accord.server.forms.models import Form, Submission
from accord.server.forms.queries import STATES, state_of, wanted
from accord.server.tracking.sources import KEEPERS

PAGE_SIZE = 50
_LARGEST = 2**63 - 1


@require_safe
@for_roles(KEEPERS)
def forms(request: HttpRequest) -> HttpResponse:
    """Every form, with what came of it."""
    rows = queries.form_rows(signed_in(request), timezone.now())
    context = {"title": "Forms", "rows": rows, "taken": sum(row.taken for row in rows)}
    return render(request, "forms/forms.html", context)


@require_safe
@for_roles(KEEPERS)
def form(request: HttpRequest, key: int) -> HttpResponse:
    """One form: what came of it, and how to put it on a website."""
    reader, now = signed_in(request), timezone.now()
    row = queries.form_row(min(key, _LARGEST), reader, now)
    latest = queries.submissions(queries.Wanted(form=row.form.pk), reader)[:10]
    context = {
        "title": str(row.form),
        "row": row,
        "form": row.form,
        "fields": read(row.form.fields),
        "boxes": read_boxes(row.form.boxes),
        "texts": row.form.consent_texts.select_related("by").order_by("purpose", "-version"),
        "latest": [_line(found) for found in latest],
        "address": hosted.address(row.form),
        "plain": hosted.plain_html(row.form),
        "frame": hosted.frame_html(row.form),
    }
    return render(request, "forms/form.html", context)


@require_POST
@for_roles(KEEPERS)
def disable(request: HttpRequest, key: int) -> HttpResponse:
    """Take nothing of a form any more."""
    found = editing.switch(min(key, _LARGEST), on=False, by=signed_in(request), at=timezone.now())
    messages.success(request, f"{found} is closed: whoever opens or sends it is told so.")
    return redirect("form", key)


@require_POST
@for_roles(KEEPERS)
def enable(request: HttpRequest, key: int) -> HttpResponse:
    """Take what a form sends again."""
    found = editing.switch(min(key, _LARGEST), on=True, by=signed_in(request), at=timezone.now())
    messages.success(request, f"{found} is open again.")
    return redirect("form", key)


def _line(found: Submission) -> dict[str, Any]:
    state = state_of(found)
    name = next((found.fields[one] for one in ("name", "full_name", "first_name") if found.fields.get(one)), "")
    return {"found": found, "state": state, "label": STATES[state][0], "who": found.email_key or name}


@require_safe
@for_roles(KEEPERS)
def submissions(request: HttpRequest) -> HttpResponse:
    """What was submitted, whatever became of it."""
    asked = wanted(request.GET.dict())
    rows = queries.submissions(asked, signed_in(request))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "title": "Submissions",
        "asked": asked,
        "page": page,
        "lines": [_line(found) for found in page],
        "forms": Form.objects.select_related("source"),
        "states": [("", "All"), *((name, label) for name, (label, _) in STATES.items())],
    }
    return render(request, "forms/submissions.html", context)


@require_safe
@for_roles(KEEPERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every submission that matches as a file."""
    at, zone = timezone.now(), ZoneInfo(timezone.get_current_timezone_name())
    table = submissions_table(signed_in(request), wanted(request.GET.dict()), zone, at=at)
    return answer(table, asked_format(request.GET), at=at)


@require_safe
@for_roles(KEEPERS)
def submission(request: HttpRequest, key: int) -> HttpResponse:
    """One submission: what was sent, what speaks for spam, and what people agreed to."""
    whole = queries.submission(min(key, _LARGEST), signed_in(request))
    context = {
        "title": f"{whole.submission.form}, submission {key}",
        "whole": whole,
        "found": whole.submission,
        "sent": [(name, whole.submission.fields[name]) for name in _names(whole.submission)],
        "state": state_of(whole.submission),
        "label": STATES[state_of(whole.submission)][0],
        "threshold": THRESHOLD,
    }
    return render(request, "forms/submission.html", context)


def _names(found: Submission) -> list[str]:
    return in_order(found.fields, [field.name for field in read(found.form.fields)])


@require_POST
@for_roles(KEEPERS)
def judge(request: HttpRequest, key: int) -> HttpResponse:
    """Say that a submission is spam or not, or take back what was said."""
    word = request.POST.get("word", "")
    said = Submission.Word(word) if word in Submission.Word.values else Submission.Word.NOTHING
    found = verdicts.say(min(key, _LARGEST), said, by=signed_in(request), at=timezone.now())
    messages.success(request, "It counts no longer." if found.is_spam else "It counts.")
    return redirect("submission", key)


@require_safe
@for_roles(STAFF)
def consents_of(request: HttpRequest, person: int) -> HttpResponse:
    """Part of the page of a lead: what somebody was asked to agree to, by which version of which text, and when."""
    user = signed_in(request)
    context = {"answers": queries.consents_of(min(person, _LARGEST)), "keeps": user.role in KEEPERS}
    return render(request, "forms/consents_of.html", context)
