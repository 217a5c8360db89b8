"""What people choose on the page Notifications."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accord.server.accounts.models import Team
from accord.server.notifications.groups import SAYS, Group
from accord.server.notifications.models import Chat, Choice, Habits


class ChoicesForm(forms.Form):
    """How and when somebody is told: three fields for each group, and their habits."""

    quiet = forms.BooleanField(
        required=False,
        label="Quiet outside of my working hours",
        help_text="Nothing but the bell until I work again; then what has gathered, in one mail.",
    )
    fast_lane = forms.BooleanField(
        required=False, label="A lead on the fast lane may break that", help_text="It cools within minutes."
    )
    digest = forms.ChoiceField(choices=Habits.Every.choices, label="The digest comes at most")
    digest_at = forms.TimeField(
        label="At (if once a day)",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="On your own clock; on a free day it comes when you begin again.",
    )

    def __init__(self, data: Any, habits: Habits, choices: Mapping[Group, Choice]) -> None:  # noqa: ANN401  (as Django has it)
        names = ("quiet", "fast_lane", "digest", "digest_at")
        super().__init__(data, initial={name: getattr(habits, name) for name in names})
        self.habits = habits
        for group, choice in choices.items():
            self.fields[f"mail-{group}"] = forms.ChoiceField(
                choices=Choice.Mail.choices,
                initial=choice.mail,
                widget=forms.Select(attrs={"class": "form-select", "aria-label": f"{group.label}: mail"}),
            )
            for way in ("push", "chat"):
                self.fields[f"{way}-{group}"] = forms.BooleanField(
                    required=False,
                    initial=getattr(choice, way),
                    widget=forms.CheckboxInput(
                        attrs={"class": "form-check-input", "aria-label": f"{group.label}: {way}"}
                    ),
                )

    def rows(self) -> list[dict[str, object]]:
        """Return the groups with their fields, for the table."""
        return [
            {"label": group.label, "says": SAYS[group], **{way: self[f"{way}-{group}"] for way in WAYS}}
            for group in Group
        ]

    def chosen(self) -> list[Choice]:
        """Return what was chosen for each group."""
        data: dict[str, Any] = self.cleaned_data
        return [Choice(group=group, **{way: data[f"{way}-{group}"] for way in WAYS}) for group in Group]

    def when(self) -> Habits:
        """Return when they want to be told; a time that is left out stays as it was."""
        data: dict[str, Any] = self.cleaned_data
        at = data["digest_at"] or self.habits.digest_at
        return Habits(quiet=data["quiet"], fast_lane=data["fast_lane"], digest=data["digest"], digest_at=at)


WAYS = ("mail", "push", "chat")


class WebhookForm(forms.Form):
    """A webhook of Slack or Teams. What was typed is never shown again: whoever has it can write there."""

    format = forms.ChoiceField(choices=Chat.Format.choices, label="Where")
    url = forms.CharField(
        max_length=1000,
        label="Address of the webhook",
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "placeholder": "https://…"}),
        help_text="As Slack or Teams shows it. It is kept, and never shown whole again.",
    )


class TeamChatForm(WebhookForm):
    """Where what concerns a team, or everybody, is said."""

    name = forms.CharField(max_length=100, label="Name", widget=forms.TextInput(attrs={"placeholder": "#sales-leads"}))
    team = forms.ModelChoiceField(Team.objects.all(), required=False, label="Team", empty_label="Everybody's")
    groups = forms.MultipleChoiceField(
        choices=Group.choices,
        initial=[Group.LATE],
        label="What is said there",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    field_order = ("name", "team", "groups", "format", "url")
