"""The dialog in which a manager chooses to whom a lead goes: who has room, who is full, who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_lowercase
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Prefetch

from accord.server.accounts.models import Leave, Membership, User
from accord.server.handoffs.giving import REASON_LENGTH
from accord.server.handoffs.models import Clock, Offer
from accord.server.handoffs.routing import open_leads
from accord.server.pipeline.models import Lead


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to whom a lead can be given.

    Attributes:
        key: The letter that chooses them; empty for the 27th and later.
        caution: Why it is no good idea; empty: they have room.
        barred: Why it is not possible, whatever one wants: nobody has accepted the lead, and they are away.
    """

    user_id: int
    name: str
    load: int
    capacity: int | None
    key: str
    caution: str
    barred: bool


class GiveForm(forms.Form):
    """To whom, why, and whether it is meant although they are full or away."""

    to = forms.TypedChoiceField(
        coerce=int,
        label="To whom",
        error_messages={"required": "Choose somebody.", "invalid_choice": "Choose somebody."},
    )
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        label="Why?",
        help_text="It stands in the history of the lead, and both of them read it.",
        error_messages={"required": "Say why in a few words."},
    )
    anyway = forms.BooleanField(required=False, label="Give it to them all the same")

    def __init__(self, data: Any, choices: Sequence[Choice], initial: dict[str, Any]) -> None:  # noqa: ANN401  (as Django has it)
        super().__init__(data, initial=initial)
        to = self.fields["to"]
        if isinstance(to, forms.TypedChoiceField):
            to.choices = [(choice.user_id, choice.name) for choice in choices]


def choices_for(lead: Lead, team: str, at: datetime) -> tuple[Choice, ...]:
    """Return the members of a team but the lead's owner: those with room first, the least loaded in front."""
    away = Leave.objects.filter(start__lte=at, end__gt=at)
    places = Membership.objects.filter(team__name=team, user__is_active=True).exclude(user=lead.owner_id)
    members = list(places.select_related("user").prefetch_related(Prefetch("user__leaves", away, to_attr="away")))
    load = open_leads([place.user_id for place in members])
    undecided = lead.offers.filter(status=Offer.Status.OPEN).exists()
    found = [_choice(place, load.get(place.user_id, 0), undecided=undecided) for place in members]
    found.sort(key=lambda one: (one.barred, bool(one.caution), one.load / (one.capacity or 1_000_000), one.name))
    keys = [*ascii_lowercase, *[""] * len(found)]
    return tuple(
        Choice(one.user_id, one.name, one.load, one.capacity, "" if one.barred else key, one.caution, one.barred)
        for one, key in zip(found, keys, strict=False)
    )


def _choice(place: Membership, load: int, *, undecided: bool) -> Choice:
    back = max((leave.end for leave in place.user.away), default=None)  # type: ignore[attr-defined]  # prefetched
    caution = f"full: {load} of {place.capacity}" if place.capacity is not None and load >= place.capacity else ""
    if back is not None:
        local = back.astimezone(ZoneInfo(place.user.zone))
        caution = f"away until {local:%a} {local.day} {local:%b}"
    barred = back is not None and undecided
    return Choice(place.user_id, place.user.name, load, place.capacity, "", caution, barred)


def suggested_reason(lead: Lead, at: datetime) -> str:
    """Return why the lead should go elsewhere, if a fact says so; empty: whoever gives it away has to say."""
    owner: User | None = lead.owner
    if owner is None:
        return f"It waits in the queue of {lead.queue}"
    if owner.leaves.filter(start__lte=at, end__gt=at).exists():
        return f"{owner.name} is away"
    if Clock.objects.filter(lead=lead, offer__isnull=False, stopped_at=None, paused_at=None, due_at__lte=at).exists():
        return f"It is late with {owner.name}"
    places = list(owner.memberships.exclude(capacity=None).values_list("capacity", flat=True))
    if places and open_leads([owner.pk]).get(owner.pk, 0) >= min(one for one in places if one is not None):
        return f"{owner.name} is full"
    return ""
