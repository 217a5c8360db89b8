"""Who may read about near misses."""

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import Role, User

ROLES = frozenset({Role.MARKETING, Role.OPERATIONS, Role.EXECUTIVE, Role.SALES})
"""Of sales, those who manage a team."""


def may_read(user: object) -> bool:
    """Return whether somebody may read which leads are near misses."""
    if not isinstance(user, User) or not user.is_active or user.role not in ROLES:
        return False
    return user.role != Role.SALES or user.manages_a_team


def require_reader(user: User) -> None:
    """Return if ``user`` may read which leads are near misses.

    Raises:
        AccessError: ``access.denied`` otherwise.
    """
    if not may_read(user):
        hint = "it takes marketing, operations, an executive, or a manager of sales"
        raise AccessError("access.denied", "Your role does not allow you to see near misses", hint=hint)
