"""What is asked of a dry run: a month, and by which agreement."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accord.agreement import Agreement, load
from accord.errors import Issue
from accord.server.agreements.drafting import text_of
from accord.server.agreements.models import Draft, Revision

AS_AGREED = ""
MONTHS = 24
"""How many months back one can choose."""


class TrialForm(forms.Form):
    """A month that is over or running, and the agreement to try: that of the time, a proposal or a draft."""

    def __init__(self, data: Any, now: datetime) -> None:  # noqa: ANN401  (as Django has it)
        months = _months(now.date())
        super().__init__(data, initial={"month": months[min(1, len(months) - 1)].isoformat()})
        self._texts = _texts()
        self.fields["month"] = forms.TypedChoiceField(
            label="Month",
            coerce=date.fromisoformat,
            choices=[(month.isoformat(), f"{month:%B %Y}") for month in months],
        )
        self.fields["agreement"] = forms.ChoiceField(
            label="By which agreement",
            required=False,
            choices=[(AS_AGREED, "As it was agreed then"), *((key, name) for key, (name, _) in self._texts.items())],
        )

    def tried(self) -> str:
        """Return what is tried, in words; empty: the agreement of the time."""
        chosen = self.cleaned_data["agreement"]
        return self._texts[chosen][0] if chosen else ""

    def draft(self) -> tuple[Agreement | None, Sequence[Issue]]:
        """Return the agreement to try, None for that of the time; or what is wrong with it."""
        chosen = self.cleaned_data["agreement"]
        if not chosen:
            return None, ()
        loaded = load(self._texts[chosen][1], "agreement.yaml")
        return loaded.agreement, () if loaded.agreement is not None else tuple(loaded.issues)


def _months(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _texts() -> dict[str, tuple[str, str]]:
    """Return what may be tried: name and text of proposals, what is in force, and drafts, by key."""
    statuses = (Revision.Status.PROPOSED, Revision.Status.IN_FORCE)
    found = {
        f"revision-{revision.number}": (f"{revision} ({revision.get_status_display().lower()})", revision.text)
        for revision in Revision.objects.filter(status__in=statuses).order_by("-number")
    }
    drafts = Draft.objects.filter(revision=None, dropped_at=None).select_related("author")
    return found | {f"draft-{draft.pk}": (f"Draft of {draft.author}", text_of(draft)) for draft in drafts}


def month_of(first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the month that begins on ``first`` begins and ends in a zone."""
    following = (first + timedelta(days=31)).replace(day=1)
    midnight = datetime.min.time()
    return datetime.combine(first, midnight, zone), datetime.combine(following, midnight, zone)
