"""What rules refer to: criteria that are unknown or go in circles, and the names that a rule reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from accord.rules.errors import RulesError
from accord.rules.predicate import DayPredicate
from accord.rules.tree import (
    All,
    AnyOf,
    BehaviourRule,
    CriterionRule,
    FieldRule,
    FirstRule,
    LastRule,
    NoneOf,
    PeopleRule,
    Rule,
    Selection,
    SequenceRule,
)


@dataclass(frozen=True, slots=True)
class UnknownCriterion:
    """The criterion ``criterion`` refers to ``name``, which there is not."""

    criterion: str
    name: str

    def __str__(self) -> str:
        return f"the criterion {self.criterion!r} refers to {self.name!r}, which is unknown"


@dataclass(frozen=True, slots=True)
class CriterionCycle:
    """Each of ``names`` refers to the next, and the last to the first."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "criteria refer to each other in a circle: " + " → ".join((*self.names, self.names[0]))


def check_references(criteria: Mapping[str, Rule]) -> list[UnknownCriterion | CriterionCycle]:
    """Return every reference that leads nowhere, then the circles, both in the order of ``criteria``.

    Of circles that share criteria, at least one is reported.

    Examples:
        >>> criteria = {"a": CriterionRule("b"), "b": CriterionRule("a"), "c": CriterionRule("d")}
        >>> print(*check_references(criteria), sep="; ")
        the criterion 'c' refers to 'd', which is unknown; criteria refer to each other in a circle: a → b → a
    """
    references = {name: tuple(dict.fromkeys(_criteria_of(rule))) for name, rule in criteria.items()}
    unknown = [
        UnknownCriterion(name, other)
        for name, others in references.items()
        for other in others
        if other not in criteria
    ]
    return [*unknown, *_cycles(references)]


def parts(rule: Rule) -> Iterator[Rule]:
    """Yield ``rule`` and every rule inside it, outermost first, not following references to criteria."""
    yield rule
    match rule:
        case All(rules) | AnyOf(rules) | NoneOf(rules):
            for part in rules:
                yield from parts(part)


def reached(rules: Iterable[Rule], criteria: Mapping[str, Rule]) -> Iterator[Rule]:
    """Yield every part of ``rules`` and of the criteria that they name, directly or not, each criterion once.

    Raises:
        RulesError: A criterion is unknown.
    """
    waiting = list(rules)
    seen: set[str] = set()
    while waiting:
        for part in parts(waiting.pop()):
            yield part
            if isinstance(part, CriterionRule) and part.name not in seen:
                if part.name not in criteria:
                    raise RulesError("rules.unknown_criterion", f"unknown criterion {part.name!r}")
                seen.add(part.name)
                waiting.append(criteria[part.name])


def fields_of(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the names of the fields that ``rules`` read."""
    return frozenset(part.field for rule in rules for part in parts(rule) if isinstance(part, FieldRule))


def behaviour_of(rules: Iterable[Rule]) -> tuple[BehaviourRule, ...]:
    """Return the rules about behaviour inside ``rules``, in their order.

    One that stands twice comes twice: rules that are equal in Python may ask different things, since 1 equals True.
    """
    return tuple(part for rule in rules for part in parts(rule) if isinstance(part, BehaviourRule))


def selections_of(rules: Iterable[Rule]) -> tuple[Selection, ...]:
    """Return the touchpoints that ``rules`` read, in their order: what lies outside all of them decides nothing.

    The first or last of an event is chosen among all its touchpoints, so that those are read without a test or window.
    What follows in a sequence lies in the window of the whole. Of ``PeopleRule`` they are the company's touchpoints.
    """
    return tuple(selection for rule in behaviour_of(rules) for selection in _read_by(rule))


def _read_by(rule: BehaviourRule) -> Iterator[Selection]:
    match rule:
        case FirstRule(what) | LastRule(what):
            yield Selection(what.events)
        case SequenceRule(what, then):
            yield what
            yield Selection(then.events, then.where, what.within)
        case _:
            yield rule.what


def properties_of(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the names of the properties that ``rules`` read, of whatever event: those that need columns."""
    return frozenset(
        test.name for rule in behaviour_of(rules) for selection in _tested_by(rule) for test in selection.where
    )


def _tested_by(rule: BehaviourRule) -> tuple[Selection, ...]:
    return (rule.what, rule.then) if isinstance(rule, SequenceRule) else (rule.what,)


def reads_colleagues(rules: Iterable[Rule]) -> bool:
    """Return whether ``rules`` read touchpoints of other people of the lead's company."""
    return any(isinstance(rule, PeopleRule) for rule in behaviour_of(rules))


def reads_today(rules: Iterable[Rule]) -> bool:
    """Return whether ``rules`` compare a field with today."""
    return any(
        isinstance(part, FieldRule) and isinstance(part.predicate, DayPredicate)
        for rule in rules
        for part in parts(rule)
    )


def _criteria_of(rule: Rule) -> Iterator[str]:
    return (part.name for part in parts(rule) if isinstance(part, CriterionRule))


def _cycles(references: Mapping[str, tuple[str, ...]]) -> list[CriterionCycle]:
    found: list[CriterionCycle] = []
    done: set[str] = set()
    path: list[str] = []
    # The names still to be followed at each step of the path: a chain may be longer than calls can be deep.
    ahead = [iter(references)]
    while ahead:
        name = next(ahead[-1], None)
        if name is None:
            ahead.pop()
            done.update(path[-1:])
            del path[-1:]
        elif name in path:
            found.append(CriterionCycle(tuple(path[path.index(name) :])))
        elif name not in done and name in references:
            path.append(name)
            ahead.append(iter(references[name]))
    return found
