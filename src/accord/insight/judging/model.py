"""An agreement in the form in which many leads are judged: its rules in plain form, and the columns that they read."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from accord.agreement import FUNNEL, Agreement, Stage
from accord.agreement.judgement import rank
from accord.insight.judging.known import columns_of
from accord.insight.judging.plain import FALSE, plain
from accord.rules import AnyOf, FieldColumn, Rule, fields_of
from accord.scoring import EngagementClause, FitClause


@dataclass(frozen=True)
class Model:
    """The rules of an agreement that decide about leads before sales has them."""

    agreement: Agreement

    def plain(self, rule: Rule) -> Rule:
        """Return a rule in plain form, where scores are known."""
        criteria = {name: criterion.rule for name, criterion in self.agreement.criteria.items()}
        return plain(rule, criteria, self.agreement.score.grades)

    @cached_property
    def criteria(self) -> dict[str, Rule]:
        """Each criterion, by its name."""
        return {name: self.plain(criterion.rule) for name, criterion in self.agreement.criteria.items()}

    @cached_property
    def fit(self) -> tuple[tuple[FitClause, Rule], ...]:
        """The clauses for fit, which do not know the score."""
        criteria = {name: criterion.rule for name, criterion in self.agreement.criteria.items()}
        return tuple((clause, plain(clause.when, criteria, None)) for clause in self.agreement.score.fit)

    @property
    def engagement(self) -> tuple[EngagementClause, ...]:
        """The clauses for engagement."""
        return self.agreement.score.engagement

    @cached_property
    def gates(self) -> tuple[tuple[Stage, Rule], ...]:
        """The gates that the software decides alone."""
        return tuple((gate.stage, self.plain(gate.when)) for gate in self.agreement.stages if gate.checked_by is None)

    @cached_property
    def arrives(self) -> Rule:
        """What brings a new lead to the hand-off stage."""
        at = rank(self.agreement.handoff.at)
        return AnyOf(tuple(rule for stage, rule in self.gates if at <= rank(stage) < rank(Stage.SAL)))

    @cached_property
    def fast_lane(self) -> Rule:
        """The fast lane; without one it never holds."""
        fast = self.agreement.handoff.fast_lane
        return FALSE if fast is None else self.plain(fast)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that marketing must fill in."""
        return self.agreement.handoff.marketing_hands_over

    @property
    def begins_as(self) -> Stage:
        """The stage of a new lead: a subscriber where a gate leads to the stage lead."""
        return FUNNEL[0] if any(gate.stage is Stage.LEAD for gate in self.agreement.stages) else Stage.LEAD

    def columns(self, rules: Iterable[Rule], names: Iterable[str] = ()) -> dict[str, FieldColumn]:
        """Return the columns of the declared fields that ``rules`` read, and of ``names``."""
        read = fields_of(rules) | set(names)
        return columns_of(field for name, field in sorted(self.agreement.fields.items()) if name in read)
