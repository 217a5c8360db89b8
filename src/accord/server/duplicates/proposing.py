"""What people decide about proposals."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accord.server.accounts.access import AccessError, require
from accord.server.accounts.audit import record as audit
from accord.server.accounts.models import Role, User
from accord.server.duplicates.merging import SORTS, MergeError, merge
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.duplicates.proposals import digest_of
from accord.server.duplicates.record import rows_of
from accord.server.duplicates.unmerging import unmerge
from accord.server.pipeline.models import Lead

DECIDERS = frozenset({Role.OPERATIONS, Role.MARKETING, Role.SALES})
LATER = timedelta(days=7)
"""For how long a proposal is out of sight that somebody wants to look at later."""
CONTRADICTION = 0.9
"""The probability of a proposal that a message makes by naming the account of one and the address of another."""
CONTRADICTION_BITS = 3.2
"""The same as evidence: the odds of nine to one, in bits."""


def may_decide(user: User, kind: Kind, *keys: int) -> bool:
    """Return whether somebody may decide about these records.

    Marketing and operations may about all; sales about people whose open leads are all theirs, one at least.
    """
    if not user.is_active or user.role not in DECIDERS:
        return False
    if user.role != Role.SALES:
        return True
    if kind != Kind.PERSON:
        return False
    owners = set(Lead.objects.filter(person__in=keys, ended_at=None).values_list("owner", flat=True))
    return owners == {user.pk}


def _mine(user: User, kind: Kind, *keys: int) -> None:
    require(user, DECIDERS, "decide about duplicates")
    if not may_decide(user, kind, *keys):
        raise AccessError(
            "access.denied", "Only marketing and operations may decide this", hint="your own leads are yours to decide"
        )


def _locked(key: int, by: User) -> Duplicate:
    found = Duplicate.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise MergeError("merge.unknown", "there is no such proposal", hint="look at the list again")
    _mine(by, Kind(found.kind), found.first, found.second)
    return found


def accept(key: int, survivor: int, chosen: Mapping[str, bool], *, by: User, at: datetime) -> Merge:
    """Merge what was proposed; done already, the merge is returned as it was.

    Args:
        key: The proposal.
        survivor: Which of the two stays.
        chosen: As for ``merging.merge``.
        by: Who decides.
        at: Now.

    Raises:
        MergeError: ``merge.unknown``, ``merge.busy``.
        AccessError: They may not decide this.
    """
    found = Duplicate.objects.filter(pk=key).first()
    if found is None or survivor not in (found.first, found.second):
        raise MergeError("merge.unknown", "there is no such proposal", hint="look at the list again")
    if found.merge is not None:
        return found.merge
    _mine(by, Kind(found.kind), found.first, found.second)
    merged = found.first if survivor == found.second else found.second
    return merge(Kind(found.kind), survivor, merged, at=at, by=by, chosen=chosen)


@transaction.atomic
def dismiss(key: int, *, by: User, at: datetime) -> Duplicate:
    """Say that two records are not the same; they are not proposed again until what they say changes."""
    found = _locked(key, by)
    if found.status == Duplicate.Status.OPEN:
        found.status, found.decided_by, found.decided_at = Duplicate.Status.DISMISSED, by, at
        found.seen = digest_of(*rows_of(SORTS[Kind(found.kind)].model, (found.first, found.second)).values())
        found.save(update_fields=["status", "decided_by", "decided_at", "seen"])
        about = f"{found.kind}:{found.first}"
        audit(f"{found.kind}.not_the_same", about, actor=by, at=at, other=found.second)
    return found


@transaction.atomic
def reconsider(key: int, *, by: User, at: datetime) -> Duplicate:
    """Take back that two records are not the same, or are to be looked at later."""
    found = _locked(key, by)
    if found.status == Duplicate.Status.DISMISSED or found.later_until is not None:
        found.status, found.decided_by, found.decided_at = Duplicate.Status.OPEN, None, None
        found.later_until = None
        found.save(update_fields=["status", "decided_by", "decided_at", "later_until"])
        audit(f"{found.kind}.reconsidered", f"{found.kind}:{found.first}", actor=by, at=at, other=found.second)
    return found


@transaction.atomic
def postpone(key: int, *, by: User, at: datetime) -> Duplicate:
    """Put a proposal out of sight for a week."""
    found = _locked(key, by)
    if found.status == Duplicate.Status.OPEN:
        found.later_until = at + LATER
        found.save(update_fields=["later_until"])
    return found


def take_back(key: int, *, by: User, at: datetime) -> Merge:
    """Undo a merge.

    Raises:
        MergeError: As ``unmerging.unmerge``.
        AccessError: They may not decide this.
    """
    found = Merge.objects.filter(pk=key).first()
    if found is None:
        raise MergeError("merge.unknown", "there is no such merge")
    _mine(by, Kind(found.kind), found.survivor)
    return unmerge(key, at=at, by=by)
