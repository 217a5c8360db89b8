"""A failing case in English: what was expected, what was found, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from accord.agreement.cases.case import CRITERIA, Answer, Case
from accord.agreement.cases.outcome import Mismatch
from accord.agreement.clauses import Clause
from accord.agreement.english import clauses
from accord.agreement.english_words import STAGES, listed
from accord.agreement.explanation import (
    LedgerSide,
    Situation,
    because_of,
    field_in_words,
    ledger_of,
    next_handoff,
    next_stage,
)
from accord.agreement.explanation.text import (
    ahead_in_words,
    because_in_words,
    ledger_in_words,
    wrapped,
)
from accord.agreement.explanation.whole import same_ways
from accord.agreement.judgement import Standing, judge, points_in_words, rank
from accord.agreement.plan import Agreement, Stage
from accord.agreement.terms import Terms, terms_for
from accord.rules import CriterionRule

_SUBJECTS: Mapping[str, str] = {
    "held_for": "held back for",
    "fast_lane": "fast lane",
    "decision_due": "decision due",
    "first_attempt_due": "first attempt due",
    "attempts_due": "attempts due",
}
_STORY = frozenset({"stage", "ready", "held_for", "fast_lane"})
"""What is explained by what the next stage and the hand-off take."""


@dataclass(frozen=True, slots=True)
class Report:
    """Says why cases fail under one agreement."""

    agreement: Agreement

    def failure(self, case: Case, mismatches: tuple[Mismatch, ...]) -> Iterator[str]:
        """Yield the lines for what of a case is not as expected, and why."""
        yield from self.differences(mismatches)
        why = [line for topic in self._topics(mismatches) for line in self._why(topic, case)]
        yield from (f"    {line}" if line else "" for line in why)

    def differences(self, mismatches: tuple[Mismatch, ...]) -> Iterator[str]:
        """Yield a line for each thing that is not as expected."""
        for mismatch in mismatches:
            expectation = mismatch.expectation
            expected = answer_in_words(expectation.subject, expectation.answer)
            found = answer_in_words(expectation.subject, mismatch.found)
            yield f"{expectation.at}: {self.subject(expectation.subject)}: expected {expected}, found {found}"

    def subject(self, subject: str) -> str:
        """Return what an expectation is about."""
        if subject.startswith(CRITERIA):
            return f"“{self.agreement.criteria[subject.removeprefix(CRITERIA)].says}”"
        return _SUBJECTS.get(subject, subject)

    def _topics(self, mismatches: tuple[Mismatch, ...]) -> Iterator[str]:
        """Yield what is to be explained, each once."""
        subjects = [each.expectation.subject for each in mismatches]
        topics = [
            "stage" if each in _STORY else "due" if each.endswith("_due") else "score" if each == "grade" else each
            for each in subjects
        ]
        yield from dict.fromkeys(topics)

    def _why(self, topic: str, case: Case) -> Iterator[str]:
        reached = judge(self.agreement, case.facts, case.standing, case.at).stage
        standing = case.standing
        situation = Situation(
            self.agreement, case.facts, case.at, reached, standing.handed_over, self._waiting(reached, standing)
        )
        match topic:
            case "fit" | "engagement":
                yield from ledger_in_words(_sides(situation, topic), situation.card.grade)
            case "score":
                yield from self._grades(situation)
            case "stage":
                yield from _way(situation)
            case "team":
                yield from _folded(self._sentences("routing"))
            case "due":
                yield from _folded(self._promise(situation))
            case _:
                yield from because_in_words(because_of(CriterionRule(topic.removeprefix(CRITERIA)), situation))

    def _waiting(self, reached: Stage, standing: Standing) -> tuple[str, ...]:
        """Return for which fields a lead waits that reaches the hand-off in this very case."""
        handoff = self.agreement.handoff
        arrives = rank(standing.stage) < rank(handoff.at) <= rank(reached)
        return handoff.marketing_hands_over if arrives else standing.held_for

    def _grades(self, situation: Situation) -> Iterator[str]:
        card = situation.card
        yield f"Fit {points_in_words(card.fit)}, engagement {points_in_words(card.engagement)}."
        yield from self._sentences("score.grades")

    def _promise(self, situation: Situation) -> Iterator[str]:
        yield from self._sentences("handoff.decide_within")
        fast = self.agreement.handoff.fast_lane
        terms: Terms = terms_for(
            self.agreement, situation.scored, situation.at, fast_lane=fast is not None and situation.holds(fast)
        )
        if terms.promise is not None:
            yield from self._sentences(terms.promise.name)
        calendars = {self.agreement.handoff.calendar.name, *([terms.promise.calendar.name] if terms.promise else [])}
        for name in sorted(calendars):
            yield from self._sentences(f"sla.calendars.{name}")

    def _sentences(self, path: str) -> Iterator[str]:
        said: tuple[Clause, ...] = clauses(self.agreement)
        yield from (
            each.sentence for each in said if each.path == path or each.path.startswith((f"{path}.", f"{path}["))
        )


def _sides(situation: Situation, name: str) -> Iterator[LedgerSide]:
    return (side for side in ledger_of(situation) if side.name == name.capitalize())


def _folded(sentences: Iterable[str]) -> Iterator[str]:
    return (line for sentence in sentences for line in wrapped(sentence))


def _way(situation: Situation) -> Iterator[str]:
    stage, handoff = next_stage(situation), next_handoff(situation)
    same = same_ways(stage, handoff)
    if stage is not None:
        yield from ahead_in_words("NEXT STAGE AND HAND-OFF" if same else "NEXT STAGE", stage)
    if handoff is not None and not same:
        yield from ahead_in_words("HAND-OFF", handoff)


def answer_in_words(subject: str, answer: Answer) -> str:
    """Return an answer as people say it.

    Examples:
        >>> answer_in_words("fit", 1250), answer_in_words("stage", "mql"), answer_in_words("criteria.a", False)
        ('12.5', 'marketing-qualified (MQL)', 'that it does not hold')
        >>> answer_in_words("held_for", ("person.phone",)), answer_in_words("grade", None)
        ('phone', 'none')
    """
    match answer:
        case None | ():
            return "none"
        case bool() if subject.startswith(CRITERIA):
            return "that it holds" if answer else "that it does not hold"
        case bool():
            return "yes" if answer else "no"
        case int():
            return points_in_words(answer)
        case datetime():
            return f"{answer:%a} {answer.day} {answer:%B %Y %H:%M}" + (f"{answer:%S}" if answer.second else "")
        case tuple():
            return listed((field_in_words(name).lower() for name in answer), "and")
    return STAGES[Stage(answer)] if subject == "stage" else answer
