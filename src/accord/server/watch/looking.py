"""The look: what is new is told, what is over is closed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accord.insight.answer import NobodyWorking
from accord.rules import instant
from accord.server.handoffs.models import Offer
from accord.server.handoffs.responsible import answers_for
from accord.server.notifications.models import Notification
from accord.server.notifications.outbox import notify
from accord.server.pipeline.models import Lead
from accord.server.scoreboard.queries import black_hole
from accord.server.watch.models import Alarm, Look

KIND = "watch.black_hole"
KEPT = timedelta(days=90)
"""How long looks are kept; alarms stay."""
REASONS = ("no_owner", "owner_inactive", "not_tried", "silent")
"""The columns of the query that say why, in the order in which they are said."""
NAMED = 3
"""How many leads a notice names."""


@transaction.atomic
def look(at: datetime) -> int:
    """Compare the leads that nobody is working with the open alarms; return how many there are.

    Whoever answers for a team is told of what is new in it, once.
    """
    found = {row.lead_id: row for row in black_hole(at)}
    open_ = {alarm.lead_id: alarm for alarm in Alarm.objects.select_for_update().filter(ended_at=None)}
    Alarm.objects.filter(ended_at=None).exclude(lead__in=found).update(ended_at=at)
    leads = Lead.objects.select_related("person").in_bulk(found)
    teams = _teams(leads)
    new: list[Alarm] = []
    still: list[Alarm] = []
    for key, row in found.items():
        lead = leads[key]
        alarm = open_.get(key) or Alarm(lead=lead, found_at=at)
        alarm.why, alarm.since = _why(row), instant(row.last_us)
        alarm.owner_id, alarm.team = lead.owner_id, lead.queue or teams.get(key, "")
        (still if alarm.pk else new).append(alarm)
    Alarm.objects.bulk_update(still, ["why", "since", "owner", "team"], batch_size=1000)
    _tell(Alarm.objects.bulk_create(new), at)
    Look.objects.create(at=at, found=len(found))
    Look.objects.filter(at__lt=at - KEPT).delete()
    return len(found)


def _why(row: NobodyWorking) -> list[str]:
    return [name for name in REASONS if getattr(row, name)]


def _teams(leads: Iterable[int]) -> dict[int, str]:
    """Return the team to which each lead was offered last."""
    offers = Offer.objects.filter(lead__in=list(leads)).order_by("offered_at", "pk")
    return dict(offers.values_list("lead", "queue"))


def _tell(alarms: Iterable[Alarm], at: datetime) -> None:
    by_team: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        by_team[alarm.team].append(alarm)
    for team, new in by_team.items():
        new.sort(key=lambda alarm: (alarm.since, alarm.pk))
        names = ", ".join(str(alarm.lead.person) for alarm in new[:NAMED])
        more = f" and {len(new) - NAMED} more" if len(new) > NAMED else ""
        text = f"Nobody is working {names}{more}"
        people = [user.pk for user in answers_for(team, at)]
        notify(people, KIND, text, about=f"alarm:{new[0].pk}", link=f"{reverse('black-hole')}?team={team}", at=at)


def still_wanted(notice: Notification) -> bool:
    """Return whether the lead that a notice names first still lies there."""
    return Alarm.objects.filter(pk=notice.about.partition(":")[2], ended_at=None).exists()
