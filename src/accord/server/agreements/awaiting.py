"""What awaits a signature: the number beside *Agreement* in the navigation, and whether it is offered at all."""

from accord.server.accounts.access import STAFF
from accord.server.accounts.models import User
from accord.server.agreements.models import Revision


def signature_badge(user: object) -> int | None:
    """Return how many proposals await the signature of a user's role."""
    if not isinstance(user, User):
        return None
    proposed = Revision.objects.filter(status=Revision.Status.PROPOSED, signers__contains=[user.role])
    return proposed.exclude(signatures__role=user.role).count()


def may_read_any(user: object) -> bool:
    """Return whether there is something to read for a user: always for the staff, for an agency what it signs."""
    if not isinstance(user, User):
        return False
    return user.role in STAFF or Revision.objects.filter(signers__contains=[user.role]).exists()
