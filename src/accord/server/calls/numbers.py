"""Whose a number is: ours, a campaign's, or nobody's that can be known."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex

from accord.server.accounts.models import User
from accord.server.calls.models import OwnNumber, TrackingNumber
from accord.server.people.telephones import phone_key

WITHHELD = frozenset(
    {
        "+266696687",  # ANONYMOUS on a keypad
        "+7378742883",  # RESTRICTED
        "+2562533",  # BLOCKED
        "+8656696",  # UNKNOWN
        "+86282452253",  # UNAVAILABLE
        "+464",
    }
)
"""What Twilio puts where no number was signalled (its help page *Why am I receiving calls from these strange numbers*);
CallRail and others write a word."""


def as_number(text: str) -> str:
    """Return a number in E.164 as it was signalled or written; empty if it is none, or was withheld.

    Examples:
        >>> as_number("+49 30 901820"), as_number("anonymous"), as_number("+266696687"), as_number("sip:tom@pbx.test")
        ('+4930901820', '', '', '')
    """
    bare = text.strip()
    squeezed = "".join(sign for sign in bare if sign in "+0123456789")
    if "@" in bare or squeezed in WITHHELD or f"+{squeezed}" in WITHHELD:
        return ""
    return phone_key(bare, settings.ACCORD_REGION) or ""


@dataclass(frozen=True, slots=True)
class Ours:
    """That a number is ours, and whose of us it is if that is known."""

    user: User | None = None


def ours(number: str) -> Ours | None:
    """Return whether a number is ours: in the list of own numbers, in one of its ranges, or a tracking number's."""
    if not number:
        return None
    known = OwnNumber.objects.select_related("user").annotate(place=StrIndex(Value(number), F("number")))
    found = known.filter(Q(number=number, is_range=False) | Q(is_range=True, place=1)).order_by("is_range").first()
    if found is not None:
        return Ours(found.user)
    mine = TrackingNumber.objects.filter(Q(number=number) | Q(shown_for=number)).exists()
    return Ours() if mine else None


def tracking_number(number: str, at: datetime) -> TrackingNumber | None:
    """Return the tracking number that was called at an instant; None if it was none then."""
    if not number:
        return None
    then = TrackingNumber.objects.filter(number=number, active_from__lte=at)
    return then.filter(Q(active_until=None) | Q(active_until__gt=at)).order_by("-active_from", "-pk").first()
