"""When an answer changes although nothing happens: windows pass on, days turn."""

from datetime import datetime

from accord.agreement.explanation.situation import Situation
from accord.rules import (
    CountRule,
    Finding,
    Rule,
    SequenceRule,
    evaluate,
    explain,
    instant,
    microseconds,
    next_rule_change,
)
from accord.rules.instant import span

MOST_STEPS = 60
"""How many instants at which something may change are looked at before the search is given up."""


def turns_at(finding: Finding, situation: Situation) -> datetime | None:
    """Return the first instant at which the answer of a finding is another one if nothing happens.

    None: it never is, or only after ``MOST_STEPS`` instants at which it might have been.
    """
    rule = finding.rule
    if isinstance(rule, CountRule):
        return _count_falls_short(rule, finding)
    at: datetime | None = situation.at
    for _ in range(MOST_STEPS):
        at = _next(rule, situation, at)
        if at is None:
            return None
        if evaluate(rule, situation.scored, at, situation.rules) != finding.held:
            return at
    return None


def last_chance(finding: Finding, situation: Situation) -> datetime | None:
    """Return before which instant something must happen so that what a failed rule counted still counts.

    None: nothing was counted, or it never ceases to count.
    """
    if isinstance(finding.rule, SequenceRule):
        return _sequence_ends(finding.rule, finding)
    at: datetime | None = situation.at
    for _ in range(MOST_STEPS if finding.count else 0):
        at = _next(finding.rule, situation, at)
        if at is None:
            return None
        if explain(finding.rule, situation.scored, at, situation.rules).count < finding.count:
            return at
    return None


def _next(rule: Rule, situation: Situation, at: datetime | None) -> datetime | None:
    return None if at is None else next_rule_change([rule], situation.scored, at, situation.rules)


def _count_falls_short(rule: CountRule, finding: Finding) -> datetime | None:
    """Return when so many of the touchpoints have left the window that too few are left; they leave in their order."""
    if not finding.held or rule.what.within is None:
        return None
    leaves = finding.matches[finding.count - rule.at_least].at
    return instant(microseconds(leaves) + span(rule.what.within))


def _sequence_ends(rule: SequenceRule, finding: Finding) -> datetime | None:
    """Return when the latest touchpoint that begins the sequence can no longer be followed."""
    windows = [window for window in (rule.then.within, rule.what.within) if window is not None]
    if not finding.matches or not windows:
        return None
    return instant(microseconds(finding.matches[-1].at) + span(min(windows)))
