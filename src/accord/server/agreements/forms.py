"""The forms of the agreement's pages."""

import uuid
from datetime import datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accord.agreement.source import MAX_BYTES
from accord.server.agreements.commenting import LONGEST
from accord.server.agreements.drafting import DEFAULT_FILE_NAME

LONGEST_FILE_NAME = 200


class BeginForm(forms.Form):
    """What a draft starts from: a file, a revision, a text, or nothing.

    After validation ``cleaned_data["document"]`` is the text of the file, or what was typed, or "".
    """

    action_id = forms.UUIDField(widget=forms.HiddenInput())
    revision = forms.IntegerField(required=False, min_value=1, max_value=10**6, widget=forms.HiddenInput())
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())
    file = forms.FileField(label="A file of yours", required=False, allow_empty_file=True)

    def clean(self) -> dict[str, object]:
        """Read the file, if there is one."""
        data: dict[str, object] = super().clean() or {}
        data["document"], data["file_name"] = data.get("text") or "", ""
        file = data.get("file")
        if isinstance(file, UploadedFile):
            self._take(file, data)
        return data

    def _take(self, file: "UploadedFile[bytes]", data: dict[str, object]) -> None:
        name = PurePath(file.name or DEFAULT_FILE_NAME).name[-LONGEST_FILE_NAME:]
        if (file.size or 0) > MAX_BYTES:
            self.add_error("file", f"{name} is too large: an agreement has at most {MAX_BYTES // 1000:,} kB.")
            return
        try:
            data["document"], data["file_name"] = file.read().decode("utf-8-sig"), name
        except UnicodeDecodeError:
            self.add_error("file", f"{name} is not text in UTF-8; save it as plain text in UTF-8.")


class ProposeForm(forms.Form):
    """Why a draft is proposed, and from when it is to be in force.

    After validation ``cleaned_data["planned_from"]`` is an aware instant, or None for as soon as everybody has signed.
    """

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        help_text="Both sides read this before they sign.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    when = forms.ChoiceField(
        label="In force",
        choices=(("signed", "as soon as everybody has signed"), ("day", "from a day that is agreed")),
        initial="signed",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    day = forms.DateTimeField(
        label="From",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: object, zone: ZoneInfo, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed on
        self._zone = zone
        self.fields["day"].help_text = f"Time in {zone.key}, as in the document."

    def full_clean(self) -> None:
        """Read the day in the zone of the document and not in that of whoever types, which may skip another hour."""
        with timezone.override(self._zone):
            super().full_clean()

    def clean(self) -> dict[str, object]:
        """Settle the instant."""
        data: dict[str, object] = super().clean() or {}
        day = data.get("day")
        data["planned_from"] = None
        if data.get("when") == "day":
            if isinstance(day, datetime):
                data["planned_from"] = day
            elif "day" not in self.errors:
                self.add_error("day", "Say from when.")
        return data


class CommentForm(forms.Form):
    """What somebody says about a clause, or answers."""

    action_id = forms.UUIDField(widget=forms.HiddenInput())
    path = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput())
    thread = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())
    text = forms.CharField(
        label="Comment",
        max_length=LONGEST,
        error_messages={"required": "Say something first."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def fresh_action() -> str:
    """Return the id of an action that a form is about to make."""
    return str(uuid.uuid4())
