"""What the page of the black hole reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accord.server.accounts.models import User
from accord.server.files import Cell, Column, Kind, Table
from accord.server.scoreboard.listing import WHY
from accord.server.watch.models import Alarm, Look

LATELY = timedelta(days=30)
SORTS: Mapping[str, tuple[str, ...]] = {
    "since": ("since", "pk"),
    "-since": ("-since", "-pk"),
    "found": ("found_at", "pk"),
    "-found": ("-found_at", "-pk"),
    "person": ("lead__person__name", "pk"),
    "-person": ("-lead__person__name", "-pk"),
    "owner": ("owner__name", "since"),
    "-owner": ("-owner__name", "since"),
}
DEFAULT_SORT = "since"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alarms are wanted.

    Attributes:
        over: Those of the last thirty days that are over, instead of those that are open.
        why: One of ``WHY``; empty: any.
        owner: A user; None: anybody; 0: nobody.
        team: By its name; empty: any.
        sort: One of ``SORTS``.
    """

    over: bool = False
    why: str = ""
    owner: int | None = None
    team: str = ""
    sort: str = DEFAULT_SORT

    @property
    def narrowed(self) -> bool:
        """Whether something narrows the rows."""
        return bool(self.why or self.owner is not None or self.team)


def wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the parameters of an address ask for; what cannot be understood is left out."""
    owner, why, sort = given.get("owner", ""), given.get("why", ""), given.get("sort", "")
    return Wanted(
        over=given.get("tab") == "over",
        why=why if why in WHY else "",
        owner=int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 12 else None,
        team=given.get("team", "").replace("\0", "")[:100],
        sort=sort if sort in SORTS else DEFAULT_SORT,
    )


def matching(asked: Wanted, now: datetime) -> QuerySet[Alarm]:
    """Return the alarms that are wanted, with their leads."""
    found = Alarm.objects.select_related("lead__person__company", "owner")
    found = found.filter(ended_at__gt=now - LATELY) if asked.over else found.filter(ended_at=None)
    if asked.why:
        found = found.filter(why__contains=[asked.why])
    if asked.owner is not None:
        found = found.filter(owner=asked.owner or None)
    if asked.team:
        found = found.filter(team=asked.team)
    return found.order_by(*SORTS[asked.sort])


def in_words(alarm: Alarm) -> list[str]:
    """Return why nobody is said to work a lead."""
    return [WHY[name] for name in alarm.why if name in WHY]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands in all.

    Attributes:
        open: Leads that nobody is working.
        oldest: Since when the longest of them lies.
        over: Those that were found and are over, in the last thirty days.
        lay: How long these lay from the look that found them, at the median.
        looked_at: When somebody looked last.
        course: What the looks found, one a day, the latest last.
    """

    open: int
    oldest: datetime | None
    over: int
    lay: timedelta | None
    looked_at: datetime | None
    course: tuple[int, ...]


def standing(now: datetime) -> Standing:
    """Return how it stands in all."""
    open_ = Alarm.objects.filter(ended_at=None)
    over = Alarm.objects.filter(ended_at__gt=now - LATELY).values_list("found_at", "ended_at")
    lay = [ended - found for found, ended in over if ended is not None]
    days: dict[object, int] = {}
    for at, found in Look.objects.filter(at__gt=now - LATELY).order_by("at").values_list("at", "found"):
        days[at.date()] = found
    latest = Look.objects.first()
    first = open_.order_by("since").first()
    return Standing(
        open_.count(),
        first.since if first else None,
        len(lay),
        median_low(lay) if lay else None,
        latest.at if latest else None,
        tuple(days.values()),
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the open alarms can be narrowed to."""

    owners: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]


def choices() -> Choices:
    """Return the owners and teams of whom there is an alarm."""
    owners = User.objects.filter(pk__in=Alarm.objects.values("owner")).order_by("name")
    teams = Alarm.objects.exclude(team="").values_list("team", flat=True).distinct().order_by("team")
    return Choices(tuple((str(user.pk), user.name) for user in owners), tuple(teams))


COLUMNS = (
    Column("Lead", Kind.WHOLE),
    *map(Column, ("Person", "Company", "Owner", "Team", "Why")),
    *(Column(name, Kind.INSTANT) for name in ("Last activity", "Found", "Over")),
)


def alarms_table(asked: Wanted, zone: ZoneInfo, now: datetime) -> Table:
    """Return the alarms that are wanted, to be taken away."""
    return Table("black-hole", COLUMNS, map(_cells, matching(asked, now).iterator(chunk_size=1000)), zone)


def _cells(alarm: Alarm) -> list[Cell]:
    person = alarm.lead.person
    owner = alarm.owner.name if alarm.owner else ""
    who: list[Cell] = [alarm.lead_id, str(person), str(person.company or ""), owner, alarm.team]
    return [*who, "; ".join(in_words(alarm)), alarm.since, alarm.found_at, alarm.ended_at]
