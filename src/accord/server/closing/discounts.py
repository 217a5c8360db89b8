"""Discounts: at which share of the list price deals were won, by group, and whether any group really differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from accord.insight import RatioSpread, RatioSum, Type, Unpriced
from accord.insight.closing import (
    WHOLE,
    Dimension,
    RatioGroup,
    RatioSums,
    compare_sums,
    priced,
    ratio_spread,
    ratio_sums,
    sums_of_groups,
)
from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.closing.asked import READERS, DiscountsAsked
from accord.server.closing.naming import LABELS, place, value_labels
from accord.server.pipeline.models import Deal
from accord.server.ui import words
from accord.server.warehouse.asking import ask, listed

BANDS = ("List price or more", "Up to 5 % off", "5 to 10 % off", "10 to 20 % off", "More than 20 % off")
"""By their numbers in ``closing_prices.sql``."""
TOLD = 3
"""Differences that the sentence above the table names; the others are marked in it."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Band:
    """The deals of a group in one band, and where they are listed; "" of none."""

    label: str
    deals: int
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """One row of the table.

    Attributes:
        median: Of the shares of the list price.
        explained: What came of the comparison, in words.
        href: The deals behind it.
    """

    label: str
    found: RatioGroup
    median: float
    explained: str
    href: str
    bands: Sequence[Band]


@dataclass(frozen=True, slots=True)
class Discounts:
    """The page.

    Attributes:
        groups: Those of the dimension asked for.
        whole: All deals.
        answer: What differs among all dimensions, in a sentence.
        looks: How many groups of all dimensions were compared with the rest.
        unpriced: Won deals that no list price is known of.
    """

    groups: Sequence[Group]
    whole: Group | None
    answer: str
    looks: int
    unpriced: int


def discounts(asked: DiscountsAsked, reader: User) -> Discounts:
    """Return at which share of the list price deals were won.

    Raises:
        AccessError: Their role does not see it.
    """
    require(reader, READERS, "see how deals close")
    given = asked.days.given
    sums = sums_of_groups(ask(RatioSum, ratio_sums(), given))
    spreads = {row.value: row for row in ask(RatioSpread, ratio_spread(asked.dimension), given)}
    of_all = ask(RatioSpread, ratio_spread(None), given)
    (without,) = ask(Unpriced, "closing_unpriced", given)
    found = compare_sums(sums)
    # A deal may be won between two questions: a group that only one of them knows is shown the next time.
    groups = [each for each in found if each.dimension == asked.dimension.value and each.name in spreads]
    names = value_labels(asked.dimension, [each.name for each in groups])
    groups.sort(key=lambda each: (place(asked.dimension, each.name), -each.deals, names[each.name].casefold()))
    rows = [_row(names[each.name], each, spreads[each.name], asked, {"value": each.name}) for each in groups]
    whole = _whole(sums.get(asked.dimension.value, {}), of_all, asked) if rows else None
    return Discounts(rows, whole, _answer(found), _looks(found), without.deals)


def _whole(sums: Mapping[str, RatioSums], spreads: Sequence[RatioSpread], asked: DiscountsAsked) -> Group:
    (found,) = compare_sums({asked.dimension.value: {"": sum(sums.values(), RatioSums())}})
    (spread,) = spreads
    return _row("All", found, spread, asked, {})


def _row(label: str, found: RatioGroup, spread: RatioSpread, asked: DiscountsAsked, only: Mapping[str, str]) -> Group:
    def behind(**more: str) -> str:
        return f"{reverse('discounts-deals')}?{urlencode({**asked.parameters, **only, **more})}"

    cells = [
        Band(text, deals, behind(band=str(number)) if deals else "")
        for number, (text, deals) in enumerate(zip(BANDS, spread.bands, strict=True))
    ]
    return Group(label, found, spread.middle / WHOLE, _explained(found), behind(), cells)


def _explained(group: RatioGroup) -> str:
    if group.few:
        return "Too few, or all but a few, to be compared."
    if group.corrected is None or group.rest is None:
        return ""
    verdict = "differs from" if group.stands_out else "may as well be like"
    return f"It {verdict} the rest, {words.percent(group.rest)} (p = {group.corrected:.2g} corrected)."


def _looks(found: Sequence[RatioGroup]) -> int:
    return sum(each.chance is not None for each in found)


def _answer(found: Sequence[RatioGroup]) -> str:
    looks = _looks(found)
    if not found:
        return ""
    if not looks:
        return "There are too few deals to compare anything."
    after = f"after {looks:,} look{'s' if looks > 1 else ''} at {len(Dimension)} dimensions"
    out = [each for each in found if each.stands_out]
    if not out:
        return f"No group closes at other prices than the rest {after}."
    said = [
        f"{LABELS[Dimension(each.dimension)].lower()} {value_labels(Dimension(each.dimension), [each.name])[each.name]}"
        f" at {words.percent(each.mean)} of the list price, the rest at {words.percent(each.rest)}"
        for each in out[:TOLD]
    ]
    more = f"; and {len(out) - TOLD:,} more" if len(out) > TOLD else ""
    count = "One difference stands" if len(out) == 1 else f"{len(out):,} differences stand"
    return f"{count} out {after}: {'; '.join(said)}{more}."


# --- the deals behind a number --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DealRow:
    """One deal behind a number.

    Attributes:
        off: Which share of the list price it was below it; below 0 it was above.
    """

    deal: Deal
    amount: int
    list_price: int
    off: float


@dataclass(frozen=True, slots=True)
class DealRows:
    """A page of deals; ``total`` is how many there are on all pages, ``narrowed`` to which, in words."""

    rows: Sequence[DealRow]
    total: int
    narrowed: Sequence[str]


def deals_behind(
    asked: DiscountsAsked, wanted: Mapping[str, str], page: int, reader: User, size: int = PAGE
) -> DealRows:
    """Return the deals behind a group, or behind one of its bands.

    Raises:
        AccessError: Their role does not see them.
    """
    require(reader, READERS, "see how deals close")
    equal: list[tuple[str, Type]] = []
    given: dict[str, int | str] = {**asked.days.given, "limit": size, "skip": (page - 1) * size}
    narrowed = []
    if "value" in wanted:
        given["value"] = value = wanted["value"].replace("\0", "")
        equal.append(("value", Type.TEXT))
        narrowed.append(f"{LABELS[asked.dimension]}: {value_labels(asked.dimension, [value])[value]}")
    if (band := wanted.get("band", "")) in {str(number) for number in range(len(BANDS))}:
        given["band"] = int(band)
        equal.append(("band", Type.BIGINT))
        narrowed.append(BANDS[int(band)])
    question = priced(asked.dimension)
    rows = listed(question, given, equal=tuple(equal), at_least=(), order="closed_us", descending=True)
    found = [dict(zip((*question.columns, "total"), row, strict=True)) for row in rows]
    return DealRows(_rows(found), found[0]["total"] if found else 0, narrowed)


def _rows(found: Sequence[Mapping[str, Any]]) -> list[DealRow]:
    related = ("lead__person__company", "lead__owner")
    known = Deal.objects.select_related(*related).in_bulk([each["deal_id"] for each in found])
    return [
        DealRow(deal, each["amount_cents"], each["list_cents"], 1 - each["ratio"] / WHOLE)
        for each in found
        if (deal := known.get(each["deal_id"])) is not None  # the warehouse may have one that was deleted just now
    ]
