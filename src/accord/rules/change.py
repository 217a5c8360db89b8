"""When an answer may change although nothing happens: a touchpoint leaves a window, its time comes, or a day turns."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from accord.rules.facts import Facts, Touchpoint
from accord.rules.instant import day_number, day_turns, instant, microseconds, span
from accord.rules.predicate import DayPredicate
from accord.rules.references import reached
from accord.rules.tree import BehaviourRule, FieldRule, FirstRule, LastRule, PeopleRule, Rule, Selection, SequenceRule


def next_rule_change(
    rules: Iterable[Rule], facts: Facts, at: datetime, criteria: Mapping[str, Rule]
) -> datetime | None:
    """Return the first instant after ``at`` when one of ``rules`` may answer differently, or None if none ever will.

    Until then all answers stay the same if nothing happens; at that instant they need not differ.

    Raises:
        RulesError: ``at`` has no zone; a criterion is unknown.
    """
    now = microseconds(at)
    edges = [edge for rule in reached(rules, criteria) for edge in _edges(rule, facts) if edge > now]
    return instant(min(edges)) if edges else None


def _edges(rule: Rule, facts: Facts) -> Iterator[int]:
    match rule:
        case FieldRule(field, predicate) if isinstance(predicate, DayPredicate):
            yield from _turns(predicate, facts.fields.get(field), facts)
        case PeopleRule(what):
            yield from _comings_and_goings(what, facts.timeline.matching(what.events, what.where))
            for colleague in facts.colleagues.values():
                yield from _comings_and_goings(what, colleague.matching(what.events, what.where))
        case FirstRule(what) | LastRule(what):
            # The chosen one may come or go although it does not pass: then another one is chosen, or none.
            yield from _comings_and_goings(what, facts.timeline.matching(what.events, ()))
        case SequenceRule(what, then):
            yield from _comings_and_goings(what, facts.timeline.matching(what.events, what.where))
            yield from (each.microseconds for each in facts.timeline.matching(then.events, then.where))
        case _ if isinstance(rule, BehaviourRule):
            yield from _comings_and_goings(rule.what, facts.timeline.matching(rule.what.events, rule.what.where))


def _comings_and_goings(what: Selection, touchpoints: Iterable[Touchpoint]) -> Iterator[int]:
    for touchpoint in touchpoints:
        yield touchpoint.microseconds
        if what.within is not None:
            yield touchpoint.microseconds + span(what.within)


def _turns(predicate: DayPredicate, value: object, facts: Facts) -> Iterator[int]:
    """Yield when the days begin from which ``value`` lies in the reach of ``predicate``, and no longer does."""
    if not isinstance(value, date):
        return
    first, last = predicate.reach
    if last is not None:
        yield from day_turns(day_number(value) - last, facts.zone)
    if first is not None:
        yield from day_turns(day_number(value) - first + 1, facts.zone)
