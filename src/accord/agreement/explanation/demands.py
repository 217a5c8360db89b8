"""What would have to be otherwise for a rule to hold: sets of demands, each of them about one thing.

These are proposals, read off the tree of the rule; ``next_steps`` tries each on the lead and keeps those that work.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, islice, product

from accord.agreement.build_rules import GRADE_FIELD
from accord.agreement.explanation.situation import Situation
from accord.rules import (
    All,
    AnyOf,
    AtLeast,
    BehaviourRule,
    CriterionRule,
    FieldRule,
    IsAnyOf,
    MoreThan,
    NoneOf,
    Rule,
)

MOST = 16
"""How many sets are kept of each rule, the smallest; an agreement that offers more ways is not read to its end."""

MOST_CLAUSES = 3
"""How many clauses of the fit are combined to reach a score."""


@dataclass(frozen=True, slots=True)
class OfField:
    """A field rule is to hold, or not."""

    rule: FieldRule
    wanted: bool


@dataclass(frozen=True, slots=True)
class OfBehaviour:
    """A rule about behaviour is to hold, or not."""

    rule: BehaviourRule
    wanted: bool


@dataclass(frozen=True, slots=True)
class OfEngagement:
    """The engagement is to be this at least, in hundredths."""

    bound: int


Demand = OfField | OfBehaviour | OfEngagement
Demands = tuple[Demand, ...]


def demands_of(rule: Rule, situation: Situation, *, wanted: bool = True) -> tuple[Demands, ...]:
    """Return sets of demands, the smallest first, each of which may make ``rule`` hold (or not, as ``wanted``)."""
    return _smallest(_sets(rule, situation, wanted))


def _sets(rule: Rule, situation: Situation, wanted: bool) -> Iterable[Demands]:
    if situation.holds(rule) == wanted:
        return ((),)
    match rule:
        case CriterionRule(name):
            return demands_of(situation.rules[name], situation, wanted=wanted)
        case All(rules):
            return _every(rules, situation, wanted=True) if wanted else _one(rules, situation, wanted=False)
        case AnyOf(rules):
            return _one(rules, situation, wanted=True) if wanted else _every(rules, situation, wanted=False)
        case NoneOf(rules):
            return _every(rules, situation, wanted=False) if wanted else _one(rules, situation, wanted=True)
        case FieldRule():
            return _of_field(rule, situation, wanted)
    return ((OfBehaviour(rule, wanted),),)


def _of_field(rule: FieldRule, situation: Situation, wanted: bool) -> Iterable[Demands]:
    if not rule.field.startswith("score."):
        return ((OfField(rule, wanted),),)
    match rule.predicate:
        case IsAnyOf(grades) if rule.field == GRADE_FIELD and wanted:
            return chain.from_iterable(_of_grade(str(grade), situation) for grade in grades)
        case AtLeast(int(bound)) | MoreThan(int(bound)) if wanted:
            return _of_score(rule.field, bound + isinstance(rule.predicate, MoreThan), situation)
    return ()  # fewer points come with time alone


def _of_grade(name: str, situation: Situation) -> Iterable[Demands]:
    for grade in situation.agreement.score.grades:
        if grade.name == name:
            bounds = (
                FieldRule("score.fit", AtLeast(grade.fit)),
                FieldRule("score.engagement", AtLeast(grade.engagement)),
            )
            yield from _every(bounds, situation, wanted=True)


def _of_score(field: str, bound: int, situation: Situation) -> Iterable[Demands]:
    """Yield what gives enough points; nothing at all too, since what is demanded elsewhere may give them."""
    yield ()
    if field == "score.engagement":
        yield (OfEngagement(bound),)
        return
    gap = bound - situation.card.fit
    open_clauses = [
        clause for clause in situation.agreement.score.fit if clause.points > 0 and not situation.holds(clause.when)
    ]
    for size in range(1, MOST_CLAUSES + 1):
        for chosen in combinations(open_clauses, size):
            if sum(clause.points for clause in chosen) >= gap:
                yield from _every([clause.when for clause in chosen], situation, wanted=True)


def _one(rules: Iterable[Rule], situation: Situation, *, wanted: bool) -> Iterator[Demands]:
    return chain.from_iterable(demands_of(rule, situation, wanted=wanted) for rule in rules)


def _every(rules: Iterable[Rule], situation: Situation, *, wanted: bool) -> Iterable[Demands]:
    sets: tuple[Demands, ...] = ((),)
    for rule in rules:
        more = demands_of(rule, situation, wanted=wanted)
        sets = _smallest((*first, *second) for first, second in product(sets, more))
    return sets


def _smallest(sets: Iterable[Demands]) -> tuple[Demands, ...]:
    """Return the smallest sets, each demand and each set once; points come last, since all else may give some."""
    once = dict.fromkeys(
        tuple(sorted(dict.fromkeys(demands), key=lambda each: isinstance(each, OfEngagement))) for demands in sets
    )
    return tuple(islice(sorted(once, key=len), MOST))
