"""What was found of a lead for one rule, and by how much that falls short of what the rule asks."""

from datetime import date, datetime
from decimal import Decimal

from accord.agreement.english_words import counted, number
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.timing import last_chance
from accord.agreement.explanation.words import (
    SCORES,
    ago_in_words,
    event_in_words,
    moment_in_words,
    value_in_words,
    value_of_field,
)
from accord.agreement.judgement import points_in_words
from accord.rules import (
    AbsenceRule,
    AtLeast,
    AtMost,
    CountRule,
    DaysRule,
    FieldRule,
    Finding,
    FirstRule,
    LastRule,
    LessThan,
    MoreThan,
    PeopleRule,
    SequenceRule,
    Value,
)

_COUNTED = {CountRule: ("time", "times"), DaysRule: ("day", "days"), PeopleRule: ("person", "people")}
"""What a rule counts."""


def found_in_words(finding: Finding, situation: Situation) -> str:
    """Return what was found of the lead for a rule that is no combination."""
    match finding.rule:
        case FieldRule(field):
            return value_of_field(field, finding.value, situation.agreement)
        case FirstRule() | LastRule():
            return _chosen(finding, situation)
        case SequenceRule():
            return _sequence(finding, situation)
    if not finding.matches:
        return "not seen"
    last = ago_in_words(finding.matches[-1].at, situation.at)
    match finding.rule:
        case DaysRule(_, least):
            return f"on {_of(finding, least, 'day', 'days')}, last {last}"
        case PeopleRule(_, least):
            return f"by {_of(finding, least, 'person', 'people')}, last {last}"
        case CountRule(_, least) if not finding.held:
            return f"{finding.count} of {least} times, last {last}"
    return f"once, {last}" if len(finding.matches) == 1 else f"{len(finding.matches)} times, last {last}"


def _of(finding: Finding, least: int, one: str, many: str) -> str:
    return counted(finding.count, one, many) if finding.held else f"{finding.count} of {least} {many}"


def _chosen(finding: Finding, situation: Situation) -> str:
    if not finding.matches:
        return "not seen"
    match = finding.matches[0]
    touchpoint = situation.happened[match.id]
    shown = [value_in_words(value) for value in touchpoint.properties.values()]
    what = f"{event_in_words(touchpoint.event)}{': ' + ', '.join(shown[:2]) if shown else ''}"
    return f"{what}, {ago_in_words(match.at, situation.at)}"


def _sequence(finding: Finding, situation: Situation) -> str:
    if finding.held:
        return f"done {ago_in_words(finding.then[-1].at, situation.at)}"
    if not finding.matches:
        return "not begun"
    return f"begun {ago_in_words(finding.matches[-1].at, situation.at)}, not followed"


def shortfall(finding: Finding, situation: Situation) -> str:
    """Return by how much a rule that does not hold falls short; empty where that cannot be measured.

    What is missing must come before the first of what was counted ceases to count.
    """
    match finding.rule:
        case FieldRule(field, predicate) if finding.value is not None:
            return _measured(field, predicate, finding.value)
        case CountRule(_, least) | DaysRule(_, least) | PeopleRule(_, least):
            return _missing(finding, least, situation)
        case SequenceRule() if finding.matches:
            before = last_chance(finding, situation)
            return f"must follow before {_moment(before, situation)}" if before else "must follow"
        case AbsenceRule():
            return "" if finding.rule.what.within else "it can hold no more"
    return ""


def _missing(finding: Finding, least: int, situation: Situation) -> str:
    if least == 1:
        return ""
    if not finding.count:
        return f"{counted(least, *_COUNTED[type(finding.rule)])} needed"
    before = last_chance(finding, situation)
    more = f"{least - finding.count} more needed"
    if before is None:
        return more
    return f"{more} before {_moment(before, situation)}, when the first of these no longer counts"


def _moment(at: datetime, situation: Situation) -> str:
    return moment_in_words(at, situation.at, situation.agreement.zone)


def _measured(field: str, predicate: object, value: Value) -> str:
    """Return how far a number or day is from a bound that it does not keep."""
    match predicate:
        case AtLeast(bound) | MoreThan(bound):
            low = True
        case AtMost(bound) | LessThan(bound):
            low = False
        case _:
            return ""
    strict = isinstance(predicate, MoreThan | LessThan)
    if isinstance(bound, date) and isinstance(value, date):
        days = abs((bound - value).days) + strict
        return f"{counted(days, 'day', 'days')} too {'early' if low else 'late'}"
    if isinstance(bound, date) or isinstance(value, str | bool | date):
        return ""
    gap = bound - value
    return _difference(field, -gap if gap < 0 else gap, low=low, strict=strict)


def _difference(field: str, gap: int | Decimal, *, low: bool, strict: bool) -> str:
    if strict and isinstance(gap, int):
        gap, strict = gap + 1, False
    if field in SCORES:
        amount = counted(Decimal(points_in_words(int(gap))), "point", "points")
    else:
        amount = f"{gap:,}" if isinstance(gap, int) else number(gap)
    return f"{'more than ' if strict else ''}{amount} {'short' if low else 'too many'}"
