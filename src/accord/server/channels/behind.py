"""The rows behind a number of the Channels page: visits, leads, or costs with what they were before."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.channels import figures
from accord.server.channels.asked import READERS, Period
from accord.server.channels.models import Cost
from accord.server.people.models import Visit
from accord.server.pipeline.models import Lead


class Number(StrEnum):
    """Which number."""

    VISITS = "visits"
    LEADS = "leads"
    MQL = "mql"
    ACCEPTED = "accepted"
    WON = "won"
    COST = "cost"


NUMBER_LABELS = {
    Number.VISITS: "Visits",
    Number.LEADS: "Leads",
    Number.MQL: "Came to MQL",
    Number.ACCEPTED: "Accepted by sales",
    Number.WON: "Won",
    Number.COST: "Costs",
}
PARTS = ("channel", "source", "medium", "campaign")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which ways; a part that is not named may be anything, and one may be named as empty."""

    parts: Mapping[str, str]

    def holds(self, way: figures.Way) -> bool:
        """Return whether a way is among them."""
        return all(getattr(way, name) == text for name, text in self.parts.items())


def narrowed(given: Mapping[str, str]) -> Narrowed:
    """Return which ways the parameters of an address name."""
    return Narrowed({name: given[name].replace("\x00", "")[:200] for name in PARTS if name in given})


def visits_behind(period: Period, only: Narrowed, reader: User) -> QuerySet[Visit]:
    """Return visits of people in a period, latest first.

    Raises:
        AccessError: Their role does not see them.
    """
    require(reader, READERS, "see what channels brought")
    began = Visit.objects.filter(started_at__gte=period.begins, started_at__lt=period.ends, last_at__gte=period.begins)
    people = began.filter(agent=Visit.Agent.HUMAN, **only.parts)
    return people.select_related("visitor__person").order_by("-started_at", "-pk")


def leads_behind(number: Number, period: Period, only: Narrowed, reader: User) -> QuerySet[Lead]:
    """Return leads whose cycle began in a period and that have come so far, latest first.

    Raises:
        AccessError: Their role does not see them.
    """
    require(reader, READERS, "see what channels brought")
    keys = [
        found.lead
        for found in figures.leads_found(period)
        if only.holds(found.way) and (number is Number.LEADS or getattr(found, number.value))
    ]
    return Lead.objects.filter(pk__in=keys).select_related("person__company").order_by("-opened_at", "-pk")


def costs_behind(period: Period, only: Narrowed, reader: User) -> QuerySet[Cost]:
    """Return costs of a period with their changes, latest day first; their channel is not asked, since they have none.

    Raises:
        AccessError: Their role does not see them.
    """
    require(reader, READERS, "see what channels cost")
    parts = {name: text for name, text in only.parts.items() if name != "channel"}
    days = Cost.objects.filter(day__gte=period.first, day__lte=period.last, **parts)
    return days.prefetch_related("changes__by").order_by("-day", "source", "medium", "campaign", "currency")
