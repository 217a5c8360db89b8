"""Trying demands on a lead: the lead as it would be if they were met, and what that takes in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, product

from accord.agreement.explanation.demands import Demand, Demands, OfBehaviour, OfEngagement, OfField
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.timing import turns_at
from accord.agreement.explanation.witness import touchpoint_for, values_for
from accord.rules import (
    AbsenceRule,
    CountRule,
    DaysRule,
    FirstRule,
    LastRule,
    PeopleRule,
    Selection,
    SequenceRule,
    Timeline,
    Touchpoint,
    Value,
    evaluate,
    instant,
    microseconds,
)
from accord.rules.instant import DAY
from accord.scoring import EngagementClause

MOST_VALUES = 8
"""How many combinations of values of fields are tried."""

MOST_TOUCHPOINTS = 12
"""How many touchpoints of one kind are tried to reach a score."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What is done to a lead in a trial.

    Attributes:
        fields: Values that are filled in; None: taken away.
        touchpoints: What the lead does.
        colleagues: What other people of its company do, who had done nothing so far: one touchpoint each.
        at: The instant at which all of it is done, and judged.
        scored: The clause by whose touchpoints the engagement was reached, and how many of them.
    """

    fields: Mapping[str, Value | None] = field(default_factory=dict)
    touchpoints: tuple[Touchpoint, ...] = ()
    colleagues: tuple[Touchpoint, ...] = ()
    at: datetime | None = None
    scored: tuple[EngagementClause, int] | None = None

    def __add__(self, other: "Effort") -> "Effort":
        later = max(filter(None, (self.at, other.at)), key=microseconds, default=None)
        return Effort(
            {**self.fields, **other.fields},
            self.touchpoints + other.touchpoints,
            self.colleagues + other.colleagues,
            later,
            self.scored or other.scored,
        )

    def made(self, situation: Situation) -> Situation:
        """Return the lead after the effort, at its instant."""
        kept = {name: value for name, value in situation.facts.fields.items() if name not in self.fields}
        known = kept | {name: value for name, value in self.fields.items() if value is not None}
        others = {f"somebody else {place}": Timeline((each,)) for place, each in enumerate(self.colleagues)}
        facts = replace(
            situation.facts,
            fields=known,
            touchpoints=(*situation.facts.touchpoints, *self.touchpoints),
            colleagues={**situation.facts.colleagues, **others},
        )
        at = situation.at if self.at is None else self.at
        return replace(situation, facts=facts, at=at)


def efforts(demands: Demands, situation: Situation) -> Iterator[tuple[Effort, ...]]:
    """Yield what may meet all the demands, the likeliest first; nothing where one of them cannot be met.

    Points may come from anything that gives them, so that several efforts that differ in it belong together.
    """
    behaviours = [each for each in demands if isinstance(each, OfBehaviour)]
    done = Effort()
    for place, demand in enumerate(behaviours):
        effort = _of_behaviour(demand, situation, f"try {place}.")
        if effort is None:
            return
        done += effort
    bound = max((each.bound for each in demands if isinstance(each, OfEngagement)), default=None)
    for fields in _filled(demands, situation):
        effort = done + Effort(fields)
        yield (effort,) if bound is None else tuple(_scored(effort, bound, situation))


def _filled(demands: Demands, situation: Situation) -> Iterator[dict[str, Value | None]]:
    asked: dict[str, list[OfField]] = {}
    for demand in demands:
        if isinstance(demand, OfField):
            asked.setdefault(demand.rule.field, []).append(demand)
    choices = [[(name, value) for value in _values(name, of, situation)] for name, of in asked.items()]
    yield from (dict(chosen) for chosen in islice(product(*choices), MOST_VALUES))


def _values(name: str, demands: Sequence[OfField], situation: Situation) -> Iterator[Value | None]:
    """Yield the values of a field with which all the demands on it are met."""
    declared = situation.agreement.fields[name]
    at = situation.at.astimezone(situation.facts.zone)
    for value in values_for(declared, [each.rule.predicate for each in demands], at):
        facts = replace(situation.scored, fields={} if value is None else {name: value})
        if all(evaluate(each.rule, facts, situation.at, {}) == each.wanted for each in demands):
            yield value


def _scored(effort: Effort, bound: int, situation: Situation) -> Iterator[Effort]:
    """Yield the effort with just as many touchpoints more as reach the bound, the fewest of one kind first."""
    reached = effort.made(situation)
    if reached.card.engagement >= bound:
        yield effort
        return
    gap = bound - reached.card.engagement
    found: list[tuple[int, int, Effort]] = []
    for clause in situation.agreement.score.engagement:
        example = touchpoint_for(Selection((clause.event,), clause.where), f"score {clause.name}", reached.at)
        if example is None or clause.points <= 0:
            continue
        for count in range(_at_least(clause, gap, situation), MOST_TOUCHPOINTS + 1):
            more = tuple(replace(example, id=f"{example.id} {place}") for place in range(count))
            tried = effort + Effort(touchpoints=more, scored=(clause, count))
            if tried.made(situation).card.engagement >= bound:
                found.append((count, clause.points, tried))
                break
    yield from (tried for _, _, tried in sorted(found, key=lambda each: each[:2]))


def _at_least(clause: EngagementClause, gap: int, situation: Situation) -> int:
    """Return how many touchpoints it takes at the least to close a gap, so that fewer need not be tried.

    One gives no more than all clauses of its event together, and all of them no more than these allow.
    """
    same = [each for each in situation.agreement.score.engagement if each.event == clause.event and each.points > 0]
    caps = [each.at_most for each in same]
    if None not in caps and sum(cap for cap in caps if cap is not None) < gap:
        return MOST_TOUCHPOINTS + 1
    return -(-gap // sum(each.points for each in same))


def _of_behaviour(demand: OfBehaviour, situation: Situation, name: str) -> Effort | None:
    rule, now = demand.rule, situation.at
    finding = situation.find(rule)
    if demand.wanted == isinstance(rule, AbsenceRule):
        turns = turns_at(finding, situation)  # nothing may happen; it takes waiting
        return None if turns is None else Effort(at=turns)
    match rule:
        case CountRule(what, least):
            return _times(what, least - finding.count, name, now)
        case AbsenceRule(what):
            return _times(what, 1, name, now)
        case DaysRule(what, least):
            return _days(what, least - finding.count, name, situation)
        case PeopleRule(what, least):
            return _people(what, least - finding.count, name, situation)
        case FirstRule(what):
            return _times(what, 1, name, now) if not finding.matches else None
        case LastRule(what):
            return _times(what, 1, name, now)
        case SequenceRule():
            return _followed(rule, bool(finding.matches), name, now)


def _times(what: Selection, count: int, name: str, at: datetime) -> Effort | None:
    example = touchpoint_for(what, name, at)
    if example is None:
        return None
    return Effort(touchpoints=tuple(replace(example, id=f"{name}{place}") for place in range(count)))


def _days(what: Selection, count: int, name: str, situation: Situation) -> Effort | None:
    """Return one touchpoint a day, from tomorrow on if today counts already."""
    today = evaluate(DaysRule(replace(what, within=timedelta(days=1)), 1), situation.scored, situation.at, {})
    days = [instant(microseconds(situation.at) + DAY * place) for place in range(int(today), count + int(today))]
    example = touchpoint_for(what, name, situation.at)
    if example is None:
        return None
    each = tuple(Touchpoint(f"{name}{place}", example.event, day, example.properties) for place, day in enumerate(days))
    return Effort(touchpoints=each, at=days[-1])


def _people(what: Selection, count: int, name: str, situation: Situation) -> Effort | None:
    """Return one touchpoint each of so many other people of the company."""
    example = touchpoint_for(what, name, situation.at)
    if example is None:
        return None
    return Effort(colleagues=tuple(replace(example, id=f"{name}{place}") for place in range(count)))


def _followed(rule: SequenceRule, begun: bool, name: str, at: datetime) -> Effort | None:
    """Return what follows a beginning, a second later so that it is later; with the beginning where there is none."""
    later = instant(microseconds(at) + 1_000_000)
    first = touchpoint_for(rule.what, f"{name}first", at)
    second = touchpoint_for(rule.then, f"{name}then", later)
    if first is None or second is None:
        return None
    return Effort(touchpoints=(second,) if begun else (first, second), at=later)


Reaches = Callable[[Situation], bool]


@dataclass(frozen=True, slots=True)
class Trials:
    """Tries demands on one lead, each set once.

    Attributes:
        situation: The lead.
        reaches: Whether a lead has got where it is to get.
    """

    situation: Situation
    reaches: Reaches
    _done: dict[frozenset[Demand], Effort | None] = field(default_factory=dict, init=False, repr=False)

    def needed(self, demands: Demands) -> tuple[Demands, Effort] | None:
        """Return as few of the demands as are enough, with what was done; None: all together are not enough."""
        effort = self.tried(demands)
        if effort is None:
            return None
        rest = demands
        for demand in demands:
            fewer = tuple(each for each in rest if each != demand)
            lighter = self.tried(fewer)
            if lighter is not None:
                rest, effort = fewer, lighter
        return rest, effort

    def tried(self, demands: Demands) -> Effort | None:
        """Return an effort that meets the demands and is enough, or None if none was found."""
        key = frozenset(demands)
        if key not in self._done:
            self._done[key] = self._tried(demands)
        return self._done[key]

    def _tried(self, demands: Demands) -> Effort | None:
        for variants in efforts(demands, self.situation):
            # Where points are demanded it must be enough wherever they come from: else not the points would decide.
            if variants and all(self.reaches(effort.made(self.situation)) for effort in variants):
                return variants[0]
        return None
