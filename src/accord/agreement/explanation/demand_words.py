"""What is still missing, as a clause: "the lead views a page whose path starts with /pricing once more before …"."""

from collections.abc import Sequence
from decimal import Decimal

from accord.agreement import english_words as words
from accord.agreement.english import rule_in_words
from accord.agreement.english_rules import RulesInEnglish
from accord.agreement.explanation.demands import Demand, OfBehaviour, OfEngagement, OfField
from accord.agreement.explanation.shortfall import shortfall
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.timing import last_chance, turns_at
from accord.agreement.explanation.trial import Effort
from accord.agreement.explanation.words import moment_in_words, value_of_field
from accord.agreement.judgement import points_in_words
from accord.rules import (
    AbsenceRule,
    CountRule,
    DaysRule,
    FieldRule,
    Finding,
    IsPresent,
    NoneOf,
    PeopleRule,
    Selection,
    SequenceRule,
)


def demand_in_words(demand: Demand, others: Sequence[Demand], effort: Effort, situation: Situation) -> str:
    """Return what one demand takes.

    Args:
        demand: The demand.
        others: All demands of the same way, which may give points too.
        effort: What was tried to meet them all.
        situation: The lead.
    """
    match demand:
        case OfField():
            return _field(demand, situation)
        case OfBehaviour():
            return _behaviour(demand, situation)
        case OfEngagement(bound):
            return _points(bound, others, effort, situation)


def _field(demand: OfField, situation: Situation) -> str:
    rule, agreement = demand.rule, situation.agreement
    name = words.label(rule.field)
    if not demand.wanted:
        return rule_in_words(NoneOf((rule,)), agreement)
    if isinstance(rule.predicate, IsPresent):
        return f"{name} is filled in"
    finding = situation.find(rule)
    now = (
        f"now {value_of_field(rule.field, finding.value, agreement)}" if finding.value is not None else "not known yet"
    )
    short = shortfall(finding, situation)
    return f"{rule_in_words(rule, agreement)} ({now}{', ' + short if short else ''})"


def _behaviour(demand: OfBehaviour, situation: Situation) -> str:
    rule = demand.rule
    finding = situation.find(rule)
    if demand.wanted == isinstance(rule, AbsenceRule):
        return _quiet(finding, situation)
    match rule:
        case CountRule(what, least):
            return f"the lead {_does(what, situation)}{_often(finding, least)}{_in_time(finding, situation)}"
        case DaysRule(what, least):
            more = words.counted(least - finding.count, "more day", "more days") if finding.count else _days(least)
            return f"the lead {_does(what, situation)} on {more}{_in_time(finding, situation)}"
        case PeopleRule(what, least):
            more = words.counted(least - finding.count, "more person", "more people")
            verb = "do this" if least - finding.count > 1 else "does this"
            return f"{more} of the lead’s company {verb}: {_infinitive(what, situation)}{_in_time(finding, situation)}"
        case SequenceRule(what, then) if finding.matches:
            return f"after that, the lead {_does(then, situation)}{_in_time(finding, situation)}"
        case SequenceRule(what, then):
            soon = "" if then.within is None else f" within {words.span(then.within)}"
            return f"the lead {_does(what, situation)}, and after that{soon} {_does(then, situation)}"
    return f"the lead {_does(rule.what, situation)}"


def _days(least: int) -> str:
    return words.counted(least, "day", "different days")


def _often(finding: Finding, least: int) -> str:
    missing = least - finding.count
    if finding.count:
        return " once more" if missing == 1 else f" {missing} more times"
    window = finding.rule.what.within if isinstance(finding.rule, CountRule) else None
    if least == 1:
        return ""
    return f" {least} times" if window is None else f" {least} times within {words.span(window)}"


def _in_time(finding: Finding, situation: Situation) -> str:
    before = last_chance(finding, situation)
    return "" if before is None else f" before {moment_in_words(before, situation.at, situation.agreement.zone)}"


def _quiet(finding: Finding, situation: Situation) -> str:
    """Return until when something must not happen."""
    what = finding.rule.what if not isinstance(finding.rule, FieldRule) else None  # type: ignore[union-attr]
    turns = turns_at(finding, situation)
    until = f" until {moment_in_words(turns, situation.at, situation.agreement.zone)}" if turns else ""
    english = RulesInEnglish(situation.agreement)
    return f"the lead has not {english.done(what)}{until}" if what is not None else f"nothing happens{until}"


def _does(what: Selection, situation: Situation) -> str:
    """Return the deeds of a selection in the present."""
    deeds = [f"{present} {thing}" for _, present, thing in map(words.deed, what.events)] or ["does anything"]
    return f"{words.listed(deeds, 'or')}{RulesInEnglish(situation.agreement).where(what)}"


def _infinitive(what: Selection, situation: Situation) -> str:
    return rule_in_words(CountRule(Selection(what.events, what.where)), situation.agreement).removeprefix("the lead ")


def _points(bound: int, others: Sequence[Demand], effort: Effort, situation: Situation) -> str:
    """Return the points that are missing beside what else is demanded, and an example of what gives them."""
    alone = len(others) == 1
    clause, count = effort.scored or (None, 0)
    without = situation.card.engagement
    if not alone and clause is not None:
        bare = Effort(
            effort.fields, effort.touchpoints[: len(effort.touchpoints) - count], effort.colleagues, effort.at
        )
        without = bare.made(situation).card.engagement
    gap = words.counted(Decimal(points_in_words(bound - without)), "more engagement point", "more engagement points")
    if clause is None:
        return gap
    what = Selection((clause.event,), clause.where)
    often = "" if count == 1 else f" {count} times"
    return f"{gap} (such as: the lead {_does(what, situation)}{often})"
