"""Writing the audit log."""

from datetime import datetime

from accord.server.accounts.models import AuditEntry, User


def record(action: str, subject: str, *, actor: User | None, at: datetime, **details: object) -> None:
    """Add one entry, in the caller's transaction.

    Args:
        action: What was done, such as ``offer.accepted``.
        subject: Kind and id of the record, such as ``lead:12``.
        actor: Who did it; None for the software itself.
        at: When.
        details: Anything JSON can hold that a reader will want to know.
    """
    AuditEntry.objects.create(action=action, subject=subject, actor=actor, at=at, details=details)
