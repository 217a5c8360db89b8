"""The page on which marketing works: what it has to do for leads, and by when."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accord.server.accounts.access import for_roles, signed_in
from accord.server.handoffs.pages import Tab, reason_labels
from accord.server.handoffs.questions import ANSWERERS
from accord.server.handoffs.todo import Due, late_count, todo_counts, todo_page
from accord.server.ui.components import query
from accord.server.ui.htmx import is_htmx

LABELS: Mapping[str, str] = {
    "": "All",
    Due.QUESTION: "Questions of sales",
    Due.FIELDS: "Missing fields",
    Due.RECYCLED: "Went back",
    Due.CARE: "In care",
}


@require_safe
@for_roles(ANSWERERS)
def todo(request: HttpRequest) -> HttpResponse:
    """Answer "what does marketing owe, and by when?"; htmx gets the list alone."""
    signed_in(request)
    template = "handoffs/todo_part.html" if is_htmx(request) else "handoffs/todo.html"
    response = render(request, template, todo_context(request.GET))
    patch_vary_headers(response, ["HX-Request"])  # going back must not show a fragment as if it were the page
    return response


def todo_context(asked: QueryDict) -> dict[str, Any]:
    """Return what the list of an address needs; anything odd in it falls back to everything."""
    at = timezone.now()
    due = next((one for one in Due if one.value == asked.get("due")), None)
    text = asked.get("q", "").replace("\0", "").strip()[:100]
    counts = todo_counts(text)
    rows = todo_page(due, text, reason_labels(), at, asked.get("page", "1"))
    return {
        "title": "To do",
        "whole": query(asked),
        "rows": rows,
        "text": text,
        "due": due.value if due else "",
        "narrowed": bool(text or due),
        "sentence": _sentence(todo_counts("")[""] if text else counts[""], late_count(at)),
        "kinds": [
            Tab(label, query(asked, due=value or None, page=None), value == (due or ""), counts.get(value))
            for value, label in LABELS.items()
        ],
    }


def _sentence(total: int, late: int) -> str:
    if not total:
        return "Nobody waits for marketing."
    waits = f"{total} lead waits" if total == 1 else f"{total} leads wait"
    return f"{waits} for marketing, {f'{late} of them too long' if late else 'none of them too long'}."
