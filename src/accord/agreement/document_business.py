"""The part of the document about goals, prices, budget, credit and meetings."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from accord.agreement import quantity
from accord.agreement.document_rules import Text, Window
from accord.agreement.document_sla import Count, Day, Share, StageName, WorkingBudget, exactly_one
from accord.agreement.quantity import Money
from accord.agreement.salvage import SOUND_PARTS, Entry
from accord.agreement.vocabulary import amount, named, one_of

AGENDA = (
    "last_actions",
    "breaches",
    "black_hole",
    "goals",
    "rejected_leads",
    "recycled_leads",
    "close_rates",
    "campaigns",
    "prices",
    "budget",
    "disputes",
    "definition",
    "actions",
)
"""What a meeting can look at."""

EVERY = ("week", "two weeks", "month", "quarter")
PERIODS = ("week", "month", "quarter", "year")
CUSTOM = "custom"
CREDIT_MODELS = (
    *("first", "last", "last_non_direct", "linear", "u_shaped", "u_shaped_50_50", "w_shaped", "full_path"),
    *("time_decay", "shapley", "markov_1", "markov_2", "markov_3", "markov_4"),
    CUSTOM,
)
"""The names of ``accord.attribution.MODELS``, which is not imported here: it brings NumPy, and a test compares them;
and that of the model whose weights stand in the agreement itself."""
CIRCLES = ("company", "contact")
"""Whose touches can count."""
_HOW = "use small letters, digits and underscores, such as"

_PRICE_PATTERN = r"^(?!0+(\.0+)? )[0-9]{1,12}(\.[0-9]{1,2})? [A-Z]{3}$"

Price = Annotated[Money, amount(quantity.money, {"type": "string", "pattern": _PRICE_PATTERN})]
Period = Annotated[str, one_of("period", PERIODS)]
Lookback = Annotated[Any, amount(quantity.whole_days, {"type": "string", "pattern": "^[0-9]+ (day|week|hour)s?$"})]
ProductName = Annotated[str, named("product", "[a-z][a-z0-9_]{0,59}", f"{_HOW} flow_meter")]
ChannelName = Annotated[str, named("channel", "[a-z][a-z0-9_]{0,59}", f"{_HOW} trade_fairs")]
CampaignName = Annotated[str, named("campaign", "[a-z][a-z0-9_]{0,59}", f"{_HOW} spring_webinars")]
MeetingName = Annotated[str, named("meeting", "[a-z][a-z0-9_]{0,59}", f"{_HOW} monthly_review")]
MEASURES = ("bookings", "deals", "leads")


class GoalEntry(Entry):
    """What one side wants to reach in each period."""

    model_config = ConfigDict(
        json_schema_extra={**exactly_one(*MEASURES), "dependentRequired": {"leads": ["stage"], "stage": ["leads"]}}
    )
    fillers: ClassVar[Mapping[str, object]] = {"by": "?", "per": "month"}
    by: Text = Field(description="The role whose goal it is.")
    bookings: Price | None = Field(default=None, description="Money from deals won, such as 400000 EUR.")
    deals: Count | None = Field(default=None, description="How many deals are won.")
    leads: Count | None = Field(default=None, description="How many leads reach the stage.")
    stage: StageName | None = Field(default=None, description="Which stage these leads reach, such as mql.")
    per: Period = Field(description="In which time.")
    from_: Day | None = Field(default=None, alias="from", description="The first day on which it counts.")
    until: Day | None = Field(default=None, description="The last day on which it counts.")


class ProductEntry(Entry):
    """One line of the price list."""

    fillers: ClassVar[Mapping[str, object]] = {"list": "1 EUR"}
    list_: Price = Field(alias="list", description="The list price, such as 4200 EUR.")
    floor: Price | None = Field(default=None, description="Nobody sells below this, whatever discount they may grant.")
    unit_cost: Price | None = Field(default=None, description="What one costs the company.")


class DiscountEntry(Entry):
    """Who may grant which discount."""

    fillers: ClassVar[Mapping[str, object]] = {"by": "?", "up_to": "100 %"}
    by: Text = Field(description="owner (whoever has the lead), manager, or a role.")
    up_to: Share = Field(description="The largest share of the list price, such as 10 %.")
    within: WorkingBudget | None = Field(
        default=None, description="How soon a discount that was asked for is answered, such as 1 working day."
    )
    calendar: Text | None = Field(default=None, description="On which calendar that counts.")


class PricesEntry(Entry):
    """The price list, and who may grant which discount."""

    from_: Day | None = Field(default=None, alias="from", description="The first day on which the list holds.")
    until: Day | None = Field(default=None, description="The last day on which it holds.")
    products: Annotated[dict[ProductName, ProductEntry], SOUND_PARTS] = Field(
        default={}, description="The price list: each product by its name."
    )
    discounts: Annotated[list[DiscountEntry], SOUND_PARTS] = Field(
        default=[], description="Who may grant which discount, the smallest first."
    )


class CampaignEntry(Entry):
    """What one campaign may spend in each period while it runs."""

    fillers: ClassVar[Mapping[str, object]] = {"spend": "1 EUR"}
    spend: Price = Field(description="How much, such as 12000 EUR.")
    channel: Text | None = Field(default=None, description="The channel whose budget it is part of.")
    from_: Day | None = Field(default=None, alias="from", description="The first day on which it runs.")
    until: Day | None = Field(default=None, description="The last day on which it runs.")


class BudgetEntry(Entry):
    """What marketing may spend in each period, and on what."""

    fillers: ClassVar[Mapping[str, object]] = {"total": "1 EUR", "per": "month"}
    total: Price = Field(description="All together, such as 60000 EUR.")
    per: Period = Field(description="In which time.")
    from_: Day | None = Field(default=None, alias="from", description="The first day on which it counts.")
    until: Day | None = Field(default=None, description="The last day on which it counts.")
    channels: Annotated[dict[ChannelName, Price], SOUND_PARTS] = Field(
        default={}, description="What each channel may spend of it."
    )
    campaigns: Annotated[dict[CampaignName, CampaignEntry], SOUND_PARTS] = Field(
        default={}, description="What each campaign may spend of it."
    )
    unit_costs: Annotated[dict[Text, Price], SOUND_PARTS] = Field(
        default={}, description="What one touchpoint of an event costs, such as 'call_made: 6 EUR'."
    )


class WeightsEntry(Entry):
    """How the model ``custom`` shares out what was won; all shares together are 100 %."""

    first: Share | None = Field(default=None, description="To the first touch, such as 30 %.")
    lead: Share | None = Field(default=None, description="To the touch that made the lead: the last one before it.")
    opportunity: Share | None = Field(default=None, description="To the touch that made the opportunity, likewise.")
    last: Share | None = Field(default=None, description="To the last touch.")
    between: Share | None = Field(default=None, description="To all other touches, evenly.")

    @property
    def percents(self) -> Mapping[str, int]:
        """All of them; nothing is stated as 0."""
        return {name: getattr(self, name) or 0 for name in type(self).model_fields}


class CreditEntry(Entry):
    """By which terms won money is credited to the touches before it, so that both sides count the same."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"model": {"const": CUSTOM}}, "required": ["model"]},
            "then": {"required": ["weights"]},
        }
    )
    fillers: ClassVar[Mapping[str, object]] = {"model": "u_shaped"}
    model: Annotated[str, one_of("model", CREDIT_MODELS)] = Field(
        description="The model by which both sides count; what the others give can be compared with it."
    )
    weights: WeightsEntry | None = Field(
        default=None,
        description="How the model custom shares out what was won; it is shown beside the others whichever counts.",
    )
    lookback: Lookback | None = Field(
        default=None,
        description="How long before the deal was won a touch may be and still count, such as 180 days; else any time.",
    )
    touches_of: Annotated[str, one_of("circle of people", CIRCLES)] = Field(
        default="company",
        description="Whose touches count: everybody's in the buying company, or those of the deal's contact alone.",
    )
    inbound: Share | None = Field(
        default=None,
        description="Of credited money, at least this share is to come from inbound touches, such as at least 60 %, "
        "and the rest from outbound ones; absent: no target.",
    )


class MeetingEntry(Entry):
    """A meeting that comes round."""

    fillers: ClassVar[Mapping[str, object]] = {"every": "month", "who": []}
    every: Annotated[str, one_of("rhythm", EVERY)] = Field(description="How often.")
    who: list[Text] = Field(description="The roles that take part.", json_schema_extra={"minItems": 1})
    chair: Text | None = Field(default=None, description="The role that leads it.")
    lasts: Window | None = Field(default=None, description="How long it takes, such as 60 minutes.")
    agenda: list[Annotated[str, one_of("item of an agenda", AGENDA)]] = Field(
        default=[], description="What is looked at, in order."
    )


Goals = Annotated[list[GoalEntry], SOUND_PARTS]
Meetings = Annotated[dict[MeetingName, MeetingEntry], SOUND_PARTS]
