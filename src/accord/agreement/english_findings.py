"""What was found of one lead, in English: "company employees is at least 50: yes, it is 120"."""

from accord.agreement import english_words as words
from accord.agreement.english_rules import RulesInEnglish
from accord.agreement.plan import Agreement
from accord.rules import (
    All,
    AnyOf,
    BehaviourRule,
    CriterionRule,
    DaysRule,
    FieldRule,
    Finding,
    FirstRule,
    LastRule,
    NoneOf,
    PeopleRule,
    SequenceRule,
)


def finding_in_words(finding: Finding, agreement: Agreement) -> str:
    """Return what was found for the rule of ``finding`` itself; its children are findings of their own.

    Examples of what it says: "company employees is at least 50: yes, it is 120", "the lead viewed a page: no, never".
    """
    rule = finding.rule
    answer = "yes" if finding.held else "no"
    match rule:
        case CriterionRule():
            return f"{RulesInEnglish(agreement).rule(rule)}: {answer}"
        case All():
            return f"all of these hold: {answer}"
        case AnyOf():
            return f"at least one of these holds: {answer}"
        case NoneOf():
            return f"none of these holds: {answer}"
    return f"{RulesInEnglish(agreement).rule(rule)}: {answer}, {found_in_words(finding, agreement)}"


def found_in_words(finding: Finding, agreement: Agreement) -> str:
    """Return only what was found, such as "it is 120" or "never"; of a combination or a criterion nothing."""
    match finding.rule:
        case FieldRule(name):
            if finding.value is None:
                return "it is not known"
            return f"it is {RulesInEnglish(agreement).value(finding.value, name)}"
        case DaysRule() if finding.count:
            return f"on {words.counted(finding.count, 'day', 'different days')}"
        case PeopleRule():
            return words.counted(finding.count, "person", "people") if finding.count else "nobody"
        case FirstRule() | LastRule() if finding.matches:
            return f"that was on {words.day(finding.matches[0].at.astimezone(agreement.zone).date())}"
        case SequenceRule() if finding.matches:
            return f"begun {words.times(len(finding.matches))}, followed in time {words.times(finding.count)}"
        case _ if isinstance(finding.rule, BehaviourRule):
            return words.times(len(finding.matches))
    return ""
