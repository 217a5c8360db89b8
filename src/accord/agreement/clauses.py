"""The clauses of an agreement in the order of the page that people sign: what is said, by section, in some language.

This module knows what there is to say and in which order; a ``Language`` knows how to say it. ``english.py`` is the
first one; another language is another class with the same methods.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Protocol

from accord.agreement.in_force import is_carried_out
from accord.agreement.plan import (
    Agreement,
    BreachStep,
    Criterion,
    Field,
    MarketingPromise,
    RejectReason,
    Role,
    RoutingRule,
    SalesPromise,
    StageGate,
)
from accord.agreement.plan_business import CampaignBudget, CreditWeights, Discount, Goal, Meeting, Period, Product
from accord.agreement.plan_care import MarketingDeadline, NurturePlan, Recycle, StageStay
from accord.clock import Calendar
from accord.scoring import EngagementClause, FitClause, Grade


class Section(Enum):
    """The sections of the page, in order."""

    PARTIES = "parties"
    CRITERIA = "criteria"
    SCORE = "score"
    STAGES = "stages"
    HANDOFF = "handoff"
    SALES = "sales"
    MARKETING = "marketing"
    BREACH = "breach"
    ROUTING = "routing"
    RECYCLING = "recycling"
    NURTURE = "nurture"
    GOALS = "goals"
    PRICES = "prices"
    BUDGET = "budget"
    CREDIT = "credit"
    MEETINGS = "meetings"
    HOURS = "hours"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in words.

    Attributes:
        path: Where it stands in the document, such as ``sla.sales[0]``.
        section: The section of the page.
        title: The section's title in the language of the sentence.
        sentence: What it says.
        line: Its line in the document; 1-based.
        carried_out: Whether the software does what it says; see ``in_force.py``.
    """

    path: str
    section: Section
    title: str
    sentence: str
    line: int
    carried_out: bool = True


class Language(Protocol):
    """How the clauses of one agreement are said; every method returns one sentence."""

    @property
    def agreement(self) -> Agreement:
        """The agreement that is said."""

    def title(self, section: Section) -> str:
        """Return the title of a section."""

    def frame(self) -> str:
        """Say whose agreement it is, and its time zone and currency."""

    def role(self, role: Role) -> str:
        """Say what a role is there for."""

    def criterion(self, criterion: Criterion) -> str:
        """Say what a criterion means."""

    def fit(self, clause: FitClause) -> str:
        """Say what gives fit points."""

    def engagement(self, clause: EngagementClause) -> str:
        """Say what gives engagement points."""

    def grade(self, grade: Grade) -> str:
        """Say what a grade takes."""

    def stage(self, gate: StageGate) -> str:
        """Say when a lead reaches a stage."""

    def stay(self, stay: StageStay) -> str:
        """Say how long a lead may stay at a stage, and what follows."""

    def handoff_at(self) -> str:
        """Say when a lead is offered."""

    def fast_lane(self) -> str:
        """Say when a lead is offered at once."""

    def hands_over(self) -> str:
        """Say what marketing must have filled in."""

    def decide_within(self) -> str:
        """Say how long sales may take."""

    def if_undecided(self) -> str:
        """Say what follows when sales does not answer."""

    def reason(self, reason: RejectReason) -> str:
        """Say what follows from a reason for rejecting."""

    def sales_checks(self) -> str:
        """Say what sales finds out about a lead that it accepted."""

    def sales_promise(self, promise: SalesPromise) -> str:
        """Say what sales owes."""

    def marketing_promise(self, promise: MarketingPromise) -> str:
        """Say what marketing owes."""

    def marketing_deadline(self, deadline: MarketingDeadline) -> str:
        """Say what marketing owes to one lead by a time."""

    def breach_step(self, step: BreachStep) -> str:
        """Say what happens as the time of a promise runs out."""

    def route(self, route: RoutingRule) -> str:
        """Say which team gets which leads."""

    def company_owner_first(self, team: str) -> str:
        """Say that whoever has the company comes first."""

    def last_owner_first(self, team: str) -> str:
        """Say that whoever had the person last comes first."""

    def match(self, team: str, fields: tuple[str, ...]) -> str:
        """Say by which fields people of a team are chosen."""

    def only_on_shift(self, team: str) -> str:
        """Say that nobody gets leads outside their hours."""

    def queue(self, team: str, queue: str) -> str:
        """Say in which queue leads wait."""

    def capacity(self, team: str, at_most: int) -> str:
        """Say how many open leads one person has at most."""

    def recycled(self, after: str, recycle: Recycle) -> str:
        """Say what follows after ``lost_deal`` or ``never_reached``."""

    def comes_back(self, at_most: int) -> str:
        """Say how often one person may come back."""

    def nurture(self, plan: NurturePlan) -> str:
        """Say what is done for leads that lack a criterion."""

    def goal(self, goal: Goal) -> str:
        """Say what one side wants to reach."""

    def prices(self, starts: date | None, ends: date | None) -> str:
        """Say when the price list holds."""

    def product(self, product: Product) -> str:
        """Say what a product costs."""

    def discount(self, discount: Discount) -> str:
        """Say who may grant which discount."""

    def budget(self, total: Decimal, per: Period, starts: date | None, ends: date | None) -> str:
        """Say what marketing may spend in all."""

    def channel(self, channel: str, spend: Decimal, per: Period) -> str:
        """Say what a channel may spend."""

    def campaign(self, campaign: CampaignBudget, per: Period) -> str:
        """Say what a campaign may spend."""

    def unit_cost(self, event: str, cost: Decimal) -> str:
        """Say what one touchpoint of an event costs."""

    def weights(self, weights: CreditWeights) -> str:
        """Say how the model of the agreement's own shares won money out."""

    def credit(self, model: str, touches_of: str, lookback: timedelta | None) -> str:
        """Say by which model won money is credited, and which touches count."""

    def inbound(self, percent: int) -> str:
        """Say how much of the credited money is to come from inbound touches."""

    def meeting(self, meeting: Meeting) -> str:
        """Say how often who meets, and on what."""

    def calendar(self, calendar: Calendar) -> str:
        """Say when people work."""

    def field(self, field: Field) -> str:
        """Say what a field holds and whose value wins."""


def spoken(language: Language) -> tuple[Clause, ...]:
    """Return every clause of the language's agreement, section by section."""
    agreement = language.agreement
    return tuple(
        Clause(path, section, language.title(section), sentence, line_of(agreement, path), is_carried_out(path))
        for section, path, sentence in _sentences(language)
    )


def line_of(agreement: Agreement, path: str) -> int:
    """Return the line of ``path``, or of the nearest thing around it that stands in the document."""
    while path:
        if path in agreement.lines:
            return agreement.lines[path]
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return 1


def _sentences(language: Language) -> Iterator[tuple[Section, str, str]]:
    agreement = language.agreement
    yield Section.PARTIES, "company", language.frame()
    for role in agreement.roles.values():
        yield Section.PARTIES, f"roles.{role.name}", language.role(role)
    for criterion in agreement.criteria.values():
        yield Section.CRITERIA, f"criteria.{criterion.name}", language.criterion(criterion)
    for part in (_score, _stages, _handoff, _promises, _routing, _recycling, _plans, _prices, _spending):
        yield from part(language)
    yield from _credit(language)
    yield from _meetings(language)
    for calendar in agreement.calendars.values():
        yield Section.HOURS, f"sla.calendars.{calendar.name}", language.calendar(calendar)
    for field in agreement.fields.values():
        yield Section.FIELDS, f"fields.{field.name}", language.field(field)


def _score(language: Language) -> Iterator[tuple[Section, str, str]]:
    score = language.agreement.score
    for fit in score.fit:
        yield Section.SCORE, fit.name, language.fit(fit)
    for engagement in score.engagement:
        yield Section.SCORE, engagement.name, language.engagement(engagement)
    for grade in score.grades:
        yield Section.SCORE, f"score.grades.{grade.name}", language.grade(grade)


def _stages(language: Language) -> Iterator[tuple[Section, str, str]]:
    agreement = language.agreement
    for gate in agreement.stages:
        yield Section.STAGES, f"stages.{gate.stage}", language.stage(gate)
    for stay in agreement.stays:
        yield Section.STAGES, f"stages.{stay.stage}.stay_at_most", language.stay(stay)


def _handoff(language: Language) -> Iterator[tuple[Section, str, str]]:
    handoff = language.agreement.handoff
    yield Section.HANDOFF, "handoff.at", language.handoff_at()
    if handoff.fast_lane is not None:
        yield Section.HANDOFF, "handoff.fast_lane", language.fast_lane()
    if handoff.marketing_hands_over:
        yield Section.HANDOFF, "handoff.marketing_hands_over", language.hands_over()
    yield Section.HANDOFF, "handoff.decide_within", language.decide_within()
    yield Section.HANDOFF, "handoff.if_undecided", language.if_undecided()
    for reason in handoff.reject_reasons.values():
        yield Section.HANDOFF, f"handoff.reject_reasons.{reason.name}", language.reason(reason)
    if handoff.sales_checks:
        yield Section.HANDOFF, "handoff.sales_checks", language.sales_checks()


def _promises(language: Language) -> Iterator[tuple[Section, str, str]]:
    agreement = language.agreement
    for promise in agreement.sales_promises:
        yield Section.SALES, promise.name, language.sales_promise(promise)
    for owed in agreement.marketing_promises:
        yield Section.MARKETING, owed.name, language.marketing_promise(owed)
    for deadline in agreement.marketing_deadlines:
        yield Section.MARKETING, f"{deadline.name}.{deadline.what}", language.marketing_deadline(deadline)
    for place, step in enumerate(agreement.breach_steps):
        yield Section.BREACH, f"sla.on_breach[{place}]", language.breach_step(step)


def _routing(language: Language) -> Iterator[tuple[Section, str, str]]:
    for place, route in enumerate(language.agreement.routing):
        path = f"routing[{place}]"
        yield Section.ROUTING, path, language.route(RoutingRule(route.to, route.when))
        if route.company_owner_first:
            yield Section.ROUTING, f"{path}.company_owner_first", language.company_owner_first(route.to)
        if route.last_owner_first:
            yield Section.ROUTING, f"{path}.last_owner_first", language.last_owner_first(route.to)
        if route.match:
            yield Section.ROUTING, f"{path}.match", language.match(route.to, route.match)
        if route.only_on_shift:
            yield Section.ROUTING, f"{path}.only_on_shift", language.only_on_shift(route.to)
        if route.queue is not None:
            yield Section.ROUTING, f"{path}.queue", language.queue(route.to, route.queue)
        if route.at_most is not None:
            yield Section.ROUTING, f"{path}.at_most", language.capacity(route.to, route.at_most)


def _recycling(language: Language) -> Iterator[tuple[Section, str, str]]:
    recycling = language.agreement.recycling
    if recycling is None:
        return
    if recycling.lost_deal is not None:
        yield Section.RECYCLING, "recycling.lost_deal", language.recycled("lost_deal", recycling.lost_deal)
    if recycling.never_reached is not None:
        yield Section.RECYCLING, "recycling.never_reached", language.recycled("never_reached", recycling.never_reached)
    if recycling.at_most is not None:
        yield Section.RECYCLING, "recycling.at_most", language.comes_back(recycling.at_most)


def _plans(language: Language) -> Iterator[tuple[Section, str, str]]:
    for plan in language.agreement.nurture:
        yield Section.NURTURE, plan.name, language.nurture(plan)
    for goal in language.agreement.goals:
        yield Section.GOALS, goal.name, language.goal(goal)


def _prices(language: Language) -> Iterator[tuple[Section, str, str]]:
    prices = language.agreement.prices
    if prices is None:
        return
    if prices.starts or prices.ends:
        yield Section.PRICES, "prices", language.prices(prices.starts, prices.ends)
    for product in prices.products.values():
        yield Section.PRICES, f"prices.products.{product.name}", language.product(product)
    for discount in prices.discounts:
        yield Section.PRICES, discount.name, language.discount(discount)


def _spending(language: Language) -> Iterator[tuple[Section, str, str]]:
    spending = language.agreement.spending
    if spending is None:
        return
    yield Section.BUDGET, "budget", language.budget(spending.total, spending.per, spending.starts, spending.ends)
    for name, spend in spending.channels.items():
        yield Section.BUDGET, f"budget.channels.{name}", language.channel(name, spend, spending.per)
    for campaign in spending.campaigns.values():
        yield Section.BUDGET, f"budget.campaigns.{campaign.name}", language.campaign(campaign, spending.per)
    for event, cost in spending.unit_costs.items():
        yield Section.BUDGET, f"budget.unit_costs.{event}", language.unit_cost(event, cost)


def _credit(language: Language) -> Iterator[tuple[Section, str, str]]:
    terms = language.agreement.credit
    if terms is None:
        return
    yield Section.CREDIT, "credit", language.credit(terms.model, terms.touches_of, terms.lookback)
    if terms.weights is not None:
        yield Section.CREDIT, "credit.weights", language.weights(terms.weights)
    if terms.inbound_percent is not None:
        yield Section.CREDIT, "credit.inbound", language.inbound(terms.inbound_percent)


def _meetings(language: Language) -> Iterator[tuple[Section, str, str]]:
    for meeting in language.agreement.meetings:
        yield Section.MEETINGS, f"meetings.{meeting.name}", language.meeting(meeting)
