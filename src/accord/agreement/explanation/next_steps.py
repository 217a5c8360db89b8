"""What would have to happen for a lead to move on: the smallest sets of missing things, each of them tried.

A way is shown only if the lead would really move on by it, as ``accord.agreement.judgement`` judges, and would not
without any one part of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from accord.agreement.english_words import joined
from accord.agreement.explanation.because import JOINTS, Because, because_of
from accord.agreement.explanation.demand_words import demand_in_words
from accord.agreement.explanation.demands import Demand, Demands, demands_of
from accord.agreement.explanation.outlook import moments_ahead
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.trial import Reaches, Trials
from accord.agreement.explanation.words import moment_in_words
from accord.agreement.judgement import Standing, judge, rank
from accord.agreement.plan import Stage
from accord.rules import All, AnyOf, FieldRule, IsPresent, Rule

MOST_WAYS = 3
"""How many ways are shown, the shortest."""


@dataclass(frozen=True, slots=True)
class Way:
    """One smallest set of things that are missing.

    Attributes:
        steps: Each of them in words.
        at: The earliest instant at which it can be done, where it takes time; None: at once.
        says: All of it in words.
    """

    steps: tuple[str, ...]
    at: datetime | None
    says: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """What it takes to get somewhere.

    Attributes:
        aim: ``hand-off``, or the name of a stage.
        checked_by: Who confirms it; empty: the software decides alone.
        because: Whether it holds, and why.
        ways: The shortest first; empty where it holds, or where none was found.
    """

    aim: str
    checked_by: str
    because: Because
    ways: tuple[Way, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The statements that do not hold yet: what can be said where no way was found."""
        return tuple(_missing(self.because))


def next_stage(situation: Situation) -> Ahead | None:
    """Return what the nearest stage takes that the agreement has a gate for, beyond where the lead stands."""
    stage = situation.stage
    ahead = [gate for gate in situation.agreement.stages if stage is not None and rank(gate.stage) > rank(stage) >= 0]
    if not ahead:
        return None
    gate = min(ahead, key=lambda each: rank(each.stage))
    because = because_of(gate.when, situation)
    ways = () if because.held else _ways(gate.when, situation, lambda tried: tried.holds(gate.when))
    return Ahead(gate.stage.value, gate.checked_by or "", because, ways)


def next_handoff(situation: Situation) -> Ahead | None:
    """Return what it takes for the lead to be offered to sales; None if sales has it, or had it in this cycle."""
    stage = situation.stage
    if stage is None or situation.handed_over or not 0 <= rank(stage) < rank(Stage.SAL):
        return None
    rule = _handoff_rule(situation)
    ways = () if _is_ready(situation) else _ways(rule, situation, _is_ready)
    return Ahead("hand-off", "", because_of(rule, situation), ways)


def ways_by(statement: Rule, rule: Rule, situation: Situation) -> tuple[Way, ...]:
    """Return what it takes for ``rule`` to hold by one of its statements alone being otherwise than it is."""

    def reaches(tried: Situation) -> bool:
        return tried.holds(rule)

    wanted = not situation.holds(statement)
    found = _efforts(demands_of(statement, situation, wanted=wanted), situation, reaches)
    return tuple(sorted(found, key=lambda way: len(way.steps)))[:MOST_WAYS]


def _handoff_rule(situation: Situation) -> Rule:
    """Return the hand-off as one rule: the gate with everything marketing owes, or the fast lane."""
    handoff = situation.agreement.handoff
    owed = [FieldRule(name, IsPresent()) for name in handoff.marketing_hands_over]
    arrived = situation.stage is not None and rank(situation.stage) >= rank(handoff.at)
    gates = [
        gate.when
        for gate in situation.agreement.stages
        if gate.checked_by is None and rank(handoff.at) <= rank(gate.stage) < rank(Stage.SAL)
    ]
    lanes: list[Rule] = [All(tuple(owed))] if arrived else [All((gate, *owed)) for gate in gates]
    if handoff.fast_lane is not None:
        lanes.append(handoff.fast_lane)
    return lanes[0] if len(lanes) == 1 else AnyOf(tuple(lanes))


def _is_ready(situation: Situation) -> bool:
    standing = Standing(situation.stage or Stage.SUBSCRIBER, situation.handed_over, situation.held_for)
    return judge(situation.agreement, situation.facts, standing, situation.at).ready


def _ways(rule: Rule, situation: Situation, reaches: Reaches) -> tuple[Way, ...]:
    found = [*_efforts(demands_of(rule, situation), situation, reaches), *_waiting(situation, reaches)]
    shortest = sorted(found, key=lambda way: (len(way.steps), way.at is not None))
    return tuple(way for way in shortest if not _covered(way, shortest))[:MOST_WAYS]


def _covered(way: Way, others: Iterable[Way]) -> bool:
    return any(set(other.steps) < set(way.steps) for other in others)


def _efforts(asked: Iterable[Demands], situation: Situation, reaches: Reaches) -> Iterator[Way]:
    trials = Trials(situation, reaches)
    seen: set[frozenset[Demand]] = set()
    for demands in asked:
        known = any(kept <= set(demands) for kept in seen)
        enough = trials.needed(demands) if demands and not known else None
        if enough is None or frozenset(enough[0]) in seen:
            continue
        kept, effort = enough
        seen.add(frozenset(kept))
        steps = tuple(dict.fromkeys(demand_in_words(demand, kept, effort, situation) for demand in kept))
        yield Way(steps, effort.at, joined(steps, "and"))


def _waiting(situation: Situation, reaches: Reaches) -> Iterator[Way]:
    """Yield the way of doing nothing, if time alone brings the lead there."""
    for now in moments_ahead(situation):
        if isinstance(now, Situation) and reaches(now):
            says = f"nothing but time until {moment_in_words(now.at, situation.at, situation.agreement.zone)}"
            yield Way((says,), now.at, says)
            return


def _missing(because: Because) -> Iterator[str]:
    if because.held:
        return
    open_parts = [part for part in because.parts if not part.held]
    if because.says == JOINTS[All]:
        for part in open_parts:
            yield from _missing(part)
    elif because.says == JOINTS[AnyOf]:
        yield " or ".join(part.says for part in open_parts)
    else:
        yield because.says
