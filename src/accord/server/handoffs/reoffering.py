"""Leads whose owner cannot work them any more, or that lie in a team's queue: they are offered again, oldest first."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from accord.server.accounts.models import User
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import claimed, give_to_another, let_pass
from accord.server.pipeline.models import Lead

log = logging.getLogger(__name__)


def reoffer_orphans(at: datetime) -> int:
    """Offer the open leads of people who are gone, on leave or off the rota to others, oldest first; return how many.

    A lead in a team's queue is offered again as soon as somebody there is live, unless the agreement lets it wait in a
    named queue until somebody takes it. Leads on which somebody on leave or off the rota has already begun to work stay
    theirs; those of somebody deactivated always move. Each lead is a transaction of its own, and one that cannot be
    offered does not hold up the others.
    """
    orphaned = _orphaned(at)
    exhausted: set[tuple[str, str]] = set()
    count = 0
    rule = Subquery(_last_offer().values("clause"))
    oldest_first = Lead.objects.filter(orphaned).annotate(rule=rule).order_by("handed_over_at", "pk")
    for key, queue, clause in list(oldest_first.values_list("pk", "queue", "rule")):
        if (queue, clause) in exhausted:
            continue
        try:
            moved = _reoffer(key, orphaned, at)
        except Exception:  # one lead must not hold up the others
            log.exception("lead %s could not be offered again", key)
            continue
        count += bool(moved)
        if moved is False and queue and not let_pass(Lead(pk=key)):
            exhausted.add((queue, clause))  # a long queue of a team that is full is not gone through one by one
    return count


def _orphaned(at: datetime) -> Q:
    away = User.objects.filter(leaves__start__lte=at, leaves__end__gt=at)
    undecided = Exists(Offer.objects.filter(lead=OuterRef("pk"), status=Offer.Status.OPEN))
    handed_over = Q(ended_at=None, handed_over_at__isnull=False)
    named = Coalesce(Subquery(_last_offer().values("named_queue")), Value(""))
    pooled = Q(owner=None) & Q(Exact(named, Value("")))
    offline = Q(owner__memberships__offline_since__isnull=False, owner__memberships__team__name=F("queue"))
    off_the_rota = Exists(Offer.objects.filter(offline, lead=OuterRef("pk"), status=Offer.Status.OPEN))
    lost = Q(undecided, owner__in=away) | Q(off_the_rota)
    return handed_over & (pooled | Q(owner__is_active=False) | lost)


def _last_offer() -> QuerySet[Offer]:
    return Offer.objects.filter(lead=OuterRef("pk")).order_by("-offered_at", "-pk")[:1]


@transaction.atomic
def _reoffer(key: int, orphaned: Q, at: datetime) -> bool | None:
    """Return whether the lead went to somebody else; None if there was nothing to do any more."""
    lead = claimed(orphaned & Q(pk=key))
    return None if lead is None else give_to_another(lead, at=at, reason="has no live owner")
