"""The queries behind the Channels page: each one statement over a whole period, read only.

People and leads count by the first touch of the person: the earliest visit of theirs, in whichever browser, that came
from outside and that no robot made. Where there is no such visit, the source counts that was stated for the lead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Sum

from accord.server.channels.asked import Period
from accord.server.channels.models import Cost
from accord.server.people.models import Visit
from accord.traffic.channels import Channel, channel


class Way(NamedTuple):
    """What brought somebody; the channel is empty where a visit did not come from outside."""

    channel: str
    source: str
    medium: str
    campaign: str


_STATED = {name.value.casefold(): name.value for name in Channel}


class Came(NamedTuple):
    """The visits of people by one way."""

    way: Way
    visits: int
    visitors: int
    inbound: int
    outbound: int


@dataclass(frozen=True, slots=True)
class Visited:
    """Who came; ``in_channel`` and ``visitors`` count different visitors, which do not add up over ways.

    Attributes:
        robots: Visits of robots and scanners.
        unclear: Visits of which it is not known whether a robot made them.
    """

    ways: Sequence[Came]
    in_channel: Mapping[str, int]
    visitors: int
    robots: int
    unclear: int


class LeadFound(NamedTuple):
    """One lead of the period: its way, and how far it has come; ``inbound`` is None where that cannot be told."""

    lead: int
    way: Way
    inbound: bool | None
    mql: bool
    accepted: bool
    won: bool


class Spent(NamedTuple):
    """What one way cost in one currency; a count is None where nobody stated it."""

    source: str
    medium: str
    campaign: str
    currency: str
    amount: Decimal
    clicks: int | None
    impressions: int | None


def visited(period: Period) -> Visited:
    """Return who came in a period."""
    ways: list[Came] = []
    in_channel: dict[str, int] = {}
    visitors = 0
    for level, came_by, source, medium, campaign, different, visits, inbound, outbound in _rows("visits", period):
        match level:
            case "way":
                way = Way(came_by, source, medium, campaign)
                ways.append(Came(way, int(visits), different, int(inbound), int(outbound)))
            case "channel":
                in_channel[came_by] = different
            case _:
                visitors = different
    began = Visit.objects.filter(started_at__gte=period.begins, started_at__lt=period.ends, last_at__gte=period.begins)
    others = began.exclude(agent=Visit.Agent.HUMAN).order_by()
    by_agent: dict[str, int] = dict(others.values_list("agent").annotate(Count("pk")))
    unclear = by_agent.pop(Visit.Agent.UNKNOWN, 0)
    return Visited(ways, in_channel, visitors, sum(by_agent.values()), unclear)


def leads_found(period: Period) -> list[LeadFound]:
    """Return every lead whose cycle began in a period."""
    return [
        LeadFound(lead, _way(touched, *way), inbound, mql, accepted, won)
        for lead, touched, *way, inbound, mql, accepted, won in _rows("leads", period)
    ]


def people_found(period: Period) -> list[tuple[Way, int]]:
    """Return by each way how many people became known in a period; a way may come twice."""
    return [(_way(touched, *way), people) for touched, *way, people in _rows("people", period)]


def spent(period: Period) -> list[Spent]:
    """Return what each way cost in a period, by currency."""
    days = Cost.objects.filter(day__gte=period.first, day__lte=period.last).order_by()
    sums = days.values_list("source", "medium", "campaign", "currency").annotate(
        Sum("amount"), Sum("clicks"), Sum("impressions")
    )
    return [Spent(*row) for row in sums]


def _way(touched: bool, came_by: str, source: str, medium: str, campaign: str) -> Way:
    return Way(came_by, source, medium, campaign) if touched else Way(stated_channel(source), source, "", "")


def stated_channel(source: str) -> str:
    """Return the channel of a source that was stated for a lead, without any visit.

    Examples:
        >>> stated_channel("organic search"), stated_channel("chatgpt.com"), stated_channel("trade fair")
        ('Organic Search', 'AI Assistants', 'Unassigned')
    """
    return _STATED.get(source.casefold()) or channel(source, "").value


def _rows(name: str, period: Period) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_text(name), {"begins": period.begins, "ends": period.ends})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@cache
def _text(name: str) -> str:
    return (files("accord.server.channels") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
