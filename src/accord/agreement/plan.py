"""What an agreement means once it is loaded: the frozen plan that every other part carries out.

A plan is made only by ``accord.agreement.load``; it is complete and consistent by then: every name it refers to exists,
every calendar can keep the promises made on it, every rule is typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from accord.agreement.plan_business import CreditTerms, CreditWeights, Goal, Meeting, Prices, Spending
from accord.agreement.plan_care import Disqualify, MarketingDeadline, NurturePlan, Recycle, Recycling, StageStay, Tell
from accord.agreement.stage import FUNNEL, Stage
from accord.clock import Budget, Calendar
from accord.rules import Rule
from accord.scoring import ScoreModel

__all__ = [
    "FUNNEL",
    "Agreement",
    "BreachStep",
    "CreditTerms",
    "CreditWeights",
    "Criterion",
    "Disqualify",
    "Field",
    "FieldType",
    "Goal",
    "Handoff",
    "MarketingDeadline",
    "MarketingPromise",
    "Meeting",
    "NurturePlan",
    "Prices",
    "Recycle",
    "Recycling",
    "RejectReason",
    "Role",
    "RoutingRule",
    "SalesPromise",
    "Spending",
    "Stage",
    "StageGate",
    "StageStay",
    "Tell",
]


class FieldType(StrEnum):
    """The type of a field's values; a decimal has at most four places."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Role:
    """One party of the agreement."""

    name: str
    does: tuple[str, ...]
    signs: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One word of the shared vocabulary.

    Attributes:
        name: ``company.…``, ``person.…`` or ``lead.…``.
        type: What its values are.
        owner: The role whose value wins.
        choices: The valid values of a choice, as written; empty for other types.
    """

    name: str
    type: FieldType
    owner: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named yes/no statement about a lead; ``says`` is how both sides put it."""

    name: str
    says: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class StageGate:
    """The rule that brings a lead to ``stage``, and the role that checks it (None: the software decides alone)."""

    stage: Stage
    when: Rule
    checked_by: str | None = None


@dataclass(frozen=True, slots=True)
class RejectReason:
    """A reason with which sales may reject a lead, and what follows from it."""

    name: str
    label: str
    then: Disqualify | Recycle


@dataclass(frozen=True, slots=True)
class Handoff:
    """When marketing offers a lead to sales, what it must bring, and how sales answers.

    Attributes:
        at: A lead that reaches this stage is offered.
        fast_lane: A lead for which this holds is offered at once, from any earlier stage.
        marketing_hands_over: The fields that must be filled in.
        decide_within: How long sales may take to accept or reject; on ``calendar``.
        calendar: The working calendar on which ``decide_within`` counts.
        if_undecided: What happens when that time has passed.
        reject_reasons: By name, in the order of the document.
        sales_checks: The fields that sales finds out about a lead that it accepted, and the criteria that it checks.
    """

    at: Stage
    fast_lane: Rule | None
    marketing_hands_over: tuple[str, ...]
    decide_within: Budget
    calendar: Calendar
    if_undecided: Literal["accepted", "escalated"]
    reject_reasons: Mapping[str, RejectReason]
    sales_checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SalesPromise:
    """What sales owes to one kind of lead: a first attempt in time, and enough of them.

    Attributes:
        name: ``sla.sales[0]``, … by its place in the document; the first that fits a lead applies.
        fast_lane: It is for leads offered through the fast lane.
        when: It is for leads for which this holds; None with ``fast_lane`` false: for every lead.
        first_attempt: Counted from the offer.
        attempts: How many attempts are owed in all within ``over``, unless the lead is reached earlier; None: one.
        over: See ``attempts``.
        calendar: The working calendar on which both count.
    """

    name: str
    fast_lane: bool
    when: Rule | None
    first_attempt: Budget
    attempts: int | None
    over: Budget | None
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class MarketingPromise:
    """What marketing owes: ``deliver`` leads at ``stage`` per period, of which sales accepts at least a share.

    Attributes:
        name: ``sla.marketing[0]``, … by its place in the document.
        accepted_percent: Of those decided, 0 to 100; None: no share was promised.
    """

    name: str
    deliver: int
    stage: Stage
    per: Literal["week", "month", "quarter"]
    accepted_percent: int | None


@dataclass(frozen=True, slots=True)
class BreachStep:
    """What happens when ``percent`` of a promise's time has passed without it being kept (100 is the breach itself).

    Attributes:
        leads: How many leads in a row an owner may let pass until they are taken offline; 0 with every other action.
    """

    percent: int
    action: Literal["remind", "tell", "reassign", "take_offline"]
    whom: Literal["owner", "manager"]
    leads: int = 0


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Leads for which ``when`` holds (None: all) go to the team; the first rule that fits applies.

    Attributes:
        company_owner_first: Whoever of the team has the lead's company already comes before all others.
        last_owner_first: Whoever of the team had the person in their last cycle comes before the rest.
        match: Fields of the lead, such as its country; people of the team who cover its values come first.
        only_on_shift: Nobody gets a lead outside their working hours.
        queue: The lead waits in this queue of the team until somebody takes it; None: it is given to a person.
        at_most: Nobody gets a lead who has so many open ones; None: only what is set for each person counts.
    """

    to: str
    when: Rule | None
    company_owner_first: bool = False
    match: tuple[str, ...] = ()
    queue: str | None = None
    at_most: int | None = None
    last_owner_first: bool = False
    only_on_shift: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement, whole.

    Attributes:
        outcome_fingerprint: SHA-256 over everything that can change an outcome, as hex.
        wording_fingerprint: SHA-256 over the rest: labels and wording.
        lines: The line of each clause in its file, by path such as ``criteria.right_company``; 1-based.
        stays: How long leads may stay at a stage, in the order of the funnel.
        credit: By which terms won money is credited, as signed; None: nothing was signed, see ``credit_terms``.
    """

    company: str
    zone: ZoneInfo
    currency: str
    roles: Mapping[str, Role]
    fields: Mapping[str, Field]
    criteria: Mapping[str, Criterion]
    score: ScoreModel
    stages: tuple[StageGate, ...]
    handoff: Handoff
    calendars: Mapping[str, Calendar]
    sales_promises: tuple[SalesPromise, ...]
    marketing_promises: tuple[MarketingPromise, ...]
    breach_steps: tuple[BreachStep, ...]
    routing: tuple[RoutingRule, ...]
    outcome_fingerprint: str
    wording_fingerprint: str
    lines: Mapping[str, int]
    stays: tuple[StageStay, ...] = ()
    recycling: Recycling | None = None
    marketing_deadlines: tuple[MarketingDeadline, ...] = ()
    nurture: tuple[NurturePlan, ...] = ()
    goals: tuple[Goal, ...] = ()
    prices: Prices | None = None
    spending: Spending | None = None
    meetings: tuple[Meeting, ...] = ()
    credit: CreditTerms | None = None

    @property
    def credit_terms(self) -> CreditTerms:
        """By which terms won money is credited: those that were signed, else the usual ones that nobody signed."""
        return self.credit or CreditTerms()
