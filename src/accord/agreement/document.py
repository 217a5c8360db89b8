"""The document that people write, as models: what may stand where. The JSON Schema for editors is made from them.

What needs more than one place to decide (does this name exist, does this rule fit that field) is decided in ``checks``.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from accord.agreement import quantity
from accord.agreement.currency import CURRENCIES
from accord.agreement.document_business import BudgetEntry, CreditEntry, Goals, Meetings, PricesEntry
from accord.agreement.document_care import GateEntry, NurturePlans, RecyclingEntry
from accord.agreement.document_rules import Cap, CriterionEntry, Points, RuleNode, Text, Where, Window
from accord.agreement.document_sla import Count, SlaEntry, StageName, WorkingBudget
from accord.agreement.plan import FieldType
from accord.agreement.salvage import SOUND_PARTS, Entry
from accord.agreement.stage import Stage
from accord.agreement.vocabulary import (
    ZONE_SCHEMA,
    Written,
    amount,
    check_currency,
    check_yes_no,
    check_zone,
    named,
    one_of,
    refuse,
)

DUTIES = ("attract", "capture", "nurture", "qualify", "call_qualify", "accept", "work", "close", "operate")
"""What a role can be there for."""

_SNAKE = "[a-z][a-z0-9_]{0,59}"
_SNAKE_HOW = "use small letters, digits and underscores, such as right_company"

Name = Annotated[str, named("criterion", _SNAKE, _SNAKE_HOW)]
RoleName = Annotated[str, named("role", _SNAKE, "use small letters, digits and underscores, such as marketing")]
ReasonName = Annotated[str, named("reason", _SNAKE, "use small letters, digits and underscores, such as not_now")]
TeamName = Annotated[str, named("team", _SNAKE, "use small letters, digits and underscores, such as field_sales")]
QueueName = Annotated[str, named("queue", _SNAKE, "use small letters, digits and underscores, such as trade_fair")]
GradeName = Annotated[str, named("grade", "[A-Za-z][A-Za-z0-9_+-]{0,19}", "use a letter or a short word, such as A")]
FieldName = Annotated[
    str,
    named(
        "field",
        f"(?:company|person|lead)\\.{_SNAKE}",
        "begin it with 'company.', 'person.' or 'lead.', such as company.employees",
    ),
]
YesNo = Annotated[bool, Written(check_yes_no, {"type": "boolean"})]
HalfLife = Annotated[Any, amount(quantity.whole_days, {"type": "string", "pattern": "^[0-9]+ (day|week|hour)s?$"})]


def _check_version(value: object) -> object:
    if value == 1 and isinstance(value, int) and not isinstance(value, bool):
        return value
    text = f"version {quantity.shown(value)} of the agreement language is not known"
    raise refuse("agreement.unknown_version", text, "write 'accord: 1'")


class RoleEntry(Entry):
    """One party."""

    does: list[Annotated[str, one_of("duty", DUTIES)]] = Field(default=[], description="What it is there for.")
    signs: YesNo = Field(default=False, description="Whether the agreement needs its signature.")


class FieldEntry(Entry):
    """One word of the shared vocabulary."""

    fillers: ClassVar[Mapping[str, object]] = {"owner": "?"}
    type: Annotated[FieldType, one_of("type", [str(kind) for kind in FieldType], FieldType)] = Field(
        description="What its values are."
    )
    owner: Text = Field(description="The role whose value wins when two systems differ.")
    of: list[Text] | None = Field(default=None, description="The valid values of a choice.")


class FitEntry(Entry):
    """Points for who the lead is."""

    when: RuleNode = Field(description="The rule that gives them.")
    points: Points = Field(description="How many; negative ones are taken away.")


class EngagementEntry(Entry):
    """Points for what the lead does, once for every touchpoint."""

    fillers: ClassVar[Mapping[str, object]] = {"points": 1}
    event: Text = Field(description="What happened, such as webinar_attended.")
    points: Points = Field(description="How many each time; negative ones are taken away.")
    where: Where = Field(default=[], description="Only touchpoints with these properties count.")
    half_life: HalfLife | None = Field(default=None, description="After this time it is worth half, such as 30 days.")
    at_most: Cap | None = Field(default=None, description="Together these give no more than this.")


class GradeEntry(Entry):
    """The least points that a grade takes."""

    fit: Points = Field(default=0, description="At least so many fit points.")
    engagement: Points = Field(default=0, description="At least so many engagement points.")


class ScoreEntry(Entry):
    """How leads are scored."""

    fit: Annotated[list[FitEntry], SOUND_PARTS] = Field(default=[], description="Points for who the lead is.")
    engagement: Annotated[list[EngagementEntry], SOUND_PARTS] = Field(
        default=[], description="Points for what the lead does."
    )
    grades: Annotated[dict[GradeName, GradeEntry], SOUND_PARTS] = Field(
        default={}, description="What each grade takes, best first; the first whose points are reached is the grade."
    )


class RejectReasonEntry(Entry):
    """A reason with which sales may reject a lead."""

    fillers: ClassVar[Mapping[str, object]] = {"label": "?"}
    label: Text = Field(description="What sales reads where it chooses a reason.")
    then: Annotated[str, one_of("outcome", ("disqualify", "recycle"))] = Field(
        description="Whether the lead is out for good or goes back to marketing."
    )
    back_after: Window | None = Field(default=None, description="When a recycled lead comes back, such as 90 days.")
    or_when: RuleNode | None = Field(default=None, description="What brings a recycled lead back earlier.")
    to: Text | None = Field(default=None, description="The role that looks after a recycled lead meanwhile.")


class HandoffEntry(Entry):
    """When and how marketing offers a lead to sales."""

    fillers: ClassVar[Mapping[str, object]] = {
        "at": "mql",
        "decide_within": "1 working day",
        "if_undecided": "accepted",
        "reject_reasons": {},
    }
    at: StageName = Field(description="A lead that reaches this stage is offered: lead or mql.")
    fast_lane: RuleNode | None = Field(default=None, description="Leads for which this holds are offered at once.")
    marketing_hands_over: list[Text] = Field(default=[], description="The fields that must be filled in.")
    decide_within: WorkingBudget = Field(description="How long sales may take to answer, such as 2 working days.")
    calendar: Text | None = Field(default=None, description="On which calendar that counts; the first unless named.")
    if_undecided: Annotated[str, one_of("outcome", ("accepted", "escalated"))] = Field(
        description="What follows when sales has not answered by then."
    )
    reject_reasons: Annotated[dict[ReasonName, RejectReasonEntry], SOUND_PARTS] = Field(
        description="The reasons with which sales may reject a lead, by name.", json_schema_extra={"minProperties": 1}
    )
    sales_checks: list[Text] = Field(
        default=[], description="The fields that sales finds out about a lead it accepted, and the criteria it checks."
    )


class RoutingEntry(Entry):
    """Which team gets the leads for which the rule holds; the first that fits applies."""

    to: TeamName = Field(description="The team.")
    when: RuleNode | None = Field(default=None, description="Only leads for which this rule holds; absent: all.")
    company_owner_first: YesNo = Field(
        default=False, description="Whoever of the team has the lead's company already comes before all others."
    )
    last_owner_first: YesNo = Field(
        default=False, description="Whoever of the team had the person in their last cycle comes before the rest."
    )
    match: list[Text] | None = Field(
        default=None,
        min_length=1,
        description="Fields of the lead, such as company.country: people of the team who cover its values come first.",
    )
    only_on_shift: YesNo = Field(
        default=False, description="Nobody gets a lead outside their working hours; it waits until somebody is at work."
    )
    queue: QueueName | None = Field(
        default=None, description="The lead waits in this queue of the team until somebody takes it."
    )
    at_most: Count | None = Field(default=None, description="Nobody gets a lead who has so many open ones.")


class Document(Entry):
    """A sales-marketing agreement."""

    fillers: ClassVar[Mapping[str, object]] = {
        "accord": 1,
        "company": "?",
        "timezone": "UTC",
        "currency": "EUR",
        "roles": {},
        "fields": {},
        "criteria": {},
        "score": {},
        "stages": {},
        "handoff": {
            "at": "mql",
            "decide_within": "1 working day",
            "if_undecided": "accepted",
            "reject_reasons": {},
        },
        "sla": {"calendars": {}, "sales": []},
        "routing": [],
    }
    accord: Annotated[int, Written(_check_version, {"const": 1})] = Field(description="Write 'accord: 1'.")
    company: Text = Field(description="Whose agreement it is.")
    timezone: Annotated[str, Written(check_zone, ZONE_SCHEMA)] = Field(
        description="In which zone days begin and end, such as Europe/Berlin."
    )
    currency: Annotated[str, Written(check_currency, {"enum": sorted(CURRENCIES)})] = Field(
        description="Of all money, by its three-letter code, such as EUR."
    )
    roles: Annotated[dict[RoleName, RoleEntry], SOUND_PARTS] = Field(description="Who takes part.")
    fields: Annotated[dict[FieldName, FieldEntry], SOUND_PARTS] = Field(
        description="The words that both sides share.", json_schema_extra={"minProperties": 1}
    )
    criteria: Annotated[dict[Name, CriterionEntry], SOUND_PARTS] = Field(
        description="What counts as what: yes/no statements about a lead, by name."
    )
    score: ScoreEntry = Field(default=ScoreEntry(), description="Points for who the lead is and for what it does.")
    stages: Annotated[dict[StageName, GateEntry], SOUND_PARTS] = Field(
        description="What brings a lead forward, and how long it may stand still.",
        json_schema_extra={
            "propertyNames": {"enum": [str(stage) for stage in Stage]},
            "allOf": [{"properties": {stage: {"required": ["when"]} for stage in ("lead", "mql", "sql")}}],
        },
    )
    handoff: HandoffEntry = Field(description="When and how marketing offers a lead to sales.")
    sla: SlaEntry = Field(description="Who owes what, by when, in working time.")
    routing: Annotated[list[RoutingEntry], SOUND_PARTS] = Field(
        description="Which team gets the lead; the first line that fits applies.", json_schema_extra={"minItems": 1}
    )
    recycling: RecyclingEntry | None = Field(
        default=None, description="What sends a lead back to marketing beside a rejection."
    )
    nurture: NurturePlans = Field(default=[], description="What is done for leads that lack one criterion.")
    goals: Goals = Field(default=[], description="What each side wants to reach.")
    prices: PricesEntry | None = Field(default=None, description="The price list, and who may grant which discount.")
    budget: BudgetEntry | None = Field(default=None, description="What marketing may spend, and on what.")
    credit: CreditEntry | None = Field(
        default=None,
        description="By which terms won money is credited; absent: by the usual ones, which nobody has signed.",
    )
    meetings: Meetings = Field(default={}, description="How often both sides meet, and on what.")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the document, for editors and for other programs."""
    schema = _strict(Document.model_json_schema())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://accord.example/agreement.schema.json",
        **schema,
        "title": "Accord agreement",
    }


def _strict(schema: Any) -> Any:  # noqa: ANN401  (any part of a JSON Schema)
    """Return the schema without the null that stands for an absent key (an empty value is refused), names checked."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: _strict(part) for key, part in schema.items() if not (key == "default" and part is None)}
    if "patternProperties" in parts:
        parts["additionalProperties"] = False  # a name of another form is refused, which pydantic does not say
    options = parts.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        del parts["anyOf"]
        parts = {**parts, **rest[0]} if len(rest) == 1 else {**parts, "anyOf": rest}
    return parts
