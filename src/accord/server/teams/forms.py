"""What is typed about places in teams, leave, and dry runs."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accord.agreement import Agreement
from accord.agreement.english_words import label
from accord.rules import text_key
from accord.server.accounts.models import Leave, User
from accord.server.teams.places import Place


class PlaceForm(forms.Form):
    """Somebody's place in a team; one field for each value of a lead by which the agreement chooses people."""

    weight = forms.IntegerField(
        min_value=0,
        max_value=100,
        label="Weight",
        help_text="How many leads they get for each that somebody of weight 1 gets; 0: none.",
    )
    capacity = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100_000,
        label="Most open leads",
        help_text="Nobody gets a lead who has so many. Empty: no limit.",
    )

    def __init__(self, data: Any, place: Place, agreement: Agreement | None, matched: Collection[str]) -> None:  # noqa: ANN401  (as Django has it)
        initial = {"weight": place.weight, "capacity": place.capacity, "calendar": place.calendar}
        super().__init__(data, initial=initial)
        calendars = agreement.calendars if agreement else {}
        choices = [("", "As the hand-off"), *((name, label(name).capitalize()) for name in calendars)]
        self.fields["calendar"] = forms.ChoiceField(
            choices=choices, required=False, label="Working hours", help_text="On the clock of their own zone."
        )
        self.covered = {f"covers-{name}": name for name in dict.fromkeys((*matched, *place.covers))}
        for key, name in self.covered.items():
            self.fields[key] = forms.CharField(
                required=False,
                max_length=2000,
                label=f"Covers: {label(name)}",
                initial=", ".join(place.covers.get(name, ())),
                help_text="Values with commas between, such as DE, AT. For leads of these they come first.",
            )

    def place(self) -> Place:
        """Return what was typed; a value that is there twice counts once."""
        data: dict[str, Any] = self.cleaned_data
        covers = {}
        for key, name in self.covered.items():
            values: dict[str, str] = {}
            for value in filter(None, map(str.strip, data[key].split(","))):
                values.setdefault(text_key(value), value)
            if values:
                covers[name] = list(values.values())
        return Place(data["weight"], data["capacity"], covers, data["calendar"])


class JoinForm(forms.Form):
    """Who comes into a team, and how many leads they get."""

    weight = PlaceForm.base_fields["weight"]
    capacity = PlaceForm.base_fields["capacity"]

    def __init__(self, data: Any, people: Sequence[User]) -> None:  # noqa: ANN401  (likewise)
        super().__init__(data, initial={"weight": 1})
        choices = [(user.pk, user.name) for user in people]
        self.fields["person"] = forms.TypedChoiceField(choices=choices, coerce=int, label="Who")
        self.order_fields(("person", "weight", "capacity"))

    def place(self) -> Place:
        """Return the place that they get; what they cover and their hours are entered once they are in."""
        return Place(self.cleaned_data["weight"], self.cleaned_data["capacity"], {}, "")


def _day(name: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=name, widget=widget, help_text=help_text)


class LeaveForm(forms.Form):
    """Whole days of leave, in the zone of the person."""

    first = _day("First day away")
    last = _day("Last day away")

    def __init__(self, data: Any, people: Sequence[User], leave: Leave | None = None) -> None:  # noqa: ANN401  (likewise)
        super().__init__(data, initial=_days(leave) if leave else {"person": people[0].pk})
        self._people = {user.pk: user for user in people}
        choices = [(user.pk, user.name) for user in people]
        self.fields["person"] = forms.TypedChoiceField(
            choices=choices, coerce=int, label="Who", disabled=leave is not None
        )
        self.order_fields(("person", "first", "last"))

    def clean(self) -> dict[str, Any]:
        """Refuse a leave that ends before it begins."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", "The last day is before the first.")
        return data

    def user(self) -> User:
        """Return whose leave it is."""
        return self._people[self.cleaned_data["person"]]

    def span(self, leave: Leave | None = None) -> tuple[datetime, datetime]:
        """Return when it begins and ends; days that were not touched keep the hours that ``leave`` has."""
        zone = ZoneInfo(self.user().zone)
        data, was = self.cleaned_data, _days(leave) if leave else {}
        start, end = _midnight(data["first"], zone), _midnight(data["last"] + timedelta(days=1), zone)
        if leave is not None:
            start = leave.start if data["first"] == was["first"] else start
            end = leave.end if data["last"] == was["last"] else end
        return start, end


def _days(leave: Leave) -> dict[str, Any]:
    zone = ZoneInfo(leave.user.zone)
    last = leave.end.astimezone(zone) - timedelta(microseconds=1)
    return {"person": leave.user_id, "first": leave.start.astimezone(zone).date(), "last": last.date()}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)
