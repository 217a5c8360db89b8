"""The files of tests that people write, as models: what may stand where. ``reading`` says what it means."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from accord.agreement import quantity
from accord.agreement.document import YesNo
from accord.agreement.document_rules import PlainValue, Points, Text
from accord.agreement.document_sla import StageName
from accord.agreement.salvage import SOUND_PARTS, Entry
from accord.agreement.vocabulary import amount

_INSTANT = {"type": "string"}


def _written(value: object) -> object:
    """Return an instant as it is written; ``reading`` knows it, since it takes the agreement's zone."""
    if not isinstance(value, str):
        how = "write it like '2026-03-02 10:00'"
        raise quantity.QuantityError(f"{quantity.shown(value)} is not an instant; {how}")
    return value


Written = Annotated[str, amount(_written, _INSTANT)]
Values = Annotated[dict[Text, PlainValue], SOUND_PARTS]


def _names(value: object) -> tuple[str, ...]:
    if value == "none":
        return ()
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise quantity.QuantityError(f"{quantity.shown(value)} is no list of fields; write [person.phone], or none")


class TouchpointEntry(Entry):
    """One thing that the lead did, or that was done for it."""

    fillers: ClassVar[Mapping[str, object]] = {"event": "?", "at": "?"}
    event: Text = Field(description="What happened, such as page_viewed.")
    at: Written = Field(description="When: '2 days ago', 'now', or an instant such as 2026-03-02 10:00.")
    with_: Values = Field(default={}, alias="with", description="Its properties, such as {path: /pricing}.")


class ExpectEntry(Entry):
    """What must come out; what is not named is not checked."""

    criteria: Annotated[dict[Text, YesNo], SOUND_PARTS] = Field(default={}, description="Whether each of these holds.")
    fit: Points | None = Field(default=None, description="The points of the fit.")
    engagement: Points | None = Field(default=None, description="The points of the engagement.")
    grade: Text | None = Field(default=None, description="The grade; 'none' where there is none.")
    stage: StageName | None = Field(default=None, description="The stage that the lead reaches.")
    ready: YesNo | None = Field(default=None, description="Whether it is offered to sales at this instant.")
    fast_lane: YesNo | None = Field(default=None, description="Whether it is offered through the fast lane.")
    held_for: Annotated[Any, amount(_names, {"type": ["array", "string"]})] = Field(
        default=None, description="The fields for which it is held back; 'none' if it is not."
    )
    team: Text | None = Field(default=None, description="The team it is offered to; 'none' if it is not offered.")
    decision_due: Written | None = Field(default=None, description="By when sales must accept or reject it.")
    first_attempt_due: Written | None = Field(default=None, description="By when sales must try to reach it.")
    attempts_due: Written | None = Field(default=None, description="By when all the tries owed must be made.")


class CaseEntry(Entry):
    """One test: a lead, what it did, an instant, and what must come out."""

    fillers: ClassVar[Mapping[str, object]] = {"case": "?", "at": "?", "expect": {}}
    case: Text = Field(description="What it shows, in a sentence.")
    at: Written = Field(description="The instant at which the lead is judged, such as 2026-03-02 10:00.")
    lead: Values = Field(default={}, description="What is known of it, by the full names of the fields.")
    stood_at: StageName | None = Field(default=None, description="The stage before; a subscriber unless said.")
    handed_over: YesNo = Field(default=False, description="Whether sales has it already.")
    held_back: YesNo = Field(default=False, description="Whether it waits for fields that marketing owes.")
    touchpoints: Annotated[list[TouchpointEntry], SOUND_PARTS] = Field(default=[])
    colleagues: Annotated[dict[Text, Annotated[list[TouchpointEntry], SOUND_PARTS]], SOUND_PARTS] = Field(
        default={}, description="What other people of the lead's company did, by any name."
    )
    expect: ExpectEntry


class CaseFile(Entry):
    """A file of tests."""

    fillers: ClassVar[Mapping[str, object]] = {"cases": []}
    cases: Annotated[list[CaseEntry], SOUND_PARTS]
