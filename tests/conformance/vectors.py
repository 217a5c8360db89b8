"""Reads the committed vectors: leads, and rules as they are written in an agreement."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    BehaviourRule,
    Contains,
    CountRule,
    CriterionRule,
    DaysRule,
    Facts,
    FieldRule,
    FirstRule,
    InLast,
    InNext,
    IsAnyOf,
    IsMissing,
    IsNoneOf,
    IsPresent,
    LastRule,
    LessThan,
    Matches,
    MoreThan,
    MoreThanAgo,
    MoreThanAhead,
    NoneOf,
    PeopleRule,
    PropertyTest,
    Rule,
    Selection,
    SequenceRule,
    StartsWith,
    Timeline,
    Touchpoint,
    decimal_value,
    property_value,
)

AT = "2026-01-15T12:00:00Z"
COMBINATIONS = {"all": All, "any": AnyOf, "none": NoneOf}
LISTS = {"is_any_of": IsAnyOf, "is_none_of": IsNoneOf}
PREDICATES = {
    "at_least": AtLeast,
    "at_most": AtMost,
    "more_than": MoreThan,
    "less_than": LessThan,
    "starts_with": StartsWith,
    "contains": Contains,
    "matches": Matches,
    "in_next": InNext,
    "in_last": InLast,
    "more_than_ago": MoreThanAgo,
    "more_than_ahead": MoreThanAhead,
}
BARE = {"is_missing": IsMissing(), "is_present": IsPresent()}


class Constructor(SafeConstructor):
    """Reads numbers with a point as decimals."""


Constructor.add_constructor("tag:yaml.org,2002:float", lambda _, node: decimal_value(node.value))


def vectors() -> list[dict[str, Any]]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Constructor
    return yaml.load(Path(__file__).with_name("vectors.yaml"))


def instant_of(vector: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(vector.get("at", AT))


def rule_of(written: Any) -> Rule:
    match written:
        case str(name):
            return CriterionRule(name)
        case {"field": name, **rest}:
            return FieldRule(name, predicate_of(rest))
        case {"event": _}:
            return behaviour_of(written)
    ((name, parts),) = written.items()
    return COMBINATIONS[name](tuple(rule_of(part) for part in parts))


def behaviour_of(written: dict[str, Any]) -> BehaviourRule:
    what = selection_of(written)
    match written:
        case {"never": True}:
            return AbsenceRule(what)
        case {"on_days": least}:
            return DaysRule(what, least)
        case {"people": least}:
            return PeopleRule(what, least)
        case {"which": "first"}:
            return FirstRule(what)
        case {"which": "last"}:
            return LastRule(what)
        case {"followed_by": then}:
            return SequenceRule(what, selection_of(then))
    return CountRule(what, written.get("at_least", 1))


def selection_of(written: dict[str, Any]) -> Selection:
    event = written["event"]
    events = () if event == "anything" else tuple(event) if isinstance(event, list) else (event,)
    tests = tuple(property_test(**test) for test in written.get("where", ()))
    return Selection(events, tests, length_of(written["within"]) if "within" in written else None)


def property_test(property: str, **predicate: Any) -> PropertyTest:  # noqa: A002  # the word of the language
    return PropertyTest(property, predicate_of(predicate))


def length_of(written: str) -> timedelta:
    amount, unit = written.split()
    return timedelta(**{unit: int(amount)})


def predicate_of(written: dict[str, Any]) -> Any:
    ((name, value),) = written.items()
    if name in BARE:
        return BARE[name]
    return LISTS[name](tuple(value)) if name in LISTS else PREDICATES[name](value)


def facts_of(written: dict[str, Any]) -> Facts:
    colleagues = {name: Timeline(touchpoints_of(rows)) for name, rows in written.get("colleagues", {}).items()}
    zone = ZoneInfo(written["zone"]) if "zone" in written else UTC
    return Facts(written.get("fields", {}), touchpoints_of(written.get("touchpoints", ())), colleagues, zone)


def touchpoints_of(rows: Any) -> tuple[Touchpoint, ...]:
    return tuple(
        Touchpoint(str(place), event, datetime.fromisoformat(at), captured(properties))
        for place, (event, at, properties) in enumerate(rows)
    )


def captured(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, raw in properties.items() if (value := property_value(raw)) is not None}
