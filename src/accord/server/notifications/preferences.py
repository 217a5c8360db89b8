"""How somebody wants to be told, and changing it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from accord.errors import AccordError
from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, Team, User
from accord.server.notifications.groups import Group
from accord.server.notifications.models import Chat, Choice, Device, Habits
from accord.server.notifications.outbox import TASK
from accord.server.notifications.planning import plan_again
from accord.server.notifications.push import is_public_key
from accord.server.outgoing import ForbiddenAddressError, check
from accord.server.queue import wake

OPERATORS = frozenset({Role.OPERATIONS})
MOST_DEVICES = 10
"""Browsers of one user; beyond, the oldest is forgotten."""


class NotificationError(AccordError):
    """Somebody cannot be told in the way that they ask for."""


def habits_of(user: User) -> Habits:
    """Return when a user wants to be told."""
    return Habits.objects.filter(user=user).first() or Habits(user=user)


def choices_of(user: User) -> Mapping[Group, Choice]:
    """Return how a user wants to be told of each group, in their order."""
    found = {choice.group: choice for choice in Choice.objects.filter(user=user)}
    return {group: found.get(group) or Choice(user=user, group=group) for group in Group}


@transaction.atomic
def choose(user: User, habits: Habits, choices: Iterable[Choice], *, at: datetime) -> None:
    """Keep how and when a user wants to be told; what has not left yet leaves as they say now."""
    habits.user = user
    habits.save()
    for choice in choices:
        how = {"mail": choice.mail, "push": choice.push, "chat": choice.chat}
        Choice.objects.update_or_create(user=user, group=choice.group, defaults=how)
    plan_again(user)
    record("notifications.chosen", f"user:{user.pk}", actor=user, at=at)
    wake(TASK)


@transaction.atomic
def add_device(user: User, *, endpoint: str, p256dh: str, auth: str, name: str, at: datetime) -> Device:
    """Tell a user in a browser from now on; it is told of nobody else's notices any more.

    Raises:
        NotificationError: ``notification.bad_device`` if no message can be brought there.
    """
    try:
        check(endpoint)
    except ForbiddenAddressError as error:
        raise NotificationError("notification.bad_device", f"this browser gave no address to use: {error}") from error
    if not is_public_key(p256dh) or not auth.isascii() or not 16 <= len(auth) <= 50:  # 16 bytes are 22 characters
        raise NotificationError("notification.bad_device", "this browser gave no keys to use", hint="try another one")
    keys = {"user": user, "p256dh": p256dh, "auth": auth, "name": name[:100] or "A browser", "created_at": at}
    device, _ = Device.objects.update_or_create(endpoint=endpoint, defaults=keys)
    spare = Device.objects.filter(user=user).order_by("-created_at", "-pk").values_list("pk", flat=True)[MOST_DEVICES:]
    Device.objects.filter(pk__in=list(spare)).delete()
    record("notifications.device_added", f"user:{user.pk}", actor=user, at=at, name=device.name)
    return device


@transaction.atomic
def remove_device(user: User, key: int, *, at: datetime) -> None:
    """Tell a user nothing more in a browser of theirs; one that is gone stays so."""
    gone, _ = Device.objects.filter(user=user, pk=key).delete()
    if gone:
        record("notifications.device_removed", f"user:{user.pk}", actor=user, at=at)


@transaction.atomic
def set_own_chat(user: User, *, url: str, form: str, at: datetime) -> Chat:
    """Tell a user by a webhook of their own, in place of the one before.

    Raises:
        NotificationError: ``notification.bad_webhook``.
    """
    _must_be_webhook(url)
    said = {"url": url, "format": form, "name": f"{user.name}'s chat", "failed_at": None, "failure": ""}
    chat, _ = Chat.objects.update_or_create(user=user, defaults=said)
    record("notifications.chat_set", f"user:{user.pk}", actor=user, at=at, format=form)
    return chat


@transaction.atomic
def add_chat(*, name: str, url: str, form: str, team: Team | None, groups: list[str], by: User, at: datetime) -> Chat:
    """Say what concerns a team, or anybody, in one place of Slack or Teams.

    Raises:
        NotificationError: ``notification.bad_webhook``.
        AccessError: ``by`` is not of revenue operations.
    """
    require(by, OPERATORS, "connect a channel of a team")
    _must_be_webhook(url)
    chat = Chat.objects.create(name=name, url=url, format=form, team=team, groups=groups)
    about = {"name": name, "team": team.name if team else "", "groups": groups, "format": form}
    record("notifications.chat_added", f"chat:{chat.pk}", actor=by, at=at, **about)
    return chat


@transaction.atomic
def remove_chat(key: int, *, by: User, at: datetime) -> None:
    """Write no more to a place in Slack or Teams; one that is gone stays so.

    Raises:
        AccessError: It is neither theirs, nor are they of revenue operations and it is a team's.
    """
    chat = Chat.objects.filter(pk=key).first()
    if chat is None:
        return
    if chat.user_id is None or chat.user_id != by.pk:
        require(by, OPERATORS if chat.user_id is None else frozenset(), "remove somebody else's chat")
    chat.delete()
    record("notifications.chat_removed", f"chat:{key}", actor=by, at=at, name=chat.name)


def _must_be_webhook(url: str) -> None:
    try:
        check(url)
    except ForbiddenAddressError as error:
        hint = "copy it whole from Slack or Teams"
        raise NotificationError(
            "notification.bad_webhook", f"this webhook cannot be used: {error}", hint=hint
        ) from error
