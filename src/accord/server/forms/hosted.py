"""The page of a form that Accord shows, by itself or in a frame, and the same form to copy into any website."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from accord.server.forms.fields import ConsentBox, FormField, Kind, read, read_boxes
from accord.server.forms.models import ConsentText, Form
from accord.traffic.robots import AgentKind, verdict

AUTOCOMPLETE = {
    "person.email": "email",
    "person.name": "name",
    "person.first_name": "given-name",
    "person.last_name": "family-name",
    "person.phone": "tel",
    "person.title": "organization-title",
    "company.name": "organization",
    "company.domain": "url",
}
_COUNT = """
INSERT INTO forms_openings (form_id, day, count) VALUES (%s, %s, 1)
ON CONFLICT (form_id, day) DO UPDATE SET count = forms_openings.count + 1
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page carries from when it was opened until it is sent."""

    stamp: str = ""
    page: str = ""
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it stands in the page, with what was typed and what is wrong with it."""

    field: FormField
    value: str = ""
    error: str = ""

    @property
    def autocomplete(self) -> str:
        """What browsers may fill in by themselves."""
        return AUTOCOMPLETE.get(self.field.fills, "")


@dataclass(frozen=True, slots=True)
class ShownBox:
    """A consent box as it stands in the page."""

    box: ConsentBox
    ticked: bool = False
    error: str = ""


def embedded(request: HttpRequest) -> bool:
    """Whether the page stands in a frame of another."""
    return request.GET.get("embed") == "1"


def page(
    request: HttpRequest,
    form: Form,
    fields: Sequence[FormField],
    opened: Opened,
    sent: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return the page with these fields, with what was sent and what is wrong with it."""
    context = {
        **parts(fields, read_boxes(form.boxes), sent or {}, wrong or {}),
        "form": form,
        "opened": opened,
        "shown_texts": shown_texts(form),
        "embedded": embedded(request),
        "action": request.get_full_path(),
        # An address that is not ours is shown in the whole window: it need not let itself be framed.
        "target": "_top" if embedded(request) and form.thanks_url else "",
    }
    return render(request, "forms/hosted.html", context)


def parts(
    fields: Sequence[FormField], boxes: Sequence[ConsentBox], sent: Mapping[str, str], wrong: Mapping[str, str]
) -> dict[str, object]:
    """Return what the template of fields and boxes needs."""
    return {
        "fields": [Shown(field, sent.get(field.name, _own(field)), wrong.get(field.name, "")) for field in fields],
        "boxes": [ShownBox(box, bool(sent.get(box.name)), wrong.get(box.name, "")) for box in boxes],
        "wrong": len(wrong),
    }


def _own(field: FormField) -> str:
    return field.options[0][0] if field.kind is Kind.HIDDEN and field.options else ""


def shown_texts(form: Form) -> str:
    """Return the ids of the texts of consent that a form shows now, as its page sends them back."""
    now = {(box.purpose, box.version) for box in read_boxes(form.boxes)}
    texts = ConsentText.objects.filter(form=form) if now else []
    return ",".join(str(text.pk) for text in texts if (text.purpose, text.version) in now)


def address(form: Form) -> str:
    """Return the whole address of a form."""
    return settings.SITE_URL.rstrip("/") + reverse("form-public", args=[form.key])


def plain_html(form: Form) -> str:
    """Return the form as HTML to copy into any website: it needs neither scripts nor styles of ours."""
    context = {
        **parts(read(form.fields), read_boxes(form.boxes), {}, {}),
        "form": form,
        "address": address(form),
        "shown_texts": shown_texts(form),
    }
    text = render_to_string("forms/plain.html", context)
    return "\n".join(line for line in text.splitlines() if line.strip())


def frame_html(form: Form) -> str:
    """Return a frame to copy into any website, as high as the form needs."""
    fields = [field for field in read(form.fields) if field.kind is not Kind.HIDDEN]
    height = 160 + sum(150 if field.kind is Kind.TEXTAREA else 84 for field in fields) + 60 * len(form.boxes)
    return render_to_string("forms/frame.html", {"form": form, "address": address(form), "height": height}).strip()


def count_opening(form: Form, agent: str, at: datetime) -> None:
    """Count that a page was opened, unless what opened it says that it is no person's browser."""
    if verdict(agent).kind in {AgentKind.HUMAN, AgentKind.UNKNOWN}:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [form.pk, at.date()])
