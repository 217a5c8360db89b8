"""In English: goals, prices, budget, credit and meetings."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accord.agreement import english_words as words
from accord.agreement.plan import Agreement
from accord.agreement.plan_business import CampaignBudget, CreditWeights, Discount, Goal, Meeting, Period, Product

_AGENDA = {
    "last_actions": "what became of the last actions",
    "breaches": "the promises that were broken",
    "black_hole": "the leads that nobody is working",
    "goals": "the goals of both sides",
    "rejected_leads": "the leads that were rejected",
    "recycled_leads": "the leads that came back",
    "close_rates": "where leads are won and lost",
    "campaigns": "what each campaign earned",
    "prices": "prices and discounts",
    "budget": "the budget",
    "disputes": "open disputes",
    "definition": "what counts as a good lead",
    "actions": "what to do until the next time",
}

_CHAIN = "by a Markov chain that remembers {} (each channel by the share of won deals that would be lost without it)"
_MODELS = {
    "first": "to the first touch alone",
    "last": "to the last touch alone",
    "last_non_direct": "to the last touch alone that was not a direct visit",
    "linear": "evenly to all touches",
    "u_shaped": "U-shaped (40 % to the first touch, 40 % to the last, the rest between)",
    "u_shaped_50_50": "U-shaped (50 % to the first touch, 50 % to the last)",
    "w_shaped": "W-shaped (30 % each to the first touch, the one that made the lead and the one that made the "
    "opportunity, the rest to all others)",
    "full_path": "along the full path (22.5 % each to the first touch, the one that made the lead, the one that made "
    "the opportunity and the last, the rest to all others)",
    "time_decay": "by time decay (to a touch half as much as to one that is 7 days later)",
    "shapley": "by Shapley value (each channel by what it adds to every combination of the others)",
    "custom": "by weights of its own",
    **{f"markov_{order}": _CHAIN.format(words.counted(order, "touch", "touches")) for order in range(1, 5)},
}
"""How each model shares money out; what it is shared out to stands in ``accord.attribution.model``."""
_WEIGHTS = {
    "first": "to the first touch",
    "lead": "to the one that made the lead",
    "opportunity": "to the one that made the opportunity",
    "last": "to the last touch",
    "between": "evenly to all others",
}


@dataclass(frozen=True)
class BusinessInEnglish:
    """Says what both sides want to reach, and with what means."""

    agreement: Agreement

    def money(self, amount: Decimal) -> str:
        """Return an amount with the currency of the agreement."""
        return f"{words.amount(amount)} {self.agreement.currency}"

    def goal(self, goal: Goal) -> str:
        """Say what one side wants to reach."""
        who, when = words.party(goal.by), words.between(goal.starts, goal.ends)
        match goal:
            case Goal(measure="bookings", target=target):
                what = f"wants bookings of {self.money(Decimal(target))}"
            case Goal(measure="leads", target=target, stage=stage) if stage is not None:
                what = f"wants {words.counted(target, *words.STAGE_PLURALS[stage])}"
            case _:
                what = f"wants to win {words.counted(goal.target, 'deal', 'deals')}"
        return words.sentence(f"{who} {what} per {goal.per}{when}")

    def prices(self, starts: date | None, ends: date | None) -> str:
        """Say when the price list holds."""
        return words.sentence(f"the price list holds{words.between(starts, ends).removeprefix(',')}")

    def product(self, product: Product) -> str:
        """Say what a product costs."""
        parts = [f"has a list price of {self.money(product.list_price)}"]
        if product.floor is not None:
            parts.append(f"is never sold below {self.money(product.floor)}")
        if product.unit_cost is not None:
            parts.append(f"costs the company {self.money(product.unit_cost)}")
        return words.sentence(f"{words.quoted(words.label(product.name))} {words.listed(parts, 'and')}")

    def discount(self, discount: Discount) -> str:
        """Say who may grant which discount."""
        who = words.ADDRESSEES.get(discount.by) or words.party(discount.by)
        answer = ""
        if discount.within is not None:
            several = len(self.agreement.calendars) > 1
            hours = f" (hours of {words.quoted(words.label(discount.calendar.name))})" if several else ""
            answer = f", and answers within {words.budget(discount.within)} when asked for it{hours}"
        return words.sentence(f"{who} may grant a discount of up to {discount.up_to_percent} %{answer}")

    def budget(self, total: Decimal, per: Period, starts: date | None, ends: date | None) -> str:
        """Say what marketing may spend in all."""
        when = words.between(starts, ends)
        return words.sentence(f"marketing may spend {self.money(total)} per {per} in all{when}")

    def channel(self, channel: str, spend: Decimal, per: Period) -> str:
        """Say what a channel may spend."""
        name = words.quoted(words.label(channel))
        return words.sentence(f"the channel {name} may spend {self.money(spend)} of it per {per}")

    def campaign(self, campaign: CampaignBudget, per: Period) -> str:
        """Say what a campaign may spend."""
        name, when = words.quoted(words.label(campaign.name)), words.between(campaign.starts, campaign.ends)
        of_what = (
            "" if campaign.channel is None else f" of what {words.quoted(words.label(campaign.channel))} may spend"
        )
        spend = self.money(campaign.spend)
        return words.sentence(f"the campaign {name} may spend {spend} per {per}{of_what}{when}")

    def unit_cost(self, event: str, cost: Decimal) -> str:
        """Say what one touchpoint of an event costs."""
        return words.sentence(f"{words.quoted(words.label(event))} costs {self.money(cost)} each time")

    def credit(self, model: str, touches_of: str, lookback: timedelta | None) -> str:
        """Say by which model won money is credited, and which touches count."""
        who = "everybody in the buying company" if touches_of == "company" else "the deal's contact alone"
        when = "however long before" if lookback is None else f"up to {words.span(lookback)} before"
        return words.sentence(
            f"won money is credited {_MODELS[model]}; touches of {who} count, {when} the deal was won"
        )

    def weights(self, weights: CreditWeights) -> str:
        """Say how the model of the agreement's own shares won money out."""
        parts = [f"{getattr(weights, name)} % {to}" for name, to in _WEIGHTS.items() if getattr(weights, name)]
        return words.sentence(f"credit by weights of its own gives {words.listed(parts, 'and')}")

    def inbound(self, percent: int) -> str:
        """Say how much of the credited money is to come from inbound touches."""
        return words.sentence(
            f"at least {percent} % of credited money is to come from inbound touches, and the rest from outbound ones"
        )

    def meeting(self, meeting: Meeting) -> str:
        """Say how often who meets, and on what."""
        parts = [f"brings {words.listed(map(words.party, meeting.who), 'and')} together every {meeting.every}"]
        if meeting.lasts is not None:
            parts.append(f"lasts {words.span(meeting.lasts)}")
        if meeting.chair is not None:
            parts.append(f"is led by {words.party(meeting.chair)}")
        agenda = ""
        if meeting.agenda:
            agenda = f"; it looks at {words.listed((_AGENDA[item] for item in meeting.agenda), 'and')}"
        return words.sentence(f"{words.quoted(words.label(meeting.name))} {words.listed(parts, 'and')}{agenda}")
