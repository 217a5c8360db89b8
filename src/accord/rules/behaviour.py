"""What the rules about behaviour find among the touchpoints of one lead; the reference for every engine.

A window is ``(at - within, at]`` in UTC instants; a touchpoint after ``at`` never counts. Events and names of
properties are compared exactly. Nothing depends on any order of touchpoints but that of time; those at one instant have
none.
"""

from bisect import bisect_right
from collections.abc import Iterator
from operator import attrgetter

from accord.rules.facts import Facts, Timeline, Touchpoint, between, passing
from accord.rules.instant import local_day, span
from accord.rules.tree import (
    AbsenceRule,
    BehaviourRule,
    CountRule,
    DaysRule,
    FirstRule,
    LastRule,
    PeopleRule,
    Selection,
    SequenceRule,
)

_INSTANT = attrgetter("microseconds")


def behaviour_holds(rule: BehaviourRule, facts: Facts, at: int) -> bool:
    """Return whether ``rule`` holds at the instant ``at``, in microseconds."""
    match rule:
        case CountRule(what, least):
            return len(selected(what, facts.timeline, at)) >= least
        case AbsenceRule(what):
            return not selected(what, facts.timeline, at)
        case DaysRule(what, least):
            return len(days_of(selected(what, facts.timeline, at), facts)) >= least
        case PeopleRule(what, least):
            active = (1 for timeline in _circle(facts) if selected(what, timeline, at))
            return any(count == least for count, _ in enumerate(active, 1))
        case FirstRule(what) | LastRule(what):
            found = passing(chosen(rule, facts, at), what.where)
            return bool(found) and (what.within is None or found[0].microseconds > at - span(what.within))
        case SequenceRule():
            return next(followed(rule, facts, at), None) is not None


def selected(what: Selection, timeline: Timeline, at: int) -> tuple[Touchpoint, ...]:
    """Return the touchpoints among ``what`` at the instant ``at``, in the order of time."""
    after = None if what.within is None else at - span(what.within)
    return between(timeline.matching(what.events, what.where), after, at)


def days_of(touchpoints: tuple[Touchpoint, ...], facts: Facts) -> frozenset[int]:
    """Return the calendar days on which they lie, in the zone of the facts."""
    return frozenset(local_day(each.at, facts.zone) for each in touchpoints)


def chosen(rule: FirstRule | LastRule, facts: Facts, at: int) -> tuple[Touchpoint, ...]:
    """Return the first or the latest touchpoint of the rule's events: none, one, or all at that instant."""
    past = between(facts.timeline.matching(rule.what.events, ()), None, at)
    if not past:
        return ()
    end = past[0] if isinstance(rule, FirstRule) else past[-1]
    return between(past, end.microseconds - 1, end.microseconds)


def followed(rule: SequenceRule, facts: Facts, at: int) -> Iterator[tuple[Touchpoint, Touchpoint]]:
    """Yield each touchpoint that begins the sequence and is followed in time, with the first that follows it."""
    followers = between(facts.timeline.matching(rule.then.events, rule.then.where), None, at)
    for beginning in selected(rule.what, facts.timeline, at):
        place = bisect_right(followers, beginning.microseconds, key=_INSTANT)
        if place == len(followers):
            return
        gap = followers[place].microseconds - beginning.microseconds
        if rule.then.within is None or gap < span(rule.then.within):
            yield beginning, followers[place]


def people_of(rule: PeopleRule, facts: Facts, at: int) -> Iterator[tuple[str | None, tuple[Touchpoint, ...]]]:
    """Yield each active person of the lead's company, None for its own, with the touchpoints that count."""
    for person, timeline in ((None, facts.timeline), *sorted(facts.colleagues.items())):
        found = selected(rule.what, timeline, at)
        if found:
            yield person, found


def _circle(facts: Facts) -> Iterator[Timeline]:
    yield facts.timeline
    yield from facts.colleagues.values()
