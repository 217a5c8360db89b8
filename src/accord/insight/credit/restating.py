"""What is said of months that were over, and was said otherwise before: late deals, refunds, late touches and costs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from accord.insight.credit.tables import Dimension, Measure, Scope, column_of, shown

TOUCHES = "touches came late, were joined to somebody, or no more count"
TERMS = "it is credited by other terms"
UPDATED = "Accord was updated, and counts otherwise"
MOST = 100
"""Details that are kept of one restatement; of more, how many there were."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """By which model credit is agreed on, and whose touches count."""

    model: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Detail:
    """One deal, channel or campaign: what it was, and what it is, in cents; None: it was not there, or is no more."""

    of: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Restated:
    """One month that comes to something else.

    Attributes:
        month: Its number.
        what: Bookings, margin and costs are totals. Credit is how much went from one channel to another by the agreed
            model, where bookings stayed what they were.
        before: In cents; 0 for credit.
        after: Likewise; for credit what went elsewhere.
        why: As the rest of a sentence: it changed, since …
        details: The largest first.
    """

    month: int
    what: Literal["bookings", "margin", "credit", "costs"]
    before: int
    after: int
    why: str
    details: Sequence[Detail]


def restated(
    before: Mapping[str, pa.Table],
    after: Mapping[str, pa.Table],
    *,
    until: int,
    was: Agreed,
    now: Agreed,
    why: str = "",
) -> Sequence[Restated]:
    """Return what changed of each month before ``until``, in the order of months: of each thing one row at most.

    Args:
        before: The tables of the earlier edition.
        after: Those of the later one.
        until: The month in which the earlier edition was made, which was not over.
        was: What was agreed on then.
        now: What is agreed on now.
        why: ``TERMS`` or ``UPDATED``, where terms or definitions are others; empty: what happened explains it. Terms
            share out what was won, and change neither that nor costs.
    """
    found = [
        *_booked("bookings", before["won"], after["won"], why),
        *_booked("margin", before["won"], after["won"], why),
        *_credit(before, after, was, now, why),
        *_costs(before["spent"], after["spent"], why),
    ]
    return sorted((each for each in found if each.month < until), key=lambda each: (each.month, each.what))


@dataclass(frozen=True, slots=True)
class _Deal:
    """What is said of a deal; what is not known is worth nothing.

    Attributes:
        stated: In its own currency.
    """

    month: int
    won_us: int
    worth: int
    stated: tuple[int | None, str]


_STATED = {"bookings": (Measure.REVENUE, "amount_cents"), "margin": (Measure.MARGIN, "margin_cents")}


def _booked(what: Literal["bookings", "margin"], before: pa.Table, after: pa.Table, why: str) -> Iterable[Restated]:
    was, now = _deals(before, what), _deals(after, what)
    moved: dict[int, list[Detail]] = defaultdict(list)
    reasons: dict[int, Counter[str]] = defaultdict(Counter)
    for deal in was.keys() | now.keys():
        old, new = was.get(deal), now.get(deal)
        if _same(old, new) or (what == "margin" and not any(each and each.worth for each in (old, new))):
            continue
        reason = _reason(old, new)
        for month in {each.month for each in (old, new) if each is not None}:
            here = (each.worth if each is not None and each.month == month else None for each in (old, new))
            moved[month].append(Detail(str(deal), *here))
            reasons[month][reason] += 1
    total_was, total_now = _totals(was.values()), _totals(now.values())
    for month, details in moved.items():
        said = _since(why, _counted(reasons[month], "amount" if what == "bookings" else "margin"))
        yield Restated(month, what, total_was[month], total_now[month], said, _largest(details))


def _deals(won: pa.Table, what: str) -> dict[int, _Deal]:
    measure, stated = _STATED[what]
    names = ("deal_id", "won_month", "won_us", measure.value, stated, "currency")
    rows = zip(*(won[name].to_pylist() for name in names), strict=True)
    return {deal: _Deal(month, at, worth or 0, (cents, currency)) for deal, month, at, worth, cents, currency in rows}


def _same(old: _Deal | None, new: _Deal | None) -> bool:
    return old is not None and new is not None and (old.month, old.worth) == (new.month, new.worth)


def _totals(deals: Iterable[_Deal]) -> Counter[int]:
    found: Counter[int] = Counter()
    for deal in deals:
        found[deal.month] += deal.worth
    return found


def _reason(old: _Deal | None, new: _Deal | None) -> str:
    if old is None or new is None:
        return "late" if old is None else "gone"
    if old.month != new.month:
        return "zone" if old.won_us == new.won_us else "month"
    return "rate" if old.stated == new.stated else "amount"


_WORDS = {
    "late": ("deal came late", "deals came late"),
    "gone": ("deal is won no more", "deals are won no more"),
    "month": ("deal was won in another month", "deals were won in another month"),
    "zone": ("deal is of another month in another time zone", "deals are of another month in another time zone"),
    "amount": ("{} changed", "{}s changed"),
    "rate": ("{} is converted by another rate", "{}s are converted by another rate"),
}


def _counted(reasons: Mapping[str, int], amount: str) -> str:
    return ", ".join(
        f"{reasons[each]} {words[reasons[each] > 1].format(amount)}"
        for each, words in _WORDS.items()
        if each in reasons
    )


def _since(why: str, what: str) -> str:
    return f"{why}: {what}" if why == UPDATED else what


def _credit(
    before: Mapping[str, pa.Table], after: Mapping[str, pa.Table], agreed: Agreed, now_agreed: Agreed, why: str
) -> Iterable[Restated]:
    """Yield months in which credit went from one channel to another by itself, which deals alone do not explain.

    Of deals whose touches are the same, nothing is told unless there is another reason: a Markov chain goes on learning
    from journeys of today, and what it makes of old ones drifts with it.
    """
    was, now = _by_channel(before["credited"], agreed), _by_channel(after["credited"], now_agreed)
    later = _deals(after["won"], "bookings")
    stayed = {deal for deal, found in _deals(before["won"], "bookings").items() if _same(found, later.get(deal))}
    if not why:
        had, has = _touches(before["credited"], agreed.scope), _touches(after["credited"], now_agreed.scope)
        stayed = {deal for deal in stayed if had.get(deal) != has.get(deal)}
    months: dict[int, Counter[str]] = defaultdict(Counter)
    first: dict[int, Counter[str]] = defaultdict(Counter)
    for key in was.keys() | now.keys():
        deal, month, label = key
        if deal in stayed:
            first[month][label] += was.get(key, 0)
            months[month][label] += now.get(key, 0)
    for month, credit in months.items():
        labels = credit.keys() | first[month].keys()
        details = [
            Detail(label, first[month][label], credit[label])
            for label in labels
            if first[month][label] != credit[label]
        ]
        gained = sum(max((each.after or 0) - (each.before or 0), 0) for each in details)
        lost = sum(max((each.before or 0) - (each.after or 0), 0) for each in details)
        if details:
            yield Restated(month, "credit", 0, max(gained, lost), why or TOUCHES, _largest(details))


def _touches(credited: pa.Table, scope: Scope) -> dict[int, set[tuple[str, int, str]]]:
    """Return which touches count for each deal, and by which channel each was."""
    rows = credited.filter(_revenue_of(credited, scope))
    found: dict[int, set[tuple[str, int, str]]] = defaultdict(set)
    columns = (rows[name].to_pylist() for name in ("deal_id", "kind", "touch_id", "channel"))
    for deal, kind, touch, channel in zip(*columns, strict=True):
        found[deal].add((kind, touch, channel))
    return found


def _revenue_of(credited: pa.Table, scope: Scope) -> pa.ChunkedArray:
    return pc.and_(pc.equal(credited["scope"], scope.value), pc.equal(credited["measure"], Measure.REVENUE.value))


def _by_channel(credited: pa.Table, agreed: Agreed) -> dict[tuple[int, int, str], int]:
    column = column_of(shown(agreed.model), Dimension.CHANNEL)
    found = (
        credited.filter(_revenue_of(credited, agreed.scope))
        .group_by(["deal_id", "won_month", "channel"])
        .aggregate([(column, "sum")])
    )
    names = ("deal_id", "won_month", "channel", f"{column}_sum")
    return {
        (deal, month, label): cents
        for deal, month, label, cents in zip(*(found[name].to_pylist() for name in names), strict=True)
    }


def _costs(before: pa.Table, after: pa.Table, why: str) -> Iterable[Restated]:
    was, now = _spent(before), _spent(after)
    for month in sorted({month for month, _ in was.keys() | now.keys()}):
        labels = {label for at, label in was.keys() | now.keys() if at == month}
        pairs = {label: (was.get((month, label)), now.get((month, label))) for label in labels}
        details = [Detail(label, old, new) for label, (old, new) in pairs.items() if old != new]
        if details:
            total = [sum(pair[place] or 0 for pair in pairs.values()) for place in (0, 1)]
            late = sum(each.before is None for each in details)
            said = [f"costs of {late} came late" if late else "", "costs changed" if late < len(details) else ""]
            text = _since(why, " and ".join(filter(None, said)))
            yield Restated(month, "costs", total[0], total[1], text, _largest(details))


def _spent(costs: pa.Table) -> dict[tuple[int, str], int]:
    found: Counter[tuple[int, str]] = Counter()
    rows = zip(*(costs[name].to_pylist() for name in ("month", "source", "medium", "campaign", "cents")), strict=True)
    for month, source, medium, campaign, cents in rows:
        found[month, " / ".join(filter(None, (source, medium, campaign)))] += cents or 0
    return dict(found)


def _largest(details: Iterable[Detail]) -> list[Detail]:
    return sorted(details, key=lambda each: (-abs((each.after or 0) - (each.before or 0)), each.of))
