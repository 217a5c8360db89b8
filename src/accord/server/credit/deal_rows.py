"""The rows of the pages of won deals: deals and touches with the names of whom they concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.insight.credit.deal_questions import Deal, Outcome, Touch
from accord.insight.credit.months import month_number
from accord.insight.credit.questions import spending_of_ways
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
    """A deal as the list shows it.

    Attributes:
        at: When it was won or lost; of an open one when it was opened.
        stage: Where its lead stands now, by the stage's name; "" where the deal is no more.
        touched_by: Whose touches of what is asked for came before it.
    """

    deal: Deal
    name: str
    person: str
    company: str
    at: datetime
    stage: str
    touched_by: Sequence[str]

    @property
    def outcome(self) -> str:
        """How it stands, in a word."""
        return OUTCOME_LABELS[Outcome(self.deal.outcome)]


OUTCOME_LABELS = {Outcome.WON: "Won", Outcome.OPEN: "Open", Outcome.LOST: "Lost"}


def lines_of(rows: Sequence[Deal]) -> list[Line]:
    """Return deals with their names."""
    known = DealRecord.objects.select_related("company", "lead__person__company").in_bulk([row.deal_id for row in rows])
    people = Person.objects.in_bulk({key for row in rows for key in row.people or ()})
    return [_line(row, known.get(row.deal_id), people) for row in rows]


def _line(row: Deal, record: DealRecord | None, people: Mapping[int, Person]) -> Line:
    lead = record.lead if record is not None else None
    company = record.company or record.lead.person.company if record is not None else None
    return Line(
        deal=row,
        name=(record.name if record is not None else "") or f"Deal {row.deal_id}",
        person=str(lead.person) if lead is not None else "",
        company=str(company or ""),
        at=instant(row.at_us),
        stage=lead.stage if lead is not None else "",
        touched_by=[str(people.get(key, f"Somebody ({key})")) for key in row.people or ()],
    )


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
