"""How leads leave: back to marketing or out for good, by the clause that says so, and how often one may come back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from accord.agreement import Agreement, Disqualify, Recycle, Stage
from accord.agreement.judgement import rank
from accord.agreement.ways_out import NEVER_REACHED
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce, in_force
from accord.server.handoffs.models import Attempt, Clock
from accord.server.handoffs.offers import settle
from accord.server.pipeline import services as pipeline
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageName

CAME_BACK_ENOUGH = "came back as often as agreed"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a lead leaves.

    Attributes:
        clause: The clause of the agreement that says so.
        reason: The reason by its name.
        label: The reason as people read it.
    """

    clause: str
    reason: str
    label: str


def let_go(
    lead: Lead,
    then: Recycle | Disqualify,
    cause: Cause,
    law: InForce,
    *,
    at: datetime,
    decided_by: DecidedBy,
    by: User | None = None,
) -> None:
    """End a lead's cycle as agreed, and stop what runs on it; the caller holds the lead's row lock.

    Who has come back as often as agreed is out for good.
    """
    to, returns, caretaker, label = StageName.DISQUALIFIED, None, "", cause.label
    if isinstance(then, Recycle):
        if who_came_back_enough([lead.pk], law.agreement):
            label = f"{label}; {CAME_BACK_ENOUGH}"
        else:
            to, caretaker = StageName.RECYCLED, then.to
            returns = at + then.back_after if then.back_after else None
    pipeline.end(
        lead,
        to,
        at=at,
        decided_by=decided_by,
        user=by,
        revision=law.revision,
        reason=cause.reason,
        label=label,
        returns_at=returns,
        caretaker=caretaker,
        clause=cause.clause,
    )
    settle(lead, at)


def who_came_back_enough(leads: Iterable[int], agreement: Agreement) -> set[int]:
    """Return which of these leads are of people who have come back as often as the agreement lets them.

    Each cycle before a lead's own that ended as recycled is one from which its person came back.
    """
    at_most = agreement.recycling.at_most if agreement.recycling else None
    if at_most is None:
        return set()
    before = Q(person__leads__stage=StageName.RECYCLED, person__leads__cycle__lt=F("cycle"))
    counted = Lead.objects.filter(pk__in=leads).annotate(returns=Count("person__leads", filter=before))
    return set(counted.filter(returns__gte=at_most).values_list("pk", flat=True))


def recycle_unreached(lead: Lead, stopped: list[Clock], attempt: Attempt) -> bool:
    """Recycle a lead if this attempt was the last one owed, and nobody was reached; return whether it was.

    That holds where a number of attempts is promised, for a lead that sales has not qualified yet.
    """
    law = in_force()
    then = law.agreement.recycling.never_reached if law.agreement.recycling else None
    if then is None or not any(clock.promise == Clock.Promise.ATTEMPTS for clock in stopped):
        return False
    if lead.attempts.filter(outcome=Attempt.Outcome.REACHED).exists() or rank(Stage(lead.stage)) > rank(Stage.SAL):
        return False
    if lead.deals.filter(outcome=Deal.Outcome.OPEN).exists():
        return False
    at = max(attempt.at, lead.stage_since)
    cause = Cause(NEVER_REACHED, "never_reached", "Nobody was reached")
    let_go(lead, then, cause, law, at=at, decided_by=DecidedBy.AGREEMENT)
    record("lead.never_reached", f"lead:{lead.pk}", actor=None, at=at)
    return True
