"""Deciding how each notice leaves the house: by the choices of its reader, and not in their quiet hours."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accord.clock import Calendar
from accord.server.accounts.models import Membership, Team, User
from accord.server.notifications.groups import Group, group_of
from accord.server.notifications.models import Chat, Choice, Delivery, Device, Habits, Notification
from accord.server.notifications.quiet import first_open, next_hour, next_time
from accord.server.queue import wake

log = logging.getLogger(__name__)

Channel = Delivery.Channel
BATCH = 200
"""How many notices are planned in one transaction."""
TASKS = {Channel.PUSH: "notifications.push_due", Channel.CHAT: "notifications.chat_due"}
"""What is woken for what does not go by mail."""


@dataclass(frozen=True)
class Reader:
    """Somebody who is told, with everything that they have chosen."""

    user: User
    habits: Habits
    choices: dict[str, Choice]
    devices: Sequence[Device]
    chats: Sequence[Chat]
    at: datetime

    @cached_property
    def opening(self) -> datetime:
        """Now if they work now, else when they begin again."""
        return first_open(self.at, self._hours)

    @cached_property
    def digest(self) -> datetime:
        """When their next digest leaves: at the time that they chose, or when they begin after it."""
        zone = ZoneInfo(self.user.zone)
        hourly = self.habits.digest == Habits.Every.HOUR
        chosen = next_hour(self.at, zone) if hourly else next_time(self.at, self.habits.digest_at, zone)
        return first_open(chosen, self._hours) if self.habits.quiet else chosen

    @cached_property
    def _hours(self) -> Sequence[Calendar]:
        find: Callable[[User, datetime], Sequence[Calendar]] = import_string(settings.NOTIFICATIONS_HOURS)
        return find(self.user, self.at)

    def deliveries(self, notice: Notification) -> Iterator[Delivery]:
        """Yield the ways out of the house that a notice takes."""
        group = group_of(notice.kind)
        choice = self.choices.get(group) or Choice(user=self.user, group=group)
        loud = not self.habits.quiet or (notice.urgent and self.habits.fast_lane)
        start = self.at if loud else self.opening
        match choice.mail:
            case Choice.Mail.NOW if start == self.at:
                yield _delivery(notice, Channel.MAIL, "", self.at)
            case Choice.Mail.NOW:  # what has gathered overnight comes as one mail
                yield _delivery(notice, Channel.DIGEST, "", start)
            case Choice.Mail.DIGEST:
                yield _delivery(notice, Channel.DIGEST, "", self.digest)
        for device in self.devices if choice.push else ():
            yield _delivery(notice, Channel.PUSH, f":{device.pk}", start, device=device)
        for chat in self.chats:
            yield from self._said_in(chat, notice, group, choice, start)

    def _said_in(
        self, chat: Chat, notice: Notification, group: Group, choice: Choice, start: datetime
    ) -> Iterator[Delivery]:
        if chat.user_id is not None:
            if choice.chat:
                yield _delivery(notice, Channel.CHAT, f":{chat.pk}", start, chat=chat)
        elif group in chat.groups:  # said there once, however many people it is for
            yield Delivery(
                notification=notice,
                channel=Channel.CHAT,
                chat=chat,
                key=f"chat:{chat.pk}:{notice.kind}:{notice.about}",
                slot=self.at,
                next_try_at=self.at,
            )


def _delivery(
    notice: Notification,
    channel: Channel,
    suffix: str,
    slot: datetime,
    *,
    device: Device | None = None,
    chat: Chat | None = None,
) -> Delivery:
    way = Channel.MAIL if channel == Channel.DIGEST else channel  # mailed once, whether by itself or in a digest
    key = f"{way}:{notice.pk}{suffix}"
    return Delivery(
        notification=notice, channel=channel, device=device, chat=chat, key=key, slot=slot, next_try_at=slot
    )


def plan(at: datetime) -> int:
    """Decide how the notices that are new leave the house; return how many there were."""
    count = 0
    while planned := _plan_some(at):
        count += planned
    return count


@transaction.atomic
def _plan_some(at: datetime) -> int:
    rows = Notification.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    notices = list(rows.filter(planned=False).order_by("created_at", "pk")[:BATCH])
    readers = readers_of({notice.user_id: notice.user for notice in notices}.values(), at)
    ways: list[Delivery] = []
    for notice in notices:
        if notice.user.is_active:
            ways += _ways(readers[notice.user_id], notice)
    Delivery.objects.bulk_create(ways, ignore_conflicts=True)
    Notification.objects.filter(pk__in=[notice.pk for notice in notices]).update(planned=True)
    for channel, task in TASKS.items():
        if any(way.channel == channel for way in ways):
            wake(task)
    return len(notices)


def _ways(reader: Reader, notice: Notification) -> list[Delivery]:
    """Return how a notice leaves the house; by mail at once if nobody can say, since it must not be lost."""
    try:
        return list(reader.deliveries(notice))
    except Exception:
        log.exception("notice %s leaves by mail, since nobody can say how its reader wants it", notice.pk)
        return [_delivery(notice, Channel.MAIL, "", reader.at)]


def readers_of(users: Iterable[User], at: datetime) -> dict[int, Reader]:
    """Return what each of some users has chosen, by their ids."""
    people = {user.pk: user for user in users}
    habits = Habits.objects.in_bulk(people)
    choices: dict[int, dict[str, Choice]] = defaultdict(dict)
    for choice in Choice.objects.filter(user__in=people):
        choices[choice.user_id][choice.group] = choice
    devices: dict[int, list[Device]] = defaultdict(list)
    for device in Device.objects.filter(user__in=people):
        devices[device.user_id].append(device)
    chats = _chats(people)
    return {
        key: Reader(user, habits.get(key) or Habits(user=user), choices[key], devices[key], chats[key], at)
        for key, user in people.items()
    }


def _chats(people: Iterable[int]) -> dict[int, list[Chat]]:
    """Return where what concerns each of some users is said: at their own place, at those of their teams, and all's."""
    teams: dict[int, set[int]] = defaultdict(set)
    for user, team in Membership.objects.filter(user__in=people).values_list("user", "team"):
        teams[user].add(team)
    for user, team in Team.objects.filter(manager__in=people).values_list("manager", "pk"):
        if user is not None:
            teams[user].add(team)
    chats = list(Chat.objects.all())
    return {
        user: [
            chat
            for chat in chats
            if chat.user_id == user or (chat.user_id is None and (chat.team_id is None or chat.team_id in teams[user]))
        ]
        for user in people
    }


def plan_again(user: User) -> None:
    """Let what has not begun to leave be planned by the choices that a user has made now, in the caller's transaction.

    What operations has set up for a team is no choice of theirs, and stays.
    """
    untried = Delivery.objects.filter(notification__user=user, tries=0, outcome="")
    own = untried.exclude(chat__isnull=False, chat__user=None)
    waiting = dict(own.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "notification"))
    Delivery.objects.filter(pk__in=waiting).delete()
    Notification.objects.filter(pk__in=waiting.values()).update(planned=False)
