"""What everybody may open: the address that forms post to, the page of a form, and its thanks.

Whoever posts sees success, whatever became of it. Only a form that is not there, or is switched off, and a body that is
too large say so.
"""

from http import HTTPStatus

from csp.constants import SELF
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accord.server.forms import hosted, known, stamp
from accord.server.forms.fields import faults, read, read_boxes
from accord.server.forms.models import Form
from accord.server.forms.reading import LARGEST_BODY, Post, post_of, stated, visitor_in_cookie
from accord.server.forms.receiving import Sender, receive
from accord.server.forms.stamp import Stamp
from accord.server.tracking.log import TrackingError
from accord.server.tracking.sources import origin_of

NO_FORM = "This form does not exist", "The address may be misspelt, or the form was never there."
SWITCHED_OFF = "This form is closed", "It takes nothing any more. What you wrote has not been sent."
TOO_LARGE = "That is too much for this form", f"It takes {LARGEST_BODY // 1024} kB of text, and no files."


@csrf_exempt
@login_not_required
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def form(request: HttpRequest, key: str) -> HttpResponse:
    """Show a form, or take what was sent with it."""
    found = Form.objects.select_related("source").filter(key=key).first()
    if found is None:
        return _with_cors(request, None, _say(request, HTTPStatus.NOT_FOUND, *NO_FORM))
    if request.method == "OPTIONS":
        return _with_cors(request, found, HttpResponse(status=HTTPStatus.NO_CONTENT))
    if found.source.disabled_at is not None:
        return _with_cors(request, found, _say(request, HTTPStatus.GONE, *SWITCHED_OFF))
    if request.method != "POST":
        return _shown(request, found)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return _with_cors(request, found, _say(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, *TOO_LARGE))
    return _with_cors(request, found, _taken(request, found))


@login_not_required
@xframe_options_exempt
@require_safe
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """Thank whoever has sent a form, if it has no page of its own for that."""
    found = Form.objects.select_related("source").filter(key=key).first()
    if found is None:
        return _say(request, HTTPStatus.NOT_FOUND, *NO_FORM)
    page = render(request, "forms/thanks.html", {"form": found, "embedded": hosted.embedded(request)})
    return _framed(found, page)


def _shown(request: HttpRequest, found: Form) -> HttpResponse:
    now = timezone.now()
    fields = known.asked(read(found.fields), known.known_names(known.person_of(visitor_in_cookie(request))))
    hosted.count_opening(found, request.headers.get("User-Agent", ""), now)
    opened = hosted.Opened(
        stamp=stamp.stamped(found, [field.name for field in fields], now),
        page=request.build_absolute_uri(),
        referrer=stated(request, "Referer"),
    )
    return _framed(found, hosted.page(request, found, fields, opened))


def _taken(request: HttpRequest, found: Form) -> HttpResponse:
    post, now = post_of(request), timezone.now()
    read_stamp = stamp.read(found, post.stamp) if post.stamp else None
    if read_stamp is not None and not post.honeypot:
        fields = [field for field in read(found.fields) if field.name in read_stamp.asked]
        if wrong := faults(fields, read_boxes(found.boxes), post.fields):
            opened = hosted.Opened(post.stamp, post.page, post.referrer)
            page = hosted.page(request, found, fields, opened, sent=post.fields, wrong=wrong)
            page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            return _framed(found, page)
    sender = Sender(
        address=request.META.get("REMOTE_ADDR", ""),
        user_agent=stated(request, "User-Agent"),
        origin=_origin(request),
    )
    receive(found, post, sender, read_stamp, _not_asked(found, read_stamp, request, post), at=now)
    return _success(request, found)


def _not_asked(found: Form, read_stamp: Stamp | None, request: HttpRequest, post: Post) -> str:
    """Return the address of the visitor if the page left it out, since it is known."""
    left_out = read_stamp is not None and any(
        field.fills == "person.email" and field.name not in read_stamp.asked for field in read(found.fields)
    )
    person = known.person_of(visitor_in_cookie(request)) if left_out and not post.honeypot else None
    return (person.email_key or "") if person is not None else ""


def _origin(request: HttpRequest) -> str:
    """Return the website that sends, as the browser states it; "null" is what it says where it states none."""
    for said in filter(None, (stated(request, "Origin"), stated(request, "Referer"))):
        try:
            return origin_of(said) if said != "null" else ""
        except (TrackingError, UnicodeError):
            continue
    return ""


def _success(request: HttpRequest, found: Form) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"ok": True, "text": found.thanks, "address": found.thanks_url or None})
    ours = reverse("form-thanks", args=[found.key]) + ("?embed=1" if hosted.embedded(request) else "")
    response = HttpResponseRedirect(found.thanks_url or ours)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _wants_json(request: HttpRequest) -> bool:
    kinds = request.headers.get("Accept", "")
    return request.content_type == "application/json" or ("application/json" in kinds and "text/html" not in kinds)


def _say(request: HttpRequest, status: HTTPStatus, title: str, text: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"ok": False, "text": f"{title}. {text}"}, status=status)
    return render(request, "forms/message.html", {"title": title, "text": text}, status=status)


def _with_cors(request: HttpRequest, found: Form | None, response: HttpResponse) -> HttpResponse:
    """Let scripts of the form's websites read the answer; no cookie is sent along, and none is needed."""
    origin = request.headers.get("Origin", "")
    allowed = found.source.allowed_origins if found is not None else []
    if origin and (not allowed or origin in allowed):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type, Accept"
        response.headers["Access-Control-Max-Age"] = "86400"
        response.headers["Vary"] = "Origin"
    return response


def _framed(found: Form, response: HttpResponse) -> HttpResponse:
    """Let the form's websites, or any if it names none, show this page in a frame, and lead on to its thanks."""
    response._csp_replace = {  # type: ignore[attr-defined]  # as django-csp takes it from a view
        "frame-ancestors": [SELF, *found.source.allowed_origins] if found.source.allowed_origins else ["*"],
        # A browser also holds the address to which a form is sent on against this.
        "form-action": [SELF, *([origin_of(found.thanks_url)] if found.thanks_url else [])],
    }
    response.headers["Cache-Control"] = "no-store"
    return response
