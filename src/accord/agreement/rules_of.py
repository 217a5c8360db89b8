"""Every rule of an agreement, and what they read."""

from collections.abc import Iterator, Mapping

from accord.agreement.plan import Agreement, Recycle
from accord.rules import Rule, selections_of


def rules_by_name(agreement: Agreement) -> Mapping[str, Rule]:
    """Return the rule of each criterion, by which references are resolved."""
    return {name: criterion.rule for name, criterion in agreement.criteria.items()}


def all_rules(agreement: Agreement) -> Iterator[Rule]:
    """Yield every rule in the order of the document, without the parts that it is made of."""
    yield from rules_by_name(agreement).values()
    yield from (clause.when for clause in agreement.score.fit)
    yield from (gate.when for gate in agreement.stages)
    if agreement.handoff.fast_lane is not None:
        yield agreement.handoff.fast_lane
    for reason in agreement.handoff.reject_reasons.values():
        if isinstance(reason.then, Recycle) and reason.then.or_when is not None:
            yield reason.then.or_when
    yield from (promise.when for promise in agreement.sales_promises if promise.when is not None)
    yield from (route.when for route in agreement.routing if route.when is not None)


def reads_any_event(agreement: Agreement) -> bool:
    """Return whether a rule asks for anything at all, so that every event may decide about a lead."""
    return any(not selection.events for selection in selections_of(all_rules(agreement)))


def events_of(agreement: Agreement) -> frozenset[str]:
    """Return the events that the rules and the score of an agreement name; others count if it ``reads_any_event``."""
    asked = {event for selection in selections_of(all_rules(agreement)) for event in selection.events}
    return frozenset(asked | {clause.event for clause in agreement.score.engagement})
