"""The first hand-over of one person, in plain Python: the reference for what is computed of everybody at once.

It steps from instant to instant, through all at which anything may change, and judges the lead at each by what was
known then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accord.agreement import Agreement, Stage
from accord.agreement.judgement import Standing, judge
from accord.insight.backtest.answer import FirstHandover
from accord.rules import Facts, Rule, Timeline, Touchpoint, Value, instant, microseconds, next_rule_change
from accord.scoring import next_change, score, score_fields


@dataclass(frozen=True, slots=True)
class Learnt:
    """A value of a field and when it was learnt; None: the value was taken away."""

    field: str
    at: datetime
    value: Value | None


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """All that ever happened with one person.

    Attributes:
        known: The first contact, from which on there is a lead.
        learnt: In any order; at most one of a field at an instant.
        touchpoints: In any order, also from before the first contact.
        colleagues: The touchpoints of the other people of the company, by any name.
    """

    known: datetime
    learnt: tuple[Learnt, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    colleagues: Mapping[str, Timeline] = field(default_factory=dict)

    def facts(self, at: datetime, agreement: Agreement) -> Facts:
        """Return the facts of the lead at ``at``, but with all touchpoints, which rules look at until ``at`` only."""
        until = microseconds(at)
        fields: dict[str, Value] = {}
        for each in sorted(self.learnt, key=lambda each: microseconds(each.at)):
            if microseconds(each.at) <= until and each.field in agreement.fields:
                fields.pop(each.field, None)
                if each.value is not None:
                    fields[each.field] = each.value
        return Facts(fields, self.touchpoints, self.colleagues, agreement.zone)


def first_handover(agreement: Agreement, history: PersonHistory, until: datetime) -> FirstHandover | None:
    """Return the first instant before ``until`` at which the lead would be ready to be handed over, or None.

    The lead begins as new at the first contact; nothing moves it but the agreement.

    Raises:
        RulesError: An instant has no zone.
    """
    gated = any(gate.stage is Stage.LEAD for gate in agreement.stages)
    standing = Standing(Stage.SUBSCRIBER if gated else Stage.LEAD, handed_over=False)
    at: datetime | None = instant(microseconds(history.known))
    while at is not None and at < until:
        facts = history.facts(at, agreement)
        judgement = judge(agreement, facts.until(at), standing, at)
        if judgement.ready:
            return FirstHandover(microseconds(at), judgement.fast_lane)
        standing = Standing(judgement.stage, handed_over=False, held_for=judgement.held_for)
        at = _next(agreement, history, facts, at)
    return None


def _next(agreement: Agreement, history: PersonHistory, facts: Facts, at: datetime) -> datetime | None:
    """Return the first instant after ``at`` when anything may change."""
    criteria = {name: criterion.rule for name, criterion in agreement.criteria.items()}
    now = score(agreement.score, facts, at, criteria)
    scored = Facts({**facts.fields, **score_fields(now)}, facts.touchpoints, facts.colleagues, facts.zone)
    instants = [
        next_rule_change(_rules(agreement), scored, at, criteria),
        next_change(agreement.score, facts, at, criteria),
        *(each.at for each in history.learnt if microseconds(each.at) > microseconds(at)),
    ]
    return min((instant(microseconds(each)) for each in instants if each is not None), default=None)


def _rules(agreement: Agreement) -> Iterable[Rule]:
    yield from (gate.when for gate in agreement.stages)
    if agreement.handoff.fast_lane is not None:
        yield agreement.handoff.fast_lane
