"""Who may read a revision: the staff every one, an outside agency those that it signs."""

from accord.server.accounts.access import STAFF
from accord.server.accounts.models import User
from accord.server.agreements.models import Revision


def role_may_read(role: str, revision: Revision) -> bool:
    """Return whether those of a role may see a revision."""
    return role in STAFF or role in revision.signers


def may_read(user: User, revision: Revision) -> bool:
    """Return whether somebody may see a revision with its comments and signatures."""
    return user.is_active and role_may_read(user.role, revision)
