"""What is typed about telephone systems and numbers."""

from typing import Any

from django import forms

from accord.server.accounts.models import User
from accord.server.calls.keeping import Placed
from accord.server.calls.models import TelephoneSystem
from accord.server.calls.systems import Setup


class SetupForm(forms.Form):
    """Whose reports a source takes."""

    provider = forms.ChoiceField(choices=TelephoneSystem.Provider.choices, label="Who reports")
    secret = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        label="Secret",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Twilio: the auth token of your account. CallRail: the signing key of its webhooks. "
        "Any other system: leave it empty, and one is made. Empty keeps the present one.",
    )
    opens_leads = forms.BooleanField(
        required=False,
        label="Whoever calls and is no lead yet becomes one by itself",
        help_text="Otherwise it is one click on the Calls page. Tracking numbers have a setting of their own.",
    )

    def setup(self) -> Setup:
        """Return what was typed."""
        data: dict[str, Any] = self.cleaned_data
        return Setup(data["provider"], data["secret"], data["opens_leads"])


class NumberForm(forms.Form):
    """A tracking number."""

    number = forms.CharField(max_length=40, label="Number", help_text="Such as +49 30 901820")
    name = forms.CharField(max_length=100, label="Where it stands", help_text="Such as Spring letter, or Google ads")
    source = forms.CharField(
        required=False, max_length=200, label="Source", help_text="As in links: utm_source, such as google"
    )
    medium = forms.CharField(required=False, max_length=200, label="Medium", help_text="utm_medium, such as cpc")
    campaign = forms.CharField(required=False, max_length=200, label="Campaign", help_text="utm_campaign")
    shown_for = forms.CharField(
        required=False,
        max_length=40,
        label="Shown on the website in place of",
        help_text="The number that stands on your pages. Visitors who came by this campaign see the tracking number.",
    )
    opens_leads = forms.BooleanField(
        required=False, initial=True, label="Whoever calls it and is no lead yet becomes one by itself"
    )

    def placed(self) -> Placed:
        """Return what was typed."""
        return Placed(**self.cleaned_data)


class OwnNumberForm(forms.Form):
    """A number of our own."""

    text = forms.CharField(max_length=40, label="Number", help_text="A range: how all its numbers begin, with +")
    is_range = forms.BooleanField(required=False, label="It is the beginning of a range")
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        required=False,
        label="Whose it is",
        empty_label="Nobody’s in particular",
        help_text="Their calls from it count as attempts on their leads.",
    )
    note = forms.CharField(required=False, max_length=100, label="Note")
