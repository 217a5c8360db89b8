"""Proposals as they are written, closed by a merge, and opened by its reversal."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accord.server.accounts.models import User
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.duplicates.queries import chain, now_known_as
from accord.server.duplicates.record import Model, Row, rows_of
from accord.server.people.models import Company, Person

MODELS: Mapping[Kind, Model] = {Kind.PERSON: Person, Kind.COMPANY: Company}
COMPARED = ("name", "email", "phone", "domain", "company_id", "fields")
POINTED = "pointed"
"""Under this name the record of a merge has the proposals that it made of those about the one that is gone."""


def digest_of(*rows: Row) -> str:
    """Return a digest of what two records say, by which it is known whether that has changed since."""
    said = [{name: row[name] for name in COMPARED if name in row} for row in sorted(rows, key=lambda row: row["id"])]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def propose(
    kind: Kind, one: int, other: int, probability: float, explained: Sequence[Mapping[str, object]], *, at: datetime
) -> Duplicate | None:
    """Propose to merge two records; return None where somebody decided already and nothing has changed since.

    Args:
        kind: What they are.
        one: An id.
        other: Another.
        probability: That they are one.
        explained: What speaks for and against it, each with ``field`` and ``says``.
        at: Now.
    """
    first, second = sorted((one, other))
    rows = rows_of(MODELS[kind], (first, second))
    if len(rows) < 2:
        return None
    seen = digest_of(*rows.values())
    known = Duplicate.objects.select_for_update().filter(kind=kind, first=first, second=second).first()
    if known is not None and known.status != Duplicate.Status.OPEN and known.seen == seen:
        return None
    if known is not None and known.status == Duplicate.Status.OPEN and known.probability >= probability:
        return known
    said = {"probability": probability, "explained": list(explained), "seen": seen, "status": Duplicate.Status.OPEN}
    fresh = {"found_at": at, "decided_at": None, "decided_by": None, "merge": None}
    return Duplicate.objects.update_or_create(kind=kind, first=first, second=second, defaults=said | fresh)[0]


def settle(done: Merge, at: datetime, by: User | None) -> None:
    """Close what was proposed of the one that is gone, and propose it of the survivor instead, but for the two."""
    kind = Kind(done.kind)
    about = Q(first=done.merged) | Q(second=done.merged)
    closed = list(Duplicate.objects.select_for_update().filter(about, kind=kind, status=Duplicate.Status.OPEN))
    for each in closed:
        each.status, each.decided_at, each.decided_by, each.merge = Duplicate.Status.MERGED, at, by, done
        each.save(update_fields=["status", "decided_at", "decided_by", "merge"])
    for each in closed:
        _point(each, done.survivor, _other(each, done.merged), done)


def _point(each: Duplicate, one: int, other: int, because_of: Merge) -> None:
    """Propose of two others what was proposed, as long as a merge holds; what is said of these two already stands."""
    kind, pair = Kind(each.kind), sorted((one, other))
    if one == other or Duplicate.objects.filter(kind=kind, first=pair[0], second=pair[1]).exists():
        return
    made = propose(kind, one, other, each.probability, each.explained, at=because_of.at)
    if made is not None:
        because_of.record.setdefault(POINTED, []).append(made.pk)
        because_of.save(update_fields=["record"])


def reopen(merge: Merge, at: datetime, by: User | None) -> None:
    """Propose again what a merge had made pointless; the two themselves are said not to be the same.

    What the merge proposed of the survivor instead, and nobody decided, goes. Where the third was merged into somebody
    meanwhile, that one is meant, and the third again once that is undone.
    """
    kind = Kind(merge.kind)
    Duplicate.objects.filter(
        pk__in=merge.record.get(POINTED, ()), status=Duplicate.Status.OPEN, found_at=merge.at
    ).delete()
    for each in Duplicate.objects.select_for_update(of=("self",)).filter(merge=merge):
        other = _other(each, merge.merged)
        if other == merge.survivor:
            each.status, each.decided_at, each.decided_by, each.merge = Duplicate.Status.DISMISSED, at, by, None
        elif later := chain(kind, other):
            each.merge = later[0]
            _point(each, merge.merged, now_known_as(kind, other), later[0])
        else:
            each.status, each.decided_at, each.decided_by, each.merge = Duplicate.Status.OPEN, None, None, None
        each.save(update_fields=["status", "decided_at", "decided_by", "merge"])


def _other(found: Duplicate, one: int) -> int:
    return found.second if found.first == one else found.first
