"""The form with which a backtest is asked for."""

from datetime import date, timedelta

from django import forms

from accord.agreement.source import MAX_BYTES
from accord.server.agreements.models import Revision

NOTHING = "nothing"
DRAFT = "draft"
HELD = (Revision.Status.IN_FORCE, Revision.Status.RETIRED)
"""What a draft may be compared with: revisions that are or were in force."""
WEEKS = 13
"""How far back a backtest looks if nobody says."""


def last_quarter(today: date) -> tuple[date, date]:
    """Return the last thirteen whole weeks before a day, Monday to Sunday.

    Examples:
        >>> [f"{day:%a %d %b}" for day in last_quarter(date(2026, 3, 4))]
        ['Mon 01 Dec', 'Sun 01 Mar']
    """
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(weeks=WEEKS), monday - timedelta(days=1)


def _called(revision: Revision) -> str:
    return f"Revision {revision.number} ({revision.get_status_display().lower()})"


class BacktestForm(forms.Form):
    """Which draft, against what, in which time, and how much sales can take.

    ``text`` comes with a draft that is no revision yet; then it is what is tried.
    """

    text = forms.CharField(required=False, strip=False, max_length=MAX_BYTES, widget=forms.HiddenInput())
    file_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput())
    draft = forms.ChoiceField(label="Try")
    against = forms.ChoiceField(label="Against", required=False)
    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    capacity = forms.IntegerField(
        label="Sales can take",
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text="Leads a week; leave it empty if you do not know.",
    )

    def __init__(self, *args: object, revisions: list[Revision], own: bool = False, **kwargs: object) -> None:
        """Offer these revisions; with ``own``, the draft that comes along as well."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed on
        numbered = [(str(revision.number), _called(revision)) for revision in revisions]
        drafts = [(DRAFT, "The draft"), *numbered] if own else numbered
        in_force = next((r for r in revisions if r.status == Revision.Status.IN_FORCE), None)
        held = [(str(r.number), _called(r)) for r in revisions if r.status in HELD]
        self.fields["draft"].choices = drafts  # type: ignore[attr-defined]
        self.fields["against"].choices = [*held, (NOTHING, "Nothing")]  # type: ignore[attr-defined]
        self.fields["against"].initial = str(in_force.number) if in_force else NOTHING

    def clean(self) -> dict[str, object]:
        """Refuse a time that ends before it begins."""
        data: dict[str, object] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", "The last day must not come before the first.")
        return data
