"""By which clause a lead leaves the funnel, and how a recycled one comes back by it."""

from accord.agreement.plan import Agreement
from accord.agreement.plan_care import Disqualify, Recycle
from accord.agreement.stage import Stage

LOST_DEAL, NEVER_REACHED = "recycling.lost_deal", "recycling.never_reached"
_REASONS, _STAGES, _STAY = "handoff.reject_reasons.", "stages.", ".stay_at_most"


def reason_clause(name: str) -> str:
    """Return the clause of a reason with which sales lets a lead go."""
    return _REASONS + name


def stay_clause(stage: Stage) -> str:
    """Return the clause that says how long a lead may stay at a stage."""
    return f"{_STAGES}{stage}{_STAY}"


def after_lost_deal(agreement: Agreement, reason: str) -> tuple[str, Recycle | Disqualify]:
    """Return what follows when the deal of a lead is lost with an agreed reason, and the clause that says so.

    A reason that puts a lead out for good does so here too; else ``recycling.lost_deal`` comes before the reason.
    """
    agreed = agreement.handoff.reject_reasons[reason].then
    lost = agreement.recycling.lost_deal if agreement.recycling else None
    if lost is None or isinstance(agreed, Disqualify):
        return reason_clause(reason), agreed
    return LOST_DEAL, lost


def way_back(agreement: Agreement, clause: str) -> Recycle | None:
    """Return how a lead that was recycled by a clause comes back; None: that clause recycles nobody (any more)."""
    recycling = agreement.recycling
    if clause == LOST_DEAL:
        return recycling.lost_deal if recycling else None
    if clause == NEVER_REACHED:
        return recycling.never_reached if recycling else None
    if clause.startswith(_REASONS):
        reason = agreement.handoff.reject_reasons.get(clause.removeprefix(_REASONS))
        then = reason.then if reason else None
    else:
        stays = (stay for stay in agreement.stays if stay_clause(stay.stage) == clause)
        then = next((stay.then for stay in stays if isinstance(stay.then, Recycle)), None)
    return then if isinstance(then, Recycle) else None
