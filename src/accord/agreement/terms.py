"""What the agreement says of one hand-off: the team it goes to, the promise that applies, and when each is due.

The owner's leave is not known here: whoever has an owner takes it from the calendar first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accord.agreement.plan import Agreement, RoutingRule, SalesPromise
from accord.clock import due
from accord.rules import Facts, Rule, evaluate

DEFAULT_TEAM = "sales"
"""The queue that holds a lead when the agreement names no team at all."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What applies to one lead that is handed over.

    Attributes:
        team: To which it goes.
        promise: None: none was made for it.
        rule: The rule of the routing by which it goes there.
        clause: Where that rule stands, such as ``routing[0]``; empty: the agreement has none.
    """

    team: str
    promise: SalesPromise | None
    rule: RoutingRule
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When what sales owes is due, for an owner without leave; None: it is not owed.

    Attributes:
        decision: Accepting or rejecting.
        first_attempt: The first attempt.
        attempts: The last of the attempts owed in all.
    """

    decision: datetime
    first_attempt: datetime | None
    attempts: datetime | None


def terms_for(agreement: Agreement, scored: Facts, at: datetime, *, fast_lane: bool) -> Terms:
    """Return the first rule of the routing and the first promise that fit a lead.

    Args:
        agreement: Where they stand.
        scored: What is known of the lead, with its scores and grade among the fields.
        at: When it is offered.
        fast_lane: It is offered through the fast lane.
    """
    rules = {name: criterion.rule for name, criterion in agreement.criteria.items()}

    def fits(rule: Rule | None) -> bool:
        return rule is None or evaluate(rule, scored, at, rules)

    rule, clause = routed_by(agreement, fits)
    promises = (
        promise for promise in agreement.sales_promises if (fast_lane if promise.fast_lane else fits(promise.when))
    )
    return Terms(rule.to, next(promises, None), rule, clause)


def routed_by(agreement: Agreement, fits: Callable[[Rule | None], bool]) -> tuple[RoutingRule, str]:
    """Return the first rule of the routing that fits a lead, and its path.

    A lead that fits none goes to the first team, by turns alone: what that team's rule asks further is for its leads.
    """
    for place, rule in enumerate(agreement.routing):
        if fits(rule.when):
            return rule, f"routing[{place}]"
    return RoutingRule(agreement.routing[0].to if agreement.routing else DEFAULT_TEAM, None), ""


def deadlines(agreement: Agreement, terms: Terms, at: datetime) -> Deadlines:
    """Return when everything is due of a lead that is offered at ``at``, in the zone of ``at``.

    Raises:
        CalendarError: As ``accord.clock.due``.
    """
    handoff, promise = agreement.handoff, terms.promise
    decision = due(at, handoff.decide_within, handoff.calendar)
    if promise is None:
        return Deadlines(decision, None, None)
    first = due(at, promise.first_attempt, promise.calendar)
    several = due(at, promise.over, promise.calendar) if promise.attempts and promise.over else None
    return Deadlines(decision, first, several)
