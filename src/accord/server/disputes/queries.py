"""What the pages of disputes read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accord.insight import Period
from accord.rules import instant
from accord.server.accounts.models import Role, User
from accord.server.disputes.models import Adjustment, Dispute, Ruling
from accord.server.disputes.opening import contested, may_contest
from accord.server.files import Cell, Column, Kind, Table
from accord.server.pipeline.models import Lead

SORTS: Mapping[str, tuple[str, ...]] = {
    "opened": ("opened_at", "pk"),
    "-opened": ("-opened_at", "-pk"),
    "person": ("lead__person__name", "pk"),
    "-person": ("-lead__person__name", "-pk"),
    "settled": ("settled_at", "pk"),
    "-settled": ("-settled_at", "-pk"),
}
DEFAULT_SORT = "-opened"
KINDS_OF = {
    Role.SALES: (Dispute.Kind.NO_MQL,),
    Role.MARKETING: (Dispute.Kind.WRONG_REJECTION, Dispute.Kind.NOBODY_CALLED),
}
TONES = {
    Ruling.Outcome.MEETING: "soon",
    Ruling.Outcome.SALES: "sales",
    Ruling.Outcome.MARKETING: "marketing",
    Ruling.Outcome.DEFINITION: "info",
    Ruling.Outcome.WITHDRAWN: "neutral",
}
SAID: Mapping[str, tuple[str, str]] = {
    Adjustment.What.NO_MQL: ("MQL set aside by a ruling", "MQLs set aside by rulings"),
    Adjustment.What.NO_REJECTION: ("rejection set aside by a ruling", "rejections set aside by rulings"),
    Adjustment.What.BROKEN: ("promise broken by a ruling", "promises broken by rulings"),
}
"""What adjustments of a kind are called, one and several."""
OF_SIDE = {
    Role.MARKETING: (Adjustment.What.NO_MQL, Adjustment.What.NO_REJECTION),
    Role.SALES: (Adjustment.What.BROKEN,),
}
"""Beside the figures of which side they stand."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which disputes are wanted.

    Attributes:
        state: How they stand.
        side: Which side contests; empty: either.
        kind: What is contested; empty: anything.
        sort: One of ``SORTS``.
    """

    state: Dispute.State = Dispute.State.OPEN
    side: str = ""
    kind: str = ""
    sort: str = DEFAULT_SORT

    @property
    def narrowed(self) -> bool:
        """Whether something narrows the rows."""
        return bool(self.side or self.kind)


def wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the parameters of an address ask for; what cannot be understood is left out."""
    state, side, kind, sort = (given.get(name, "") for name in ("tab", "side", "kind", "sort"))
    return Wanted(
        state=Dispute.State(state) if state in Dispute.State.values else Dispute.State.OPEN,
        side=side if side in KINDS_OF else "",
        kind=kind if kind in Dispute.Kind.values else "",
        sort=sort if sort in SORTS else DEFAULT_SORT,
    )


def matching(asked: Wanted) -> "QuerySet[Any]":
    """Return the disputes that are wanted, each with the outcome, author and instant of its last ruling."""
    last = Ruling.objects.filter(dispute=OuterRef("pk")).order_by("-at", "-pk")
    found = Dispute.objects.filter(state=asked.state).select_related("lead__person__company", "opened_by", "offer")
    found = found.annotate(
        outcome=Subquery(last.values("outcome")[:1]),
        settled_by=Subquery(last.values("by__name")[:1]),
        settled_at=Coalesce(Subquery(last.values("at")[:1]), "opened_at"),
    )
    if asked.side:
        found = found.filter(kind__in=KINDS_OF[Role(asked.side)])
    if asked.kind:
        found = found.filter(kind=asked.kind)
    return found.order_by(*SORTS[asked.sort])


def counts() -> dict[str, int]:
    """Return how many disputes there are by how they stand."""
    states = list(Dispute.objects.values_list("state", flat=True).order_by())
    return {state: states.count(state) for state in Dispute.State.values}


def outcome_in_words(outcome: str | None) -> tuple[str, str]:
    """Return a ruling and its tone, both empty where there is none."""
    if not outcome:
        return "", ""
    known = Ruling.Outcome(outcome)
    return str(known.label), TONES[known]


@dataclass(frozen=True, slots=True)
class Contestable:
    """What somebody may contest about a lead: the kind, and what was decided when."""

    kind: Dispute.Kind
    says: str
    at: datetime


def contestable(lead: Lead, user: User, at: datetime) -> list[Contestable]:
    """Return what a user may contest about a lead now."""
    running = set(lead.disputes.exclude(state=Dispute.State.RULED).values_list("kind", flat=True))
    kinds = (kind for kind in Dispute.Kind if may_contest(user, kind) and kind.value not in running)
    decided = ((kind, contested(lead, kind, at)) for kind in kinds)
    return [Contestable(kind, what.says, what.at) for kind, what in decided if what is not None]


def set_aside(side: Role, period: Period) -> list[tuple[int, str]]:
    """Return what rulings set aside of the figures of a side in a period: how many, and in words."""
    found = Adjustment.objects.filter(
        counted_at__gte=instant(period.from_us), counted_at__lt=instant(period.to_us), what__in=OF_SIDE[side]
    )
    what = list(found.values_list("what", flat=True))
    counted = ((what.count(each), each) for each in OF_SIDE[side])
    return [(count, SAID[each][count > 1]) for count, each in counted if count]


COLUMNS = (
    *(Column(name, Kind.WHOLE) for name in ("Dispute", "Lead")),
    *map(Column, ("Person", "Company", "Contested", "By side", "By")),
    Column("Opened", Kind.INSTANT),
    *map(Column, ("State", "Ruling", "Ruled by")),
    Column("Ruled", Kind.INSTANT),
)


def disputes_table(asked: Wanted, zone: ZoneInfo) -> Table:
    """Return the disputes that are wanted, to be taken away."""
    return Table("disputes", COLUMNS, _rows(asked), zone)


def _rows(asked: Wanted) -> Iterator[list[Cell]]:
    for each in matching(asked).iterator(chunk_size=1000):
        person, ruled = each.lead.person, each.outcome is not None
        who = [each.pk, each.lead_id, str(person), str(person.company or "")]
        what = [each.get_kind_display(), each.side.label, each.opened_by.name, each.opened_at, each.get_state_display()]
        yield [*who, *what, outcome_in_words(each.outcome)[0], each.settled_by, each.settled_at if ruled else None]
