"""Leads that stand at one stage for longer than agreed: somebody is told, or the lead leaves.

That is calendar time, by the revision in force, read from where each lead stands and since when.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accord.agreement import Recycle, StageStay, Tell
from accord.agreement.ways_out import stay_clause
from accord.server.accounts.audit import record
from accord.server.agreements.services import InForce, in_force_or_none
from accord.server.handoffs.notices import Kind, say_that_nobody_is_there, tell
from accord.server.handoffs.recycling import Cause, let_go
from accord.server.handoffs.responsible import MARKETING, Reach, in_marketing, marketing_on_shift, on_shift_for
from accord.server.pipeline.deals import close_deal
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageName

log = logging.getLogger(__name__)


def watch(at: datetime) -> int:
    """Do what is agreed about every lead that has stayed too long; return about how many something was done.

    Each lead is a transaction of its own, and one that fails does not hold up the others.
    """
    law = in_force_or_none()
    count = 0
    for stay in law.agreement.stays if law else ():
        for key in list(_over(stay, at).order_by("stage_since", "pk").values_list("pk", flat=True)):
            try:
                count += law is not None and _carry_out(key, stay, law, at)
            except Exception:  # one lead must not hold up the others
                log.exception("lead %s stays too long, and nothing could be done", key)
    return count


def _over(stay: StageStay, at: datetime) -> "QuerySet[Lead]":
    """Return the leads that stay too long, and about which nothing was done since they came there."""
    untold = Q(stay_told_at=None) | Q(stay_told_at__lt=F("stage_since"))
    return Lead.objects.filter(untold, ended_at=None, stage=stay.stage.value, stage_since__lte=at - stay.at_most)


@transaction.atomic
def _carry_out(key: int, stay: StageStay, law: InForce, at: datetime) -> bool:
    free = Lead.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person", "owner")
    lead = free.filter(pk__in=_over(stay, at).filter(pk=key).values("pk")).first()
    if lead is None:
        return False
    if isinstance(stay.then, Tell):
        lead.stay_told_at = at
        lead.save(update_fields=["stay_told_at"])
        _tell(lead, stay, at)
        return True
    for deal in lead.deals.select_for_update().filter(outcome=Deal.Outcome.OPEN):
        close_deal(deal, Deal.Outcome.LOST, by=None, at=at)
    cause = Cause(stay_clause(stay.stage), "stayed_too_long", f"Stayed {_stood(stay)}")
    let_go(lead, stay.then, cause, law, at=at, decided_by=DecidedBy.CLOCK)
    what = "recycled" if isinstance(stay.then, Recycle) else "disqualified"
    record(f"lead.{what}", f"lead:{lead.pk}", actor=None, at=at, reason=cause.reason)
    return True


def _tell(lead: Lead, stay: StageStay, at: datetime) -> None:
    text = f"{lead.person} stands still: {_stood(stay)}"
    about = f"stay:{lead.pk}:{lead.stage_since:%Y%m%d%H%M%S}"
    whom = stay.then.whom if isinstance(stay.then, Tell) else "manager"
    team, reach = _addressees(lead, whom, at)
    if reach.waits:
        say_that_nobody_is_there(lead.pk, team, text, reach.users, about=about, at=at)
    for user in reach.users:
        tell(user.pk, lead.pk, Kind.STAYS, text, about=about, at=at)


def _stood(stay: StageStay) -> str:
    days = stay.at_most.days
    time = f"{days} day{'s' * (days > 1)}" if days else f"{stay.at_most.total_seconds() / 3600:g} hours"
    return f"longer than {time} as {StageName(stay.stage.value).label}"


def _addressees(lead: Lead, whom: str, at: datetime) -> tuple[str, Reach]:
    """Return which team a stay is a matter of, and whom it reaches; what sales does not have yet is marketing's."""
    if lead.handed_over_at is None:
        return MARKETING, Reach(in_marketing(at)) if whom == "owner" else marketing_on_shift(at)
    last = lead.offers.order_by("-offered_at", "-pk").first()
    team = last.queue if last else lead.queue
    return team, Reach([lead.owner]) if whom == "owner" and lead.owner is not None else on_shift_for(team, at)
