"""The Tracking pages: sources, what they send, and what became of it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.server.accounts.access import for_roles, signed_in
from accord.server.tracking import queries, sources
from accord.server.tracking.forms import NewSourceForm, SourceForm
from accord.server.tracking.log import TrackingError
from accord.server.tracking.message import TYPES
from accord.server.tracking.models import Source
from accord.server.tracking.queries import Wanted
from accord.server.tracking.sources import KEEPERS, OLD_KEY_DAYS


@require_safe
@for_roles(KEEPERS)
def all_sources(request: HttpRequest) -> HttpResponse:
    """Every source with what came from it lately."""
    now = timezone.now()
    rows = queries.source_rows(signed_in(request), now)
    context = {
        "title": "Tracking",
        "rows": rows,
        "strangers": sum(reason.count for reason in queries.refusals(None, now)),
        "aside": sum(row.aside for row in rows),
        "taken": sum(row.taken for row in rows),
    }
    return render(request, "tracking/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(KEEPERS)
def new(request: HttpRequest) -> HttpResponse:
    """Add a source."""
    form = NewSourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = sources.create(form.cleaned_data["kind"], form.wish(), by=signed_in(request), at=timezone.now())
            return redirect("source", made.pk)
        except TrackingError as error:
            _point_out(form, error)
    return _form(request, form, "Add a source", None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(KEEPERS)
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change the name of a source, the websites that may send, and how much."""
    source = queries.source_row(key, signed_in(request), timezone.now()).source
    known = {"name": source.name, "origins": "\n".join(source.allowed_origins), "rate": source.rate_limit}
    form = SourceForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            sources.change(key, form.wish(), by=signed_in(request), at=timezone.now())
            return redirect("source", key)
        except TrackingError as error:
            _point_out(form, error)
    return _form(request, form, f"Change {source.name}", source)


def _point_out(form: SourceForm, error: TrackingError) -> None:
    form.add_error("origins" if error.code == "tracking.bad_origin" else "name", str(error))


def _form(request: HttpRequest, form: SourceForm, title: str, source: Source | None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "tracking/edit.html", {"title": title, "form": form, "source": source}, status=status)


@require_safe
@for_roles(KEEPERS)
def source(request: HttpRequest, key: int) -> HttpResponse:
    """One source: how to send, what arrives, what was refused or set aside."""
    now = timezone.now()
    reader = signed_in(request)
    row = queries.source_row(key, reader, now)
    found = row.source
    context: dict[str, Any] = {
        "title": found.name,
        "row": row,
        "source": found,
        "old_key": found.old_key if found.old_key_until and found.old_key_until > now else "",
        "old_key_days": OLD_KEY_DAYS,
        "refusals": [(reason, REASONS.get(reason.name, reason.name)) for reason in queries.refusals(key, now)],
        "aside": queries.aside(key) if row.aside else [],
        "latest": queries.stream(Wanted(source=key), reader).lines[:10],
        "site": settings.SITE_URL.rstrip("/"),
        "here": request.path,
    }
    return render(request, "tracking/source.html", context)


@require_POST
@for_roles(KEEPERS)
def disable(request: HttpRequest, key: int) -> HttpResponse:
    """Stop taking messages of a source."""
    sources.disable(key, by=signed_in(request), at=timezone.now())
    return redirect("source", key)


@require_POST
@for_roles(KEEPERS)
def enable(request: HttpRequest, key: int) -> HttpResponse:
    """Take messages of a source again."""
    sources.enable(key, by=signed_in(request), at=timezone.now())
    return redirect("source", key)


@require_POST
@for_roles(KEEPERS)
def rotate(request: HttpRequest, key: int) -> HttpResponse:
    """Give a source a new key."""
    sources.rotate(key, at_once=bool(request.POST.get("at_once")), by=signed_in(request), at=timezone.now())
    return redirect("source", key)


@require_POST
@for_roles(KEEPERS)
def try_again(request: HttpRequest, key: int) -> HttpResponse:
    """Have what was set aside taken in again."""
    sources.try_again(key, by=signed_in(request), at=timezone.now())
    return redirect("source", key)


@require_safe
@for_roles(KEEPERS)
def messages(request: HttpRequest) -> HttpResponse:
    """The stream of messages, newest first; it goes on by itself."""
    asked = request.GET
    wanted = Wanted(
        source=int(text) if (text := asked.get("source", "")).isascii() and text.isdigit() and len(text) < 12 else None,
        type=asked.get("type", "") if asked.get("type") in TYPES else "",
        event=asked.get("event", "").replace("\x00", "").strip()[:200],
        who=asked.get("q", "").replace("\x00", "").strip()[:200],
        before=_before(asked.get("before", "")),
    )
    found = queries.stream(wanted, signed_in(request))
    filters = request.GET.copy()
    filters.pop("before", None)
    context = {
        "title": "Messages",
        "stream": found,
        "wanted": wanted,
        "filtered": wanted.source or wanted.type or wanted.event or wanted.who,
        "sources": Source.objects.only("name"),
        "types": sorted(TYPES),
        "query": filters.urlencode(),
        "here": request.get_full_path(),
        "searched": queries.SEARCHED,
    }
    return render(request, "tracking/messages.html", context)


def _before(text: str) -> tuple[Any, int] | None:
    micros, _, id_ = text.partition("-")
    if not (text.isascii() and micros.isdigit() and id_.isdigit() and len(text) < 40):
        return None
    try:
        return queries.instant_of(int(micros)), min(int(id_), 2**63 - 1)
    except TrackingError:
        return None


@require_safe
@for_roles(KEEPERS)
def message(request: HttpRequest, micros: int, key: int) -> HttpResponse:
    """One message, whole."""
    found = queries.message(micros, min(key, 2**63 - 1), signed_in(request))
    context = {"title": found.message.event or found.message.type.capitalize(), "found": found, "m": found.message}
    return render(request, "tracking/message.html", context)


REASONS = {
    "invalid_json": "The body was no JSON",
    "not_an_object": "A message was no JSON object",
    "unknown_type": "A message had no type that is known",
    "no_user_anon_id": "A message had neither userId nor anonymousId",
    "no_event": "A track message did not name its event",
    "event_too_large": "A message had more than 32 kB",
    "batch_too_large": "A request had more than 500 kB",
    "batch_too_long": "A batch had more than 2,500 messages",
    "no_batch": "A batch had no list of messages",
    "invalid_gzip": "The body said gzip and was not",
    "unsupported_encoding": "The body was packed otherwise than by gzip",
    "no_write_key": "There was no write key",
    "unknown_write_key": "The write key is nobody's",
    "source_disabled": "The source is disabled",
    "origin_not_allowed": "The website is not among those that may send",
    "rate_limited": "More messages a second than the source may send",
    "overloaded": "Too much arrived at once; the sender was asked to come again",
    "unavailable": "The database was away; the sender was asked to come again",
    "not_storable": "The database could not store it",
    "timeout": "The sender took too long",
    "not_set_up": "It is not said yet whose reports they are, and what signs them",
    "bad_signature": "The signature was not made with the secret",
    "replayed": "The report was signed too long ago: somebody sent it again, or a clock is wrong",
    "unreadable_mail": "A mail could not be read; it is set aside under the source’s mails",
    "bad_payload": "The report of a call could not be understood",
}
