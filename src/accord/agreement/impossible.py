"""Rules that no lead can ever meet, as far as that is cheap to see: bounds that cross, scores out of reach.

Nothing here decides an outcome; it only lets a check warn. A rule of which nothing is said may still be impossible.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accord.rules import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    CriterionRule,
    DayPredicate,
    FieldRule,
    IsAnyOf,
    IsMissing,
    LessThan,
    MoreThan,
    Predicate,
    Rule,
    Value,
    text_key,
)
from accord.scoring import ScoreModel


@dataclass(frozen=True, slots=True)
class Reach:
    """What a lead can have at most.

    Attributes:
        criteria: The rules of the criteria by name.
        highest: By ``score.fit`` and ``score.engagement``: the most hundredths a lead can have; absent: no limit.
    """

    criteria: Mapping[str, Rule] = field(default_factory=dict)
    highest: Mapping[str, int] = field(default_factory=dict)


def highest_scores(model: ScoreModel) -> dict[str, int]:
    """Return the most hundredths that the model can give; engagement without a cap has no limit."""
    highest = {"score.fit": sum(max(0, clause.points) for clause in model.fit)}
    giving = [clause for clause in model.engagement if clause.points > 0]
    caps = [clause.at_most for clause in giving if clause.at_most is not None]
    if len(caps) == len(giving):
        highest["score.engagement"] = sum(caps)
    return highest


def why_impossible(rule: Rule, reach: Reach, within: frozenset[str] = frozenset()) -> str | None:
    """Return the field for which ``rule`` asks what cannot be, or None.

    Examples:
        >>> why_impossible(All((FieldRule("a", AtLeast(5)), FieldRule("a", AtMost(4)))), Reach())
        'a'
    """
    match rule:
        case CriterionRule(name):
            if name in within or name not in reach.criteria:
                return None
            return why_impossible(reach.criteria[name], reach, within | {name})
        case AnyOf(rules):
            reasons = [why_impossible(part, reach, within) for part in rules]
            return reasons[0] if reasons and None not in reasons else None
        case All(rules):
            inner = (why_impossible(part, reach, within) for part in rules)
            return next((reason for reason in inner if reason), None) or _clash(_joined(rules, reach, within), reach)
        case FieldRule():
            return _clash([rule], reach)
    return None


def _joined(rules: Iterable[Rule], reach: Reach, within: frozenset[str]) -> Iterator[FieldRule]:
    """Yield the field rules that must all hold, those inside nested combinations and criteria included."""
    for rule in rules:
        match rule:
            case FieldRule():
                yield rule
            case All(parts):
                yield from _joined(parts, reach, within)
            case CriterionRule(name) if name not in within and name in reach.criteria:
                yield from _joined([reach.criteria[name]], reach, within | {name})


def _clash(rules: Iterable[FieldRule], reach: Reach) -> str | None:
    by_field: dict[str, list[Predicate]] = {}
    for rule in rules:
        by_field.setdefault(rule.field, []).append(rule.predicate)
    for name, predicates in by_field.items():
        if name in reach.highest:
            predicates.append(AtMost(reach.highest[name]))
        if _excludes_itself(predicates):
            return name
    return None


def _excludes_itself(predicates: list[Predicate]) -> bool:
    if any(isinstance(predicate, IsMissing) for predicate in predicates):
        return any(not isinstance(predicate, IsMissing) for predicate in predicates)
    wanted = [{_key(value) for value in each.values} for each in predicates if isinstance(each, IsAnyOf)]
    if wanted and not set.intersection(*wanted):
        return True
    return _bounds_cross(predicates) or _days_cross(predicates)


def _bounds_cross(predicates: list[Predicate]) -> bool:
    lows: list[tuple[int | Decimal, bool]] = []
    highs: list[tuple[int | Decimal, bool]] = []
    for predicate in predicates:
        match predicate:
            case AtLeast(bound):
                lows.append((_number(bound), False))
            case MoreThan(bound):
                lows.append((_number(bound), True))
            case AtMost(bound):
                highs.append((_number(bound), False))
            case LessThan(bound):
                highs.append((_number(bound), True))
    return any(low > high or (low == high and (a or b)) for low, a in lows for high, b in highs)


def _days_cross(predicates: list[Predicate]) -> bool:
    """Return whether no day can be as near and as far from today as is asked."""
    reaches = [each.reach for each in predicates if isinstance(each, DayPredicate)]
    firsts = [first for first, _ in reaches if first is not None]
    lasts = [last for _, last in reaches if last is not None]
    return bool(firsts and lasts) and max(firsts) > min(lasts)


def _number(bound: int | Decimal | date) -> int | Decimal:
    return bound.toordinal() if isinstance(bound, date) else bound


def _key(value: Value) -> Value:
    return text_key(value) if isinstance(value, str) else value
