"""What each channel brought and cost: one row for each, opened to source, medium and campaign.

Visits, people, leads and costs are found each by themselves and put together here, so that a cost without visits and a
visit without cost each have their row, and every total is the sum of its rows. Currencies are never added together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.channels import figures
from accord.server.channels.asked import READERS, Asked, Show
from accord.server.channels.figures import LeadFound, Spent, Visited, Way
from accord.server.channels.naming import alike
from accord.traffic.channels import channel

CENT = Decimal("0.01")
NOT_FROM_OUTSIDE = "No arrival"
"""How the pages call visits that did not come from outside: somebody read on after a pause."""
SHOWN_SOURCES = 3


@dataclass(slots=True)
class Figures:
    """What something brought and cost.

    Attributes:
        visits: Of people.
        visitors: Different ones; None where they were not counted together.
        people: Who became known.
        leads: Whose cycle began, and of these how many have come how far until now.
        cost: By currency; empty where nothing is known to have been spent.
        clicks: As advertisers count them; None where nobody stated it.
        impressions: Likewise.
    """

    visits: int = 0
    visitors: int | None = 0
    people: int = 0
    leads: int = 0
    mql: int = 0
    accepted: int = 0
    won: int = 0
    cost: dict[str, Decimal] = field(default_factory=dict)
    clicks: int | None = None
    impressions: int | None = None

    @property
    def costs(self) -> Sequence[tuple[str, Decimal]]:
        """Return the cost by currency, in the order of the alphabet."""
        return sorted(self.cost.items())

    def add(self, other: "Figures") -> None:
        """Add another one's figures to these; visitors are left as they are, since they do not add up."""
        for name in ("visits", "people", "leads", "mql", "accepted", "won"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for currency, amount in other.cost.items():
            self.cost[currency] = self.cost.get(currency, Decimal(0)) + amount
        self.clicks = _sum(self.clicks, other.clicks)
        self.impressions = _sum(self.impressions, other.impressions)

    def cost_of_each(self, name: str) -> dict[str, Decimal | None]:
        """Return by currency what one visit, lead and so on cost, to the cent; None where there was none."""
        count = getattr(self, name)
        return {
            currency: (amount / count).quantize(CENT, ROUND_HALF_UP) if count else None
            for currency, amount in self.cost.items()
        }


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one + (other or 0)


@dataclass(frozen=True, slots=True)
class WayRow:
    """One source, medium and campaign within its channel."""

    way: Way
    figures: Figures

    @property
    def name(self) -> str:
        """Return source, medium and campaign, by which rows of equal figures are ordered."""
        return " ".join(self.way[1:])


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel with its ways, sorted as was asked."""

    channel: str
    figures: Figures
    ways: Sequence[WayRow]

    @property
    def name(self) -> str:
        """Return how the pages call it."""
        return self.channel or NOT_FROM_OUTSIDE

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the sources that brought most visits, then most leads."""
        weight: dict[str, tuple[int, int]] = {}
        for row in self.ways:
            visits, leads = weight.get(row.way.source, (0, 0))
            weight[row.way.source] = (visits + row.figures.visits, leads + row.figures.leads)
        named = sorted((source for source in weight if source), key=lambda source: weight[source], reverse=True)
        return tuple(named[:SHOWN_SOURCES])


R = TypeVar("R", ChannelRow, WayRow)


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are sorted; by their cost in one currency, since amounts of different ones do not compare."""

    sort: str
    currency: str


@dataclass(frozen=True, slots=True)
class Direction:
    """Visits and leads of one direction: inbound, outbound, or what cannot be told."""

    visits: int
    leads: int

    @property
    def note(self) -> str:
        """Return how many leads came so."""
        return f"{self.leads:,} lead{'' if self.leads == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Report:
    """The whole page.

    Attributes:
        channels: Sorted as was asked.
        total: Of the rows shown.
        robots: Visits of robots and scanners, which are left out.
        unclear: Visits of which it is not known whether a robot made them, which are left out too.
        alike: What is named (campaign, source, medium), with names that look like one.
        currencies: All in which something was spent, in the order of the alphabet.
    """

    channels: Sequence[ChannelRow]
    total: Figures
    inbound: Direction
    outbound: Direction
    untold: Direction
    robots: int
    unclear: int
    alike: Mapping[str, Sequence[tuple[str, ...]]]
    currencies: Sequence[str]


def report(asked: Asked, reader: User) -> Report:
    """Return what each channel brought and cost.

    Raises:
        AccessError: Their role does not see it.
    """
    require(reader, READERS, "see what channels brought")
    came, leads = figures.visited(asked.period), figures.leads_found(asked.period)
    costs = figures.spent(asked.period)
    ways = _ways(came, leads, figures.people_found(asked.period), costs)
    wanted = {way: each for way, each in ways.items() if _matches(way, each, asked)}
    different = None if asked.narrowed else came.in_channel
    currencies = sorted({cost.currency for cost in costs})
    order = Order(asked.sort, currencies[0] if currencies else "")
    channels = [_channel_row(name, rows, different, order) for name, rows in _by_channel(wanted).items()]
    total = Figures(visitors=None if asked.narrowed else came.visitors)
    for row in channels:
        total.add(row.figures)
    return Report(
        channels=_sorted(channels, order),
        total=total,
        robots=came.robots,
        unclear=came.unclear,
        alike=_alike(ways),
        currencies=currencies,
        **_directions(came, leads),
    )


def _ways(
    came: Visited, leads: Iterable[LeadFound], people: Iterable[tuple[Way, int]], costs: Iterable[Spent]
) -> dict[Way, Figures]:
    ways: dict[Way, Figures] = defaultdict(Figures)
    for each in came.ways:
        found = ways[each.way]
        found.visits, found.visitors = each.visits, each.visitors
    for lead in leads:
        found = ways[lead.way]
        found.leads += 1
        found.mql += lead.mql
        found.accepted += lead.accepted
        found.won += lead.won
    for way, count in people:
        ways[way].people += count
    channel_of = _channel_of(ways)
    for cost in costs:
        named = (cost.source, cost.medium, cost.campaign)
        way = Way(channel_of.get(named) or channel(*named).value, *named)
        spent = Figures(cost={cost.currency: cost.amount}, clicks=cost.clicks, impressions=cost.impressions)
        ways[way].add(spent)
    return dict(ways)


def _channel_of(ways: Mapping[Way, Figures]) -> dict[tuple[str, str, str], str]:
    """Return to which channel the cost of a source, medium and campaign goes: where most of its visits stand."""
    found: dict[tuple[str, str, str], str] = {}
    for way in sorted(ways, key=lambda way: (ways[way].visits, ways[way].leads, way)):
        found[way[1:]] = way.channel
    return found


def _matches(way: Way, found: Figures, asked: Asked) -> bool:
    match asked.show:
        case Show.NO_VISITS:
            shown = bool(found.cost) and not found.visits
        case Show.NO_COST:
            shown = bool(found.visits) and not found.cost
        case _:
            shown = True
    said = " ".join(way).casefold()
    return shown and all(word in said for word in asked.text.casefold().split())


def _by_channel(ways: Mapping[Way, Figures]) -> dict[str, list[WayRow]]:
    found: dict[str, list[WayRow]] = defaultdict(list)
    for way in sorted(ways):
        found[way.channel].append(WayRow(way, ways[way]))
    return found


def _channel_row(name: str, rows: Sequence[WayRow], different: Mapping[str, int] | None, order: Order) -> ChannelRow:
    whole = Figures(visitors=None if different is None else different.get(name, 0))
    for row in rows:
        whole.add(row.figures)
    return ChannelRow(name, whole, _sorted(rows, order))


def _sorted(rows: Sequence[R], order: Order) -> list[R]:
    """Return rows in the order asked for; of equals, the one with more visits, then the first by name."""
    known = sorted(rows, key=lambda row: (-row.figures.visits, -row.figures.leads, row.name.casefold()))
    return sorted(known, key=lambda row: _sort_key(row, order), reverse=order.sort.startswith("-"))


def _sort_key(row: ChannelRow | WayRow, order: Order) -> tuple[bool, Any]:
    name = order.sort.removeprefix("-")
    if name == "name":
        return True, row.name.casefold()
    value = row.figures.cost.get(order.currency) if name == "cost" else getattr(row.figures, name)
    return value is not None, value or 0


def _alike(ways: Iterable[Way]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found = {name: alike({getattr(way, name) for way in ways}) for name in ("campaign", "source", "medium")}
    return {name: groups for name, groups in found.items() if groups}


def _directions(came: Visited, leads: Sequence[LeadFound]) -> dict[str, Direction]:
    inbound, outbound = sum(each.inbound for each in came.ways), sum(each.outbound for each in came.ways)
    by = Counter(lead.inbound for lead in leads)
    return {
        "inbound": Direction(inbound, by[True]),
        "outbound": Direction(outbound, by[False]),
        "untold": Direction(sum(each.visits for each in came.ways) - inbound - outbound, by[None]),
    }
