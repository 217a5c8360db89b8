"""Goals, prices, budget, credit and meetings, as the plan says them. All money is in the agreement's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from accord.agreement.stage import Stage
from accord.clock import Budget, Calendar

Period = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What one side wants to reach in each period.

    Attributes:
        name: ``goals[0]``, … by its place in the document.
        by: The role whose goal it is.
        measure: ``bookings`` is money from deals won, ``deals`` deals won, ``leads`` leads that reach ``stage``.
        target: Money with at most two decimals, or a count.
        stage: Of the leads; None for the other measures.
        starts, ends: The first and the last day on which it counts; None: no limit.
    """

    name: str
    by: str
    measure: Literal["bookings", "deals", "leads"]
    target: Decimal | int
    stage: Stage | None
    per: Period
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class Product:
    """One line of the price list.

    Attributes:
        floor: Nobody sells below it, whatever discount they may grant; None: only the discounts limit the price.
        unit_cost: What one costs the company; None: not said.
    """

    name: str
    list_price: Decimal
    floor: Decimal | None
    unit_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Discount:
    """Who may grant which discount.

    Attributes:
        name: ``prices.discounts[0]``, … by its place in the document.
        by: ``owner`` or ``manager`` of the lead, or a role.
        up_to_percent: Of the list price, 0 to 100.
        within: How soon a discount that was asked for is answered, on ``calendar``; None: not promised.
    """

    name: str
    by: str
    up_to_percent: int
    within: Budget | None
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Prices:
    """The price list, and who may grant which discount.

    Attributes:
        starts, ends: The first and the last day on which the list holds; None: no limit.
        products: By name, in the order of the document.
        discounts: The smallest first.
    """

    starts: date | None
    ends: date | None
    products: Mapping[str, Product]
    discounts: tuple[Discount, ...]


@dataclass(frozen=True, slots=True)
class CampaignBudget:
    """What one campaign may spend in each period while it runs.

    Attributes:
        channel: The channel whose budget it is part of; None: it stands beside the channels.
    """

    name: str
    spend: Decimal
    channel: str | None
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class Spending:
    """What marketing may spend in each period; channels and campaigns never add up to more than the total.

    Attributes:
        channels: What each channel may spend, by name.
        unit_costs: What one touchpoint of an event costs, such as a call of the agency, by event.
    """

    total: Decimal
    per: Period
    starts: date | None
    ends: date | None
    channels: Mapping[str, Decimal]
    campaigns: Mapping[str, CampaignBudget]
    unit_costs: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class CreditWeights:
    """How the model ``custom`` shares out what was won, in per cent; all of them come to 100.

    Attributes:
        first: To the first touch.
        lead: To the touch that made the lead.
        opportunity: To the one that made the opportunity.
        last: To the last touch.
        between: To all others together.
    """

    first: int = 0
    lead: int = 0
    opportunity: int = 0
    last: int = 0
    between: int = 0


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """By which terms won money is credited to touches; as it stands here where an agreement says nothing of it.

    Attributes:
        model: Its name in ``accord.attribution.MODELS``, or ``custom``.
        lookback: How long before the deal was won a touch may be and still count, in whole days; None: any length.
        touches_of: ``company``: everybody in the buying company; ``contact``: the person of the deal alone.
        inbound_percent: Of credited money, at least so much is to come from inbound touches, 0 to 100; None: no target.
        weights: Those of the model ``custom``; None: there is no such model.
    """

    model: str = "u_shaped"
    lookback: timedelta | None = timedelta(days=180)
    touches_of: Literal["company", "contact"] = "company"
    inbound_percent: int | None = None
    weights: CreditWeights | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that comes round.

    Attributes:
        who: The roles that take part.
        chair: The role that leads it; None: nobody in particular.
        agenda: What is looked at, in order; the words are those of ``document_business.AGENDA``.
    """

    name: str
    every: Literal["week", "two weeks", "month", "quarter"]
    who: tuple[str, ...]
    chair: str | None
    lasts: timedelta | None
    agenda: tuple[str, ...]
