"""Near misses: leads that one statement alone keeps from the hand-off.

What leads to the hand-off is asked in *statements*: the named criteria that it demands, and rules that stand there
without a name. A criterion that is made of other criteria is opened, so that each of those counts by itself. A lead is
a near miss by a statement if it would reach the hand-off were that one otherwise and all else as it is; so it does not
matter how the statements are combined. Where several would do, any one of them is enough.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from accord.agreement.build_rules import GRADE_FIELD
from accord.agreement.english import rule_in_words
from accord.agreement.explanation.fading import fades
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.words import capitalised
from accord.agreement.judgement import rank
from accord.agreement.plan import Agreement, Stage
from accord.agreement.rules_of import rules_by_name
from accord.rules import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    CriterionRule,
    Facts,
    FieldRule,
    LessThan,
    MoreThan,
    NoneOf,
    Rule,
    evaluate,
    instant,
    microseconds,
    next_rule_change,
    parts,
)
from accord.rules.instant import span
from accord.scoring import ScoreCard, score, score_fields

LOOKS_AHEAD = timedelta(days=2)
"""How far ahead points are followed as they fade; every open lead is judged anew each night, one of which may fail."""

_HOLDS: Mapping[bool, Rule] = {True: All(()), False: AnyOf(())}
_FIT_FIELDS = frozenset({"score.fit", GRADE_FIELD})


@dataclass(frozen=True, slots=True)
class NearMiss:
    """How near one lead is.

    Attributes:
        lacks: The statements by one of which it is a near miss, in the order of the agreement; none: it is none.
        until: When that may be different although nothing happens; None: not within ``LOOKS_AHEAD``.
    """

    lacks: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True)
class NearMisses:
    """Finds near misses under one agreement."""

    agreement: Agreement

    @cached_property
    def statements(self) -> Mapping[str, Rule]:
        """What the hand-off asks, by name; what has none in the agreement is called by its place: ``mql[2]``."""
        return self._opened[1]

    @cached_property
    def criteria(self) -> Mapping[str, Rule]:
        """The rule of each criterion of the agreement."""
        return rules_by_name(self.agreement)

    def says(self, statement: str) -> str:
        """Return a statement in the words of the agreement."""
        named = self.agreement.criteria.get(statement)
        return named.says if named else capitalised(rule_in_words(self.statements[statement], self.agreement))

    @cached_property
    def points(self) -> Mapping[str, tuple[str, int]]:
        """Of each statement that asks for nothing but points: of which score, and how many, in hundredths."""
        found: dict[str, tuple[str, int]] = {}
        for name, rule in self.statements.items():
            match self.criteria[rule.name] if isinstance(rule, CriterionRule) else rule:
                case FieldRule(field="score.fit" | "score.engagement" as field, predicate=AtLeast(int(bound))):
                    found[name] = field, bound
        return found

    @cached_property
    def handoff(self) -> Rule | None:
        """The gates that the software opens to the hand-off; None: there is none."""
        first = rank(self.agreement.handoff.at)
        gates = [
            gate.when
            for gate in self.agreement.stages
            if gate.checked_by is None and first <= rank(gate.stage) < rank(Stage.SAL)
        ]
        return (gates[0] if len(gates) == 1 else AnyOf(tuple(gates))) if gates else None

    def of(self, facts: Facts, card: ScoreCard, at: datetime) -> NearMiss:
        """Return how near a lead is that is still before the hand-off.

        Args:
            facts: What is known of it, without scores.
            card: Its scores at ``at``.
            at: The instant.
        """
        if self.handoff is None:
            return NearMiss((), None)
        scored = _scored(facts, card)
        answers = {name: evaluate(rule, scored, at, self.criteria) for name, rule in self.statements.items()}
        until = self._until(facts, scored, answers, at)
        if self._arrives(answers, at):
            return NearMiss((), until)
        lacks = (name for name in self.statements if self._arrives(self._otherwise(name, answers, facts, at), at))
        return NearMiss(tuple(lacks), until)

    def holds(self, facts: Facts, card: ScoreCard, at: datetime) -> bool:
        """Return whether a lead meets what leads to the hand-off."""
        return self.handoff is not None and evaluate(self.handoff, _scored(facts, card), at, self.criteria)

    def _arrives(self, answers: Mapping[str, bool], at: datetime) -> bool:
        return evaluate(self._opened[0], Facts({}), at, {name: _HOLDS[held] for name, held in answers.items()})

    def _otherwise(self, name: str, answers: Mapping[str, bool], facts: Facts, at: datetime) -> Mapping[str, bool]:
        """Return all answers if one were the opposite: it may give points, and so decide what asks for points."""
        turned = {**answers, name: not answers[name]}
        if not self._for_points or name not in self.criteria:
            return turned
        criteria = {**self.criteria, name: _HOLDS[turned[name]]}
        scored = _scored(facts, score(self.agreement.score, facts, at, criteria))
        return {**turned, **{each: evaluate(self.statements[each], scored, at, criteria) for each in self._for_points}}

    @cached_property
    def _for_points(self) -> tuple[str, ...]:
        """The statements about points of the fit."""
        return tuple(
            name
            for name, rule in self.statements.items()
            if any(part.field in _FIT_FIELDS for part in _fields(rule, self.criteria))
        )

    @cached_property
    def _opened(self) -> tuple[Rule, Mapping[str, Rule]]:
        """The hand-off with every statement as a reference by its name, and what each of them says."""
        found: dict[str, Rule] = {}

        def opened(rule: Rule) -> Rule:
            match rule:
                case All(rules):
                    return All(tuple(map(opened, rules)))
                case AnyOf(rules):
                    return AnyOf(tuple(map(opened, rules)))
                case NoneOf(rules):
                    return NoneOf(tuple(map(opened, rules)))
                case CriterionRule(name) if any(isinstance(part, CriterionRule) for part in parts(self.criteria[name])):
                    return opened(self.criteria[name])
                case CriterionRule(name):
                    found[name] = rule
                    return rule
            # By how they are written: rules that are equal in Python may ask different things, since 1 equals True.
            known = next((name for name, other in found.items() if repr(other) == repr(rule)), None)
            name = known or f"{self.agreement.handoff.at}[{len(found)}]"
            found[name] = rule
            return CriterionRule(name)

        return (_HOLDS[False] if self.handoff is None else opened(self.handoff)), found

    def _until(self, facts: Facts, scored: Facts, answers: Mapping[str, bool], at: datetime) -> datetime | None:
        edge = next_rule_change(self._timed, scored, at, self.criteria)
        fade = next(self._fades(facts, at), None) if self._bounds else None
        return min(filter(None, (edge, fade)), key=microseconds, default=None)

    @cached_property
    def _timed(self) -> tuple[Rule, ...]:
        """Every rule that may turn by itself and decide about the hand-off."""
        fit = (clause.when for clause in self.agreement.score.fit) if self._for_points else ()
        return (*self.statements.values(), *fit)

    @cached_property
    def _bounds(self) -> frozenset[int]:
        """The engagements, in hundredths, at which a statement turns."""
        asked = [part for rule in self.statements.values() for part in _fields(rule, self.criteria)]
        grades = {grade.engagement for grade in self.agreement.score.grades}
        bounds = {
            part.predicate.bound
            for part in asked
            if part.field == "score.engagement" and isinstance(part.predicate, AtLeast | AtMost | MoreThan | LessThan)
        }
        if any(part.field == GRADE_FIELD for part in asked):
            bounds |= grades
        return frozenset(bound for bound in bounds if isinstance(bound, int))

    def _fades(self, facts: Facts, at: datetime) -> Iterator[datetime]:
        """Yield the instants at which the engagement passes a bound, the first of them first."""
        situation = Situation(self.agreement, facts, at)
        last, was = microseconds(at) + span(LOOKS_AHEAD), None
        for fade in fades(situation):
            if fade.at > last:
                return
            was = situation.card.engagement if was is None else was
            if any((was >= bound) != (fade.engagement >= bound) or (was > bound) != (fade.engagement > bound)
                   for bound in self._bounds):  # fmt: skip
                yield instant(fade.at)
            was = fade.engagement


def _scored(facts: Facts, card: ScoreCard) -> Facts:
    return replace(facts, fields={**facts.fields, **score_fields(card)})


def _fields(rule: Rule, criteria: Mapping[str, Rule]) -> Iterator[FieldRule]:
    for part in parts(criteria[rule.name] if isinstance(rule, CriterionRule) else rule):
        if isinstance(part, FieldRule):
            yield part
