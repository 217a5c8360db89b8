"""What the agreement says of one lead at one instant: scores, stage, and whether it is ready for sales.

Facts in, judgement out. This is the reference for everything that judges many leads at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from accord.agreement.english import rule_in_words
from accord.agreement.plan import FUNNEL, Agreement, Stage
from accord.rules import All, AnyOf, AtLeast, CriterionRule, Facts, FieldRule, Rule, evaluate
from accord.scoring import HUNDREDTHS, ScoreCard, score, score_fields


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands before it is judged."""

    stage: Stage
    handed_over: bool
    held_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the agreement says of a lead.

    Attributes:
        card: Its scores with their ledger.
        stage: The stage it reaches; the same as before if nothing moves it.
        fast_lane: The fast lane applies now.
        ready: It is to be offered to sales.
        held_for: The fields that marketing must fill in before it may be offered.
        because: What the deciding clauses found, as sentences.
        criteria: Which criteria hold.
    """

    card: ScoreCard
    stage: Stage
    fast_lane: bool
    ready: bool
    held_for: tuple[str, ...]
    because: tuple[str, ...]
    criteria: dict[str, bool]


def rank(stage: Stage) -> int:
    """Return the place of a stage in the funnel; detours have none and rank below all."""
    return FUNNEL.index(stage) if stage in FUNNEL else -1


def judge(agreement: Agreement, facts: Facts, standing: Standing, at: datetime) -> Judgement:
    """Return what the agreement says of a lead at ``at``. A lead never moves back by itself, nor past sales.

    A lead is ready when it reaches the hand-off stage with everything marketing owes filled in, or when the fast lane
    holds before sales has it; the fast lane does not wait for missing fields.
    """
    rules = {name: criterion.rule for name, criterion in agreement.criteria.items()}
    card = score(agreement.score, facts, at, rules)
    scored = replace(facts, fields={**facts.fields, **score_fields(card)})

    def holds(rule: Rule) -> bool:
        return evaluate(rule, scored, at, rules)

    held = {name: holds(rule) for name, rule in rules.items()}

    stage = standing.stage
    because: tuple[str, ...] = ()
    accepted = rank(standing.stage) >= rank(Stage.SAL)
    for gate in agreement.stages:
        by_software = gate.checked_by is None and (accepted or rank(gate.stage) < rank(Stage.SAL))
        if by_software and rank(gate.stage) > rank(stage) and holds(gate.when):
            stage, because = gate.stage, reasons(gate.when, agreement, holds, card)

    handoff = agreement.handoff
    before_sales = not standing.handed_over and rank(standing.stage) < rank(Stage.SAL)
    fast = before_sales and handoff.fast_lane is not None and holds(handoff.fast_lane)
    if fast and handoff.fast_lane is not None:
        because = ("Fast lane", *reasons(handoff.fast_lane, agreement, holds, card))
        stage = max(stage, handoff.at, key=rank)
    arrived = rank(standing.stage) < rank(handoff.at) <= rank(stage)
    missing = tuple(name for name in handoff.marketing_hands_over if name not in facts.fields)
    waiting = before_sales and (arrived or bool(standing.held_for))
    return Judgement(
        card=card,
        stage=stage,
        fast_lane=fast,
        ready=fast or (waiting and not missing),
        held_for=missing if waiting and not fast else (),
        because=because,
        criteria=held,
    )


def reasons(rule: Rule, agreement: Agreement, holds: Callable[[Rule], bool], card: ScoreCard) -> tuple[str, ...]:
    """Return the parts of a rule that hold, in the words of the agreement; a score with what it is and takes."""
    if not holds(rule):
        return ()
    match rule:
        case CriterionRule(name):
            return (agreement.criteria[name].says,)
        case All(rules) | AnyOf(rules):
            return tuple(sentence for part in rules for sentence in reasons(part, agreement, holds, card))
        case FieldRule("score.fit", AtLeast(int(bound))):
            return (f"Fit {points_in_words(card.fit)}, where {points_in_words(bound)} is enough",)
        case FieldRule("score.engagement", AtLeast(int(bound))):
            return (f"Engagement {points_in_words(card.engagement)}, where {points_in_words(bound)} is enough",)
        case _:
            return (rule_in_words(rule, agreement),)


def explanation(judgement: Judgement) -> dict[str, object]:
    """Return the judgement as JSON, to be kept with the stage change that it caused."""
    return {
        "because": list(judgement.because),
        "criteria": judgement.criteria,
        "fit": judgement.card.fit,
        "engagement": judgement.card.engagement,
        "grade": judgement.card.grade,
        "ledger": [
            {"clause": entry.clause, "touchpoint": entry.touchpoint, "points": entry.points}
            for entry in judgement.card.ledger
        ],
    }


def points_in_words(hundredths: int) -> str:
    """Return points as people write them.

    Examples:
        >>> points_in_words(1500), points_in_words(1225), points_in_words(-50)
        ('15', '12.25', '-0.5')
    """
    return f"{hundredths / HUNDREDTHS:.2f}".rstrip("0").rstrip(".")
