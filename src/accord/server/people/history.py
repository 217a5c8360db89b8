"""Writing down what a field was before it changed: what was known when is the ground of every backtest."""

from datetime import datetime

from accord.server.accounts.models import User
from accord.server.people.models import ChangedBy, FieldChange, Subject

Stored = str | int | float | bool | None
"""A value as JSON holds it; an empty text is no value."""


def record_field_change(
    field: str,
    subject_id: int,
    before: Stored,
    after: Stored,
    *,
    at: datetime,
    by: User | None,
    changed_by: ChangedBy = ChangedBy.USER,
) -> None:
    """Add what somebody changed, in the caller's transaction, which changes the field itself; nothing if nothing did.

    Args:
        field: The full name, such as ``company.employees``, which also says what it belongs to.
        subject_id: The company, person or lead.
        before: What was stored.
        after: What is stored now.
        at: When.
        by: Who changed it; None: no user.
        changed_by: How it came to change.

    Examples:
        >>> record_field_change("lead.budget", 1, "", None, at=datetime.max, by=None)  # neither is a value
    """
    was, becomes = _held(before), _held(after)
    if (type(was), was) == (type(becomes), becomes):  # in Python 1 equals True
        return
    FieldChange.objects.create(
        subject=Subject(field.partition(".")[0]),
        subject_id=subject_id,
        field=field,
        before=was,
        after=becomes,
        at=at,
        changed_by=changed_by,
        user=by,
    )


def _held(value: Stored) -> Stored:
    return None if value == "" else value
