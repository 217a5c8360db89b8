"""Which revision of the agreement was in force when."""

from datetime import datetime

from django.db.models import Q

from accord.server.agreements.models import Revision
from accord.server.agreements.services import InForce, RevisionError, agreement_of


def law_at(at: datetime) -> InForce:
    """Return the revision that was in force at ``at``.

    Raises:
        RevisionError: ``revision.none_in_force``: none was.
    """
    ended = Q(retired_at=None) | Q(retired_at__gt=at)
    found = Revision.objects.filter(ended, in_force_from__lte=at).order_by("in_force_from", "number").last()
    if found is None:
        first = Revision.objects.filter(in_force_from__isnull=False).order_by("in_force_from").first()
        hint = f"the first came into force on {first.in_force_from:%Y-%m-%d}" if first and first.in_force_from else None
        raise RevisionError("revision.none_in_force", f"no agreement was in force on {at:%Y-%m-%d %H:%M}", hint=hint)
    return InForce(found, agreement_of(found))


def law_of(number: int) -> InForce:
    """Return a revision by its number, whether it is in force or not.

    Raises:
        RevisionError: ``revision.unknown``.
    """
    found = Revision.objects.filter(number=number).first()
    if found is None:
        raise RevisionError("revision.unknown", f"there is no revision {number}")
    return InForce(found, agreement_of(found))
