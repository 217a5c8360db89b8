"""Why a rule holds of a lead or not, in words: what was found, by how much it falls short, and until when.

Made from the same findings that judge leads, so it cannot say anything else than what was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accord.agreement.english import rule_in_words
from accord.agreement.explanation.shortfall import found_in_words, shortfall
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.timing import turns_at
from accord.agreement.explanation.words import capitalised, moment_in_words
from accord.rules import All, AnyOf, CriterionRule, DayPredicate, FieldRule, Finding, NoneOf, Rule

JOINTS: Mapping[type, str] = {All: "All of these", AnyOf: "At least one of these", NoneOf: "None of these"}


@dataclass(frozen=True, slots=True)
class Because:
    """One line of an explanation.

    Attributes:
        held: Whether it holds.
        says: The statement, in the words of the agreement.
        found: What was found of this lead; empty for a combination.
        short: Where it does not hold: by how much; empty where that cannot be measured.
        turns: When the answer changes if nothing happens; None: it does not.
        until: The same in words, such as "until Thu 5 March 14:10"; empty: it does not.
        name: Of a criterion: its name.
        parts: The statements that it is made of.
    """

    held: bool
    says: str
    found: str = ""
    short: str = ""
    turns: datetime | None = None
    until: str = ""
    name: str = ""
    parts: tuple["Because", ...] = ()


def criteria_of(situation: Situation) -> tuple[Because, ...]:
    """Return every criterion of the agreement, whether it holds, and what was found; those that hold come first."""
    found = [because(situation.find(CriterionRule(name)), situation) for name in situation.agreement.criteria]
    return tuple(sorted(found, key=lambda each: not each.held))


def because_of(rule: Rule, situation: Situation) -> Because:
    """Return whether a rule holds of the lead, and why."""
    return because(situation.find(rule), situation)


def because(finding: Finding, situation: Situation) -> Because:
    """Return a finding in words."""
    match finding.rule:
        case CriterionRule(name):
            inner = because(finding.children[0], situation)
            says = situation.agreement.criteria[name].says
            turns = turns_at(finding, situation)
            until = _until(finding, turns, situation)
            return Because(finding.held, says, inner.found, inner.short, turns, until, name, inner.parts)
        case All() | AnyOf() | NoneOf():
            parts = tuple(because(child, situation) for child in finding.children)
            return Because(finding.held, JOINTS[type(finding.rule)], parts=parts)
    turns = None if isinstance(finding.rule, FieldRule) and not _of_days(finding) else turns_at(finding, situation)
    return Because(
        finding.held,
        capitalised(rule_in_words(finding.rule, situation.agreement)),
        found_in_words(finding, situation),
        "" if finding.held else shortfall(finding, situation),
        turns,
        _until(finding, turns, situation),
    )


def _of_days(finding: Finding) -> bool:
    return isinstance(finding.rule, FieldRule) and isinstance(finding.rule.predicate, DayPredicate)


def _until(finding: Finding, turns: datetime | None, situation: Situation) -> str:
    if turns is None:
        return ""
    moment = moment_in_words(turns, situation.at, situation.agreement.zone)
    return f"until {moment}" if finding.held else f"holds from {moment} by itself"
