"""Where the points of a lead come from, to the event: both scores with everything that adds up to them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accord.agreement.clauses import Section
from accord.agreement.english import clauses, rule_in_words
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.words import capitalised, event_in_words, moment_in_words, value_in_words
from accord.agreement.judgement import points_in_words
from accord.agreement.plan import Agreement
from accord.rules import CountRule, CriterionRule, Selection
from accord.scoring import EngagementClause, EntryKind, FitClause, LedgerEntry, Side

_SIDES = {
    Side.FIT: ("Fit", "Who the lead is: points for what holds of the person and the company"),
    Side.ENGAGEMENT: ("Engagement", "What the lead does: points for what happened, which fade with time"),
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One source of points: what it was, and what it gives now and tomorrow, in points as people write them."""

    what: str
    at: datetime | None
    when: str
    points: str
    tomorrow: str
    fades: bool


@dataclass(frozen=True, slots=True)
class LedgerClause:
    """One clause of the score with its lines, which add up to its points; ``sentence`` is how the agreement puts it."""

    name: str
    says: str
    sentence: str
    lines: tuple[LedgerLine, ...]
    points: str
    tomorrow: str


@dataclass(frozen=True, slots=True)
class LedgerSide:
    """Fit or engagement: its clauses, which add up to the score."""

    name: str
    meaning: str
    clauses: tuple[LedgerClause, ...]
    points: str
    tomorrow: str


def ledger_of(situation: Situation) -> tuple[LedgerSide, ...]:
    """Return both scores with everything that adds up to them."""
    return tuple(_side(side, situation) for side in _SIDES)


def _side(side: Side, situation: Situation) -> LedgerSide:
    agreement = situation.agreement
    says = {clause.name: fit_in_words(clause, agreement) for clause in agreement.score.fit}
    says |= {clause.name: engagement_in_words(clause, agreement) for clause in agreement.score.engagement}
    sentences = {clause.path: clause.sentence for clause in clauses(agreement) if clause.section is Section.SCORE}
    entries = [entry for entry in situation.card.ledger if entry.side is side]
    found = tuple(
        _clause(name, says[name], sentences.get(name, ""), list(group), situation)
        for name, group in groupby(entries, key=lambda entry: entry.clause)
    )
    name, meaning = _SIDES[side]
    return LedgerSide(name, meaning, found, _sum(entries), _sum_tomorrow(entries))


def _clause(name: str, says: str, sentence: str, entries: list[LedgerEntry], situation: Situation) -> LedgerClause:
    lines = tuple(_line(entry, situation) for entry in entries if entry.kind is not EntryKind.RULE)
    return LedgerClause(name, says, sentence, lines, _sum(entries), _sum_tomorrow(entries))


def _sum(entries: list[LedgerEntry]) -> str:
    return points_in_words(sum(entry.points for entry in entries))


def _sum_tomorrow(entries: list[LedgerEntry]) -> str:
    return points_in_words(sum(entry.tomorrow for entry in entries))


def _line(entry: LedgerEntry, situation: Situation) -> LedgerLine:
    touchpoint = situation.happened.get(entry.touchpoint or "")
    what = "Cut at the cap" if entry.kind is EntryKind.CAP else "Touchpoint"
    if touchpoint is not None:
        shown = [value_in_words(value) for value in touchpoint.properties.values()]
        what = f"{event_in_words(touchpoint.event)}{': ' + ', '.join(shown[:2]) if shown else ''}"
    return LedgerLine(
        what,
        entry.at,
        moment_in_words(entry.at, situation.at, situation.agreement.zone) if entry.at else "",
        points_in_words(entry.points),
        points_in_words(entry.tomorrow),
        fades=entry.tomorrow != entry.points,
    )


def fit_in_words(clause: FitClause, agreement: Agreement) -> str:
    """Return for what a clause of the fit gives points."""
    when = clause.when
    if isinstance(when, CriterionRule):
        return agreement.criteria[when.name].says
    return capitalised(rule_in_words(when, agreement))


def engagement_in_words(clause: EngagementClause, agreement: Agreement) -> str:
    """Return for what a clause of the engagement gives points."""
    rule = CountRule(Selection((clause.event,), clause.where))
    return capitalised(rule_in_words(rule, agreement).removeprefix("the lead "))
