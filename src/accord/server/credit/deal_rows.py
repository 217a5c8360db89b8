"""The rows of the pages of won deals: deals and touches with the names of whom they concern."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.insight.credit.months import month_number
from accord.insight.credit.questions import Deal, Touch, spending_of_ways
from accord.rules import instant
from accord.server.accounts.models import User
from accord.server.credit.asking import Opened
from accord.server.people.models import Person
from accord.server.pipeline.models import Deal as DealRecord

A_DAY = 86_400_000_000
"""In microseconds."""
KINDS = {"visit": "Visit", "touchpoint": "Touchpoint", "attempt": "Logged by hand", "lead": "Stated source"}


@dataclass(frozen=True, slots=True)
class Line:
    """A deal as the list shows it."""

    deal: Deal
    name: str
    person: str
    company: str
    won_at: datetime


def lines_of(rows: Sequence[Deal]) -> list[Line]:
    """Return deals with their names."""
    known = DealRecord.objects.select_related("company", "lead__person__company").in_bulk([row.deal_id for row in rows])
    return [_line(row, known.get(row.deal_id)) for row in rows]


def _line(row: Deal, record: DealRecord | None) -> Line:
    person = record.lead.person if record is not None else None
    company = record.company or record.lead.person.company if record is not None else None
    name = (record.name if record is not None else "") or f"Deal {row.deal_id}"
    return Line(row, name, str(person or ""), str(company or ""), instant(row.won_us))


@dataclass(frozen=True, slots=True)
class TouchLine:
    """A touch as the page of a deal shows it.

    Attributes:
        before: How many days before the deal was won.
        cost: What its campaign cost in its month, in cents; None: nothing is known.
        click: The same for one click, where clicks are stated.
        earned: By every model that the page shows, in their order.
    """

    touch: Touch
    at: datetime
    what: str
    who: str
    by: str
    before: int
    cost: int | None
    click: int | None
    earned: Sequence[int]


def touch_lines(
    rows: Sequence[Touch], won_us: int, columns: Sequence[str], edition: Opened, zone: ZoneInfo
) -> list[TouchLine]:
    """Return the touches of a deal with their names, and what their campaigns cost in their months."""
    people = Person.objects.in_bulk({row.person_id for row in rows})
    users = User.objects.in_bulk({row.user_id for row in rows if row.user_id is not None})
    costs = spending_of_ways(edition.tables)
    lines = []
    for row in rows:
        at = instant(row.at_us)
        way = (month_number(at.astimezone(zone).date()), row.source, row.medium, row.campaign)
        cost, clicks = costs.get(way, (None, None)) if row.campaign or row.medium else (None, None)
        lines.append(
            TouchLine(
                touch=row,
                at=at,
                what=KINDS.get(row.kind, row.kind),
                who=str(people.get(row.person_id, "")),
                by=users[row.user_id].name if row.user_id in users else "",
                before=(won_us - row.at_us) // A_DAY,
                cost=cost,
                click=round(cost / clicks) if cost is not None and clicks else None,
                earned=[row.earned[column] for column in columns],
            )
        )
    return lines
