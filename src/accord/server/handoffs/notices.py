"""What people are told about leads: written with the decision that causes it, mailed to whoever is responsible then."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse

from accord.server.accounts.models import Membership, Role, User
from accord.server.handoffs.models import Clock, ClockEvent, Offer, Question, Snooze
from accord.server.notifications import outbox
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import ReadyVia


class Kind(StrEnum):
    """What a notification about a lead says."""

    OFFERED = "lead.offered"
    REMINDER = "lead.reminder"
    ESCALATION = "lead.escalation"
    QUESTION = "lead.question"
    ANSWERED = "lead.answered"
    STAYS = "lead.stays"
    OFFLINE = "lead.offline"
    UNATTENDED = "lead.unattended"
    GIVEN_AWAY = "lead.given_away"
    CALL_BACK = "lead.call_back"


def notify(
    user: int,
    offer: Offer,
    kind: Kind,
    text: str,
    *,
    at: datetime,
    due: datetime | None = None,
    event: ClockEvent | None = None,
) -> None:
    """Write a notification in the caller's transaction; it is mailed after the commit.

    Args:
        user: Whom it is for.
        offer: The hand-off that it is about.
        kind: What it says.
        text: One sentence in plain words; ``due`` is added in the reader's own time zone.
        at: When it was caused.
        due: By when they are to act.
        event: The step of a clock that caused it; without one, the offer itself did.
    """
    about = f"offer:{offer.pk}" if event is None else f"clock_event:{event.pk}"
    urgent = offer.via == ReadyVia.FAST_LANE
    tell(user, offer.lead_id, kind, text, about=about, at=at, due=due, urgent=urgent)


def tell(
    user: int,
    lead_id: int,
    kind: Kind,
    text: str,
    *,
    about: str,
    at: datetime,
    due: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Write a notification about a lead, as ``notify``; ``about`` is the row that caused it.

    ``urgent``: the lead is on the fast lane, and may break the quiet hours of whoever says so.
    """
    if due is not None:
        zone = User.objects.values_list("zone", flat=True).get(pk=user)
        text = f"{text}, due {due.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"
    link = reverse("lead", args=[lead_id])
    outbox.notify([user], kind, text, about=about, link=link, at=at, due=due, urgent=urgent)


def say_that_nobody_is_there(
    lead_id: int, team: str, text: str, waits_for: Iterable[User], *, about: str, at: datetime
) -> None:
    """Ring the bell of revenue operations because a word about a lead waits until somebody comes to work."""
    waiting = list(waits_for)
    names = ", ".join(user.name for user in waiting)
    said = f"Nobody is on shift for {team}, so this waits for {names}: {text}"
    others = User.objects.filter(role=Role.OPERATIONS, is_active=True).exclude(pk__in=[user.pk for user in waiting])
    people = others.order_by("pk").values_list("pk", flat=True)
    outbox.ring(people, Kind.UNATTENDED, said, about=about, link=reverse("lead", args=[lead_id]), at=at)


_OFFER_OF = {"clock_event": "clocks__events", "question": "questions"}


def still_theirs(notice: Notification) -> bool:
    """Return whether a lead is still with the reader of a notification, or waits for them in the team's queue.

    What marketing is reminded of concerns it as long as it owes that. That somebody is late is told to whoever was
    responsible for it, whatever has become of the lead since.
    """
    what, _, key = notice.about.partition(":")
    match notice.kind:
        case Kind.ESCALATION | Kind.STAYS | Kind.UNATTENDED | Kind.GIVEN_AWAY:
            return True
        case Kind.OFFLINE:
            return Membership.objects.filter(pk=key.partition(":")[0], offline_since__isnull=False).exists()
        case Kind.CALL_BACK:
            return Snooze.objects.filter(
                Q(lead__owner=notice.user_id) | Q(lead__owner=None), pk=key, ended_at=None
            ).exists()
        case Kind.QUESTION:
            return Question.objects.filter(pk=key, closed_at=None).exists()
        case Kind.REMINDER if what == "clock_event" and Clock.objects.filter(events=int(key), offer=None).exists():
            return Clock.objects.filter(events=int(key), stopped_at=None).exists()
    offer = Offer.objects.filter(**{_OFFER_OF.get(what, "pk"): key}).select_related("lead").first()
    if offer is None:
        return False
    lead = offer.lead
    theirs = lead.owner_id == notice.user_id or (lead.owner_id is None and offer.owner_id is None)
    return theirs and lead.ended_at is None
