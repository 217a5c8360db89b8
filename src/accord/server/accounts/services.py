"""Verbs of the accounts app: making users and teams, leave, deactivation."""

from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accord.errors import AccordError
from accord.server.accounts.access import SELLERS, require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Leave, Membership, Role, Team, User
from accord.server.queue import wake


class AccountError(AccordError):
    """A user or team cannot be made or changed as asked."""


@transaction.atomic
def create_user(
    email: str, name: str, role: Role, *, zone: str = "UTC", password: str | None = None, by: User | None = None
) -> User:
    """Return a new user.

    Raises:
        AccountError: ``account.bad_zone``, ``account.exists`` or ``account.weak_password``.
    """
    if zone not in available_timezones():
        raise AccountError("account.bad_zone", f"unknown time zone '{zone}'", hint="use a name such as Europe/Berlin")
    if User.objects.filter(email__iexact=email).exists():
        raise AccountError("account.exists", f"there is already a user with the address {email}")
    if password is not None:
        try:
            validate_password(password, User(email=email, name=name))
        except ValidationError as error:
            raise AccountError("account.weak_password", " ".join(error.messages)) from error
    user = User.objects.create_user(email, name, role, password, zone=zone)
    record("user.created", f"user:{user.pk}", actor=by, at=timezone.now(), role=role)
    return user


@transaction.atomic
def join_team(user: User, team: str, *, weight: int = 1, capacity: int | None = None) -> Membership:
    """Return the user's place in the team, which is made if it is new."""
    place, _ = Team.objects.get_or_create(name=team)
    membership, _ = Membership.objects.update_or_create(
        team=place, user=user, defaults={"weight": weight, "capacity": capacity}
    )
    return membership


@transaction.atomic
def manage_team(user: User, team: str, *, by: User | None = None, at: datetime) -> Team:
    """Make a user the manager of a team, who works its queue and is told when it breaks a promise; return the team.

    Args:
        user: Somebody of sales or revenue operations.
        team: Its name; made if it is new.
        by: Somebody of revenue operations; None: whoever runs the machine.
        at: When.

    Raises:
        AccountError: ``account.no_seller`` if their role does not work leads, or they are deactivated.
        AccessError: ``by`` is not of revenue operations.
    """
    if by is not None:
        require(by, frozenset({Role.OPERATIONS}), "name the manager of a team")
    if user.role not in SELLERS or not user.is_active:
        hint = "name somebody of sales or revenue operations"
        raise AccountError("account.no_seller", f"{user.name} cannot manage a team of sales", hint=hint)
    place, _ = Team.objects.get_or_create(name=team)
    place.manager = user
    place.save(update_fields=["manager"])
    record("team.manager_named", f"team:{place.pk}", actor=by, at=at, manager=user.pk)
    return place


@transaction.atomic
def take_leave(user: User, start: datetime, end: datetime, *, by: User, at: datetime) -> Leave:
    """Enter a leave; what is open meanwhile is offered to others.

    Raises:
        AccountError: ``account.leave_order`` if it does not end after it starts.
        AccessError: ``by`` is neither the user, nor their manager, nor revenue operations.
    """
    if end <= start:
        raise AccountError("account.leave_order", "a leave must end after it starts")
    require_leave_of(user, by)
    leave = Leave.objects.create(user=user, start=start, end=end)
    record("leave.entered", f"user:{user.pk}", actor=by, at=at, start=start.isoformat(), end=end.isoformat())
    wake("handoffs.reoffer_orphans")
    return leave


@transaction.atomic
def deactivate(user: User, *, by: User, at: datetime) -> None:
    """Close a user's access; their open leads are offered to others, oldest first."""
    require(by, frozenset({Role.OPERATIONS}), "deactivate users")
    User.objects.filter(pk=user.pk).update(is_active=False)
    record("user.deactivated", f"user:{user.pk}", actor=by, at=at)
    wake("handoffs.reoffer_orphans")


@transaction.atomic
def change_leave(leave_id: int, start: datetime, end: datetime, *, by: User, at: datetime) -> Leave:
    """Change when a leave is; what is open meanwhile is offered to others.

    What is over stays as it was, since time was counted by it: of a leave that has begun only the end can be changed,
    and not to before ``at``.

    Raises:
        AccountError: ``account.unknown_leave``, ``account.leave_order``, or ``account.leave_over`` if it would change
            the past.
        AccessError: As ``take_leave``.
    """
    leave = _leave(leave_id, by)
    if end <= start:
        raise AccountError("account.leave_order", "a leave must end after it starts")
    begun = leave.start < at
    if leave.end <= at or (start != leave.start if begun else start < at) or (begun and end < at):
        hint = "of a leave that has begun, choose another end from now on; what is over stays"
        raise AccountError("account.leave_over", "what is over of a leave cannot be changed", hint=hint)
    return _changed(leave, start, end, by, at)


@transaction.atomic
def cancel_leave(leave_id: int, *, by: User, at: datetime) -> None:
    """Cancel a leave that is to come, or end one that has begun; one that is over or gone stays as it is.

    Raises:
        AccessError: As ``take_leave``.
    """
    if not Leave.objects.filter(pk=leave_id, end__gt=at).exists():
        return
    leave = _leave(leave_id, by)
    if leave.start < at:
        _changed(leave, leave.start, at, by, at)
        return
    span = {"start": leave.start.isoformat(), "end": leave.end.isoformat()}
    leave.delete()
    record("leave.cancelled", f"user:{leave.user_id}", actor=by, at=at, **span)
    wake("handoffs.reoffer_orphans")


def _leave(leave_id: int, by: User) -> Leave:
    leave = Leave.objects.select_for_update(of=("self",)).select_related("user").filter(pk=leave_id).first()
    if leave is None:
        raise AccountError("account.unknown_leave", "this leave does not exist any more")
    require_leave_of(leave.user, by)
    return leave


def _changed(leave: Leave, start: datetime, end: datetime, by: User, at: datetime) -> Leave:
    before = {"start": leave.start.isoformat(), "end": leave.end.isoformat()}
    leave.start, leave.end = start, end
    leave.save(update_fields=["start", "end"])
    after = {"start": start.isoformat(), "end": end.isoformat()}
    record("leave.changed", f"user:{leave.user_id}", actor=by, at=at, before=before, after=after)
    wake("handoffs.reoffer_orphans")
    return leave


def require_leave_of(user: User, by: User) -> None:
    """Return if ``by`` may enter and change the leave of ``user``: it is their own, or that of somebody they manage.

    Raises:
        AccessError: Neither, nor are they of revenue operations.
    """
    if by != user and not Team.objects.filter(manager=by, memberships__user=user).exists():
        require(by, frozenset({Role.OPERATIONS}), "enter somebody else's leave")
