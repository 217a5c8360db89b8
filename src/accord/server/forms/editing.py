"""Verbs of forms: making, changing, switching off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.services import in_force_or_none
from accord.server.forms.fields import (
    ALWAYS_THERE,
    ConsentBox,
    FormError,
    FormField,
    Kind,
    named,
    problems,
    read_boxes,
    word,
    written,
    written_boxes,
)
from accord.server.forms.models import ConsentText, Form
from accord.server.tracking import sources
from accord.server.tracking.models import Source
from accord.server.tracking.sources import KEEPERS, Wish

LONGEST_WINDOW = 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form is to be."""

    name: str = ""
    event: str = ""
    intro: str = ""
    fields: Sequence[FormField] = ()
    boxes: Sequence[ConsentBox] = ()
    button: str = "Send"
    thanks: str = "Thank you. We will be in touch."
    thanks_url: str = ""
    origins: Sequence[str] = ()
    window_minutes: int = 10


NEW = Draft(
    fields=(
        FormField("name", "Name", required=True, fills="person.name"),
        FormField("email", "E-mail", Kind.EMAIL, required=True, fills="person.email"),
        FormField("company", "Company", fills="company.name"),
    )
)
"""What the editor begins with."""


def draft_of(form: Form, fields: Sequence[FormField]) -> Draft:
    """Return a form as it is now."""
    return Draft(
        name=form.source.name,
        event=form.event,
        intro=form.intro,
        fields=fields,
        boxes=read_boxes(form.boxes),
        button=form.button,
        thanks=form.thanks,
        thanks_url=form.thanks_url,
        origins=form.source.allowed_origins,
        window_minutes=form.window_minutes,
    )


def fillable() -> list[str]:
    """Return what a field may fill, by its full name: what is always there, then what the agreement declares."""
    law = in_force_or_none()
    declared = list(law.agreement.fields) if law is not None else []
    return [*ALWAYS_THERE, *(name for name in declared if name not in {*ALWAYS_THERE, "lead.source"})]


def checked(draft: Draft) -> list[str]:
    """Return what is wrong with a draft, a sentence each."""
    found = []
    if not draft.name.strip():
        found.append("The form needs a name.")
    if not word(draft.event):
        found.append("Say what the agreement calls it, such as demo.")
    if not draft.button.strip():
        found.append("The button needs a text.")
    if not draft.thanks.strip():
        found.append("Say what people read once they have sent it.")
    if draft.thanks_url and not _is_address(draft.thanks_url):
        found.append("The address of the thank-you page must begin with https:// or http://.")
    if not 0 <= draft.window_minutes <= LONGEST_WINDOW:
        found.append(f"The window may have 0 to {LONGEST_WINDOW} minutes.")
    return found + problems(draft.fields, draft.boxes, fillable())


def _is_address(text: str) -> bool:
    try:
        found = urlsplit(text)
        return found.scheme in {"http", "https"} and bool(found.hostname) and not set(text) & set(" ;,\r\n\t\"'<>")
    except ValueError:
        return False


@transaction.atomic
def create(draft: Draft, *, by: User | None, at: datetime) -> Form:
    """Return a new form with a source of its own.

    Raises:
        AccessError: Their role does not keep forms.
        FormError: ``form.incomplete``.
        TrackingError: ``tracking.name_taken`` or ``tracking.bad_origin``.
    """
    _check(draft, by)
    source = sources.create(Source.Kind.FORM, Wish(draft.name, draft.origins), by=by, at=at)
    form = Form(source=source)
    _fill(form, draft, by, at)
    form.save()
    form.boxes = _with_texts(form, draft.boxes, by, at)
    form.save(update_fields=["boxes"])
    record("form.created", f"form:{form.pk}", actor=by, at=at, name=source.name)
    return form


@transaction.atomic
def change(key: int, draft: Draft, version: int, *, by: User, at: datetime) -> Form:
    """Return a form that was changed, by somebody who saw it as it was in ``version``.

    Raises:
        AccessError: Their role does not keep forms.
        FormError: ``form.unknown``, ``form.incomplete``, or ``form.changed_meanwhile`` by somebody else.
        TrackingError: ``tracking.name_taken`` or ``tracking.bad_origin``.
    """
    require(by, KEEPERS, "keep forms")
    form = locked(key)
    if form.version != version:
        raise FormError("form.changed_meanwhile", "somebody else has changed this form since you opened it")
    _check(draft, by)
    form.source = sources.change(form.source_id, Wish(draft.name, draft.origins), by=by, at=at)
    before = [form.event, form.fields]
    _fill(form, draft, by, at)
    form.boxes = _with_texts(form, draft.boxes, by, at)
    form.version = version + 1
    form.save()
    record("form.changed", f"form:{key}", actor=by, at=at, before=before, after=[form.event, form.fields])
    return form


@transaction.atomic
def switch(key: int, *, on: bool, by: User, at: datetime) -> Form:
    """Return a form that takes submissions, or none.

    Raises:
        AccessError: Their role does not keep forms.
        FormError: ``form.unknown``.
    """
    require(by, KEEPERS, "keep forms")
    form = locked(key)
    form.source = (sources.enable if on else sources.disable)(form.source_id, by=by, at=at)
    return form


def locked(key: int) -> Form:
    """Return a form that nobody else changes meanwhile.

    Raises:
        FormError: ``form.unknown``.
    """
    form = Form.objects.select_for_update(of=("self",), no_key=True).select_related("source").filter(pk=key).first()
    if form is None:
        raise FormError("form.unknown", "there is no such form")
    return form


def _check(draft: Draft, by: User | None) -> None:
    if by is not None:
        require(by, KEEPERS, "keep forms")
    if found := checked(draft):
        raise FormError("form.incomplete", " ".join(found))


def _fill(form: Form, draft: Draft, by: User | None, at: datetime) -> None:
    form.event, form.intro = word(draft.event), draft.intro.strip()
    form.fields = written(named(draft.fields))
    form.button, form.thanks, form.thanks_url = draft.button.strip(), draft.thanks.strip(), draft.thanks_url.strip()
    form.window_minutes = draft.window_minutes
    form.changed_by, form.changed_at = by, at


def _with_texts(form: Form, boxes: Sequence[ConsentBox], by: User | None, at: datetime) -> list[dict[str, object]]:
    """Return the boxes as they are stored; of a text that differs from the last one of its purpose, a new version."""
    latest = {text.purpose: text for text in form.consent_texts.order_by("version")}
    result = []
    for box in boxes:
        purpose, text = word(box.purpose), box.text.strip()
        last = latest.get(purpose)
        if last is None or (last.text, last.required) != (text, box.required):
            last = ConsentText.objects.create(
                form=form, purpose=purpose, version=last.version + 1 if last else 1, text=text, required=box.required,
                by=by, at=at,
            )  # fmt: skip
        result.append(replace(box, purpose=purpose, text=text, version=last.version))
    return list(written_boxes(result))
