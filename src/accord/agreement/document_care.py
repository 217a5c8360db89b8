"""The part of the document about leads that stand still, drop out or are not ready yet."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from accord.agreement.document_rules import RuleNode, Text, Times, Window
from accord.agreement.document_sla import WorkingBudget
from accord.agreement.salvage import SOUND_PARTS, Entry
from accord.agreement.vocabulary import one_of

AFTER_A_STAY = ("tell_owner", "tell_manager", "recycle", "disqualify")
"""What may follow when a lead has stayed too long at a stage."""


class GateEntry(Entry):
    """What brings a lead to a stage, and how long it may stay there."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "dependentRequired": {
                "stay_at_most": ["then"],
                "then": ["stay_at_most"],
                **{key: ["then"] for key in ("back_after", "or_when", "to")},
            },
        }
    )
    when: RuleNode | None = Field(
        default=None, description="The rule that brings a lead here. Needed at lead, mql and sql; refused elsewhere."
    )
    checked_by: Text | None = Field(default=None, description="The role that confirms it.")
    stay_at_most: Window | None = Field(
        default=None, description="How long a lead may stay here, in calendar time, such as 30 days."
    )
    then: Annotated[str, one_of("outcome", AFTER_A_STAY)] | None = Field(
        default=None, description="What follows when it stays longer."
    )
    back_after: Window | None = Field(default=None, description="When a recycled lead comes back, such as 90 days.")
    or_when: RuleNode | None = Field(default=None, description="What brings a recycled lead back earlier.")
    to: Text | None = Field(
        default=None, description="The role that looks after a recycled lead meanwhile; the first that nurtures."
    )


class RecycleEntry(Entry):
    """How a lead goes back to marketing."""

    back_after: Window | None = Field(default=None, description="When it comes back, such as 180 days.")
    or_when: RuleNode | None = Field(default=None, description="What brings it back earlier.")
    to: Text | None = Field(
        default=None, description="The role that looks after it meanwhile; the first that nurtures."
    )


class RecyclingEntry(Entry):
    """What sends a lead back to marketing beside a rejection, and how often that may happen."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    lost_deal: RecycleEntry | None = Field(
        default=None, description="When its deal is lost for a reason that does not put it out for good."
    )
    never_reached: RecycleEntry | None = Field(
        default=None,
        description="When sales made every attempt that it owes by a number of attempts, and reached nobody.",
    )
    at_most: Times | None = Field(
        default=None, description="How often one person may come back before they are out for good, such as 3 times."
    )


class NurtureEntry(Entry):
    """What is done for leads that lack one criterion; the first plan that fits a lead applies."""

    fillers: ClassVar[Mapping[str, object]] = {"for": "?", "by": "?"}
    for_: Text = Field(alias="for", description="The criterion that they lack.")
    when: RuleNode | None = Field(default=None, description="Only leads for which this rule holds.")
    by: Text = Field(description="The role that does it, such as marketing or agency.")
    with_: Text | None = Field(
        default=None, alias="with", description="With what: the name of a mail sequence, a call script or a call list."
    )
    within: WorkingBudget | None = Field(default=None, description="How soon it begins, such as 2 working days.")
    calendar: Text | None = Field(default=None, description="On which calendar that counts.")
    stop_after: Window | None = Field(default=None, description="When it ends without success, such as 90 days.")


NurturePlans = Annotated[list[NurtureEntry], SOUND_PARTS]
