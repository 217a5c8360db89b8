"""What is said of months that were over, and was said otherwise before: late deals, refunds, late touches and costs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from accord.insight.credit.tables import Dimension, Measure, Scope, column_of, shown

TOUCHES = "touches came late, were joined to somebody, or no more count"
MOST = 100
"""Details that are kept of one restatement; of more, how many there were."""


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
        what: Bookings and costs are totals. Credit is how much went from one channel to another by the agreed model,
            where bookings stayed what they were.
        before: In cents; 0 for credit.
        after: Likewise; for credit what went elsewhere.
        why: As the rest of a sentence: it changed, since …
        details: The largest first.
    """

    month: int
    what: Literal["bookings", "credit", "costs"]
    before: int
    after: int
    why: str
    details: Sequence[Detail]


def restated(
    before: Mapping[str, pa.Table],
    after: Mapping[str, pa.Table],
    *,
    until: int,
    model: str,
    scope: Scope,
    why: str = "",
) -> Sequence[Restated]:
    """Return what changed of each month before ``until``, in the order of months.

    Args:
        before: The tables of the earlier edition.
        after: Those of the later one.
        until: The month in which the earlier edition was made, which was not over.
        model: The agreed one.
        scope: Whose touches count, as agreed.
        why: Why credit went elsewhere, where it is known; empty: touches explain it.
    """
    found = [
        *_bookings(before["won"], after["won"]),
        *_credit(before, after, column_of(shown(model), Dimension.CHANNEL), scope, why),
        *_costs(before["spent"], after["spent"]),
    ]
    return sorted((each for each in found if each.month < until), key=lambda each: (each.month, each.what))


def _bookings(before: pa.Table, after: pa.Table) -> Iterable[Restated]:
    was, now = _deals(before), _deals(after)
    moved: dict[int, list[Detail]] = defaultdict(list)
    for deal in was.keys() | now.keys():
        old, new = was.get(deal), now.get(deal)
        if old == new:
            continue
        same_month = old is not None and new is not None and old[0] == new[0]
        if same_month and old is not None and new is not None:
            moved[old[0]].append(Detail(str(deal), old[1], new[1]))
            continue
        if old is not None:
            moved[old[0]].append(Detail(str(deal), old[1], None))
        if new is not None:
            moved[new[0]].append(Detail(str(deal), None, new[1]))
    total_was, total_now = _totals(was.values()), _totals(now.values())
    for month, details in moved.items():
        yield Restated(month, "bookings", total_was[month], total_now[month], _why(details), _largest(details))


def _deals(won: pa.Table) -> dict[int, tuple[int, int]]:
    """Return the month and the revenue of each deal; what is not known is worth nothing."""
    rows = zip(*(won[name].to_pylist() for name in ("deal_id", "won_month", "revenue")), strict=True)
    return {deal: (month, revenue or 0) for deal, month, revenue in rows}


def _totals(deals: Iterable[tuple[int, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for month, revenue in deals:
        found[month] += revenue
    return found


def _why(details: Sequence[Detail]) -> str:
    counts = (
        (sum(each.before is None for each in details), "deal came late", "deals came late"),
        (
            sum(each.after is None for each in details),
            "deal is won no more, or in another month",
            "deals are won no more, or in another month",
        ),
        (
            sum(each.before is not None and each.after is not None for each in details),
            "amount changed",
            "amounts changed",
        ),
    )
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)


def _credit(
    before: Mapping[str, pa.Table], after: Mapping[str, pa.Table], column: str, scope: Scope, why: str
) -> Iterable[Restated]:
    """Yield months in which credit went from one channel to another by itself, which deals alone do not explain.

    Of deals whose touches are the same, nothing is told unless there is another reason: a Markov chain goes on learning
    from journeys of today, and what it makes of old ones drifts with it.
    """
    was, now = (_by_channel(tables["credited"], column, scope) for tables in (before, after))
    later = _deals(after["won"])
    stayed = {deal for deal, found in _deals(before["won"]).items() if later.get(deal) == found}
    if not why:
        had, has = (_touches(tables["credited"], scope) for tables in (before, after))
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


def _by_channel(credited: pa.Table, column: str, scope: Scope) -> dict[tuple[int, int, str], int]:
    found = (
        credited.filter(_revenue_of(credited, scope))
        .group_by(["deal_id", "won_month", "channel"])
        .aggregate([(column, "sum")])
    )
    names = ("deal_id", "won_month", "channel", f"{column}_sum")
    return {
        (deal, month, label): cents
        for deal, month, label, cents in zip(*(found[name].to_pylist() for name in names), strict=True)
    }


def _costs(before: pa.Table, after: pa.Table) -> Iterable[Restated]:
    was, now = _spent(before), _spent(after)
    for month in sorted({month for month, _ in was.keys() | now.keys()}):
        labels = {label for at, label in was.keys() | now.keys() if at == month}
        pairs = {label: (was.get((month, label)), now.get((month, label))) for label in labels}
        details = [Detail(label, old, new) for label, (old, new) in pairs.items() if old != new]
        if details:
            total = [sum(pair[place] or 0 for pair in pairs.values()) for place in (0, 1)]
            late = sum(each.before is None for each in details)
            said = [f"costs of {late} came late" if late else "", "costs changed" if late < len(details) else ""]
            why = " and ".join(filter(None, said))
            yield Restated(month, "costs", total[0], total[1], why, _largest(details))


def _spent(costs: pa.Table) -> dict[tuple[int, str], int]:
    found: Counter[tuple[int, str]] = Counter()
    rows = zip(*(costs[name].to_pylist() for name in ("month", "source", "medium", "campaign", "cents")), strict=True)
    for month, source, medium, campaign, cents in rows:
        found[month, " / ".join(filter(None, (source, medium, campaign)))] += cents or 0
    return dict(found)


def _largest(details: Iterable[Detail]) -> list[Detail]:
    return sorted(details, key=lambda each: (-abs((each.after or 0) - (each.before or 0)), each.of))
