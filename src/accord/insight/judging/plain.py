"""Rules in plain form: no names, no grades, no absence, and of scores nothing but "at least so many hundredths".

What is left of the score in a plain rule is ``FieldRule("score.fit" | "score.engagement", AtLeast(whole number))``.
That is enough for every question about a score, since a score is a whole number and never missing, and a grade follows
from both.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    CountRule,
    CriterionRule,
    Facts,
    FieldRule,
    IsAnyOf,
    IsNoneOf,
    IsPresent,
    LessThan,
    MoreThan,
    NoneOf,
    Predicate,
    Rule,
    Value,
    evaluate,
    instant,
)
from accord.scoring import Grade

TRUE: Rule = All(())
FALSE: Rule = AnyOf(())
FIT, ENGAGEMENT, GRADE = "score.fit", "score.engagement", "score.grade"


def plain(rule: Rule, criteria: Mapping[str, Rule], grades: tuple[Grade, ...] | None) -> Rule:
    """Return a rule that means the same in plain form.

    Args:
        rule: What to put in plain form.
        criteria: By name, for references; none refers to itself.
        grades: Those of the score; None: the score is not known yet where this rule is asked, and is missing.
    """
    match rule:
        case CriterionRule(name):
            return plain(criteria[name], criteria, grades)
        case All(rules):
            return All(tuple(plain(part, criteria, grades) for part in rules))
        case AnyOf(rules):
            return AnyOf(tuple(plain(part, criteria, grades) for part in rules))
        case NoneOf(rules):
            return NoneOf(tuple(plain(part, criteria, grades) for part in rules))
        case AbsenceRule(what):
            return NoneOf((CountRule(what),))
        case FieldRule(field, predicate) if field in (FIT, ENGAGEMENT, GRADE) and grades is None:
            return _constant(_holds_of(predicate, None))
        case FieldRule(field, predicate) if field in (FIT, ENGAGEMENT):
            return _of_score(field, predicate)
        case FieldRule(field, predicate) if field == GRADE:
            return _of_grade(predicate, grades or ())
    return rule


def _constant(holds: bool) -> Rule:
    return TRUE if holds else FALSE


def _holds_of(predicate: Predicate, value: Value | None) -> bool:
    fields = {} if value is None else {GRADE: value}
    return evaluate(FieldRule(GRADE, predicate), Facts(fields), instant(0), {})


def _of_score(field: str, predicate: Predicate) -> Rule:
    def at_least(bound: int) -> Rule:
        return FieldRule(field, AtLeast(bound))

    match predicate:
        case AtLeast(bound) | AtMost(bound) | MoreThan(bound) | LessThan(bound) if not _is_number(bound):
            return FALSE
        case AtLeast(bound):
            return at_least(_whole(bound, ROUND_CEILING))
        case MoreThan(bound):
            return at_least(_whole(bound, ROUND_FLOOR) + 1)
        case AtMost(bound):
            return NoneOf((at_least(_whole(bound, ROUND_FLOOR) + 1),))
        case LessThan(bound):
            return NoneOf((at_least(_whole(bound, ROUND_CEILING)),))
        case IsAnyOf(values):
            return AnyOf(tuple(All((at_least(v), NoneOf((at_least(v + 1),)))) for v in _whole_numbers(values)))
        case IsNoneOf(values):
            return NoneOf((_of_score(field, IsAnyOf(values)),))
    return _constant(isinstance(predicate, IsPresent))


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _whole(bound: Value, rounding: str) -> int:
    return int(Decimal(str(bound)).to_integral_value(rounding))


def _whole_numbers(values: tuple[Value, ...]) -> list[int]:
    numbers = [Decimal(str(value)) for value in values if _is_number(value)]
    return [int(number) for number in numbers if number == int(number)]


def _of_grade(predicate: Predicate, grades: tuple[Grade, ...]) -> Rule:
    """Return which scores give a grade for which ``predicate`` holds.

    Neighbouring grades are taken together, so that "A or B" of A, B, C is the bound of B alone: a rule that is never
    false again while scores rise stays one.
    """
    passing = [_holds_of(predicate, grade.name) for grade in grades]
    runs: list[Rule] = []
    for place, passes in enumerate(passing):
        if passes and (place == 0 or not passing[place - 1]):
            end = next((n for n in range(place, len(grades)) if not passing[n]), len(grades))
            reached = AnyOf(tuple(_reaches(grade) for grade in grades[place:end]))
            better = tuple(_reaches(grade) for grade in grades[:place])
            runs.append(All((reached, NoneOf(better))) if better else reached)
    if _holds_of(predicate, None):
        runs.append(NoneOf(tuple(_reaches(grade) for grade in grades)))
    return AnyOf(tuple(runs))


def _reaches(grade: Grade) -> Rule:
    return All((FieldRule(FIT, AtLeast(grade.fit)), FieldRule(ENGAGEMENT, AtLeast(grade.engagement))))
