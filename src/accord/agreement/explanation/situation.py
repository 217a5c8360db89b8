"""One lead at one instant under one agreement: everything that an explanation asks of the rules and the score."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from accord.agreement.plan import Agreement, Stage
from accord.agreement.rules_of import all_rules, rules_by_name
from accord.rules import Facts, Finding, Rule, Touchpoint, evaluate, explain, microseconds, next_rule_change
from accord.scoring import ScoreCard, next_change, score, score_fields


@dataclass(frozen=True)
class Situation:
    """One lead at one instant.

    Attributes:
        agreement: By which it is judged.
        facts: What is known of the lead at ``at``, without scores and without anything that happened later.
        at: The instant, in any zone.
        stage: Where it stands; None: not known.
        handed_over: Whether sales has it.
        held_for: The fields for which it waits for marketing.
    """

    agreement: Agreement
    facts: Facts
    at: datetime
    stage: Stage | None = None
    handed_over: bool = False
    held_for: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", self.facts.until(self.at))

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rule of each criterion."""
        return rules_by_name(self.agreement)

    @cached_property
    def happened(self) -> Mapping[str, Touchpoint]:
        """The lead's touchpoints by their names."""
        return {touchpoint.id: touchpoint for touchpoint in self.facts.touchpoints}

    @cached_property
    def card(self) -> ScoreCard:
        """The score with its ledger."""
        return score(self.agreement.score, self.facts, self.at, self.rules)

    @cached_property
    def scored(self) -> Facts:
        """The facts with the scores and the grade among the fields."""
        return replace(self.facts, fields={**self.facts.fields, **score_fields(self.card)})

    def holds(self, rule: Rule) -> bool:
        """Return whether a rule holds."""
        return evaluate(rule, self.scored, self.at, self.rules)

    def find(self, rule: Rule) -> Finding:
        """Return whether a rule holds, and what was found for each part of it."""
        return explain(rule, self.scored, self.at, self.rules)

    def later(self, at: datetime) -> "Situation":
        """Return the same lead at a later instant, if nothing happens until then."""
        return replace(self, at=at)

    def next_change(self) -> datetime | None:
        """Return the first instant after this when anything may be different if nothing happens; None: never."""
        by_score = next_change(self.agreement.score, self.facts, self.at, self.rules)
        by_rules = next_rule_change(all_rules(self.agreement), self.scored, self.at, self.rules)
        found = [each for each in (by_score, by_rules) if each is not None]
        return min(found, key=microseconds) if found else None
