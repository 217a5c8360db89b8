"""What is typed about a mailbox."""

from typing import Any

from django import forms

from accord.server.inbox.services import Setup


class SetupForm(forms.Form):
    """How the mails of a source come."""

    opens_leads = forms.BooleanField(
        required=False, label="Whoever writes to us and is no lead yet becomes one by itself"
    )
    domains = forms.CharField(
        required=False,
        max_length=5000,
        label="Our own domains",
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "example.com"}),
        help_text="One a line, for all sources. Those of users’ addresses count by themselves, except free mail.",
    )
    host = forms.CharField(
        required=False, max_length=253, label="IMAP server", help_text="Such as imap.example.com; empty: SMTP alone"
    )
    port = forms.IntegerField(min_value=1, max_value=65535, initial=993, label="Port")
    tls = forms.BooleanField(required=False, initial=True, label="Encrypted from the first word (TLS)")
    user = forms.CharField(required=False, max_length=200, label="User")
    password = forms.CharField(
        required=False,
        max_length=200,
        strip=False,
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="An app password where the provider has such. Empty keeps the present one.",
    )
    folder = forms.CharField(max_length=200, initial="INBOX", label="Folder")

    def setup(self) -> Setup:
        """Return what was typed."""
        data: dict[str, Any] = self.cleaned_data
        return Setup(**data | {"domains": data["domains"].split()})
