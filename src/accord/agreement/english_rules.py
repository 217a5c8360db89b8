"""Rules in English: "company employees is at least 50 and company country is DE, AT or CH"."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from accord.agreement import english_words as words
from accord.agreement.build_rules import GRADE_FIELD
from accord.agreement.plan import Agreement, FieldType
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
)

_COMPARED: dict[type, tuple[str, str]] = {
    AtLeast: ("at least", "on or after"),
    AtMost: ("at most", "on or before"),
    MoreThan: ("more than", "after"),
    LessThan: ("less than", "before"),
}
"""By comparison: how it is said of a number, and of a day."""


@dataclass(frozen=True, slots=True)
class RulesInEnglish:
    """Says rules about the leads of one agreement.

    Attributes:
        agreement: Whose fields and criteria the rules name.
        subject: What the lead is called: "the lead", or "it" after a sentence has named it.
    """

    agreement: Agreement
    subject: str = "the lead"

    def about(self, subject: str) -> "RulesInEnglish":
        """Return the same with another subject."""
        return replace(self, subject=subject)

    def rule(self, rule: Rule, *, inside: bool = False) -> str:
        """Return a rule as a clause; a combination inside another stands in brackets."""
        match rule:
            case FieldRule(name, predicate):
                return f"{self.field(name)} {self.predicate(predicate, name)}"
            case CriterionRule():
                return self.criteria((rule,), "and")
            case NoneOf():
                text = self.none_of(rule)
            case All() | AnyOf():
                text = self.joined(rule.rules, "and" if isinstance(rule, All) else "or")
            case _:
                return self.behaviour(rule)
        return f"({text})" if inside and len(rule.rules) > 1 else text

    def joined(self, rules: tuple[Rule, ...], conjunction: str) -> str:
        """Return rules joined by "and" or "or"; criteria, and conditions on one field, share their subject."""
        if not rules:
            return "always" if conjunction == "and" else "never"
        parts = []
        for key, group in groupby(rules, key=_sharing):
            same = tuple(group)
            if key == "criteria":
                parts.append(
                    self.criteria(tuple(part for part in same if isinstance(part, CriterionRule)), conjunction)
                )
            elif len(same) > 1 and key:
                asked = [self.predicate(part.predicate, part.field) for part in same if isinstance(part, FieldRule)]
                parts.append(f"{self.field(key)} {words.listed(asked, conjunction)}")
            else:
                parts.extend(self.rule(part, inside=len(rules) > 1) for part in same)
        return words.joined(parts, conjunction)

    def none_of(self, rule: NoneOf) -> str:
        """Return that no rule of several holds."""
        if all(isinstance(part, CriterionRule) for part in rule.rules):
            names = [words.quoted(words.label(part.name)) for part in rule.rules if isinstance(part, CriterionRule)]
            match names:
                case []:
                    return "always"
                case [name]:
                    return f"{self.subject} does not meet {name}"
                case [first, second]:
                    return f"{self.subject} meets neither {first} nor {second}"
            return f"{self.subject} meets none of {words.listed(names, 'and')}"
        if len(rule.rules) == 1:
            return f"it is not true that {self.about('the lead').rule(rule.rules[0], inside=True)}"
        return f"none of these is true: {'; '.join(self.about('the lead').rule(part) for part in rule.rules)}"

    def criteria(self, rules: tuple[CriterionRule, ...], conjunction: str) -> str:
        """Return that criteria are met."""
        names = [words.quoted(words.label(rule.name)) for rule in rules]
        return f"{self.subject} meets {words.listed(names, conjunction)}"

    def behaviour(self, rule: BehaviourRule) -> str:
        """Return what is asked of touchpoints."""
        window = "" if rule.what.within is None else f" {words.last_span(rule.what.within)}"
        match rule:
            case CountRule(what, 1):
                return f"{self.subject} {self.did(what)}{window}"
            case CountRule(what, least):
                return f"{self.subject} {self.did(what)} at least {least} times{window}"
            case AbsenceRule(what):
                return f"{self.subject} has {'not' if window else 'never'} {self.done(what)}{window}"
            case DaysRule(what, least):
                days = words.counted(least, "day", "different days")
                return f"{self.subject} {self.did(what)} on at least {days}{window}"
            case PeopleRule(what, least):
                people = words.counted(least, "person", "different people")
                return f"at least {people} of {self.company} {self.did(what)}{window}"
            case FirstRule(what) | LastRule(what):
                return self.end(what, "first" if isinstance(rule, FirstRule) else "last")
            case SequenceRule(what, then):
                later = "later" if then.within is None else f"then, within {words.span(then.within)},"
                whole = f", all{window}" if window else ""
                return f"{self.subject} {self.did(what)} and {later} {self.did(then)}{whole}"

    @property
    def company(self) -> str:
        """What the company of the lead is called."""
        return "its company" if self.subject == "it" else f"{self.subject}'s company"

    def did(self, what: Selection) -> str:
        """Return the deeds of a selection in the past, without its window: "viewed a page whose path is /pricing"."""
        deeds = (f"{past} {thing}" for past, _, thing in _deeds(what))
        return f"{words.listed(deeds, 'or')}{self.where(what)}"

    def done(self, what: Selection) -> str:
        """Return the same after "has not"."""
        if not what.events:
            return f"done anything{self.where(what)}"
        deeds = (f"{words.perfect(past)} {thing}" for past, _, thing in _deeds(what))
        return f"{words.listed(deeds, 'or')}{self.where(what)}"

    def end(self, what: Selection, which: str) -> str:
        """Return what is asked of the first or last touchpoint of some events."""
        deeds = words.listed((f"{past} {thing}" for past, _, thing in _deeds(what)), "or")
        text = f"the {which} time that {self.subject} {deeds}"
        tests = f"its {words.listed(self.tests(what.where), 'and its')}" if what.where else ""
        if what.within is None:
            return f"{text}, {tests}" if tests else f"there is a {which} time that {self.subject} {deeds}"
        return f"{text} was {words.last_span(what.within)}" + (f", and {tests}" if tests else "")

    def where(self, what: Selection) -> str:
        """Return the conditions on a touchpoint, to stand behind it."""
        if not what.where:
            return ""
        tests = self.tests(what.where)
        if len(what.events) == 1 and what.events[0] in words.EVENTS:
            return f" whose {words.listed(tests, 'and whose')}"
        return f" ({words.listed(tests, 'and')})"

    def tests(self, tests: tuple[PropertyTest, ...]) -> list[str]:
        """Return what is asked of a touchpoint's properties, each by itself."""
        return [
            f"{words.PROPERTIES.get(test.name, words.label(test.name))} {self.predicate(test.predicate, None)}"
            for test in tests
        ]

    def field(self, name: str) -> str:
        """Return what a field is called."""
        if name == GRADE_FIELD:
            return "the grade"
        if name.startswith("score."):
            return f"the {name.removeprefix('score.')} score"
        return words.label(name)

    def predicate(self, predicate: Predicate, field: str | None) -> str:
        """Return what is asked of the value of ``field``; of a property where it is None."""
        match predicate:
            case IsAnyOf(values):
                return f"is {self.values(values, field, 'or')}" if values else "is any of no values"
            case IsNoneOf(values) if len(values) > 1:
                return f"is neither {self.values(values, field, 'nor')}"
            case IsNoneOf((value,)):
                return f"is not {self.value(value, field)}"
            case IsNoneOf() | IsPresent():
                return "is known"
            case IsMissing():
                return "is not known"
            case StartsWith(text):
                return f"starts with {words.value(text)}"
            case Contains(text):
                return f"contains {words.value(text)}"
            case Matches(pattern):
                return f"has the form {words.value(pattern)}"
            case InNext() | InLast() | MoreThanAgo() | MoreThanAhead():
                return _distance(predicate)
        return self.bound(predicate, field)

    def values(self, values: tuple[Value, ...], field: str | None, conjunction: str) -> str:
        """Return values as a list."""
        return words.listed((self.value(value, field) for value in values), conjunction)

    def bound(self, predicate: AtLeast | AtMost | MoreThan | LessThan, field: str | None) -> str:
        """Return a comparison."""
        number, day = _COMPARED[type(predicate)]
        return f"is {day if isinstance(predicate.bound, date) else number} {self.value(predicate.bound, field)}"

    def value(self, value: Value, field: str | None) -> str:
        """Return a value as it is meant in ``field``: scores in points, choices as words."""
        if field in ("score.fit", "score.engagement") and isinstance(value, int | Decimal):
            return words.number(words.points(int(value)))
        known = self.agreement.fields.get(field or "")
        if known is not None and known.type is FieldType.CHOICE and isinstance(value, str):
            return words.choice(value)
        return words.value(value)


def _sharing(rule: Rule) -> str | None:
    """Return by what a rule may share its subject with the one beside it."""
    match rule:
        case CriterionRule():
            return "criteria"
        case FieldRule(name):
            return name
    return None


def _deeds(what: Selection) -> list[tuple[str, str, str]]:
    return [words.deed(event) for event in what.events] or [words.ANYTHING]


def _distance(predicate: InNext | InLast | MoreThanAgo | MoreThanAhead) -> str:
    days = words.counted(predicate.days, "day", "days")
    match predicate:
        case InNext(1):
            return "is today or tomorrow"
        case InNext():
            return f"is within the next {days}"
        case InLast(1):
            return "is today or yesterday"
        case InLast():
            return f"is within the last {days}"
        case MoreThanAgo():
            return f"is more than {days} ago"
        case MoreThanAhead():
            return f"is more than {days} ahead"
