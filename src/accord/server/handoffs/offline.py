"""Taking an owner off the rota who lets one lead after the other pass: it seems that nobody is there."""

from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from accord.server.accounts.audit import record
from accord.server.accounts.models import Membership, Team
from accord.server.handoffs.models import Clock, ClockEvent, Offer
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.responsible import answers_for
from accord.server.notifications.outbox import notify
from accord.server.queue import wake

TAKEN = "team.taken_offline"
ACTED = (Clock.Outcome.KEPT, Clock.Outcome.LATE)


def count_as_let_pass(clock: Clock, offer: Offer, percent: int, most: int, at: datetime) -> None:
    """Count a lead that its owner has not tried as let pass, and take them off the rota at the ``most``-th in a row.

    What they let pass before they last did anything in time or late, or before their manager put them back, does not
    count. They stay on the rota of other teams. The caller holds the lock of the lead.
    """
    owner = offer.owner
    if owner is None or clock.lead.attempts.filter(at__gte=offer.offered_at).exists():
        return
    Team.objects.select_for_update().filter(name=offer.queue).first()  # under which routing reads the places in it
    place = Membership.objects.filter(team__name=offer.queue, user=owner).select_related("team").first()
    ClockEvent.objects.get_or_create(
        clock=clock, kind=ClockEvent.Kind.LET_PASS, step=f"at {percent} %", defaults={"at": at}
    )
    if place is None or place.offline_since is not None or (passed := _in_a_row(place)) < most:
        return
    place.offline_since = at
    place.save(update_fields=["offline_since"])
    record(TAKEN, f"membership:{place.pk}", actor=None, at=at, leads=passed)
    text = f"{owner.name} gets no more leads in {offer.queue}: {passed} in a row were let pass"
    people = {owner.pk, *(user.pk for user in answers_for(offer.queue, at))}
    about = f"membership:{place.pk}:{at:%Y%m%d%H%M%S}"
    notify(sorted(people), Kind.OFFLINE, text, about=about, link=reverse("teams"), at=at)
    wake("handoffs.reoffer_orphans")


def _in_a_row(place: Membership) -> int:
    """Return how many leads of a team somebody has let pass since they last did anything about one of it."""
    theirs = Clock.objects.filter(offer__owner=place.user_id, offer__queue=place.team.name)
    acted = theirs.filter(outcome__in=ACTED).aggregate(at=Max("stopped_at"))["at"]
    passed = ClockEvent.objects.filter(kind=ClockEvent.Kind.LET_PASS, clock__in=theirs)
    for since in filter(None, (acted, place.back_at)):
        passed = passed.filter(at__gt=since)
    return passed.values("clock__lead").distinct().count()
