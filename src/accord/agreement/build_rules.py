"""From the rules that people write to the tree that runs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from accord.agreement.document_rules import (
    AllNode,
    AnyNode,
    CriterionNode,
    EventNode,
    FieldNode,
    GradeNode,
    NoneNode,
    PredicateKeys,
    PropertyKeys,
    RuleNode,
    ScoreNode,
    StepNode,
)
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
    DayPredicate,
    DaysRule,
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
    Predicate,
    PropertyTest,
    Rule,
    Selection,
    SequenceRule,
    StartsWith,
    Value,
    ValuePredicate,
)

P = TypeVar("P", bound=Predicate)

GRADE_FIELD = "score.grade"
"""The field that holds a lead's grade; ``score.fit`` and ``score.engagement`` hold its scores, in hundredths."""


def _bare(value: Value) -> Value:
    """Return a text of a list without the knowledge of its path."""
    return str(value) if isinstance(value, str) else value


_PREDICATES: dict[str, Callable[[Any], ValuePredicate]] = {
    "is_": lambda value: IsAnyOf((value,)),
    "is_not": lambda value: IsNoneOf((value,)),
    "is_any_of": lambda values: IsAnyOf(tuple(map(_bare, values))),
    "is_none_of": lambda values: IsNoneOf(tuple(map(_bare, values))),
    "at_least": AtLeast,
    "at_most": AtMost,
    "more_than": MoreThan,
    "less_than": LessThan,
    "starts_with": StartsWith,
    "contains": Contains,
    "matches": Matches,
    "is_missing": lambda _: IsMissing(),
    "is_present": lambda _: IsPresent(),
}
_DAY_PREDICATES: dict[str, Callable[[Any], DayPredicate]] = {
    "in_next": InNext,
    "in_last": InLast,
    "more_than_ago": MoreThanAgo,
    "more_than_ahead": MoreThanAhead,
}


def build_rule(node: RuleNode) -> Rule:
    """Return the rule that ``node`` says; several predicates in one node become an ``All`` of them."""
    match node:
        case str():
            return CriterionRule(str(node))
        case CriterionNode():
            return CriterionRule(node.criterion)
        case FieldNode():
            return _together(FieldRule(node.field, predicate) for predicate in _predicates(node))
        case EventNode():
            return _behaviour(node)
        case ScoreNode():
            return _together(FieldRule(f"score.{node.score}", predicate) for predicate in _predicates(node))
        case GradeNode():
            return FieldRule(GRADE_FIELD, IsAnyOf(tuple(map(_bare, node.grade))))
    return _combination(node)


def build_where(entries: Iterable[PropertyKeys]) -> tuple[PropertyTest, ...]:
    """Return the conditions on a touchpoint's properties."""
    return tuple(
        PropertyTest(entry.property, predicate) for entry in entries for predicate in _asked(entry, _PREDICATES)
    )


def _behaviour(node: EventNode) -> BehaviourRule:
    """Return the one question of a node; where a faulty one asks several, one of them."""
    what = _selection(node)
    if node.never:
        return AbsenceRule(what)
    if node.on_days is not None:
        return DaysRule(what, node.on_days)
    if node.people is not None:
        return PeopleRule(what, node.people)
    if node.which is not None:
        return FirstRule(what) if node.which == "first" else LastRule(what)
    if node.followed_by is not None:
        return SequenceRule(what, _selection(node.followed_by))
    return CountRule(what, node.at_least)


def _selection(node: EventNode | StepNode) -> Selection:
    return Selection(tuple(map(str, node.event)), build_where(node.where), node.within)


def _combination(node: AllNode | AnyNode | NoneNode) -> Rule:
    match node:
        case AllNode():
            return All(tuple(build_rule(part) for part in node.all))
        case AnyNode():
            return AnyOf(tuple(build_rule(part) for part in node.any))
        case NoneNode():
            return NoneOf(tuple(build_rule(part) for part in node.none))


def _predicates(node: PredicateKeys | ScoreNode) -> Iterable[Predicate]:
    yield from _asked(node, _PREDICATES)
    yield from _asked(node, _DAY_PREDICATES)


def _asked(node: PredicateKeys | ScoreNode, kinds: Mapping[str, Callable[[Any], P]]) -> Iterable[P]:
    for name, made in kinds.items():
        value = getattr(node, name, None)
        if name in node.model_fields_set and value is not None:
            yield made(value)


def _together(rules: Iterable[Rule]) -> Rule:
    several = tuple(rules)
    return several[0] if len(several) == 1 else All(several)
