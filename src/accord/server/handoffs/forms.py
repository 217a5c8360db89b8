"""What sales types into the queue and the page of a lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import QueryDict

from accord.server.handoffs.models import Attempt


@dataclass(frozen=True, slots=True)
class Try:
    """One way to have tried: what a button of the log says and what it stands for."""

    name: str
    label: str
    icon: str
    key: str
    channel: Attempt.Channel
    outcome: Attempt.Outcome


TRIES = {
    each.name: each
    for each in (
        Try("reached", "Reached", "phone-call", "1", Attempt.Channel.CALL, Attempt.Outcome.REACHED),
        Try("no_answer", "No answer", "phone-off", "2", Attempt.Channel.CALL, Attempt.Outcome.NO_ANSWER),
        Try("voicemail", "Left a message", "message", "3", Attempt.Channel.CALL, Attempt.Outcome.VOICEMAIL),
        Try("wrong_contact", "Wrong number", "ban", "4", Attempt.Channel.CALL, Attempt.Outcome.WRONG_CONTACT),
        Try("mail", "Mail sent", "send", "5", Attempt.Channel.MAIL, Attempt.Outcome.SENT),
        Try("meeting", "Met them", "calendar-event", "6", Attempt.Channel.MEETING, Attempt.Outcome.REACHED),
    )
}
"""Every button of the log, the four outcomes of a call first."""


def _note(placeholder: str) -> forms.CharField:
    return forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": placeholder}),
    )


class AttemptForm(forms.Form):
    """A try to reach a lead: one button says it all, a note may say more."""

    note = _note("What did they say?")
    action_id = forms.UUIDField(widget=forms.HiddenInput)
    tried = forms.ChoiceField(
        choices=[(each.name, each.label) for each in TRIES.values()],
        error_messages={"required": "Say what came of it.", "invalid_choice": "Choose one of the outcomes."},
    )


class WordsForm(forms.Form):
    """A question or an answer in somebody's own words."""

    words = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}))

    def __init__(self, sent: QueryDict | None = None, *, label: str, placeholder: str) -> None:
        super().__init__(sent)
        self.fields["words"].label = label
        self.fields["words"].widget.attrs["placeholder"] = placeholder


class ReasonForm(forms.Form):
    """Letting a lead go: one of the agreed reasons, and what the other side should know."""

    reason = forms.ChoiceField(
        error_messages={
            "required": "Choose the reason; it decides what becomes of the lead.",
            "invalid_choice": "That is not an agreed reason.",
        }
    )
    note = _note("What should marketing know?")

    def __init__(
        self, sent: QueryDict | None = None, *, reasons: Iterable[tuple[str, str]], noted: bool = True
    ) -> None:
        super().__init__(sent)
        chosen = self.fields["reason"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = list(reasons)
        if not noted:
            del self.fields["note"]


class SnoozeForm(forms.Form):
    """When somebody is to call back, and why."""

    until = forms.DateTimeField(
        label="Call back at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": "Say when.", "invalid": "That is no time; give a day and an hour."},
    )
    why = forms.CharField(
        label="Why then?",
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "Back from holiday on Thursday", "autocomplete": "off"}),
        error_messages={"required": "Say why they are to be called then."},
    )
    asked = forms.BooleanField(
        label="They asked for it themselves",
        required=False,
        help_text="Then it may lie beyond your deadline: the call in which they asked proves it.",
    )

    def __init__(self, sent: QueryDict | None = None, *, reached: bool = True) -> None:
        super().__init__(sent)
        if not reached:
            del self.fields["asked"]


def _money(label: str, least: Decimal | None, says: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=least,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=says,
    )


class CorrectionForm(forms.Form):
    """What a deal brings indeed, and why that is another figure than before."""

    amount = _money("Amount", Decimal(0), "What they pay; after a refund, what is left.")
    list_amount = _money("At list prices", Decimal(0), "What it would bring without any discount.")
    margin = _money("Margin", None, "What is left of the amount after what it costs us; it may be below 0.")
    why = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "Two of ten meters were sent back", "autocomplete": "off"}),
        error_messages={"required": "Say why it changes: the figures of a past month may change with it."},
    )


class DealForm(forms.Form):
    """What a new deal may bring."""

    amount = _money("Amount", Decimal(0), "What you expect them to pay; leave it empty if you do not know yet.")
    name = forms.CharField(label="What it is about", required=False, max_length=300)
