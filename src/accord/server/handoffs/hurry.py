"""Leads that meet the fast lane when sales has them already: what was promised of them becomes what is promised of it.

Judging marks such a lead; here its latest offer is renewed, before it cools.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accord.agreement import Stage
from accord.agreement.judgement import Standing, judge
from accord.server.agreements.services import in_force
from accord.server.handoffs.models import Offer
from accord.server.handoffs.notices import Kind, notify
from accord.server.handoffs.offers import offer_as_fast_lane
from accord.server.handoffs.responsible import answers_for
from accord.server.pipeline.facts import facts_of
from accord.server.pipeline.models import Lead, ReadyVia

log = logging.getLogger(__name__)


def hurry(at: datetime) -> int:
    """Bring every lead that met the fast lane with sales under its promise; return how many were.

    A lead that its owner has tried to reach keeps its promise, since they are at it; they are told. Each lead is a
    transaction of its own, and one that fails does not hold up the others.
    """
    count = 0
    for key in list(_slower().order_by("pk").values_list("lead", flat=True)):
        try:
            count += _hurry(key, at)
        except Exception:  # one lead must not hold up the others
            log.exception("lead %s could not be brought into the fast lane", key)
    return count


def _slower() -> QuerySet[Offer]:
    """Return the latest offers, made by stage, of open leads that meet the fast lane by now."""
    later = Offer.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    standing = Offer.objects.filter(status__in=(Offer.Status.OPEN, Offer.Status.ACCEPTED), via=ReadyVia.STAGE)
    return standing.filter(~Exists(later), lead__ready_via=ReadyVia.FAST_LANE, lead__ended_at=None)


@transaction.atomic
def _hurry(key: int, at: datetime) -> bool:
    free = Lead.objects.select_for_update(skip_locked=True, of=("self",))
    lead = free.select_related("person__company", "owner").filter(pk=key, ended_at=None).first()
    last = _slower().select_related("owner", "revision", "decided_by").filter(lead=key).first()
    if lead is None or last is None:
        return False
    reason = _why(lead, at)
    if not lead.attempts.filter(at__gte=last.offered_at).exists():
        offer_as_fast_lane(lead, last, at=at, reason=reason)
        return True
    Offer.objects.filter(pk=last.pk).update(via=ReadyVia.FAST_LANE)
    for user in [lead.owner] if lead.owner else answers_for(lead.queue, at):
        notify(user.pk, last, Kind.REMINDER, f"Wants to talk now: {lead.person}", at=at)
    return False


def _why(lead: Lead, at: datetime) -> str:
    agreement = in_force().agreement
    facts = facts_of([lead], agreement, at)[lead.pk]
    because = judge(agreement, facts, Standing(Stage.LEAD, handed_over=False), at).because
    return "; ".join(because) if because[:1] == ("Fast lane",) else "Fast lane"
