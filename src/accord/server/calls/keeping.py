"""Verbs of numbers: tracking numbers, and which numbers are our own."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.calls.models import OwnNumber, TrackingNumber
from accord.server.calls.systems import CallsError
from accord.server.people.telephones import phone_key
from accord.server.tracking.sources import KEEPERS

SHORTEST_RANGE = 6
"""Signs of the beginning of a range: a shorter one, such as +4930, would be a whole town."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A tracking number as somebody wants it: which, where it stands, what it credits."""

    number: str
    name: str
    source: str = ""
    medium: str = ""
    campaign: str = ""
    shown_for: str = ""
    opens_leads: bool = True


def in_full(text: str) -> str:
    """Return a number as it is stored.

    Raises:
        CallsError: ``calls.bad_number``.
    """
    found = phone_key(text, settings.ACCORD_REGION)
    if found is None:
        raise CallsError("calls.bad_number", f"'{text[:40]}' is no telephone number", hint="write it as +49 30 901820")
    return found


@transaction.atomic
def place(placed: Placed, *, key: int | None = None, by: User, at: datetime) -> TrackingNumber:
    """Return a tracking number as it is wanted: a new one, or that of ``key``, changed.

    Which number it is, does not change: its calls were made to it.

    Raises:
        AccessError: Their role does not keep numbers.
        CallsError: ``calls.bad_number``, ``calls.number_taken`` or ``calls.unknown``.
    """
    _may(by)
    found = TrackingNumber(active_from=at, number=in_full(placed.number)) if key is None else _number(key)
    taken = TrackingNumber.objects.filter(number=found.number, active_until=None).exclude(pk=found.pk).first()
    if taken is not None and found.active_until is None:
        raise CallsError("calls.number_taken", f"{taken} is in use", hint="retire it first")
    found.name = placed.name
    found.source, found.medium, found.campaign = placed.source, placed.medium, placed.campaign
    found.shown_for = in_full(placed.shown_for) if placed.shown_for else ""
    found.opens_leads = placed.opens_leads
    found.save()
    verb = "calls.number_placed" if key is None else "calls.number_changed"
    record(verb, f"tracking_number:{found.pk}", actor=by, at=at, number=found.number, campaign=found.campaign)
    return found


@transaction.atomic
def retire(key: int, *, by: User, at: datetime) -> TrackingNumber:
    """Return a tracking number that credits nothing from now on; its past stays.

    Raises:
        AccessError: Their role does not keep numbers.
        CallsError: ``calls.unknown``.
    """
    _may(by)
    found = _number(key)
    if found.active_until is None:
        found.active_until = max(at, found.active_from)
        found.save(update_fields=["active_until"])
        record("calls.number_retired", f"tracking_number:{key}", actor=by, at=at)
    return found


@transaction.atomic
def revive(key: int, *, by: User, at: datetime) -> TrackingNumber:
    """Return a tracking number that is in use again.

    Raises:
        AccessError: Their role does not keep numbers.
        CallsError: ``calls.unknown``, or ``calls.number_taken`` if it stands somewhere else by now.
    """
    _may(by)
    found = _number(key)
    if found.active_until is not None:
        if TrackingNumber.objects.filter(number=found.number, active_until=None).exists():
            raise CallsError("calls.number_taken", f"{found.number} is in use elsewhere", hint="retire it there first")
        found.active_until = None
        found.save(update_fields=["active_until"])
        record("calls.number_revived", f"tracking_number:{key}", actor=by, at=at)
    return found


@transaction.atomic
def own(text: str, *, is_range: bool, user: User | None, note: str = "", by: User, at: datetime) -> OwnNumber:
    """Return a number, or a range, as one of our own; nobody becomes a contact by it from now on.

    Args:
        text: The number, or with ``is_range`` the beginning of all numbers of a range, with its country's code.
        is_range: Whether it is the beginning of a range.
        user: Whose it is.
        note: What it is.
        by: Who says so.
        at: Now.

    Raises:
        AccessError: Their role does not keep numbers.
        CallsError: ``calls.bad_number`` or ``calls.number_taken``.
    """
    _may(by)
    number = _beginning(text) if is_range else in_full(text)
    if OwnNumber.objects.filter(number=number).exists():
        raise CallsError("calls.number_taken", f"{number} is in the list already")
    found = OwnNumber.objects.create(number=number, is_range=is_range, user=None if is_range else user, note=note)
    record("calls.own_number_added", f"own_number:{found.pk}", actor=by, at=at, number=str(found))
    return found


@transaction.atomic
def disown(key: int, *, by: User, at: datetime) -> None:
    """Take a number out of the list of our own; doing it twice changes nothing.

    Raises:
        AccessError: Their role does not keep numbers.
    """
    _may(by)
    found = OwnNumber.objects.filter(pk=key).first()
    if found is not None:
        record("calls.own_number_removed", f"own_number:{key}", actor=by, at=at, number=str(found))
        found.delete()


def _beginning(text: str) -> str:
    signs = "".join(sign for sign in text if sign in "+0123456789")
    if not (text.strip().startswith("+") and SHORTEST_RANGE <= len(signs) <= 16 and signs.count("+") == 1):
        hint = "write how all its numbers begin, such as +49 30 901"
        raise CallsError("calls.bad_number", f"'{text[:40]}' is no beginning of a range", hint=hint)
    return signs


def _number(key: int) -> TrackingNumber:
    found = TrackingNumber.objects.select_for_update().filter(pk=key).first()
    if found is None:
        raise CallsError("calls.unknown", "there is no such tracking number")
    return found


def _may(by: User) -> None:
    require(by, KEEPERS, "keep telephone numbers")
