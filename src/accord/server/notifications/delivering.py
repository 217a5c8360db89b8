"""Deliveries leave the house: each once, one that fails again later, and none inside a transaction."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from accord.server.accounts.models import User
from accord.server.notifications import letters
from accord.server.notifications.answers import BusyError, RefusedError
from accord.server.notifications.models import Delivery, Notification
from accord.server.notifications.planning import plan, readers_of

log = logging.getLogger(__name__)

Channel = Delivery.Channel
Outcome = Delivery.Outcome
LEASE = timedelta(minutes=5)
"""How long a worker has a delivery to itself while it tries it."""
GIVE_UP_AFTER = 8
"""Tries after which a delivery is given up, some four hours after the first."""
UNWANTED = "does not concern them any more"
"""Why a delivery was withdrawn."""
SEEN = "was seen in the page"
"""Likewise."""


Send = Callable[[Sequence[Delivery]], None]
"""Sends a delivery, or those of a digest; raises if it could not, or could not know."""


def mail_due(at: datetime) -> int:
    """Mail everything that is due; return how many mails left.

    What does not concern its reader any more is withdrawn. One that cannot be mailed is tried again later and does not
    hold up the others. A run ends before the lease on its first mail does, which is counted from ``at``; the next one
    goes on.
    """
    return deliver({Channel.MAIL: letters.mail, Channel.DIGEST: letters.mail_digest}, at)


def deliver(ways: Mapping[Channel, Send], at: datetime) -> int:
    """Plan what is new, and try everything that is due on some channels, as ``mail_due``."""
    plan(at)
    count = 0
    end = monotonic() + LEASE.total_seconds() / 2
    while monotonic() < end and (claimed := _claim(list(ways), at)) is not None:
        count += _try(claimed, ways, at)
    return count


def _try(deliveries: Sequence[Delivery], ways: Mapping[Channel, Send], at: datetime) -> bool:
    """Return whether something left; what is not wanted any more is left out."""
    wanted = []
    for delivery in deliveries:
        try:
            why = _unwanted(
                delivery.notification, to_others=delivery.chat is not None and delivery.chat.user_id is None
            )
        except Exception as error:  # one that nobody can judge must not hold up the others
            _failed([delivery], error, at)
            continue
        if why:
            _end([delivery], Outcome.WITHDRAWN, at, why)
        else:
            wanted.append(delivery)
    if not wanted:
        return False
    try:
        ways[Channel(wanted[0].channel)](wanted)
    except Exception as error:  # likewise
        _failed(wanted, error, at)
        return False
    _end(wanted, Outcome.SENT, at)
    return True


@transaction.atomic
def _claim(channels: Sequence[Channel], at: datetime) -> list[Delivery] | None:
    """Return what is to be tried next, with a lease on it; None if nothing is due.

    Counting a try before it is made keeps a delivery that takes its worker down from doing so for ever.
    """
    due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_try_at__lte=at)
    first = due.select_related("notification__user", "device", "chat__user").filter(channel__in=channels)
    found = first.order_by("next_try_at", "pk").first()
    if found is None:
        return None
    claimed = _digest(found, at) if found.channel == Channel.DIGEST else [found]
    for delivery in claimed:
        delivery.tries += 1
    Delivery.objects.filter(pk__in=[each.pk for each in claimed]).update(
        next_try_at=at + LEASE, tries=max((each.tries for each in claimed), default=1)
    )
    return claimed


def _digest(found: Delivery, at: datetime) -> list[Delivery]:
    """Return all of the digest to which a delivery belongs; what came too late for it goes into the next one.

    So a digest that is tried again never holds what the first one did not: the reader's program shows only one of two
    mails with the same id.
    """
    user = found.notification.user
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two workers take the digest of one user in turn
    same = Delivery.objects.filter(channel=Channel.DIGEST, notification__user=user, slot=found.slot)
    rows = list(same.filter(outcome="").select_related("notification__user").order_by("pk"))
    begun = [row for row in rows if row.tries]
    if not begun and not same.filter(Q(outcome=Outcome.SENT) | Q(outcome=Outcome.GIVEN_UP)).exists():
        return rows
    late = [row.pk for row in rows if not row.tries]
    later = readers_of([user], at)[user.pk].digest if late else at
    Delivery.objects.filter(pk__in=late).update(slot=later, next_try_at=later)
    return [row for row in begun if row.next_try_at is not None and row.next_try_at <= at]


def _unwanted(notice: Notification, *, to_others: bool) -> str:
    """Return why a notice need not be told any more; empty if it must."""
    if not notice.user.is_active:
        return UNWANTED
    if notice.seen_at is not None and not to_others:
        return SEEN
    still_wanted: Callable[[Notification], bool] = import_string(
        settings.NOTIFICATIONS_WANTED[notice.kind.partition(".")[0]]
    )
    return "" if still_wanted(notice) else UNWANTED


def _end(deliveries: Sequence[Delivery], outcome: Outcome, at: datetime, why: str = "") -> None:
    rows = Delivery.objects.filter(pk__in=[each.pk for each in deliveries])
    rows.update(next_try_at=None, outcome=outcome, ended_at=at, last_error=why[:500])


def _failed(deliveries: Sequence[Delivery], error: Exception, at: datetime) -> None:
    tries = max(each.tries for each in deliveries)
    log.warning("%s could not be delivered: %s", deliveries[0], error)
    if isinstance(error, RefusedError) or tries >= GIVE_UP_AFTER:
        _end(deliveries, Outcome.GIVEN_UP, at, str(error))
        return
    after = error.after if isinstance(error, BusyError) else timedelta(minutes=2**tries)
    rows = Delivery.objects.filter(pk__in=[each.pk for each in deliveries])
    rows.update(next_try_at=at + after, last_error=str(error)[:500])
