"""The service-level part of the document: working calendars, the promises of both sides, and what follows a breach."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Discriminator, Field, Tag

from accord.agreement import quantity
from accord.agreement.document_rules import RuleNode, Text
from accord.agreement.quantity import shown
from accord.agreement.salvage import SOUND_PARTS, Entry
from accord.agreement.stage import Stage
from accord.agreement.suggestion import nearest
from accord.agreement.vocabulary import (
    ZONE_SCHEMA,
    Written,
    amount,
    check_holidays,
    check_whole,
    check_zone,
    named,
    one_of,
    refuse,
)
from accord.clock import Hours

_BUDGET_PATTERN = "^[0-9]+ ((working )?(minute|hour)s?|working days?)$"

_DAY_NAME = f"({'|'.join(quantity.WEEKDAYS)})"
_DAYS_PATTERN = f"^{_DAY_NAME}(-{_DAY_NAME})?$"

WorkingBudget = Annotated[Any, amount(quantity.budget, {"type": "string", "pattern": _BUDGET_PATTERN})]
CalendarName = Annotated[
    str, named("calendar", "[a-z][a-z0-9_]{0,59}", "use small letters, digits and underscores, such as field_sales")
]
DayHours = Annotated[
    Hours, amount(quantity.hours, {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"})
]
Days = Annotated[tuple[int, ...], amount(quantity.weekdays, {"type": "string"})]
Count = Annotated[int, Written(check_whole, {"type": "integer", "minimum": 1})]
Percent = Annotated[int, amount(quantity.percent, {"type": "string", "pattern": "^[0-9]+ ?%$"})]
Share = Annotated[int, amount(quantity.share, {"type": "string", "pattern": "^(at least )?0*(100|[0-9]{1,2}) ?%$"})]
StageName = Annotated[Stage, one_of("stage", [str(stage) for stage in Stage], Stage)]
Whom = Annotated[str, one_of("addressee", ("owner", "manager"))]


def _check_day(value: object) -> object:
    if isinstance(value, date):
        return value
    raise refuse("agreement.not_a_day", f"{shown(value)} is not a day of the calendar", "write it like 2026-12-24")


def _check_breach(value: object) -> object:
    if value == "breach":
        return value
    raise refuse("agreement.wrong_amount", f"{shown(value)} is not a moment", "write 'at: breach' or 'after: 80 %'")


def _check_reassign(value: object) -> object:
    if value is True:
        return value
    raise refuse("agreement.only_true", f"this can only be true, not {shown(value)}", "write 'reassign: true'")


Day = Annotated[date, Written(_check_day, {"type": "string", "format": "date"})]


def exactly_one(*keys: str) -> dict[str, Any]:
    """Return what a JSON Schema says of a group of keys of which one must stand, and no more."""
    return {"oneOf": [{"required": [key]} for key in keys]}


class CalendarEntry(Entry):
    """When a group of people works."""

    hours: Annotated[dict[Days, list[DayHours]], SOUND_PARTS] = Field(
        description="By weekday (mon) or range of weekdays (mon-thu): intervals such as 09:00-12:30.",
        json_schema_extra={"minProperties": 1, "propertyNames": {"pattern": _DAYS_PATTERN}},
    )
    holidays: Annotated[str, Written(check_holidays, {"type": "string"})] | None = Field(
        default=None, description="Whose public holidays are free, such as DE-BY or AT."
    )
    days_off: list[Day] = Field(default=[], description="Further free days.")
    timezone: Annotated[str, Written(check_zone, ZONE_SCHEMA)] | None = Field(
        default=None, description="Where the hours are meant; that of the agreement unless named."
    )


class SalesPromiseEntry(Entry):
    """What sales owes to one kind of lead; the first that fits a lead applies."""

    model_config = ConfigDict(json_schema_extra={"dependentRequired": {"attempts": ["over"], "over": ["attempts"]}})
    fillers: ClassVar[Mapping[str, object]] = {"first_attempt": "1 hour"}
    for_: RuleNode | None = Field(default=None, alias="for", description="fast_lane, or a rule; absent: every lead.")
    first_attempt: WorkingBudget = Field(description="How soon after the hand-off, such as 15 minutes.")
    attempts: Count | None = Field(default=None, description="How often in all, unless the lead is reached earlier.")
    over: WorkingBudget | None = Field(default=None, description="In which time, such as 10 working days.")
    calendar: Text | None = Field(default=None, description="On which calendar this counts.")


class MarketingPromiseEntry(Entry):
    """How many leads marketing owes."""

    deliver: Count = Field(description="How many leads.")
    stage: StageName = Field(description="Which stage they reach, such as mql.")
    per: Annotated[str, one_of("period", ("week", "month", "quarter"))] = Field(description="In which time.")
    accepted: Share | None = Field(
        default=None, description="Of which sales accepts at least this share, such as at least 70 %."
    )


DEADLINES = ("hand_over", "fill_in", "answer_recycled")
"""What marketing can owe to one lead by a time."""


class MarketingDeadlineEntry(Entry):
    """What marketing owes to one lead by a time."""

    model_config = ConfigDict(json_schema_extra=exactly_one(*DEADLINES))
    hand_over: WorkingBudget | None = Field(
        default=None, description="How soon a lead that has reached the hand-off is offered, such as 4 working hours."
    )
    fill_in: WorkingBudget | None = Field(
        default=None, description="How soon the missing fields of a lead are filled in, such as 1 working day."
    )
    answer_recycled: WorkingBudget | None = Field(
        default=None,
        description="How soon somebody calls, writes to or meets a lead that went back, such as 3 working days.",
    )
    calendar: Text | None = Field(default=None, description="On which calendar this counts.")


def _kind_of_marketing_entry(value: object) -> str:
    """Return the tag of what marketing promises, by its keys; misspelled ones count as what they resemble."""
    keys = value if isinstance(value, dict) else ()
    return "<deadline>" if "deliver" not in keys and any(nearest(str(key), DEADLINES) for key in keys) else "<deliver>"


MarketingEntry = Annotated[
    Annotated[MarketingPromiseEntry, Tag("<deliver>")] | Annotated[MarketingDeadlineEntry, Tag("<deadline>")],
    Discriminator(_kind_of_marketing_entry),
]


class BreachStepEntry(Entry):
    """What happens when a promise's time runs out."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [exactly_one("after", "at"), exactly_one("remind", "tell", "reassign", "take_offline")]
        }
    )
    after: Percent | None = Field(default=None, description="When this much of the time has passed, such as 80 %.")
    at: Annotated[str, Written(_check_breach, {"const": "breach"})] | None = Field(
        default=None, description="Write 'at: breach' for the moment at which the promise is broken."
    )
    remind: Whom | None = Field(default=None, description="Who is reminded.")
    tell: Whom | None = Field(default=None, description="Who is told.")
    reassign: Annotated[bool, Written(_check_reassign, {"const": True})] | None = Field(
        default=None, description="The lead is given to somebody else."
    )
    take_offline: Count | None = Field(
        default=None,
        description="The owner gets no more leads once they let so many in a row pass, until their manager says so.",
    )


class SlaEntry(Entry):
    """Who owes what, by when, in working time."""

    fillers: ClassVar[Mapping[str, object]] = {"calendars": {}, "sales": []}
    calendars: Annotated[dict[CalendarName, CalendarEntry], SOUND_PARTS] = Field(
        description="Working hours by name; the first is used where none is named.",
        json_schema_extra={"minProperties": 1},
    )
    sales: Annotated[list[SalesPromiseEntry], SOUND_PARTS] = Field(
        description="What sales owes; the first that fits a lead applies.", json_schema_extra={"minItems": 1}
    )
    marketing: Annotated[list[MarketingEntry], SOUND_PARTS] = Field(
        default=[], description="What marketing owes: so many leads, and each of them in time."
    )
    on_breach: Annotated[list[BreachStepEntry], SOUND_PARTS] = Field(
        default=[], description="What happens as the time of a promise runs out."
    )
