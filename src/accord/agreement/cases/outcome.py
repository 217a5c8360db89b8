"""What comes out of a case on the live evaluator, and what of it was expected otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from accord.agreement.cases.case import CRITERIA, Answer, Case, Expectation, Outcome
from accord.agreement.judgement import Judgement, judge
from accord.agreement.plan import Agreement
from accord.agreement.terms import deadlines, terms_for
from accord.rules import microseconds
from accord.scoring import score_fields


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that came out otherwise than expected."""

    expectation: Expectation
    found: Answer


def live_outcome(case: Case, agreement: Agreement) -> Outcome:
    """Return what the agreement says of a case; where the lead is not offered, it has no team and nothing is due.

    Raises:
        AccordError: As ``accord.agreement.judgement.judge``, or of the calendar.
    """
    judgement = judge(agreement, case.facts, case.standing, case.at)
    criteria: dict[str, Answer] = {f"{CRITERIA}{name}": held for name, held in judgement.criteria.items()}
    return {
        **criteria,
        "fit": judgement.card.fit,
        "engagement": judgement.card.engagement,
        "grade": judgement.card.grade,
        "stage": judgement.stage.value,
        "ready": judgement.ready,
        "fast_lane": judgement.fast_lane,
        "held_for": judgement.held_for,
        **_offer(case, agreement, judgement),
    }


def _offer(case: Case, agreement: Agreement, judgement: Judgement) -> dict[str, Answer]:
    if not judgement.ready:
        return dict.fromkeys(("team", "decision_due", "first_attempt_due", "attempts_due"))
    scored = replace(case.facts, fields={**case.facts.fields, **score_fields(judgement.card)})
    terms = terms_for(agreement, scored, case.at, fast_lane=judgement.fast_lane)
    due = deadlines(agreement, terms, case.at)
    return {
        "team": terms.team,
        "decision_due": due.decision,
        "first_attempt_due": due.first_attempt,
        "attempts_due": due.attempts,
    }


def mismatches(case: Case, outcome: Outcome) -> tuple[Mismatch, ...]:
    """Return what of ``outcome`` is not as expected; what it does not answer is not compared."""
    answered = (each for each in case.expected if each.subject in outcome)
    return tuple(Mismatch(each, outcome[each.subject]) for each in answered if not _same(each, outcome))


def unanswered(cases: Iterable[Case], outcome: Outcome) -> frozenset[str]:
    """Return the subjects that the cases ask for and the outcome does not answer."""
    return frozenset(each.subject for case in cases for each in case.expected) - frozenset(outcome)


def _same(expectation: Expectation, outcome: Outcome) -> bool:
    expected, found = expectation.answer, outcome[expectation.subject]
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return sorted(expected) == sorted(found)
    if isinstance(expected, datetime) and isinstance(found, datetime):
        return microseconds(expected) == microseconds(found)
    return expected == found
