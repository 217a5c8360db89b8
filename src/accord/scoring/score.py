"""The score of one lead, with the ledger that adds up to it: what gave which points, and what is left of it tomorrow.

All in whole hundredths of a point. Each clause stands for itself: its touchpoints fade by their age in whole days, are
added up, and the sum is cut at the clause's cap; the cut is an entry of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count

from accord.rules import (
    Facts,
    Rule,
    Touchpoint,
    Value,
    evaluate,
    instant,
    matching_touchpoints,
    microseconds,
    next_rule_change,
)
from accord.rules.instant import DAY
from accord.scoring.decay import decay_table
from accord.scoring.model import EngagementClause, FitClause, Grade, ScoreModel


class Side(StrEnum):
    """The score that an entry counts for."""

    FIT = "fit"
    ENGAGEMENT = "engagement"


class EntryKind(StrEnum):
    """What an entry stands for: a rule that holds, a touchpoint, or the cut of a clause at its cap."""

    RULE = "rule"
    TOUCHPOINT = "touchpoint"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the explanation of a score.

    Attributes:
        clause: The name of the clause.
        side: The score it counts for.
        kind: What it stands for.
        points: What it gives now, in hundredths; a cap takes, so its sign is the other one.
        tomorrow: What it will give 24 hours later, if nothing happens until then.
        touchpoint: The id of the touchpoint; None for other kinds.
        at: When the touchpoint was; None for other kinds.
        age_days: Whole periods of 24 hours since then; None for other kinds.
    """

    clause: str
    side: Side
    kind: EntryKind
    points: int
    tomorrow: int
    touchpoint: str | None = None
    at: datetime | None = None
    age_days: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The score of one lead at one instant.

    Attributes:
        fit: In hundredths: the sum of the ledger's entries for fit.
        engagement: In hundredths: the sum of the ledger's entries for engagement.
        grade: The first grade whose bounds both scores meet; None: there is none.
        ledger: By clause in the order of the model, touchpoints from old to new, the cap last. What gives nothing now
            and will give nothing tomorrow is left out.
    """

    fit: int
    engagement: int
    grade: str | None
    ledger: tuple[LedgerEntry, ...]

    @property
    def fit_tomorrow(self) -> int:
        """The fit 24 hours later, if nothing happens until then, in hundredths."""
        return sum(entry.tomorrow for entry in self.ledger if entry.side is Side.FIT)

    @property
    def engagement_tomorrow(self) -> int:
        """The engagement 24 hours later, if nothing happens until then, in hundredths."""
        return sum(entry.tomorrow for entry in self.ledger if entry.side is Side.ENGAGEMENT)


def score(model: ScoreModel, facts: Facts, at: datetime, criteria: Mapping[str, Rule]) -> ScoreCard:
    """Return the score of the lead at the instant ``at``, with its ledger.

    A touchpoint after ``at`` never counts, now or tomorrow.

    Raises:
        RulesError: As ``accord.rules.evaluate``.
    """
    until = microseconds(at)
    past = facts.until(at)
    ledger: list[LedgerEntry] = []
    for fit_clause in model.fit:
        ledger.extend(_fit_entries(fit_clause, past, at, criteria))
    for clause in model.engagement:
        ledger.extend(_engagement_entries(clause, past, until))
    fit = sum(entry.points for entry in ledger if entry.side is Side.FIT)
    engagement = sum(entry.points for entry in ledger if entry.side is Side.ENGAGEMENT)
    return ScoreCard(fit, engagement, grade_of(model.grades, fit, engagement), tuple(ledger))


def grade_of(grades: tuple[Grade, ...], fit: int, engagement: int) -> str | None:
    """Return the name of the first grade whose bounds both scores meet, in hundredths, or None."""
    return next((grade.name for grade in grades if fit >= grade.fit and engagement >= grade.engagement), None)


def next_change(model: ScoreModel, facts: Facts, at: datetime, criteria: Mapping[str, Rule]) -> datetime | None:
    """Return the first instant after ``at`` when the score may differ if nothing happens, or None if it never will.

    Until then it is the same; at that instant it need not differ, since clauses can be capped or cancel out.

    Raises:
        RulesError: As ``accord.rules.evaluate``.
    """
    by_rules = next_rule_change([clause.when for clause in model.fit], facts, at, criteria)
    until = microseconds(at)
    instants = [] if by_rules is None else [microseconds(by_rules)]
    for clause in model.engagement:
        for touchpoint in matching_touchpoints(clause.event, clause.where, facts):
            if touchpoint.microseconds > until:
                instants.append(touchpoint.microseconds)
            else:
                instants.extend(_next_fading(clause, touchpoint, until))
    return instant(min(instants)) if instants else None


def _next_fading(clause: EngagementClause, touchpoint: Touchpoint, until: int) -> Iterator[int]:
    age = (until - touchpoint.microseconds) // DAY
    now = worth(clause, age)
    if clause.half_life is not None and now:
        changed = next(day for day in count(age + 1) if worth(clause, day) != now)
        yield touchpoint.microseconds + changed * DAY


def score_fields(card: ScoreCard) -> dict[str, Value]:
    """Return the score as the fields that rules read: hundredths, and no grade where there is none.

    Examples:
        >>> score_fields(ScoreCard(3000, 1500, None, ()))
        {'score.fit': 3000, 'score.engagement': 1500}
    """
    fields: dict[str, Value] = {"score.fit": card.fit, "score.engagement": card.engagement}
    return fields if card.grade is None else fields | {"score.grade": card.grade}


def worth(clause: EngagementClause, age_days: int) -> int:
    """Return what one touchpoint of this clause is worth at an age of whole days, in hundredths, before the cap."""
    if clause.half_life is None:
        return clause.points
    table = decay_table(clause.points, clause.half_life)
    return table[age_days] if age_days < len(table) else 0


def capped(clause: EngagementClause, total: int) -> int:
    """Return what is left of the sum of a clause: at most its cap, on the side of zero on which its points lie."""
    return total if clause.at_most is None else max(-clause.at_most, min(clause.at_most, total))


def _fit_entries(clause: FitClause, past: Facts, at: datetime, criteria: Mapping[str, Rule]) -> Iterator[LedgerEntry]:
    now = clause.points if evaluate(clause.when, past, at, criteria) else 0
    # In UTC: 24 hours on the wall clock of ``at`` are not 24 hours when summer time begins.
    next_day = instant(microseconds(at) + DAY)
    tomorrow = clause.points if evaluate(clause.when, past, next_day, criteria) else 0
    if now or tomorrow:
        yield LedgerEntry(clause.name, Side.FIT, EntryKind.RULE, now, tomorrow)


def _engagement_entries(clause: EngagementClause, past: Facts, until: int) -> Iterator[LedgerEntry]:
    entries = list(_touchpoint_entries(clause, past, until))
    yield from entries
    now = sum(entry.points for entry in entries)
    tomorrow = sum(entry.tomorrow for entry in entries)
    cut, cut_tomorrow = capped(clause, now) - now, capped(clause, tomorrow) - tomorrow
    if cut or cut_tomorrow:
        yield LedgerEntry(clause.name, Side.ENGAGEMENT, EntryKind.CAP, cut, cut_tomorrow)


def _touchpoint_entries(clause: EngagementClause, past: Facts, until: int) -> Iterator[LedgerEntry]:
    for touchpoint in matching_touchpoints(clause.event, clause.where, past):
        age = (until - touchpoint.microseconds) // DAY
        now, tomorrow = worth(clause, age), worth(clause, age + 1)
        if now or tomorrow:
            yield LedgerEntry(
                clause.name,
                Side.ENGAGEMENT,
                EntryKind.TOUCHPOINT,
                now,
                tomorrow,
                touchpoint.id,
                touchpoint.at,
                age,
            )
