"""What a rule means on one lead, and why it holds or not. This is the reference: every engine must agree with it.

What is asked of one value is in ``predicate_meaning.py``, what is asked of touchpoints in ``behaviour.py``. Names of
fields are compared exactly. ``evaluate`` stops as soon as the answer is known, ``explain`` goes on to say all of it;
both ask the same questions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accord.rules.behaviour import behaviour_holds, chosen, days_of, followed, people_of, selected
from accord.rules.errors import RulesError
from accord.rules.facts import Facts, Touchpoint
from accord.rules.instant import instant, local_day, microseconds
from accord.rules.predicate import DayPredicate
from accord.rules.predicate_meaning import day_predicate_holds, predicate_holds
from accord.rules.tree import (
    AbsenceRule,
    All,
    AnyOf,
    BehaviourRule,
    CountRule,
    CriterionRule,
    DaysRule,
    FieldRule,
    FirstRule,
    LastRule,
    NoneOf,
    PeopleRule,
    PropertyTest,
    Rule,
    SequenceRule,
)
from accord.rules.value import Value, compared_field


@dataclass(frozen=True, slots=True)
class Match:
    """A touchpoint that a rule counted; ``person`` is the colleague whose it is, None: the lead's own."""

    id: str
    at: datetime
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a rule held on one lead, and what was found.

    Attributes:
        rule: The rule that was asked.
        held: The answer.
        value: Of a field rule: the value of the field as it is known; None: it is missing.
        matches: Of a rule about behaviour: the touchpoints that count, oldest first; of first and last, the chosen one,
            whether it passes or not; of a sequence, those that begin it, followed or not.
        count: Of a rule about behaviour: how many there are of what is counted: touchpoints, days, people, or those
            that begin a sequence and are followed in time; of first and last, of the chosen that pass.
        then: Of a sequence: the first touchpoint that follows each of those that are followed in time, in their order.
        children: Of a combination: a finding for each of its rules, in their order; of a reference: the criterion's.
    """

    rule: Rule
    held: bool
    value: Value | None = None
    matches: tuple[Match, ...] = ()
    count: int = 0
    then: tuple[Match, ...] = ()
    children: tuple["Finding", ...] = ()


def evaluate(rule: Rule, facts: Facts, at: datetime, criteria: Mapping[str, Rule]) -> bool:
    """Return whether ``rule`` holds of the lead at the instant ``at``.

    Raises:
        RulesError: ``at`` has no zone; a criterion is unknown or refers to itself; a value is one that no engine holds.

    Examples:
        >>> from accord.rules.predicate import AtLeast
        >>> monday = datetime.fromisoformat("2026-01-05T09:00Z")
        >>> evaluate(FieldRule("company.employees", AtLeast(50)), Facts({"company.employees": 80}), monday, {})
        True
    """
    return _holds(rule, _Lead(facts, microseconds(at), criteria))


def explain(rule: Rule, facts: Facts, at: datetime, criteria: Mapping[str, Rule]) -> Finding:
    """Return the same answer as ``evaluate``, with what was found for each part of ``rule``.

    Raises:
        RulesError: As ``evaluate``.
    """
    return _find(rule, _Lead(facts, microseconds(at), criteria))


def matching_touchpoints(event: str, where: tuple[PropertyTest, ...], facts: Facts) -> tuple[Touchpoint, ...]:
    """Return the touchpoints ``event`` of any time that pass all of ``where``, in the order of time, then of ids."""
    return facts.timeline.matching((event,), where)


@dataclass(slots=True)
class _Lead:
    """One lead as the rules ask it; remembers criteria that were asked, None while one is being asked."""

    facts: Facts
    at: int
    criteria: Mapping[str, Rule]
    asked: dict[str, bool | None] = field(default_factory=dict)

    def field_holds(self, rule: FieldRule) -> bool:
        found = self.facts.fields.get(rule.field)
        if isinstance(rule.predicate, DayPredicate):
            return day_predicate_holds(rule.predicate, found, local_day(instant(self.at), self.facts.zone))
        return predicate_holds(rule.predicate, found, compared_field)

    def criterion(self, name: str) -> Rule:
        if name not in self.criteria:
            raise RulesError("rules.unknown_criterion", f"unknown criterion {name!r}")
        if name in self.asked and self.asked[name] is None:
            raise RulesError("rules.criterion_cycle", f"the criterion {name!r} refers to itself")
        return self.criteria[name]


def _holds(rule: Rule, lead: _Lead) -> bool:
    match rule:
        case FieldRule():
            return lead.field_holds(rule)
        case CriterionRule(name):
            return _criterion_holds(name, lead)
        case All(rules):
            return all(_holds(part, lead) for part in rules)
        case AnyOf(rules):
            return any(_holds(part, lead) for part in rules)
        case NoneOf(rules):
            return not any(_holds(part, lead) for part in rules)
    return behaviour_holds(rule, lead.facts, lead.at)


def _criterion_holds(name: str, lead: _Lead) -> bool:
    known = lead.asked.get(name)
    if known is None:
        rule = lead.criterion(name)
        lead.asked[name] = None
        known = lead.asked[name] = _holds(rule, lead)
    return known


def _find(rule: Rule, lead: _Lead) -> Finding:
    match rule:
        case FieldRule():
            return Finding(rule, lead.field_holds(rule), value=lead.facts.fields.get(rule.field))
        case CriterionRule(name):
            named = lead.criterion(name)
            lead.asked[name] = None
            child = _find(named, lead)
            lead.asked[name] = child.held
            return Finding(rule, child.held, children=(child,))
        case All(rules):
            children = tuple(_find(part, lead) for part in rules)
            return Finding(rule, all(child.held for child in children), children=children)
        case AnyOf(rules):
            children = tuple(_find(part, lead) for part in rules)
            return Finding(rule, any(child.held for child in children), children=children)
        case NoneOf(rules):
            children = tuple(_find(part, lead) for part in rules)
            return Finding(rule, not any(child.held for child in children), children=children)
    return _find_behaviour(rule, lead.facts, lead.at)


def _find_behaviour(rule: BehaviourRule, facts: Facts, at: int) -> Finding:
    match rule:
        case CountRule(what, least):
            found = selected(what, facts.timeline, at)
            return Finding(rule, len(found) >= least, matches=_matches(found), count=len(found))
        case AbsenceRule(what):
            found = selected(what, facts.timeline, at)
            return Finding(rule, not found, matches=_matches(found), count=len(found))
        case DaysRule(what, least):
            found = selected(what, facts.timeline, at)
            days = len(days_of(found, facts))
            return Finding(rule, days >= least, matches=_matches(found), count=days)
        case PeopleRule():
            return _find_people(rule, facts, at)
        case FirstRule(what) | LastRule(what):
            found = chosen(rule, facts, at)
            passing = len(set(map(id, found)) & set(map(id, selected(what, facts.timeline, at))))
            return Finding(rule, passing > 0, matches=_matches(found), count=passing)
        case SequenceRule(what):
            pairs = tuple(followed(rule, facts, at))
            beginnings = _matches(selected(what, facts.timeline, at))
            then = _matches(second for _, second in pairs)
            return Finding(rule, bool(pairs), matches=beginnings, count=len(pairs), then=then)


def _find_people(rule: PeopleRule, facts: Facts, at: int) -> Finding:
    people = tuple(people_of(rule, facts, at))
    matches = sorted(
        (Match(each.id, each.at, person) for person, found in people for each in found),
        key=lambda match: (microseconds(match.at), match.person or "", match.id),
    )
    return Finding(rule, len(people) >= rule.at_least, matches=tuple(matches), count=len(people))


def _matches(touchpoints: Iterable[Touchpoint]) -> tuple[Match, ...]:
    return tuple(Match(touchpoint.id, touchpoint.at) for touchpoint in touchpoints)
