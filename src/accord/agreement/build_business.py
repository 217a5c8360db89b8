"""From the document to the plan: goals, prices, budget, credit and meetings."""

from typing import Literal, cast

from accord.agreement.build_care import Calendars, calendar_of
from accord.agreement.document_business import BudgetEntry, CreditEntry, GoalEntry, MeetingEntry, PricesEntry
from accord.agreement.plan_business import (
    CampaignBudget,
    CreditTerms,
    CreditWeights,
    Discount,
    Goal,
    Meeting,
    Period,
    Prices,
    Product,
    Spending,
)


def build_goal(name: str, entry: GoalEntry) -> Goal:
    """Return what one side wants to reach."""
    per = cast("Period", entry.per)
    if entry.bookings is not None:
        return Goal(name, entry.by, "bookings", entry.bookings.amount, None, per, entry.from_, entry.until)
    if entry.deals is not None:
        return Goal(name, entry.by, "deals", entry.deals, None, per, entry.from_, entry.until)
    return Goal(name, entry.by, "leads", entry.leads or 0, entry.stage, per, entry.from_, entry.until)


def build_prices(entry: PricesEntry | None, calendars: Calendars) -> Prices | None:
    """Return the price list and who may grant which discount."""
    if entry is None:
        return None
    return Prices(
        starts=entry.from_,
        ends=entry.until,
        products={
            name: Product(
                name,
                product.list_.amount,
                product.floor.amount if product.floor else None,
                product.unit_cost.amount if product.unit_cost else None,
            )
            for name, product in entry.products.items()
        },
        discounts=tuple(
            Discount(
                f"prices.discounts[{place}]",
                discount.by,
                discount.up_to,
                discount.within,
                calendar_of(calendars, discount.calendar),
            )
            for place, discount in enumerate(entry.discounts)
        ),
    )


def build_spending(entry: BudgetEntry | None) -> Spending | None:
    """Return what marketing may spend."""
    if entry is None:
        return None
    return Spending(
        total=entry.total.amount,
        per=cast("Period", entry.per),
        starts=entry.from_,
        ends=entry.until,
        channels={name: spend.amount for name, spend in entry.channels.items()},
        campaigns={
            name: CampaignBudget(name, campaign.spend.amount, campaign.channel, campaign.from_, campaign.until)
            for name, campaign in entry.campaigns.items()
        },
        unit_costs={event: cost.amount for event, cost in entry.unit_costs.items()},
    )


def build_credit(entry: CreditEntry | None) -> CreditTerms | None:
    """Return by which terms won money is credited."""
    if entry is None:
        return None
    touches_of = cast('Literal["company", "contact"]', entry.touches_of)
    weights = CreditWeights(**entry.weights.percents) if entry.weights is not None else None
    return CreditTerms(entry.model, entry.lookback, touches_of, entry.inbound, weights)


def build_meeting(name: str, entry: MeetingEntry) -> Meeting:
    """Return a meeting that comes round."""
    every = cast('Literal["week", "two weeks", "month", "quarter"]', entry.every)
    return Meeting(name, every, tuple(map(str, entry.who)), entry.chair, entry.lasts, tuple(map(str, entry.agenda)))
