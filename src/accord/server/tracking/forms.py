"""What is typed about a source."""

from typing import Any

from django import forms

from accord.server.tracking.models import Source
from accord.server.tracking.sources import Wish


class SourceForm(forms.Form):
    """The name of a source, which websites may send for it, and how much."""

    name = forms.CharField(max_length=100, label="Name", help_text="What you call it, such as Website or Shop")
    origins = forms.CharField(
        required=False,
        label="Websites that may send",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://www.example.com"}),
        help_text="One a line; empty: any. Whoever copies the key can still send from a program of their own.",
    )
    rate = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        label="Most messages a second",
        help_text="Empty: no limit. Each web process counts for itself.",
    )

    def wish(self) -> Wish:
        """Return what was typed."""
        data: dict[str, Any] = self.cleaned_data
        return Wish(data["name"], data["origins"].split(), data["rate"])


class NewSourceForm(SourceForm):
    """A source that is not there yet: its kind as well, which does not change."""

    kind = forms.ChoiceField(choices=Source.Kind.choices, label="Where its messages are made")
    field_order = ("name", "kind", "origins", "rate")
