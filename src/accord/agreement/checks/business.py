"""Checks of goals, prices, budget, credit and meetings: one currency, sums that fit, days in order, known roles."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from accord.agreement.checks.behaviour import check_event
from accord.agreement.checks.inspection import Inspection
from accord.agreement.checks.promises import check_budget, check_calendar, check_one_of, check_promised_stage
from accord.agreement.document import Document, RejectReasonEntry
from accord.agreement.document_business import (
    CUSTOM,
    MEASURES,
    BudgetEntry,
    CampaignEntry,
    CreditEntry,
    DiscountEntry,
    GoalEntry,
    MeetingEntry,
    PricesEntry,
    ProductEntry,
)
from accord.agreement.document_care import GateEntry, RecycleEntry
from accord.agreement.document_sla import MarketingPromiseEntry
from accord.agreement.english_words import amount, span
from accord.agreement.quantity import Money

GRANTERS = ("owner", "manager")
"""Who can grant a discount beside the roles."""
LONGEST_MEETING = timedelta(days=1)


def check_goals(inspection: Inspection) -> None:
    """Check what each side wants to reach."""
    for entry in inspection.document.goals:
        inspection.refer("role", entry.by, "roles", f"{entry.path}.by")
        if inspection.is_whole(entry.path):
            check_one_of(inspection, entry, MEASURES, "'bookings: 400000 EUR', 'deals: 12' or 'leads: 120'")
        _check_money(inspection, f"{entry.path}.bookings", entry.bookings)
        _check_days(inspection, entry.path, entry.from_, entry.until)
        _check_goal_stage(inspection, entry)
        _check_goal_against_promises(inspection, entry)
    sides = {entry.by for entry in inspection.document.goals}
    signing = [name for name, role in inspection.document.roles.items() if role.signs]
    idle = [name for name in signing if name not in sides]
    if sides and idle and inspection.is_whole("goals") and inspection.is_whole("roles"):
        text = f"'{idle[0]}' signs this agreement, but has no goal of its own"
        inspection.warn("agreement.one_sided_goals", "goals", text, f"add a goal with 'by: {idle[0]}'")


def check_prices(inspection: Inspection) -> None:
    """Check the price list and who may grant which discount."""
    prices = inspection.document.prices
    if prices is None:
        return
    _check_days(inspection, "prices", prices.from_, prices.until)
    if not prices.products and not prices.discounts and inspection.is_whole("prices"):
        hint = "add 'products' or 'discounts', or remove it"
        inspection.error("agreement.empty_section", "prices", "'prices' says nothing", hint)
    for name, product in prices.products.items():
        _check_product(inspection, f"prices.products.{name}", product)
    lower: DiscountEntry | None = None
    for discount in prices.discounts:
        _check_discount(inspection, discount, lower)
        lower = discount
    _check_largest_discount(inspection, prices)


def check_spending(inspection: Inspection) -> None:
    """Check that what marketing may spend adds up."""
    budget = inspection.document.budget
    if budget is None:
        return
    _check_days(inspection, "budget", budget.from_, budget.until)
    _check_money(inspection, "budget.total", budget.total)
    for name, spend in budget.channels.items():
        _check_money(inspection, f"budget.channels.{name}", spend)
    for name, campaign in budget.campaigns.items():
        _check_campaign(inspection, f"budget.campaigns.{name}", campaign, budget)
    for event, cost in budget.unit_costs.items():
        check_event(inspection, f"budget.unit_costs.{event}", event)
        _check_money(inspection, f"budget.unit_costs.{event}", cost)
    if inspection.is_whole("budget") and inspection.is_whole("currency"):
        _check_sums(inspection, budget)


def check_credit(inspection: Inspection) -> None:
    """Check by which terms won money is credited."""
    credit = inspection.document.credit
    if credit is None:
        return
    if credit.model.startswith("markov_"):
        text = "this model credits channels and campaigns as a whole, so that no single deal shows who earned it"
        hint = "write a model such as 'u_shaped' if each deal must show it"
        inspection.note("agreement.credit_without_touches", "credit.model", text, hint)
    if credit.inbound == 0:
        hint = "write a larger share, or remove it"
        inspection.warn("agreement.always_kept", "credit.inbound", "every share is at least 0 %", hint)
    _check_lookback(inspection, credit)
    _check_weights(inspection, credit)


def check_meetings(inspection: Inspection) -> None:
    """Check who meets, and on what."""
    meetings = inspection.document.meetings
    for name, entry in meetings.items():
        _check_meeting(inspection, f"meetings.{name}", entry)
    signing = [name for name, role in inspection.document.roles.items() if role.signs]
    present = {role for entry in meetings.values() for role in entry.who}
    absent = [name for name in signing if name not in present]
    if meetings and absent and inspection.is_whole("meetings") and inspection.is_whole("roles"):
        text = f"'{absent[0]}' signs this agreement, but takes part in no meeting"
        inspection.warn("agreement.absent_from_meetings", "meetings", text, f"add '{absent[0]}' to 'who'")


def _check_money(inspection: Inspection, path: str, money: Money | None) -> None:
    currency = inspection.document.currency
    if money is not None and money.currency != currency and inspection.is_whole("currency"):
        text = f"'{money.currency}' is not the currency of this agreement"
        inspection.error("agreement.other_currency", path, text, f"write it in {currency}")


def _check_days(inspection: Inspection, path: str, first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        text = f"it ends on {last}, before it begins on {first}"
        inspection.error("agreement.days_out_of_order", f"{path}.until", text, "put the earlier day into 'from'")


def _check_goal_stage(inspection: Inspection, entry: GoalEntry) -> None:
    if entry.leads is None:
        if entry.stage is not None and inspection.is_whole(entry.path):
            text = "'stage' has no meaning here, since this goal is not about leads"
            inspection.error("agreement.too_many_keys", f"{entry.path}.stage", text, "remove it, or write 'leads: 120'")
    elif entry.stage is not None:
        check_promised_stage(
            inspection, f"{entry.path}.stage", entry.stage, f"'{entry.by}' cannot want", f"'{entry.by}' wants"
        )
    elif inspection.is_whole(entry.path):
        text = f"'{entry.path}' needs 'stage', since 'leads' alone does not say which"
        inspection.error("agreement.missing_key", entry.path, text, "add 'stage: mql'")


def _check_goal_against_promises(inspection: Inspection, entry: GoalEntry) -> None:
    """Warn where a goal is less than what the same side promises."""
    if entry.leads is None or entry.by != "marketing" or not inspection.is_whole(entry.path):
        return
    for promise in inspection.document.sla.marketing:
        same = isinstance(promise, MarketingPromiseEntry) and (promise.stage, promise.per) == (entry.stage, entry.per)
        if isinstance(promise, MarketingPromiseEntry) and same and promise.deliver > entry.leads:
            line = inspection.source.line(promise.path)
            text = f"this goal is less than the {promise.deliver} that line {line} promises"
            inspection.warn("agreement.goal_below_promise", f"{entry.path}.leads", text, "raise it, or drop it")


def _check_product(inspection: Inspection, path: str, product: ProductEntry) -> None:
    for key, money in (("list", product.list_), ("floor", product.floor), ("unit_cost", product.unit_cost)):
        _check_money(inspection, f"{path}.{key}", money)
    if not inspection.is_whole(path):
        return
    floor = product.floor
    if floor is not None and floor.amount > product.list_.amount:
        text = f"the floor of {amount(floor.amount)} is above the list price of {amount(product.list_.amount)}"
        inspection.error("agreement.floor_above_list", f"{path}.floor", text, "lower the floor")
    lowest = floor or product.list_
    if product.unit_cost is not None and product.unit_cost.amount > lowest.amount:
        text = f"this may be sold for {amount(lowest.amount)}, which is less than it costs"
        inspection.warn("agreement.sold_at_a_loss", f"{path}.unit_cost", text, "raise the floor above it")


def _check_discount(inspection: Inspection, entry: DiscountEntry, lower: DiscountEntry | None) -> None:
    path = entry.path
    roles = inspection.defined("roles")
    if roles is not None and entry.by not in GRANTERS:
        inspection.refer_to("role", entry.by, (*GRANTERS, *roles), f"{path}.by")
    check_calendar(inspection, path, entry.calendar, needed=entry.within is not None)
    if entry.within is not None:
        check_budget(inspection, f"{path}.within", entry.within, entry.calendar)
    if lower is not None and entry.up_to <= lower.up_to and inspection.is_whole("prices.discounts"):
        text = f"nobody needs to ask '{entry.by}' for this: '{lower.by}' may grant {lower.up_to} % already"
        inspection.warn("agreement.never_applies", f"{path}.up_to", text, "put the smallest discount first")


def _check_largest_discount(inspection: Inspection, prices: PricesEntry) -> None:
    if not prices.discounts or not inspection.is_whole("prices"):
        return
    largest = max(prices.discounts, key=lambda discount: discount.up_to)
    for name, product in prices.products.items():
        lowest = product.list_.amount * (100 - largest.up_to) / Decimal(100)
        if product.floor is not None and lowest < product.floor.amount:
            text = f"a discount of {largest.up_to} % goes below this floor, so it cannot be granted in full"
            hint = "the floor holds; allow a smaller discount if that is not meant"
            inspection.note("agreement.discount_below_floor", f"prices.products.{name}.floor", text, hint)


def _check_campaign(inspection: Inspection, path: str, campaign: CampaignEntry, budget: BudgetEntry) -> None:
    _check_money(inspection, f"{path}.spend", campaign.spend)
    _check_days(inspection, path, campaign.from_, campaign.until)
    if campaign.channel is not None:
        inspection.refer("channel", campaign.channel, "budget.channels", f"{path}.channel")
    if campaign.from_ is not None and budget.until is not None and campaign.from_ > budget.until:
        text = f"it begins after the budget ends on {budget.until}"
        inspection.error("agreement.days_out_of_order", f"{path}.from", text, "begin earlier, or extend the budget")
    if campaign.until is not None and budget.from_ is not None and campaign.until < budget.from_:
        text = f"it ends before the budget begins on {budget.from_}"
        inspection.error("agreement.days_out_of_order", f"{path}.until", text, "end later, or begin the budget earlier")


def _check_sums(inspection: Inspection, budget: BudgetEntry) -> None:
    for name, spend in budget.channels.items():
        parts = _sum(campaign.spend for campaign in budget.campaigns.values() if campaign.channel == name)
        if parts > spend.amount:
            text = f"its campaigns add up to {amount(parts)}, which is more than {amount(spend.amount)}"
            inspection.error("agreement.sum_too_large", f"budget.channels.{name}", text, "give it more, or them less")
    beside = _sum(campaign.spend for campaign in budget.campaigns.values() if campaign.channel is None)
    parts = _sum(budget.channels.values()) + beside
    if parts > budget.total.amount:
        text = f"channels and campaigns add up to {amount(parts)}, which is more than {amount(budget.total.amount)}"
        inspection.error("agreement.sum_too_large", "budget.total", text, "raise the total, or lower its parts")


def _check_lookback(inspection: Inspection, credit: CreditEntry) -> None:
    """Warn where leads come back so late that what brought them the first time counts no more."""
    waits = [(entry.back_after, entry.path) for entry in _ways_back(inspection.document) if entry.back_after]
    if credit.lookback is None or not waits:
        return
    longest, path = max(waits, key=lambda wait: wait[0])
    if credit.lookback < longest:
        line = inspection.source.line(path)
        text = f"by line {line}, leads come back after {span(longest)}, when nothing counts that brought them at first"
        hint = f"write '{span(longest)}' or more, if it is to count"
        inspection.warn("agreement.lookback_too_short", "credit.lookback", text, hint)


def _check_weights(inspection: Inspection, credit: CreditEntry) -> None:
    if credit.weights is None:
        if credit.model == CUSTOM and inspection.is_whole("credit"):
            text = "'credit' needs 'weights', since 'custom' alone does not say which"
            hint = "add 'weights: {first: 40 %, last: 40 %, between: 20 %}'"
            inspection.error("agreement.missing_key", "credit", text, hint)
        return
    whole = sum(credit.weights.percents.values())
    if whole != 100 and inspection.is_whole("credit.weights"):
        text = f"these weights come to {whole} %, not to 100 %"
        inspection.error("agreement.wrong_sum", "credit.weights", text, "change them so that they come to 100 %")


def _ways_back(document: Document) -> Iterator[RejectReasonEntry | RecycleEntry | GateEntry]:
    yield from document.handoff.reject_reasons.values()
    yield from document.stages.values()
    if document.recycling is not None:
        yield from (entry for entry in (document.recycling.lost_deal, document.recycling.never_reached) if entry)


def _sum(moneys: Iterable[Money]) -> Decimal:
    return sum((money.amount for money in moneys), Decimal(0))


def _check_meeting(inspection: Inspection, path: str, entry: MeetingEntry) -> None:
    seen: set[str] = set()
    for place, role in enumerate(entry.who):
        at = getattr(role, "path", f"{path}.who[{place}]")
        inspection.refer("role", role, "roles", at)
        if role in seen:
            inspection.warn("agreement.said_twice", at, f"'{role}' stands in this list twice", "remove one of them")
        seen.add(role)
    if not entry.who and inspection.is_whole(f"{path}.who"):
        inspection.error("agreement.empty_list", f"{path}.who", "nobody takes part", "write 'who: [marketing, sales]'")
    if entry.chair is not None:
        _check_chair(inspection, path, entry.chair, entry.who)
    if entry.lasts is not None and entry.lasts > LONGEST_MEETING:
        text = "a meeting lasts no longer than a day"
        inspection.error("agreement.out_of_range", f"{path}.lasts", text, "write a time such as '60 minutes'")
    for place, item in enumerate(entry.agenda):
        if item in entry.agenda[:place]:
            text = f"'{item}' stands on this agenda twice"
            inspection.warn("agreement.said_twice", f"{path}.agenda[{place}]", text, "remove one of them")


def _check_chair(inspection: Inspection, path: str, chair: str, who: list[str]) -> None:
    known = inspection.refer("role", chair, "roles", f"{path}.chair")
    if known and who and chair not in who and inspection.is_whole(f"{path}.who"):
        text = f"'{chair}' leads this meeting, but does not take part"
        inspection.warn("agreement.absent_chair", f"{path}.chair", text, f"add '{chair}' to 'who'")
