"""The editor of a form. Adding, moving and removing are answered by the page anew, so that it works without scripts."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accord.server.accounts.access import for_roles, signed_in
from accord.server.forms import editing, hosted, queries, typed
from accord.server.forms.editing import NEW, Draft, draft_of
from accord.server.forms.fields import Asked, FormError, Kind, named, options_text, read
from accord.server.forms.models import Form
from accord.server.tracking.log import TrackingError
from accord.server.tracking.sources import KEEPERS

KINDS = {
    Kind.TEXT: "Text",
    Kind.EMAIL: "E-mail",
    Kind.TEL: "Telephone",
    Kind.SELECT: "Choice",
    Kind.CHECKBOX: "Box to tick",
    Kind.TEXTAREA: "Long text",
    Kind.HIDDEN: "Hidden",
}
ASKED = {
    Asked.ALWAYS: "Always asked",
    Asked.UNKNOWN: "Unless known already",
    Asked.INSTEAD: "In the place of a known one",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(KEEPERS)
def new(request: HttpRequest) -> HttpResponse:
    """Make a form."""
    if request.method != "POST":
        return _page(request, NEW, None)
    draft = typed.draft_from(request.POST)
    if button := request.POST.get("do", ""):
        return _page(request, typed.pressed(draft, button), None)
    try:
        made = editing.create(draft, by=signed_in(request), at=timezone.now())
    except (FormError, TrackingError) as error:
        return _refused(request, draft, None, error)
    return redirect("form", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(KEEPERS)
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change a form."""
    form = queries.form_row(min(key, 2**63 - 1), signed_in(request), timezone.now()).form
    if request.method != "POST":
        return _page(request, draft_of(form, read(form.fields)), form)
    draft = typed.draft_from(request.POST)
    if button := request.POST.get("do", ""):
        return _page(request, typed.pressed(draft, button), form, version=_version(request))
    try:
        editing.change(form.pk, draft, _version(request), by=signed_in(request), at=timezone.now())
    except (FormError, TrackingError) as error:
        return _refused(request, draft, form, error)
    return redirect("form", form.pk)


@require_POST
@for_roles(KEEPERS)
def preview(request: HttpRequest) -> HttpResponse:
    """Show the form as typed so far."""
    return render(request, "forms/preview.html", _shown(typed.draft_from(request.POST)))


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _shown(draft: Draft) -> dict[str, object]:
    return {**hosted.parts(named(draft.fields), draft.boxes, {}, {}), "draft": draft}


def _refused(request: HttpRequest, draft: Draft, form: Form | None, error: FormError | TrackingError) -> HttpResponse:
    if error.code == "form.changed_meanwhile" and form is not None:
        # Saved once more, it takes the place of what the other person made, which they have been shown.
        return _page(request, draft, form, conflict=True, status=HTTPStatus.CONFLICT)
    found = (
        editing.checked(draft) if error.code == "form.incomplete" else [f"{str(error)[:1].upper()}{str(error)[1:]}."]
    )
    version = _version(request) if form is not None else 0
    return _page(request, draft, form, problems=found, version=version, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    request: HttpRequest,
    draft: Draft,
    form: Form | None,
    *,
    problems: list[str] | None = None,
    conflict: bool = False,
    version: int | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **_shown(draft),
        "title": f"Change {form}" if form is not None else "New form",
        "form": form,
        "version": version if version is not None else form.version if form is not None else 0,
        "rows": [(field, options_text(field.options)) for field in draft.fields],
        "origins": "\n".join(draft.origins),
        "window": draft.window_minutes if draft.window_minutes >= 0 else request.POST.get("window", ""),
        "kinds": [(kind.value, label) for kind, label in KINDS.items()],
        "askings": [(asked.value, label) for asked, label in ASKED.items()],
        "fillable": editing.fillable(),
        "problems": problems or [],
        "conflict": conflict,
    }
    return render(request, "forms/edit.html", context, status=status)
