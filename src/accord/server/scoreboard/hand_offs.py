"""How healthy the hand-off is: what sales accepts and rejects, and how soon it tries against what comes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accord.agreement import Agreement
from accord.insight import Acceptance, Period, TriesAndOutcomes, wilson
from accord.rules import microseconds
from accord.server.accounts.models import User
from accord.server.files import Cell, Column, Kind, Table
from accord.server.files.table import rounded
from accord.server.scoreboard.addresses import rows_behind
from accord.server.scoreboard.ledger import dates
from accord.server.scoreboard.listing import reason_label
from accord.server.warehouse.asking import ask

FEW = 20
"""Fewer cases than that say too little: their share may as well be chance."""
BANDS: Mapping[str, str] = {
    "under_1h": "Under 1 hour",
    "under_4h": "1 to 4 hours",
    "under_8h": "4 to 8 hours",
    "under_16h": "8 to 16 hours",
    "later": "16 hours and more",
    "never": "Never tried",
}
"""By working time until the first attempt; the lower edge belongs to a band, the upper one does not."""
SHARE_PLACES = 4
PARTS: Mapping[str, str] = {"source": "Source", "owner": "Owner", "revision": "Revision of the agreement"}


@dataclass(frozen=True, slots=True)
class Share:
    """A number of cases out of others, how sure their share is, and where to look at them.

    Attributes:
        interval: With 95 % confidence; None of nobody.
    """

    found: int
    of: int
    href: str

    @property
    def value(self) -> float | None:
        """The share; None of nobody."""
        return self.found / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the share lies with 95 % confidence."""
        return wilson(self.found, self.of)

    @property
    def few(self) -> bool:
        """Whether the cases are too few to believe the share."""
        return self.of < FEW


@dataclass(frozen=True, slots=True)
class AcceptanceLine:
    """Decisions under one name; ``silent`` ones are acceptances that nobody made, and stand beside the share."""

    label: str
    accepted: Share
    rejected: int
    silent: int
    rejected_href: str
    silent_href: str


@dataclass(frozen=True, slots=True)
class TryLine:
    """Leads that waited about as long for their first attempt, and what became of them."""

    label: str
    leads: int
    href: str
    accepted: Share
    sql: Share
    won: Share


@dataclass(frozen=True, slots=True)
class Health:
    """The hand-off of a team, or of all, in a period.

    Attributes:
        whole: All decisions; None: there were none.
        parts: The same by source, owner and revision, under their headings, the most decided in front.
        reasons: Rejections by reason, as shares of all decisions.
        tries: In the order of ``BANDS``.
    """

    whole: AcceptanceLine | None
    parts: tuple[tuple[str, tuple[AcceptanceLine, ...]], ...]
    reasons: tuple[tuple[str, Share], ...]
    tries: tuple[TryLine, ...]


def health_of(period: Period, team: str, law: Agreement | None, now: datetime) -> Health:
    """Return how healthy the hand-off is.

    Args:
        period: Decisions count in the period in which they were made, tries in that of the lead's first offer.
        team: Its name; empty: all.
        law: For the words of reasons.
        now: Whose time is not over yet is left out.
    """
    given: dict[str, int | str] = {
        "from_us": period.from_us,
        "to_us": period.to_us,
        "now_us": microseconds(now),
        "team": team,
    }
    at = {**dates(period), **({"team": team} if team else {})}
    rows = ask(Acceptance, "acceptance", given)
    names = _names(rows)
    lines = {
        part: tuple(_line(row, names, at) for row in sorted(rows, key=_most_decided) if row.part == part)
        for part in ("all", *PARTS)
    }
    decided = sum(row.decided for row in rows if row.part == "all")
    found = {row.band: row for row in ask(TriesAndOutcomes, "tries_and_outcomes", given)}
    return Health(
        next(iter(lines["all"]), None),
        tuple((title, lines[part]) for part, title in PARTS.items()),
        tuple(_reasons(rows, decided, at, law)),
        tuple(_tries(found[band], at) for band in BANDS if band in found),
    )


def _most_decided(row: Acceptance) -> tuple[int, str]:
    return -row.decided, row.name


def _names(rows: Iterable[Acceptance]) -> Mapping[str, str]:
    keys = [int(row.name) for row in rows if row.part == "owner" and row.name]
    return {str(key): name for key, name in User.objects.filter(pk__in=keys).values_list("pk", "name")}


def _line(row: Acceptance, names: Mapping[str, str], at: Mapping[str, str]) -> AcceptanceLine:
    label, narrowed = {
        "all": ("All decisions", {}),
        "source": (row.name or "not stated", {"source": row.name}),
        "owner": (names.get(row.name, "nobody"), {"owner_id": row.name} if row.name else {}),
        "revision": (f"Revision {row.name}", {"revision": row.name}),
    }[row.part]

    def behind(decision: str) -> str:
        return rows_behind("decisions", {**narrowed, "decision": decision, **at})

    accepted = Share(row.accepted, row.decided, behind("accepted"))
    return AcceptanceLine(label, accepted, row.rejected, row.silent, behind("rejected"), behind("silent"))


def _reasons(
    rows: Iterable[Acceptance], decided: int, at: Mapping[str, str], law: Agreement | None
) -> Iterable[tuple[str, Share]]:
    for row in sorted(rows, key=_most_decided):
        if row.part == "reason":
            href = rows_behind("decisions", {"decision": "rejected", "reason": row.name, **at})
            yield reason_label(row.name, law), Share(row.rejected, decided, href)


def _tries(row: TriesAndOutcomes, at: Mapping[str, str]) -> TryLine:
    whole = Share(0, row.leads, rows_behind("first-tries", {"band": row.band, **at}))

    def came(name: str, found: int) -> Share:
        return replace(whole, found=found, href=rows_behind("first-tries", {"band": row.band, name: "1", **at}))

    return TryLine(
        BANDS[row.band],
        row.leads,
        whole.href,
        came("accepted", row.accepted),
        came("sql", row.sql),
        came("won", row.won),
    )


COLUMNS = (
    *map(Column, ("Part", "Name")),
    *(Column(name, Kind.WHOLE) for name in ("Cases", "Found")),
    *(Column(name, Kind.DECIMAL, SHARE_PLACES) for name in ("Share", "From (95 %)", "To (95 %)")),
    Column("Accepted in silence", Kind.WHOLE),
)


def hand_offs_table(health: Health, zone: ZoneInfo) -> Table:
    """Return every number of the page, to be taken away."""
    return Table("hand-offs", COLUMNS, _rows(health), zone)


def _rows(health: Health) -> Iterable[list[Cell]]:
    if health.whole is not None:
        yield _row("Acceptance", health.whole.label, health.whole.accepted, health.whole.silent)
    for title, lines in health.parts:
        for line in lines:
            yield _row(f"Acceptance by {title.lower()}", line.label, line.accepted, line.silent)
    for label, share in health.reasons:
        yield _row("Rejections by reason", label, share)
    for each in health.tries:
        for name, share in (("Accepted", each.accepted), ("SQL", each.sql), ("Won", each.won)):
            yield _row(f"{name} by time to first attempt", each.label, share)


def _row(part: str, name: str, share: Share, silent: int | None = None) -> list[Cell]:
    low, high = share.interval or (None, None)
    return [part, name, share.of, share.found, *map(_share, (share.value, low, high)), silent]


def _share(value: float | None) -> Decimal | None:
    return None if value is None else rounded(Decimal(value), SHARE_PLACES)


def narrowed_to(given: Mapping[str, object]) -> list[str]:
    """Return in words to what the rows behind a number of this page were narrowed."""
    said = [f"Team: {given['team']}"] if given.get("team") else []
    if "owner_id" in given:
        said.append(f"Owner: {User.objects.filter(pk=int(str(given['owner_id']))).first() or 'nobody'}")
    if "band" in given:
        said.append(f"First attempt: {BANDS.get(str(given['band']), str(given['band'])).lower()}")
    return [*said, *(word for name, word in (("accepted", "Accepted"), ("sql", "Became SQL")) if name in given)]
