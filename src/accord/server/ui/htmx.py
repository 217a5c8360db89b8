"""What a view says to a page that asked through htmx, and the middleware that keeps such answers whole."""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)

REDIRECTS = frozenset({301, 302, 303, 307, 308})
LEVELS = frozenset({"success", "info", "warning", "error"})


def is_htmx(request: HttpRequest) -> bool:
    """Return whether htmx sent the request and will swap the answer into a page that stays."""
    return request.headers.get("HX-Request") == "true"


def current_address(request: HttpRequest) -> SplitResult:
    """Return the address of the page that asks through htmx; an empty one if the request does not say or it is none."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return urlsplit("")


def toast(response: ResponseT, text: str, level: str = "success") -> ResponseT:
    """Let the page show one line in a corner once it has this answer; several lines may be added.

    Args:
        response: The answer to an htmx request.
        text: Plain text; it is never read as HTML.
        level: ``success``, ``info``, ``warning`` or ``error``.
    """
    shown = level if level in LEVELS else "info"
    return _trigger(response, "toast", {"level": shown, "text": text})


def badge(response: ResponseT, url_name: str, count: int) -> ResponseT:
    """Let the page show another number beside a link of the navigation."""
    return _trigger(response, "badge", {"name": url_name, "count": count})


def in_dialog(request: HttpRequest, response: ResponseT) -> ResponseT:
    """Let a form that was sent back stay in the dialog ``#act`` it came from, wherever its success would have gone.

    What opens the dialog names it as its target itself: by the time the answer comes, a page that follows may have
    exchanged what was pressed, and what is no longer on the page cannot find another target.
    """
    if is_htmx(request) and request.method == "POST":
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#act", "innerHTML"
    return response


def _trigger(response: ResponseT, event: str, detail: dict[str, Any]) -> ResponseT:
    before = response.headers.get("HX-Trigger", "").strip()
    names = [name.strip() for name in before.split(",") if name.strip()]
    said: dict[str, Any] = json.loads(before) if before.startswith("{") else dict.fromkeys(names)
    present = said.get(event) or {"items": []}
    items = present.get("items", [present])
    said[event] = {"items": [*items, detail]}
    response.headers["HX-Trigger"] = json.dumps(said)
    return response


def htmx_answers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return the middleware that makes two things right for htmx requests.

    A redirect to the sign-in page (the session has ended) becomes a visit to it by the whole page, which comes back
    afterwards, instead of a sign-in form inside a table; and Django's messages become toasts, since no page is drawn
    that would show them.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not is_htmx(request):
            return response
        if response.status_code in REDIRECTS:
            return _whole_page_sign_in(request, response)
        for message in get_messages(request):
            toast(response, str(message.message), message.level_tag)
        return response

    return answer


def _whole_page_sign_in(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    sign_in = resolve_url(settings.LOGIN_URL)
    if urlsplit(response.headers.get("Location", "")).path != sign_in:
        return response
    here = current_address(request)
    back = f"{here.path}?{here.query}" if here.query else here.path
    visit = HttpResponse(status=204)
    visit.headers["HX-Redirect"] = f"{sign_in}?{urlencode({'next': back})}" if back else sign_in
    return visit
