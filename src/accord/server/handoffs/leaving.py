"""Somebody leaves a team: what they have open of it goes to others, oldest first."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accord.server.accounts.models import User
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import give_to_another
from accord.server.pipeline.models import Lead


def leads_of(user: User, team: str) -> list[Lead]:
    """Return what somebody has open of a team, by its latest offer, with the rows locked, oldest first."""
    last = Offer.objects.filter(lead=OuterRef("pk")).order_by("-offered_at", "-pk")
    mine = Lead.objects.filter(owner=user, ended_at=None, handed_over_at__isnull=False)
    keys = mine.annotate(team=Subquery(last.values("queue")[:1])).filter(team=team).values("pk")
    rows = Lead.objects.filter(pk__in=keys).select_for_update(of=("self",)).select_related("person__company", "owner")
    return list(rows.order_by("handed_over_at", "pk"))


@transaction.atomic
def give_away(leads: list[Lead], *, at: datetime, reason: str) -> None:
    """Offer leads, whose rows are locked, to others of their team; what nobody can take goes to its queue."""
    for lead in leads:
        give_to_another(lead, at=at, reason=reason, may_stay=False)
