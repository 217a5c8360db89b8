"""What time alone will change about a lead: tomorrow's points and grade, and the instants at which something turns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from accord.agreement.english_words import STAGES
from accord.agreement.explanation.fading import fades
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.words import moment_in_words
from accord.agreement.judgement import points_in_words
from accord.agreement.rules_of import all_rules
from accord.rules import (
    AtLeast,
    AtMost,
    FieldRule,
    LessThan,
    MoreThan,
    Rule,
    instant,
    microseconds,
    next_rule_change,
    parts,
)
from accord.rules.instant import DAY

MOST_FADES = 4000
"""How many instants at which points fade are looked at before the search is given up."""

MOST_EDGES = 60
"""How many instants at which a rule may turn are looked at before the search is given up."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that changes at an instant if nothing happens until then; ``gained``: it begins to hold."""

    at: datetime
    when: str
    says: str
    gained: bool | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What time alone will change.

    Attributes:
        fit: In points now and 24 hours later.
        engagement: The same.
        grade: Now and 24 hours later; empty: none.
        next_points: The next instant at which the points change, and to what; None: never.
        turns: What changes within 24 hours beside points; where that is nothing, the first that does after that.
        searched: Until when, where nothing was found and the search was given up; empty: nothing ever changes.
    """

    fit: tuple[str, str]
    engagement: tuple[str, str]
    grade: tuple[str, str]
    next_points: Turn | None
    turns: tuple[Turn, ...]
    searched: str = ""

    @property
    def steady(self) -> bool:
        """Whether tomorrow's points and grade are today's."""
        return all(now == then for now, then in (self.fit, self.engagement, self.grade))


def outlook_of(situation: Situation) -> Outlook:
    """Return what time alone will change about the lead."""
    end = microseconds(situation.at) + DAY
    tomorrow = situation.later(instant(end))
    turns: list[Turn] = []
    searched = ""
    before, held = situation, _held(situation)
    for now in moments_ahead(situation):
        if isinstance(now, datetime):
            searched = "" if turns else _moment(now, situation)
            break
        if turns and microseconds(now.at) > end:
            break
        holds = _held(now)
        turns += _turns(before, now, held, holds, situation)
        before, held = now, holds
    return Outlook(
        (points_in_words(situation.card.fit), points_in_words(tomorrow.card.fit)),
        (points_in_words(situation.card.engagement), points_in_words(tomorrow.card.engagement)),
        (situation.card.grade or "", tomorrow.card.grade or ""),
        _points(situation),
        tuple(turns),
        searched,
    )


def moments_ahead(situation: Situation) -> Iterator[Situation | datetime]:
    """Yield the lead at each later instant at which, if nothing happens, something beside its points may change.

    Where the search is given up, the last is the instant until which it went.
    """
    bounds = _bounds(situation)
    fading = islice(fades(situation), MOST_FADES)
    fade, was = next(fading, None), situation.card.engagement
    edge, edges = _edge(situation, situation.at), 0
    while edge is not None or fade is not None:
        if fade is None or (edge is not None and microseconds(edge) <= fade.at):
            if edges == MOST_EDGES:
                yield situation.at
                return
            assert edge is not None  # noqa: S101  (one of the two is there)
            yield (situation := situation.later(edge))
            edge, edges = _edge(situation, edge), edges + 1
            continue
        now = fade.engagement
        if any((was >= bound) != (now >= bound) or (was > bound) != (now > bound) for bound in bounds):
            situation = situation.later(instant(fade.at))
            yield situation
        was, last = now, fade.at
        fade = next(fading, None)
        if fade is None and now:
            yield instant(last)
            return


def _edge(situation: Situation, at: datetime) -> datetime | None:
    return next_rule_change(all_rules(situation.agreement), situation.scored, at, situation.rules)


def _bounds(situation: Situation) -> frozenset[int]:
    """Return the engagements at which something turns: those of the grades, and those that rules ask for."""
    agreement = situation.agreement
    asked = {
        part.predicate.bound
        for rule in all_rules(agreement)
        for part in parts(rule)
        if isinstance(part, FieldRule)
        and part.field == "score.engagement"
        and isinstance(part.predicate, AtLeast | AtMost | MoreThan | LessThan)
    }
    grades = {grade.engagement for grade in agreement.score.grades}
    return frozenset(bound for bound in asked | grades if isinstance(bound, int))


def _points(situation: Situation) -> Turn | None:
    """Return the first change of the points: of the engagement by fading, or of the fit by a rule that turns."""
    start = situation.card
    faded = next((each for each in islice(fades(situation), MOST_FADES) if each.engagement != start.engagement), None)
    at, edges = _edge(situation, situation.at), 0
    while at is not None and edges < MOST_EDGES and (faded is None or microseconds(at) <= faded.at):
        now = situation.later(at)
        if now.card.fit != start.fit:
            return Turn(at, _moment(at, situation), f"fit becomes {points_in_words(now.card.fit)}")
        at, edges = _edge(now, at), edges + 1
    if faded is None:
        return None
    at = instant(faded.at)
    return Turn(at, _moment(at, situation), f"engagement becomes {points_in_words(faded.engagement)}")


def _turns(
    before: Situation, now: Situation, held: Mapping[str, bool], holds: Mapping[str, bool], start: Situation
) -> Iterator[Turn]:
    when = _moment(now.at, start)
    if before.card.grade != now.card.grade:
        yield Turn(now.at, when, f"the grade becomes {now.card.grade or 'none'}")
    for says, holding in holds.items():
        if held[says] != holding:
            yield Turn(now.at, when, says, gained=holding)


def _held(situation: Situation) -> dict[str, bool]:
    return {says: situation.holds(rule) for says, rule in _watched(situation)}


def _watched(situation: Situation) -> Iterator[tuple[str, Rule]]:
    agreement = situation.agreement
    yield from ((criterion.says, criterion.rule) for criterion in agreement.criteria.values())
    for gate in agreement.stages:
        yield f"what it takes to be {STAGES[gate.stage]}", gate.when
    if agreement.handoff.fast_lane is not None:
        yield "what it takes for the fast lane", agreement.handoff.fast_lane


def _moment(at: datetime, start: Situation) -> str:
    return moment_in_words(at, start.at, start.agreement.zone)
