"""Rules as people write them: one model for each kind of node, told apart by its key."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from accord.agreement import quantity
from accord.agreement.document_behaviour import DaysFromToday, Events, Never, NoDay, OnDays, People, Which
from accord.agreement.quantity import shown
from accord.agreement.salvage import RULE_KINDS, SOUND_PARTS, Entry
from accord.agreement.vocabulary import Written, amount, check_text, one_of, refuse
from accord.rules import IsAnyOf, Number, RulesError, Value

NOT_A_RULE = "agreement.not_a_rule"


def _check_value(value: object) -> object:
    if isinstance(value, dict | list) or value is None:
        raise refuse("agreement.wrong_value", f"{shown(value)} cannot be compared with", "write one plain value")
    try:
        IsAnyOf((value,))  # type: ignore[arg-type]  # what is no value is what it refuses
    except RulesError as error:
        raise refuse("agreement.wrong_value", error.message, error.hint) from None
    return value


def _check_pattern(value: object) -> object:
    return _check_value(check_text(value))


def _check_bound(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | date):
        hint = "write a number such as 50, or a day such as 2026-12-31"
        raise refuse("agreement.bound_not_a_number", f"{shown(value)} is neither a number nor a day", hint)
    return _check_value(value)


def _check_property_bound(value: object) -> object:
    if isinstance(value, date):
        text = f"a property cannot be compared with the day {shown(value)}: properties hold text, numbers and yes/no"
        raise refuse("agreement.day_of_property", text, "use 'within', which counts from the touchpoint")
    return _check_bound(value)


def _check_true(value: object) -> object:
    if value is True:
        return value
    hint = "write 'is_missing: true' or 'is_present: true'"
    raise refuse("agreement.only_true", f"this can only be true, not {shown(value)}", hint)


def _check_cap(value: object) -> object:
    try:
        cap = quantity.hundredths(value)
    except quantity.QuantityError as fault:
        raise refuse("agreement.wrong_amount", *str(fault).split("; ")) from None
    if cap < 0:
        hint = "write it without the minus; for negative points it is the most that is taken away"
        raise refuse("agreement.negative_cap", f"a cap is 0 or more, not {shown(value)}", hint)
    return cap


def _check_names(value: object) -> object:
    names = list(value) if isinstance(value, list) else [value]
    if not names:
        raise refuse("agreement.empty_list", "this list is empty", "name at least one")
    return tuple(check_text(name) for name in names)


Text = Annotated[str, Written(check_text, {"type": "string", "minLength": 1, "maxLength": 300})]
TextValue = Annotated[str, Written(_check_pattern, {"type": "string", "minLength": 1, "maxLength": 300})]
PlainValue = Annotated[Value, Written(_check_value, {"type": ["string", "number", "boolean"]})]
Bound = Annotated[Number, Written(_check_bound, {"type": ["number", "string"]})]
Values = Annotated[list[PlainValue], Field(min_length=1)]
PropertyBound = Annotated[int | Decimal, Written(_check_property_bound, {"type": "number"})]
OnlyTrue = Annotated[bool, Written(_check_true, {"const": True})]
Points = Annotated[int, amount(quantity.hundredths, {"type": "number", "multipleOf": 0.01})]
Cap = Annotated[int, Written(_check_cap, {"type": "number", "minimum": 0, "multipleOf": 0.01})]
Window = Annotated[Any, amount(quantity.window, {"type": "string", "pattern": "^[0-9]+ (minute|hour|day|week)s?$"})]
Times = Annotated[
    int,
    amount(
        quantity.times,
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^([0-9]+ times?|once|twice)$"}]},
    ),
]


class PredicateKeys(Entry):
    """What a value must be; several keys must hold together."""

    is_: PlainValue | None = Field(default=None, alias="is", description="The value is this.")
    is_not: PlainValue | None = Field(default=None, description="There is a value, and it is not this.")
    is_any_of: Values | None = Field(default=None, description="The value is one of these.")
    is_none_of: Values | None = Field(default=None, description="There is a value, and it is none of these.")
    at_least: Bound | None = Field(default=None, description="The value is this or more.")
    at_most: Bound | None = Field(default=None, description="The value is this or less.")
    more_than: Bound | None = Field(default=None, description="The value is more than this.")
    less_than: Bound | None = Field(default=None, description="The value is less than this.")
    starts_with: TextValue | None = Field(default=None, description="The text begins with this.")
    contains: TextValue | None = Field(default=None, description="The text holds this somewhere.")
    matches: TextValue | None = Field(default=None, description="The text has this form; * stands for anything.")
    is_missing: OnlyTrue | None = Field(default=None, description="There is no value.")
    is_present: OnlyTrue | None = Field(default=None, description="There is a value.")
    in_next: DaysFromToday | None = Field(default=None, description="The day is today or lies this near ahead.")
    in_last: DaysFromToday | None = Field(default=None, description="The day is today or lies this near behind.")
    more_than_ago: DaysFromToday | None = Field(default=None, description="The day lies further back than this.")
    more_than_ahead: DaysFromToday | None = Field(default=None, description="The day lies further ahead than this.")


class PropertyKeys(PredicateKeys):
    """A condition on a property of a touchpoint."""

    property: Text = Field(description="What is looked at, such as path or form.")
    at_least: PropertyBound | None = Field(default=None, description="The number is this or more.")
    at_most: PropertyBound | None = Field(default=None, description="The number is this or less.")
    more_than: PropertyBound | None = Field(default=None, description="The number is more than this.")
    less_than: PropertyBound | None = Field(default=None, description="The number is less than this.")
    in_next: NoDay | None = Field(default=None, description="Not of a property.")
    in_last: NoDay | None = Field(default=None, description="Not of a property.")
    more_than_ago: NoDay | None = Field(default=None, description="Not of a property.")
    more_than_ahead: NoDay | None = Field(default=None, description="Not of a property.")


Where = Annotated[list[PropertyKeys], SOUND_PARTS]


class FieldNode(PredicateKeys):
    """A condition on a field."""

    field: Text = Field(description="One of the fields of this agreement.")


class StepNode(Entry):
    """What must follow in a sequence."""

    event: Events = Field(description="What happened later: an event, a list of them, or anything.")
    where: Where = Field(default=[], description="Only touchpoints with these properties count.")
    within: Window | None = Field(default=None, description="How soon it must follow, such as 3 days.")


class EventNode(Entry):
    """A condition on behaviour; of the questions behind ``within`` it asks one at most."""

    event: Events = Field(description="What happened, such as page_viewed: an event, a list of them, or anything.")
    where: Where = Field(default=[], description="Only touchpoints with these properties count.")
    within: Window | None = Field(default=None, description="Only those of this last time count, such as 14 days.")
    at_least: Times = Field(default=1, description="How often, such as 3 times.")
    never: Never | None = Field(default=None, description="It did not happen.")
    on_days: OnDays | None = Field(default=None, description="On how many different days at least, such as 3.")
    people: People | None = Field(default=None, description="How many people of the company at least, such as 3.")
    which: Which | None = Field(default=None, description="Only the first or the last of all counts: first or last.")
    followed_by: StepNode | None = Field(default=None, description="What happened after it.")


class CriterionNode(Entry):
    """A reference to a criterion; its bare name says the same."""

    criterion: Text = Field(description="One of the criteria of this agreement.")


class ScoreNode(Entry):
    """A condition on a score."""

    score: Annotated[str, one_of("score", ("fit", "engagement"))] = Field(description="Which score.")
    at_least: Points | None = Field(default=None, description="In points.")
    at_most: Points | None = Field(default=None, description="In points.")
    more_than: Points | None = Field(default=None, description="In points.")
    less_than: Points | None = Field(default=None, description="In points.")


class GradeNode(Entry):
    """A condition on the grade."""

    grade: Annotated[
        tuple[str, ...],
        Written(_check_names, {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = Field(description="A grade, or a list of them.")


class AllNode(Entry):
    """Every rule of the list holds."""

    all: "Annotated[list[RuleNode], SOUND_PARTS]" = Field(description="They all hold.")


class AnyNode(Entry):
    """At least one rule of the list holds."""

    any: "Annotated[list[RuleNode], SOUND_PARTS]" = Field(description="At least one of them holds.")


class NoneNode(Entry):
    """No rule of the list holds."""

    none: "Annotated[list[RuleNode], SOUND_PARTS]" = Field(description="None of them holds.")


def kind_of_rule(value: object) -> str | None:
    """Return the tag of the kind of node that ``value`` is, or None if it is no rule."""
    if isinstance(value, str):
        return "<name>"
    if isinstance(value, dict):
        return next((f"<{kind}>" for kind in RULE_KINDS if kind in value), None)
    kinds: dict[type, str] = {
        FieldNode: "<field>",
        EventNode: "<event>",
        CriterionNode: "<criterion>",
        ScoreNode: "<score>",
        GradeNode: "<grade>",
        AllNode: "<all>",
        AnyNode: "<any>",
        NoneNode: "<none>",
    }
    return next((tag for kind, tag in kinds.items() if isinstance(value, kind)), None)


_BY_KIND = Discriminator(kind_of_rule, custom_error_type=NOT_A_RULE, custom_error_message="not a rule")

RuleNode = Annotated[
    Annotated[Text, Tag("<name>")]
    | Annotated[FieldNode, Tag("<field>")]
    | Annotated[EventNode, Tag("<event>")]
    | Annotated[CriterionNode, Tag("<criterion>")]
    | Annotated[ScoreNode, Tag("<score>")]
    | Annotated[GradeNode, Tag("<grade>")]
    | Annotated[AllNode, Tag("<all>")]
    | Annotated[AnyNode, Tag("<any>")]
    | Annotated[NoneNode, Tag("<none>")],
    _BY_KIND,
]


class Said(Entry):
    """What every criterion has beside its rule."""

    says: Text = Field(description="How both sides put it, in plain words.")


class FieldCriterion(Said, FieldNode):
    """A criterion about a field."""


class EventCriterion(Said, EventNode):
    """A criterion about behaviour."""


class SameCriterion(Said, CriterionNode):
    """A criterion that repeats another under its own name."""


class ScoreCriterion(Said, ScoreNode):
    """Refused by the checks, with the reason: the score is computed from the criteria."""


class GradeCriterion(Said, GradeNode):
    """Refused by the checks, with the reason: the grade is computed from the criteria."""


class AllCriterion(Said, AllNode):
    """A criterion of several rules that all hold."""


class AnyCriterion(Said, AnyNode):
    """A criterion of several rules of which one holds."""


class NoneCriterion(Said, NoneNode):
    """A criterion of several rules of which none holds."""


for _node in (AllNode, AnyNode, NoneNode, AllCriterion, AnyCriterion, NoneCriterion):
    _node.model_rebuild()

CriterionEntry = Annotated[
    Annotated[FieldCriterion, Tag("<field>")]
    | Annotated[EventCriterion, Tag("<event>")]
    | Annotated[SameCriterion, Tag("<criterion>")]
    | Annotated[ScoreCriterion, Tag("<score>")]
    | Annotated[GradeCriterion, Tag("<grade>")]
    | Annotated[AllCriterion, Tag("<all>")]
    | Annotated[AnyCriterion, Tag("<any>")]
    | Annotated[NoneCriterion, Tag("<none>")],
    _BY_KIND,
]
