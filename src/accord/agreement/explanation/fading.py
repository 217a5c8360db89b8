"""How the engagement of a lead falls from instant to instant if nothing happens: each touchpoint fades once a day."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from accord.agreement.explanation.situation import Situation
from accord.rules import Touchpoint, matching_touchpoints, microseconds
from accord.rules.instant import DAY
from accord.scoring import EngagementClause, capped, worth


@dataclass(frozen=True, slots=True)
class Fade:
    """The engagement from an instant on, in microseconds and hundredths."""

    at: int
    engagement: int


def fades(situation: Situation) -> Iterator[Fade]:
    """Yield each later instant at which some touchpoint is worth something else, with the engagement from then on.

    The same as scoring the lead anew at each of them, in far less time: only the clause that fades is added up again.
    """
    now = microseconds(situation.at)
    clauses = situation.agreement.score.engagement
    sums: list[int] = []
    coming: list[tuple[int, int, int, int]] = []
    for place, clause in enumerate(clauses):
        ages = [(now - each.microseconds) // DAY for each in _counted(clause, situation)]
        sums.append(sum(worth(clause, age) for age in ages))
        for touchpoint, age in zip(_counted(clause, situation), ages, strict=True):
            coming.extend(_next(clause, place, touchpoint.microseconds, age))
    heapq.heapify(coming)
    total = sum(capped(clause, each) for clause, each in zip(clauses, sums, strict=True))
    while coming:
        at = coming[0][0]
        while coming and coming[0][0] == at:
            _, place, start, age = heapq.heappop(coming)
            clause = clauses[place]
            before, sums[place] = sums[place], sums[place] + worth(clause, age) - worth(clause, age - 1)
            total += capped(clause, sums[place]) - capped(clause, before)
            for more in _next(clause, place, start, age):
                heapq.heappush(coming, more)
        yield Fade(at, total)


def _counted(clause: EngagementClause, situation: Situation) -> tuple[Touchpoint, ...]:
    return matching_touchpoints(clause.event, clause.where, situation.facts)


def _next(clause: EngagementClause, place: int, start: int, age: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield when a touchpoint that is ``age`` days old is next worth something else; nothing if it never is."""
    now = worth(clause, age)
    if clause.half_life is not None and now:
        changed = next(day for day in count(age + 1) if worth(clause, day) != now)
        yield start + changed * DAY, place, start, changed
