"""What is typed in disputes."""

from django import forms

from accord.server.disputes.models import Ruling
from accord.server.disputes.opening import LONGEST

RULINGS = [(outcome.value, outcome.label) for outcome in Ruling.Outcome if outcome is not Ruling.Outcome.WITHDRAWN]


def _text(label: str, hint: str = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}))


class ContestForm(forms.Form):
    """What is contested, and why; ``choices`` are those that the reader has."""

    action_id = forms.UUIDField(widget=forms.HiddenInput())
    kind = forms.ChoiceField(label="What is wrong", widget=forms.RadioSelect(attrs={"class": "form-check-input"}))
    statement = _text("Why", "The other side and the arbiter read this. The facts are collected by themselves.", 6)

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django has it
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField has them


class StatementForm(forms.Form):
    """What one side says."""

    action_id = forms.UUIDField(widget=forms.HiddenInput())
    text = _text("Your statement", "It stays as it is: add another one to correct it.")


class RulingForm(forms.Form):
    """What an arbiter rules, and why."""

    outcome = forms.ChoiceField(
        label="Ruling", choices=RULINGS, widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )
    reason = _text("Reason", "Both sides read this.")


class WithdrawForm(forms.Form):
    """Why somebody withdraws."""

    reason = _text("Why", rows=2)
